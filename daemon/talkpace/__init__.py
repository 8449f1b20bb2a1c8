"""Keeps home training at a talking pace. The folders follow the way of a beat:

strap -> measurement -> effort -> alert, record, publish; service and cli start it, config sets it up.
"""

__version__ = "0.1.0"
