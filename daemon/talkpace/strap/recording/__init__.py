"""Recordings as a source of beats: FIT, TCX, GPX, CSV and raw captures, each read as a stream."""

from .formats import Format
from .recording import Recording, open_recording

__all__ = ["Format", "Recording", "open_recording"]
