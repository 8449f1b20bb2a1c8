"""The household's own recordings, played instead of the words of an event."""

from __future__ import annotations

from pathlib import Path

from .errors import SpeechError
from .wav import LARGEST_BYTES, LONGEST_RECORDING_S, decode_wav


def read_recording(path: Path) -> bytes:
    """Return the sound of a WAV file. Raises SpeechError, which names the file."""
    try:
        with path.expanduser().open("rb") as file:
            content = file.read(LARGEST_BYTES)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SpeechError(
            f"{path} cannot be read: {reason}",
            "put it where the user talkpace can read it, such as /etc/talkpace",
        ) from None
    try:
        return decode_wav(content, LONGEST_RECORDING_S)
    except SpeechError as error:
        raise SpeechError(f"{path} {error}", error.remedy) from None
