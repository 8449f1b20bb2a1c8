"""A strap that `talkpace pair` works with is left alone by the daemon meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from talkpace.service.paths import runtime_folder
from talkpace.strap.bluetooth.reserved import reserved, reserved_strap

from ..strap.bluetooth.fake_bluez import ADDRESS, DBUS_DAEMON, FakeDevice, fake_bluez, private_bus
from .running import PATIENCE_S, running


def test_a_reservation_lasts_as_long_as_its_maker_wants(tmp_path: Path) -> None:
    assert reserved_strap(tmp_path) is None
    with reserved(tmp_path, ADDRESS.lower()):
        assert reserved_strap(tmp_path) == ADDRESS
    assert reserved_strap(tmp_path) is None  # though the file is still there
    assert reserved_strap(tmp_path / "missing") is None


def test_daemon_and_command_meet_in_the_same_folder(tmp_path: Path) -> None:
    assert runtime_folder({"RUNTIME_DIRECTORY": f"{tmp_path}:/other"}) == tmp_path
    assert runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path / "missing")}) in (None, Path("/run/talkpace"))


async def until(device: FakeDevice, *, connected: bool) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while device.connected != connected:
            device.linked.clear()
            await device.linked.wait()


@pytest.mark.skipif(DBUS_DAEMON is None, reason="dbus-daemon is not installed")
async def test_the_daemon_lets_go_of_a_reserved_strap_and_takes_it_up_again(tmp_path: Path) -> None:
    configuration = tmp_path / "talkpace.toml"
    configuration.write_text(f'[[athletes]]\nid = "anna"\nmax_heart_rate = 180\nstraps = ["{ADDRESS}"]\n')
    async with private_bus(tmp_path) as bus, fake_bluez(bus) as bluez:
        daemon = running(
            tmp_path, configuration, DBUS_SYSTEM_BUS_ADDRESS=bus, RUNTIME_DIRECTORY=str(tmp_path)
        )
        await asyncio.to_thread(daemon.__enter__)
        try:
            await until(bluez.device, connected=True)
            with reserved(tmp_path, ADDRESS):
                await until(bluez.device, connected=False)
            await until(bluez.device, connected=True)
        finally:
            await asyncio.to_thread(daemon.__exit__, None, None, None)
