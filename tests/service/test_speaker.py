"""The daemon as a process, with the real aplay and a device that writes a file."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from talkpace.alerts.speaker.pcm import RATE_HZ

from ..alerts.speaker.alsa import CONTINUOUS_RECORDER, all_played, alsa_environ, begin_times
from ..alerts.speaker.pitch import sounding
from ..broker import Mosquitto
from .daemon_process import PATIENCE_S, running, subscribed, talkpace

CHIME_HZ = 2400
EASY_HZ = 1200


def household(folder: Path, *more: str, device: str = CONTINUOUS_RECORDER) -> Path:
    """A household with a speaker."""
    path = folder / "talkpace.toml"
    path.write_text(
        f"""
        node = {{ id = "gym" }}
        athletes = [{{ id = "anna", max_heart_rate = 180 }}]
        bluetooth = {{ enabled = false }}
        store = {{ path = "{folder}/db/talkpace.db" }}
        warnings = {{ start_grace_s = 0, warn_after_s = 1 }}
        alerts = {{ speaker = {{ enabled = true, device = "{device}", voice = {{ engine = "none" }} }} }}
        """
        + "\n".join(more)
    )
    return path


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def beeps(folder: Path, hz: int) -> int:
    return len(sounding(all_played(folder)[: 60 * 2 * RATE_HZ], hz))


def test_a_warning_is_heard_over_the_speaker(tmp_path: Path, mosquitto: Mosquitto) -> None:
    ride = tmp_path / "ride.csv"
    ride.write_text("t_s,hr\n" + "".join(f"{second},{110 if second < 3 else 150}\n" for second in range(600)))
    configuration = household(
        tmp_path,
        f'sources = [{{ kind = "recording", athlete = "anna", file = "{ride}" }}]',
        f'mqtt = {{ enabled = true, host = "127.0.0.1", port = {mosquitto.port} }}',
    )
    with (
        subscribed(mosquitto.port) as subscriber,
        running(tmp_path, configuration, **alsa_environ(tmp_path)),
    ):
        warning = subscriber.wait_for("anna/event", event="over")
        until(lambda: beeps(tmp_path, CHIME_HZ) == 2)
    delay_s = begin_times(tmp_path)[-1] - datetime.fromisoformat(warning["time"]).timestamp()
    print(f"from the warning to the first sample: {1000 * delay_s:.0f} ms")  # noqa: T201 - a measurement


def test_a_test_of_an_alert_says_what_should_be_heard_and_seen(tmp_path: Path) -> None:
    configuration = household(tmp_path)
    with running(tmp_path, configuration, **alsa_environ(tmp_path)) as daemon:
        done = talkpace(tmp_path, "alerts", "test", "easy_again", "--config", str(configuration))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("easy_again: heard: 1 very long beep")
        assert done.stdout.endswith("seen: 1 very long flash (green)\n")
        until(lambda: beeps(tmp_path, EASY_HZ) == 1)
        assert "WARNING" not in daemon.says()


def test_a_test_without_a_daemon_and_of_an_unknown_event_is_an_error(tmp_path: Path) -> None:
    configuration = household(tmp_path)
    without = talkpace(tmp_path, "alerts", "test", "over", "--config", str(configuration))
    assert (without.returncode, without.stdout) == (1, "")
    assert "no daemon" in without.stderr or "does not run" in without.stderr
    unknown = talkpace(tmp_path, "alerts", "test", "ovr", "--config", str(configuration))
    assert unknown.returncode == 2
    assert "there is no event 'ovr': use one of over, " in unknown.stderr


def test_a_speaker_that_is_not_there_is_one_fault_with_a_remedy(tmp_path: Path) -> None:
    configuration = household(tmp_path, device="plughw:CARD=Usb")
    with running(tmp_path, configuration, **alsa_environ(tmp_path)) as daemon:
        fault = "speaker off: the device plughw:CARD=Usb does not exist or was unplugged"
        until(lambda: fault in daemon.says())
        done = talkpace(tmp_path, "alerts", "test", "over", "--config", str(configuration))
        assert done.returncode == 1
        assert fault in done.stderr
        doctor = talkpace(tmp_path, "doctor", "--config", str(configuration), **alsa_environ(tmp_path))
        assert "speaker: the device plughw:CARD=Usb does not exist" in doctor.stdout
        assert "`aplay -L` prints" in doctor.stdout
        assert daemon.says().count("speaker off") == 1
