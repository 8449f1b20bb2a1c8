"""Cues over a loudspeaker: rendered tones and speech, one after the other.

cues (which is next) -> speaker (plays it) -> aplay (a child process that has the device).
"""
