"""bleak without a D-Bus, without BlueZ, and with a fake BlueZ on a private bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from talkpace.clock import SystemClock
from talkpace.diagnostics import Health
from talkpace.errors import StrapError
from talkpace.sources.bluetooth.bleak_radio import BleakRadio
from talkpace.sources.bluetooth.checks import bluetooth_findings, strap_findings
from talkpace.sources.bluetooth.pairing import pair
from talkpace.sources.bluetooth.radio import (
    BATTERY_LEVEL,
    MODEL_NUMBER,
    Advertisement,
    Device,
    Fault,
    RadioError,
)
from talkpace.sources.bluetooth.straps import BluetoothStraps
from talkpace.sources.bluetooth.survey import FoundStrap, scan
from talkpace.sources.events import BatteryLevel, LinkDown, LinkUp, Notification, StrapEvent

from .fake_bluez import ADDRESS, DBUS_DAEMON, IDENTITY, FakeBlueZ, fake_bluez, private_bus

needs_dbus = pytest.mark.skipif(DBUS_DAEMON is None, reason="dbus-daemon is not installed")


@pytest.fixture
def no_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'missing'}")


@pytest.fixture
async def bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[str]:
    async with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield address


@pytest.fixture
async def bluez(bus: str) -> AsyncIterator[FakeBlueZ]:
    async with fake_bluez(bus) as bluez:
        yield bluez


async def first_health(adapter: str = "") -> str:
    states: asyncio.Queue[Health] = asyncio.Queue(maxsize=10)
    straps = BluetoothStraps(
        clock=SystemClock(),
        open_radio=lambda: BleakRadio(adapter),
        wanted=lambda: [ADDRESS],
        on_health=states.put_nowait,
    )
    running = asyncio.create_task(straps.run(lambda _: None))
    try:
        async with asyncio.timeout(20):
            return (await states.get()).text
    finally:
        running.cancel()
        await asyncio.wait({running})


@pytest.mark.usefixtures("no_bus")
class TestWithoutABus:
    async def test_the_daemon_reports_it_as_health_and_goes_on(self) -> None:
        assert await first_health() == "the system's D-Bus cannot be reached"

    async def test_scan_and_pair_fail_with_one_line(self) -> None:
        for command in (scan(BleakRadio(), 1), pair(BleakRadio(), ADDRESS)):
            with pytest.raises(
                StrapError, match=r"^the system's D-Bus cannot be reached: start it"
            ) as failed:
                await command
            assert "\n" not in str(failed.value)

    async def test_doctor_names_a_remedy_for_a_missing_bus(self) -> None:
        (finding,) = await bluetooth_findings()
        assert (finding.check, finding.ok) == ("D-Bus", False)
        assert finding.remedy is not None

    async def test_every_request_to_the_radio_raises_a_radio_error(self) -> None:
        radio = BleakRadio()
        for question in (radio.adapter(), radio.connected(), radio.scan(lambda _: None)):
            with pytest.raises(RadioError) as failed:
                await question
            assert failed.value.fault is Fault.NO_BUS


@needs_dbus
@pytest.mark.usefixtures("bus")
class TestWithoutBlueZ:
    async def test_the_daemon_reports_that_bluez_is_not_running(self) -> None:
        assert await first_health() == "BlueZ is not running"

    async def test_doctor_says_how_to_install_bluez(self, tmp_path: Path) -> None:
        (tmp_path / "hci0").mkdir()
        findings = await bluetooth_findings(host=tmp_path)
        assert [(finding.check, finding.ok) for finding in findings] == [("D-Bus", True), ("BlueZ", False)]
        assert "apt install bluez" in str(findings[-1].remedy)

    async def test_doctor_asks_for_an_adapter_if_there_is_none(self, tmp_path: Path) -> None:
        finding = (await bluetooth_findings(host=tmp_path))[-1]
        assert finding.detail == "BlueZ is not running, as there is no Bluetooth adapter for it"
        assert "plug one in" in str(finding.remedy)

    async def test_scan_reports_that_bluez_is_not_running(self) -> None:
        with pytest.raises(StrapError, match="BlueZ is not running"):
            await scan(BleakRadio(), 1)


@needs_dbus
class TestWithBlueZ:
    async def test_doctor_finds_nothing_wrong(self, bluez: FakeBlueZ) -> None:
        findings = await bluetooth_findings()
        assert [finding.check for finding in findings if finding.ok] == [
            "D-Bus",
            "BlueZ",
            "BlueZ version",
            "Bluetooth adapter",
        ]
        assert findings[2].detail == "BlueZ 5.66"

    async def test_doctor_finds_an_old_bluez(self, bluez: FakeBlueZ) -> None:
        bluez.adapter.modalias = "usb:v1D6Bp0246d0532"
        findings = await bluetooth_findings()
        assert [finding.detail for finding in findings if not finding.ok] == [
            "BlueZ 5.50 is too old; 5.55 or later is needed"
        ]

    async def test_an_adapter_that_is_off_is_named(self, bluez: FakeBlueZ) -> None:
        bluez.adapter.powered = False
        assert await first_health() == "the adapter hci0 is off"
        findings = await bluetooth_findings()
        assert "bluetoothctl power on" in str(findings[-1].remedy)

    async def test_an_adapter_that_is_not_there_is_named(self, bluez: FakeBlueZ) -> None:
        assert await first_health("hci1") == "no Bluetooth adapter hci1"
        bluez.unplug()
        assert await first_health() == "no Bluetooth adapter"

    async def test_a_scan_refused_by_bluez_is_reported(self, bluez: FakeBlueZ) -> None:
        bluez.adapter.refuses = "org.bluez.Error.InProgress"
        with pytest.raises(RadioError) as failed:
            await BleakRadio().scan(lambda _: None)
        assert failed.value.fault is Fault.BUSY

    async def test_scan_lists_the_strap_and_its_battery(self, bluez: FakeBlueZ) -> None:
        found = await scan(BleakRadio(), 0.1, with_battery=True)
        assert found == [FoundStrap(ADDRESS, "H10", -61, battery_percent=0x57)]
        assert not bluez.adapter.discovering
        assert not bluez.device.connected

    async def test_reading_a_missing_characteristic_is_an_error(self, bluez: FakeBlueZ) -> None:
        link = await BleakRadio().connect(await self.sighted())
        assert await link.read(BATTERY_LEVEL) == b"\x57"
        with pytest.raises(RadioError) as failed:
            await link.read(MODEL_NUMBER)
        assert failed.value.fault is Fault.NOT_OFFERED
        await link.close()
        assert not bluez.device.connected

    async def test_a_connected_strap_is_found_and_can_be_dropped(self, bluez: FakeBlueZ) -> None:
        bluez.device.connected = True
        radio = BleakRadio()
        (device,) = await radio.connected()
        assert device.address == ADDRESS
        await radio.drop(device)
        assert not bluez.device.connected

    async def test_a_strap_that_requires_a_bond_is_bonded(self, bluez: FakeBlueZ) -> None:
        bluez.device.wants_bond = True
        paired = await pair(BleakRadio(), ADDRESS, seconds=0.1)
        assert paired.bonded
        assert paired.battery_percent == 0x57
        assert bluez.agent is not None
        assert bluez.agent[1] == "NoInputNoOutput"

    async def test_a_strap_bonded_by_bluez_itself_has_its_identity_address(self, bluez: FakeBlueZ) -> None:
        bluez.device.wants_encryption = True
        paired = await pair(BleakRadio(), ADDRESS, seconds=0.1)
        assert paired.bonded
        assert paired.strap.address == IDENTITY

    async def test_a_strap_that_has_lost_its_keys_is_reported_and_bonded_again(
        self, bluez: FakeBlueZ
    ) -> None:
        bluez.device.wants_bond = bluez.device.paired = bluez.device.lost_keys = True
        with pytest.raises(RadioError, match="the strap is bonded, but every link ends at once") as failed:
            await BleakRadio().connect(await self.sighted())
        assert failed.value.fault is Fault.BOND_BROKEN
        (finding,) = await strap_findings([ADDRESS])
        assert not finding.ok
        assert "lost its keys" in finding.detail
        assert f"talkpace pair {ADDRESS}" in str(finding.remedy)
        steps: list[str] = []
        assert (await pair(BleakRadio(), ADDRESS, seconds=0.1, on_step=steps.append)).bonded
        assert any("bonding it again" in step for step in steps)

    async def test_doctor_does_not_connect_a_connected_or_unbonded_strap(self, bluez: FakeBlueZ) -> None:
        stranger = "A0:9E:1A:00:00:99"
        for connected, detail in ((True, "connected"), (False, "not connected at the moment")):
            bluez.device.connected = connected
            findings = await strap_findings([stranger, ADDRESS])
            assert [(one.ok, one.detail) for one in findings] == [
                (True, detail),
                (True, "not connected, and not seen lately"),
            ]
            assert bluez.device.connected == connected

    async def test_doctor_connects_a_bonded_strap_and_disconnects_it(self, bluez: FakeBlueZ) -> None:
        bluez.device.paired = True
        (finding,) = await strap_findings([ADDRESS])
        assert finding.ok
        assert not bluez.device.connected

    async def test_the_pairing_agent_refuses_other_devices(self, bluez: FakeBlueZ) -> None:
        bluez.device.wants_bond = True
        bluez.asks_about = "/org/bluez/hci0/dev_00_00_00_00_00_00"
        with pytest.raises(StrapError, match="refused to pair"):
            await pair(BleakRadio(), ADDRESS, seconds=0.1)

    async def test_events_arrive_until_the_daemon_stops(self, bluez: FakeBlueZ) -> None:
        events: asyncio.Queue[StrapEvent] = asyncio.Queue(maxsize=100)
        straps = BluetoothStraps(
            clock=SystemClock(), open_radio=BleakRadio, wanted=lambda: [ADDRESS], on_health=lambda _: None
        )
        running = asyncio.create_task(straps.run(events.put_nowait))
        async with asyncio.timeout(20):
            up = await events.get()
            assert isinstance(up, LinkUp)
            assert (up.strap.name, up.strap.signal_dbm) == ("H10", -61)
            battery = await events.get()
            assert isinstance(battery, BatteryLevel)
            bluez.beats.notify(b"\x00\x48")
            beat = await events.get()
            assert isinstance(beat, Notification)
            assert beat.payload == b"\x00\x48"
            bluez.device.link(up=False)
            assert isinstance(await events.get(), LinkDown)
            assert isinstance(await events.get(), LinkUp)
            running.cancel()
            await asyncio.wait({running})
        assert not bluez.device.connected
        assert not bluez.adapter.discovering

    async def sighted(self) -> Device:
        advertisements: asyncio.Queue[Advertisement] = asyncio.Queue(maxsize=100)
        scanning = await BleakRadio().scan(advertisements.put_nowait)
        async with asyncio.timeout(10):
            advertisement = await advertisements.get()
        await scanning.close()
        return advertisement.device
