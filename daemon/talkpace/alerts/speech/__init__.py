"""Sentences as sound, rendered before they are needed.

phrases (texts) -> engines (a program renders them) -> wav (samples) -> cache (a folder) -> voice (memory).
"""
