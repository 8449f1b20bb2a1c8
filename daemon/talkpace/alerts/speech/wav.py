"""Decode a WAV file to the one format of sound (`speaker/pcm.py`), without the silence around the words."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from struct import Struct

from ..speaker.pcm import HIGHEST, RATE_HZ, from_bytes, samples_of, to_bytes
from .errors import SpeechError

LONGEST_S = 30
"""of a sentence that is rendered"""
LONGEST_RECORDING_S = 10
LARGEST_BYTES = 16_000_000
"""10 s in eight channels of 32 bit at 48 kHz"""

_RATES_HZ = range(8_000, 192_001)
_CHANNELS = range(1, 9)
_BITS = (8, 16, 24, 32)
_CHUNK_HEAD = Struct("<4sI")
_FORMAT_CHUNK = Struct("<HHIIHH")
_PCM, _EXTENSIBLE = 1, 0xFFFE
_SUBFORMAT = 24
"""offset of the tag in the chunk of an extensible format"""
_QUIET = 200
"""amplitude below which a sample counts as silence: -44 dB"""
_PEAK = 26_000
"""amplitude of the loudest sample, so that all voices are about as loud: -2 dB"""
_MOST_GAIN = 8.0
_BEFORE_MS, _AFTER_MS = 10, 60
"""what is left of the silence, so that no soft consonant is cut"""
_NO_LENGTH = 0x7000_0000
"""bytes: a program that writes to a pipe states such a length, as it cannot know it"""

_OTHER_FORMATS = {
    b"ID3": "an MP3 file",
    b"\xff\xfb": "an MP3 file",
    b"\xff\xf3": "an MP3 file",
    b"OggS": "an Ogg file",
    b"fLaC": "a FLAC file",
    b"FORM": "an AIFF file",
    b"\x1aE\xdf\xa3": "a WebM or Matroska file",
}
_CONVERT = "convert it: ffmpeg -i IN -ac 1 -ar 22050 -c:a pcm_s16le -t 10 OUT.wav"


@dataclass(frozen=True)
class _Format:
    channels: int
    rate_hz: int
    sample_bytes: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.sample_bytes


def decode_wav(content: bytes, longest_s: int = LONGEST_S) -> bytes:
    """Return the sound of a WAV file with integer samples of 8 to 32 bit, at full volume.

    Raises SpeechError where it is none, where it is silent, or where it lasts longer.
    """
    form, data, stated_bytes = _parse(content)
    frames = data[: len(data) // form.frame_bytes * form.frame_bytes]
    if len(frames) > longest_s * form.rate_hz * form.frame_bytes:
        is_known = stated_bytes < _NO_LENGTH
        length = (
            f"{stated_bytes // form.frame_bytes // form.rate_hz} s"
            if is_known
            else f"more than {longest_s} s"
        )
        raise SpeechError(f"lasts {length}; at most {longest_s} s are played", "cut it to the words")
    words = _trim(_resample(_mono(_to_16_bit(frames, form.sample_bytes), form.channels), form.rate_hz))
    if not words:
        raise SpeechError("is silent", "record it again, louder")
    return to_bytes(_normalize(words))


def _parse(content: bytes) -> tuple[_Format, bytes, int]:
    """Return the format, the samples that are there, and how many bytes of them the file states."""
    if not (content.startswith(b"RIFF") and content[8:12] == b"WAVE"):
        known = next((name for start, name in _OTHER_FORMATS.items() if content.startswith(start)), None)
        kind = f"{known}, and no WAV file" if known else "no WAV file" if content else "empty"
        raise SpeechError(f"is {kind}", _CONVERT)
    form: _Format | None = None
    offset = 12
    while offset + _CHUNK_HEAD.size <= len(content):
        name, size = _CHUNK_HEAD.unpack_from(content, offset)
        offset += _CHUNK_HEAD.size
        if name == b"fmt ":
            form = _format(content[offset : offset + size])
        elif name == b"data" and form is not None:
            return form, content[offset : offset + size], size
        offset += size + size % 2
    raise SpeechError("is a damaged WAV file: it has no samples", _CONVERT)


def _format(chunk: bytes) -> _Format:
    """Decode the chunk `fmt`. Raises SpeechError for what is not supported."""
    if len(chunk) < _FORMAT_CHUNK.size:
        raise SpeechError("is a damaged WAV file: it is cut off", _CONVERT)
    tag, channels, rate_hz, _, _, bits = _FORMAT_CHUNK.unpack_from(chunk)
    if tag == _EXTENSIBLE:
        tag = int.from_bytes(chunk[_SUBFORMAT : _SUBFORMAT + 2], "little")
    if tag != _PCM:
        raise SpeechError("is a WAV file in another format than PCM with integers", _CONVERT)
    if rate_hz not in _RATES_HZ or channels not in _CHANNELS or bits not in _BITS:
        raise SpeechError(f"has {channels} channel(s) of {bits} bit at {rate_hz} Hz", _CONVERT)
    return _Format(channels, rate_hz, bits // 8)


def _mono(samples: array[int], channels: int) -> array[int]:
    """Return the mean of the channels."""
    if channels == 1:
        return samples
    parts = [samples[channel::channels] for channel in range(channels)]
    return array("h", [sum(each) // channels for each in zip(*parts, strict=True)])


def _to_16_bit(data: bytes, width: int) -> array[int]:
    if width == 1:
        return array("h", [(value - 128) << 8 for value in data])
    upper = bytearray(len(data) // width * 2)
    upper[0::2], upper[1::2] = data[width - 2 :: width], data[width - 1 :: width]
    return from_bytes(bytes(upper))


def _resample(samples: array[int], rate_hz: int) -> array[int]:
    """Resample linearly; from twice the rate and more, neighbours are averaged first against aliasing."""
    while rate_hz >= 2 * RATE_HZ:
        samples = array("h", [(a + b) >> 1 for a, b in zip(samples[0::2], samples[1::2], strict=False)])
        rate_hz //= 2
    if rate_hz == RATE_HZ:
        return samples
    steps = list(pairwise(samples))
    count = max(0, len(samples) - 1) * RATE_HZ // rate_hz
    resampled = array("h")
    for index in range(count):
        place, part = divmod(index * rate_hz, RATE_HZ)
        before, after = steps[place]
        resampled.append(before + (after - before) * part // RATE_HZ)
    return resampled


def _trim(samples: array[int]) -> array[int]:
    loud = [index for index, sample in enumerate(samples) if abs(sample) >= _QUIET]
    if not loud:
        return array("h")
    return samples[max(0, loud[0] - samples_of(_BEFORE_MS)) : loud[-1] + 1 + samples_of(_AFTER_MS)]


def _normalize(samples: Sequence[int]) -> array[int]:
    peak = max(abs(sample) for sample in samples)
    gain = min(_MOST_GAIN, _PEAK / peak)
    return array("h", [max(-HIGHEST, min(HIGHEST, round(sample * gain))) for sample in samples])
