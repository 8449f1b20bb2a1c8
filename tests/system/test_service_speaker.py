"""A warning is heard over a sound card, and nothing else is lost when that is unplugged in a session."""

from __future__ import annotations

import io
import wave
from array import array

from talkpace.alerts.sequencer import Step
from talkpace.alerts.speaker.pcm import RATE_HZ
from talkpace.alerts.speaker.tones import render

from ..alerts.speaker.pitch import sounding
from .vm.installation import BUZZER, DATABASE, LED, Athlete, Installation
from .vm.sources import NO_BLUETOOTH, recording_source

CHIME_HZ, WORDS_HZ = 2400, 700
PLUG_IN = "modprobe snd_aloop pcm_substreams=1"
DEVICE = "plughw:CARD=Loopback,DEV=0"
WORDS = "/etc/talkpace/over.wav"
SPEAKER = f"""\
[alerts.speaker]
enabled = true
device = "{DEVICE}"
files = {{ over = "{WORDS}" }}
voice = {{ engine = "none" }}
"""
WARNINGS = "[warnings]\nstart_grace_s = 0\nwarn_after_s = 2\nclear_after_s = 2\nrepeat_every_s = 600\n"
RECORDING = "/srv/heard.raw"
UNPLUGGED = f"speaker off: the device {DEVICE} does not exist or was unplugged"
BUSY = "is in use by another program"
EASY, HARD = 110, 160


def words() -> bytes:
    """A recording of one second, as the household may make one."""
    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(RATE_HZ)
        recording.writeframes(render((Step(WORDS_HZ, 1000),), 0.9))
    return file.getvalue()


def listen(installation: Installation) -> float:
    """Record what the card plays from now on; return when that began, on the guest's monotonic clock."""
    installation.machine.run(
        *("systemd-run", "--quiet", "--unit=microphone", "arecord", "-q", "-t", "raw", "-f", "S16_LE"),
        *("-c", "1", "-r", str(RATE_HZ), "-D", "plughw:CARD=Loopback,DEV=1", RECORDING),
    )
    installation.machine.retry(f"test -s {RECORDING}")
    size = int(installation.machine.run("stat", "-c", "%s", RECORDING).text)
    return installation.machine.monotonic_s() - size / 2 / RATE_HZ


def heard(installation: Installation, hz: int) -> list[tuple[int, int]]:
    """From when to when (ms) a pitch was heard; under emulation a beep may have gaps."""
    return sounding(array("h", installation.machine.read(RECORDING)), hz, RATE_HZ)


def heard_ms(installation: Installation, hz: int) -> int:
    return sum(end - start for start, end in heard(installation, hz))


def test_a_speaker_is_heard_once_it_is_plugged_in_and_unplugging_it_costs_nothing_else(
    installation: Installation,
) -> None:
    machine = installation.machine
    machine.write(WORDS, words())
    rates = [EASY] * 60 + [HARD] * 30 + [EASY] * 900
    installation.set_up(
        Athlete("anna"), more=NO_BLUETOOTH + WARNINGS + SPEAKER + recording_source(machine, "anna", rates)
    )
    unplugged = installation.wait_for("node", {"alerts": UNPLUGGED})
    machine.shell(PLUG_IN)
    installation.wait_for("node", {"alerts": "ok"}, after=unplugged)

    began_s = listen(installation)
    installation.pins.clear()
    over = installation.wait_for("anna/event", {"event": "over"})
    installation.wait_for("anna/event", {"event": "easy_again"}, after=over)
    assert 300 <= heard_ms(installation, CHIME_HZ) <= 700, "two beeps of 300 ms"
    assert 600 <= heard_ms(installation, WORDS_HZ) <= 1100, "the words take a second"
    assert heard(installation, WORDS_HZ)[0][0] > heard(installation, CHIME_HZ)[0][0]
    beep_s = next(edge.at_s for edge in installation.pins.edges(BUZZER) if edge.level)
    delay_ms = 1000 * (began_s - beep_s) + heard(installation, CHIME_HZ)[0][0]
    print(f"from the buzzer to the chime: {delay_ms:.0f} ms")  # noqa: T201 - a measurement

    machine.shell("systemctl stop microphone")

    machine.run("systemd-run", "--quiet", "--unit=radio", "aplay", "-q", "-D", DEVICE, "/dev/zero")
    machine.retry("grep -q RUNNING /proc/asound/Loopback/pcm0p/sub0/status")
    installation.talkpace("alerts", "test", "drink", check=False)
    assert installation.wait_for("node", {"alerts": f"speaker off: the device {DEVICE} {BUSY}"})
    mark = installation.mark()
    machine.shell("systemctl stop radio")
    mark = installation.wait_for("node", {"alerts": "ok"}, after=mark).number

    machine.retry("modprobe -r snd_aloop")
    installation.pins.clear()
    installation.talkpace("alerts", "test", "over", check=False)
    assert installation.wait_for("node", {"alerts": UNPLUGGED}, after=mark)
    for line in (BUZZER, LED):
        assert any(edge.level for edge in installation.pins.edges(line))
    finding = installation.doctor()["speaker"]
    assert (finding["ok"], UNPLUGGED.endswith(finding["detail"])) == (False, True)
    assert "aplay -L" in finding["remedy"]
    mark = installation.mark()
    assert installation.wait_for("anna/live", lambda live: live["heart_rate"] == EASY, after=mark)
    query = "SELECT count(*) AS beats FROM measurements"
    before = installation.rows(query)[0]["beats"]
    machine.retry(f"test $(sqlite3 -readonly {DATABASE} '{query}') -gt {before}")
