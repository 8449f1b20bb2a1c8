"""File formats, reader and writer side by side: FIT, TCX, GPX, CSV, JSON, raw captures, RR text."""

from .detection import Format
from .recording import Recording, open_recording

__all__ = ["Format", "Recording", "open_recording"]
