"""The way of a beat, strung together: door -> measurement -> effort -> alert, record, publish.

The same code for a live strap and for a replayed file. It waits for nothing: sinks take what they
are given and do their waiting elsewhere.
"""
