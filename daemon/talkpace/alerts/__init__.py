"""Alerts as patterns of sound and light on buzzer, LED, speaker or terminal.

alerts (which pattern, and whether it is audible) -> player (one pattern after the other) -> outputs, speaker.
"""
