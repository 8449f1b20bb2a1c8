"""Sessions as files that other training software opens: FIT, TCX, CSV and JSON.

Each format is one function: it takes a session that is over and a binary file, and answers with
remarks for a person on what the format could not hold.
"""
