"""Sound from a WAV file, or what is wrong with it."""

from __future__ import annotations

import struct
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.alerts.speaker.pcm import duration_ms, from_bytes
from talkpace.alerts.speech.errors import SpeechError
from talkpace.alerts.speech.wav import LONGEST_RECORDING_S, decode_wav

from .wav_files import wav


def pitch_hz(pcm: bytes) -> float:
    """Rising zero crossings a second."""
    rises = sum(before < 0 <= after for before, after in pairwise(from_bytes(pcm)))
    return rises * 1000 / duration_ms(pcm)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_pitch_and_duration_are_kept_whatever_the_format(rate_hz: int, width: int, channels: int) -> None:
    pcm = decode_wav(wav(rate_hz=rate_hz, width=width, channels=channels))
    assert duration_ms(pcm) == pytest.approx(500, abs=5)
    assert pitch_hz(pcm) == pytest.approx(440, abs=6)


def test_silence_before_and_after_the_words_is_cut_but_for_a_moment() -> None:
    pcm = decode_wav(wav(before_s=0.7, after_s=0.9))
    assert duration_ms(pcm) == pytest.approx(500 + 10 + 60, abs=3)


@pytest.mark.parametrize("loudness", [0.1, 0.5, 1.0])
def test_every_voice_is_about_as_loud(loudness: float) -> None:
    assert max(from_bytes(decode_wav(wav(loudness=loudness)))) == pytest.approx(26_000, abs=10)


def test_a_length_that_a_program_could_not_know_is_no_error() -> None:
    content = bytearray(wav())
    content[40:44] = struct.pack("<I", 0x7FFF_F000)
    assert decode_wav(bytes(content)) == decode_wav(wav())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"ID3\x04 and so on", "is an MP3 file, and no WAV file"),
        (b"OggS and so on", "is an Ogg file, and no WAV file"),
        (b"# talkpace", "is no WAV file"),
        (wav()[:20], "is a damaged WAV file: it is cut off"),
        (wav()[:36], "is a damaged WAV file: it has no samples"),
        (wav(seconds=0, before_s=1), "is silent"),
        (wav()[:20] + b"\x03" + wav()[21:], "is a WAV file in another format than PCM with integers"),
        (wav(rate_hz=4_000), "has 1 channel(s) of 16 bit at 4000 Hz"),
    ],
)
def test_what_is_no_sound_is_refused_with_what_it_is(content: bytes, message: str) -> None:
    with pytest.raises(SpeechError) as error:
        decode_wav(content)
    assert str(error.value).startswith(message)
    assert error.value.remedy


def test_a_file_that_states_its_format_at_length_is_read_too() -> None:
    plain = wav(width=3)
    form = b"fmt " + struct.pack("<I", 40) + b"\xfe\xff" + plain[22:36]
    form += struct.pack("<HHI", 22, 24, 4) + b"\x01\x00" + bytes(14)
    content = plain[:12] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + form + plain[36:]
    assert decode_wav(content) == decode_wav(plain)


def test_an_hour_is_refused_with_its_length() -> None:
    content = bytearray(wav(seconds=LONGEST_RECORDING_S + 0.1, tone_hz=1))
    content[40:44] = struct.pack("<I", 3600 * 22_050 * 2)
    with pytest.raises(SpeechError, match="lasts 3600 s; at most 10 s are played"):
        decode_wav(bytes(content), LONGEST_RECORDING_S)


@given(st.binary(max_size=400))
def test_any_bytes_give_sound_or_the_reason(content: bytes) -> None:
    _decode(content)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=6))
def test_any_damage_to_a_file_gives_sound_or_the_reason(damage: list[tuple[int, int]]) -> None:
    content = bytearray(wav(seconds=0.01))
    for place, value in damage:
        content[place] = value
    _decode(bytes(content))


def _decode(content: bytes) -> None:
    with suppress(SpeechError):
        assert decode_wav(content)
