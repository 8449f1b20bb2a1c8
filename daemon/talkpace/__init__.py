"""Keeps home training at a talking pace: heart-rate straps, warnings, a record, MQTT.

docs/architecture.md has the folders in the order in which a heartbeat passes them.
"""

__version__ = "0.2.0"
