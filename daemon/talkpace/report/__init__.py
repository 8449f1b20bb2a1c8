"""A training session or a week as one self-contained HTML page."""
