"""The real aplay plays what it is given, and every way to fail is an error with a remedy."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from talkpace.alerts.outputs import AlertDeviceError
from talkpace.alerts.sequencer import Step
from talkpace.alerts.speaker.aplay import Aplay
from talkpace.alerts.speaker.failures import MISSING_PROGRAM, NO_SUCH_DEVICE
from talkpace.alerts.speaker.pcm import silence
from talkpace.alerts.speaker.tones import render

from .alsa import RECORDER, alsa_environ, played, with_path

CHIME = render((Step(2400, 300), Step(None, 160), Step(1200, 300)), 1.0)


def program(folder: Path, script: str) -> dict[str, str]:
    """Put a program named aplay into a folder; return the environment in which it is found."""
    file = folder / "aplay"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return with_path({}, folder)


async def failure(device: Aplay) -> AlertDeviceError:
    with pytest.raises(AlertDeviceError) as caught:
        await device.play([CHIME])
    return caught.value


async def test_what_is_played_reaches_the_device_complete(tmp_path: Path) -> None:
    environ = alsa_environ(tmp_path)
    await Aplay(RECORDER, environ).play([silence(100), CHIME])
    pcm = played(tmp_path)
    assert pcm.startswith(silence(100) + CHIME)
    assert pcm.removeprefix(silence(100) + CHIME).strip(b"\0") == b"", "filled up with silence"


async def test_sound_longer_than_every_buffer_is_complete_too(tmp_path: Path) -> None:
    environ = alsa_environ(tmp_path)
    await Aplay(RECORDER, environ).play([CHIME] * 40)
    assert played(tmp_path).startswith(CHIME * 40)


async def test_a_device_that_does_not_exist_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    error = await failure(Aplay("nowhere", alsa_environ(tmp_path), cards=tmp_path / "snd"))
    assert (str(error), error.remedy) == (
        "the device nowhere does not exist or was unplugged", NO_SUCH_DEVICE,
    )  # fmt: skip


async def test_a_missing_program_is_an_error_with_the_package_to_install(tmp_path: Path) -> None:
    error = await failure(Aplay("default", with_path({}, tmp_path)))
    assert (str(error), error.remedy) == ("aplay is not installed", MISSING_PROGRAM)


async def test_a_program_that_may_not_be_started_is_an_error(tmp_path: Path) -> None:
    environ = program(tmp_path, "true")
    (tmp_path / "aplay").write_bytes(b"\x7fELF")
    assert "cannot be started" in str(await failure(Aplay("default", environ)))


async def test_a_device_that_takes_no_sound_is_given_up(tmp_path: Path) -> None:
    environ = program(tmp_path, "exec /bin/sleep 1000")
    error = await failure(Aplay("default", environ, patience_s=0.2))
    assert str(error) == "the device default took no sound for 0.2 s"


async def test_a_device_that_is_unplugged_while_it_plays_is_an_error(tmp_path: Path) -> None:
    script = '/usr/bin/head -c 1000 >/dev/null; echo "aplay: write error: No such device" >&2; exit 1'
    error = await failure(Aplay("default", program(tmp_path, script), cards=tmp_path / "snd"))
    assert str(error) == "the device default does not exist or was unplugged"


async def test_a_program_that_talks_without_end_does_not_block(tmp_path: Path) -> None:
    script = "i=0; while [ $i -lt 20000 ]; do echo underrun >&2; i=$((i+1)); done; /bin/cat >/dev/null"
    await Aplay("default", program(tmp_path, script)).play([CHIME])


async def test_a_cut_ends_the_program_at_once(tmp_path: Path) -> None:
    started = tmp_path / "pid"
    environ = program(
        tmp_path, f"echo $$ >{started}.new; /bin/mv {started}.new {started}; exec /bin/sleep 1000"
    )

    def endless() -> Iterator[bytes]:
        while True:
            yield CHIME

    task = asyncio.create_task(Aplay("default", environ).play(endless()))
    while not started.exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


async def test_the_program_is_told_no_password(tmp_path: Path) -> None:
    environ = program(tmp_path, f"/usr/bin/env >{tmp_path / 'environ'}; /bin/cat >/dev/null")
    environ |= {"TALKPACE_MQTT__PASSWORD": "secret", "XDG_RUNTIME_DIR": "/run/user/1"}
    await Aplay("default", environ).play([CHIME])
    text = (tmp_path / "environ").read_text()
    assert "XDG_RUNTIME_DIR=/run/user/1" in text
    assert "LC_ALL=C\n" in text
    assert "secret" not in text
