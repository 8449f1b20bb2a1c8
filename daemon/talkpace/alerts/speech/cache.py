"""A folder of rendered sentences, so that a restart renders none again."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection
from pathlib import Path

from ...config.toml_file import replace_file
from ..speaker.pcm import RATE_HZ, SAMPLE_BYTES
from .wav import LONGEST_S

_SUFFIX = ".pcm"
_DIGEST_BYTES = 32
_LARGEST_BYTES = _DIGEST_BYTES + (LONGEST_S + 1) * RATE_HZ * SAMPLE_BYTES
_FORMAT = "1"
"""to be changed with the decoding in `wav.py`"""

_log = logging.getLogger(__name__)


def cache_name(identity: str, text: str) -> str:
    """Return the name of a sentence in the voice that `identity` describes."""
    digest = hashlib.sha256(f"{_FORMAT}\n{identity}\n{text}".encode()).hexdigest()
    return f"{digest[:32]}{_SUFFIX}"


class SpeechCache:
    """Files that begin with the digest of their samples: one that is damaged is as good as none.

    A folder that cannot be read or written is none either; that is logged once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._warned = False

    def get(self, name: str) -> bytes | None:
        """Return the samples of a sentence, or None."""
        try:
            with (self._folder / name).open("rb") as file:
                content = file.read(_LARGEST_BYTES + 1)
        except OSError:
            return None
        digest, pcm = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        return pcm if pcm and hashlib.sha256(pcm).digest() == digest else None

    def put(self, name: str, pcm: bytes) -> None:
        """Store the samples of a sentence, for this user only."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self._folder / name, hashlib.sha256(pcm).digest() + pcm)
        except OSError as error:
            level = logging.DEBUG if self._warned else logging.WARNING
            _log.log(level, "%s: a rendered sentence cannot be stored: %s", self._folder, error.strerror)
            self._warned = True

    def remove_others(self, names: Collection[str]) -> None:
        """Delete the sentences, finished or not, that are not in `names`."""
        try:
            for file in list(self._folder.iterdir()):
                if _SUFFIX in file.name and file.name not in names:
                    file.unlink(missing_ok=True)
        except FileNotFoundError:
            return
        except OSError as error:
            _log.debug("%s: old sentences cannot be deleted: %s", self._folder, error.strerror)
