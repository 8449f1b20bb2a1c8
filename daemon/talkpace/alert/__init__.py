"""Tells the room: patterns of sound and light on buzzer, LED or terminal. Knows no rule of physiology.

alerts (what is said, and when it is silent) -> player (one pattern after the other) -> outputs.
"""
