"""Words in the daemon: what is set and who trains decide what is spoken; chime and words reach the device."""

from __future__ import annotations

import shutil
import time
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from talkpace.alerts.speaker.pcm import duration_ms, from_bytes
from talkpace.alerts.speech.phrases import phrases
from talkpace.alerts.speech.voice import Voice
from talkpace.config.model import Configuration
from talkpace.language.sentences import Language
from talkpace.service.speech import build_voice, configure_voice, name_athletes

from ..alerts.speaker.alsa import RECORDER, alsa_environ, played
from ..alerts.speaker.pitch import sounding
from ..alerts.speech.wav_files import wav
from .daemon_process import PATIENCE_S, running, talkpace

OVER_HZ = 2400
SENTENCES = len(phrases(Language.ENGLISH, {}, band_minutes=30))


def configuration(**more: object) -> Configuration:
    return Configuration.model_validate({"alerts": {"speaker": {"enabled": True}}} | more)


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    return build_voice(configuration(), folder=tmp_path, is_training=lambda: False, on_health=lambda: None)


def test_the_time_that_is_told_is_that_of_the_signal(voice: Voice) -> None:
    assert voice.settings.band_minutes == 30
    configure_voice(voice, configuration(sessions={"target_band_s": 2400}))
    assert voice.settings.band_minutes == 40


def test_a_change_of_the_settings_leaves_the_names(voice: Voice) -> None:
    name_athletes(voice, {"anna": "Anna"})
    configure_voice(voice, configuration(alerts={"speaker": {"enabled": True, "language": "de"}}))
    assert voice.settings.names == {"anna": "Anna"}
    assert voice.settings.speaker.language == "de"


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def household(folder: Path, **speaker: str) -> Path:
    path = folder / "talkpace.toml"
    lines = [f"{key} = {value}" for key, value in speaker.items()]
    path.write_text(
        "\n".join(
            [
                "bluetooth = { enabled = false }",
                f'store = {{ path = "{folder}/state/talkpace.db" }}',
                'athletes = [{ id = "anna", max_heart_rate = 180 }]',
                "[alerts.speaker]",
                "enabled = true",
                f'device = "{RECORDER}"',
                *lines,
            ]
        ),
        encoding="utf-8",
    )
    (folder / "state").mkdir()
    return path


def played_after(folder: Path, event: str, path: Path, environ: dict[str, str], least_ms: int) -> bytes:
    """Sound of an event, once it has at least this duration."""
    done = talkpace(folder, "alerts", "test", event, "--config", str(path), **environ)
    assert done.returncode == 0, done.stderr

    def is_complete() -> bool:
        try:
            return duration_ms(played(folder)) >= least_ms
        except (OSError, EOFError, wave.Error):
            return False

    until(is_complete)
    return played(folder)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_the_words_follow_the_chime(tmp_path: Path) -> None:
    environ, path = alsa_environ(tmp_path), household(tmp_path)
    with running(tmp_path, path, **environ) as daemon:
        speech = tmp_path / "state" / "speech"
        until(lambda: speech.is_dir() and len(list(speech.glob("*.pcm"))) == SENTENCES)
        pcm = played_after(tmp_path, "over", path, environ, 1500)
        assert daemon.stop() == 0
    beeps = sounding(pcm, OVER_HZ)[:2]
    assert [round((end - start) / 100) for start, end in beeps] == [3, 3]
    samples = from_bytes(pcm)
    loud_ms = [index * 1000 // 22_050 for index, sample in enumerate(samples) if abs(sample) > 1000]
    assert max(loud_ms) - beeps[1][1] > 700  # the words


def test_a_recording_is_played_without_a_voice_and_a_fault_of_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "over.wav").write_bytes(wav(seconds=2, tone_hz=500))
    files = f'{{over = "{tmp_path}/over.wav", drink = "{tmp_path}/none.wav"}}'
    environ, path = alsa_environ(tmp_path), household(tmp_path, files=files, voice='{engine = "none"}')
    with running(tmp_path, path, **environ) as daemon:
        until(lambda: "none.wav cannot be read: No such file or directory" in daemon.says())
        done = talkpace(tmp_path, "alerts", "test", "easy_again", "--config", str(path), **environ)
        assert done.returncode == 1
        assert "speech: alerts.speaker.files.drink:" in done.stderr
        with pytest.raises(AssertionError):
            played_after(tmp_path, "over", path, environ, 2000)
        until(lambda: duration_ms(played(tmp_path)) > 2700)
        assert daemon.stop() == 0
    [(start, end)] = sounding(played(tmp_path), 500)
    assert end - start == pytest.approx(2000, abs=40)
