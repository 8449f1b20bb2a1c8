"""FIT files: a decoder that reads what a recording needs, and a writer."""
