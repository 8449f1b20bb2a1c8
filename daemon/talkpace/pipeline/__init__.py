"""One athlete's way from a strap event to alert, record and publish.

The same code for a live strap and for a replayed recording. It never waits: a sink takes what it is given
and does its waiting elsewhere.
"""
