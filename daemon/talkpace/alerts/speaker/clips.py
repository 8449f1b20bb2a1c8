"""What the speaker speaks: sentences that were rendered before."""

from __future__ import annotations

from typing import Protocol


class SpeechClips(Protocol):
    """Sentences as PCM in the format of `pcm.py`, at the volume at which they are to be played."""

    def clip(self, key: str, athlete: str | None) -> bytes | None:
        """Return a sentence (a key of `language.sentences`), with the name of an athlete unless that is None.

        None where there is no such sentence or it is not rendered. Returns at once.
        """
        ...


class NoClips:
    """No sentence at all."""

    def clip(self, key: str, athlete: str | None) -> bytes | None:
        """Return None."""
        del key, athlete
        return None
