"""bleak against a bus without BlueZ, with half of one, or with none at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from talkpace.errors import StrapError
from talkpace.service.clock import SystemClock
from talkpace.strap.bluetooth.bleak_radio import BleakRadio
from talkpace.strap.bluetooth.bonds import strap_findings
from talkpace.strap.bluetooth.findings import bluetooth_findings
from talkpace.strap.bluetooth.pairing import pair
from talkpace.strap.bluetooth.radio import Advert, Device, Fault, RadioError
from talkpace.strap.bluetooth.scanning import Found, scan
from talkpace.strap.bluetooth.straps import BluetoothStraps
from talkpace.strap.bluetooth.uuids import BATTERY_LEVEL, MODEL_NUMBER
from talkpace.strap.door import BatteryLevel, LinkDown, LinkUp, Notification, StrapEvent

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
    told: asyncio.Queue[str] = asyncio.Queue(maxsize=10)
    straps = BluetoothStraps(
        clock=SystemClock(), adapter=adapter, wanted=lambda: [ADDRESS], on_health=told.put_nowait
    )
    running = asyncio.create_task(straps.run(lambda _: None))
    try:
        async with asyncio.timeout(20):
            return await told.get()
    finally:
        running.cancel()
        await asyncio.wait({running})


@pytest.mark.usefixtures("no_bus")
class TestWithoutABus:
    async def test_the_daemon_says_so_and_goes_on(self) -> None:
        assert await first_health() == "the system's D-Bus cannot be reached"

    async def test_scan_and_pair_say_so_in_one_line(self) -> None:
        for command in (scan(1), pair(ADDRESS)):
            with pytest.raises(
                StrapError, match=r"^the system's D-Bus cannot be reached: start it"
            ) as failed:
                await command
            assert "\n" not in str(failed.value)

    async def test_doctor_says_what_to_do(self) -> None:
        (finding,) = await bluetooth_findings()
        assert (finding.check, finding.ok) == ("D-Bus", False)
        assert finding.remedy is not None

    async def test_every_question_to_the_radio_is_a_radio_error(self) -> None:
        radio = BleakRadio()
        for question in (radio.adapter(), radio.connected(), radio.scan(lambda _: None)):
            with pytest.raises(RadioError) as failed:
                await question
            assert failed.value.fault is Fault.NO_BUS


@needs_dbus
@pytest.mark.usefixtures("bus")
class TestWithoutBlueZ:
    async def test_the_daemon_says_so(self) -> None:
        assert await first_health() == "BlueZ is not running"

    async def test_doctor_says_how_to_get_it(self, tmp_path: Path) -> None:
        (tmp_path / "hci0").mkdir()
        findings = await bluetooth_findings(host=tmp_path)
        assert [(finding.check, finding.ok) for finding in findings] == [("D-Bus", True), ("BlueZ", False)]
        assert "apt install bluez" in str(findings[-1].remedy)

    async def test_doctor_says_that_it_lacks_an_adapter_where_it_does(self, tmp_path: Path) -> None:
        finding = (await bluetooth_findings(host=tmp_path))[-1]
        assert finding.says == "BlueZ is not running, as there is no Bluetooth adapter for it"
        assert "plug one in" in str(finding.remedy)

    async def test_scan_says_so(self) -> None:
        with pytest.raises(StrapError, match="BlueZ is not running"):
            await scan(1)


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
        assert findings[2].says == "BlueZ 5.66"

    async def test_doctor_finds_an_old_bluez(self, bluez: FakeBlueZ) -> None:
        bluez.adapter.modalias = "usb:v1D6Bp0246d0532"
        findings = await bluetooth_findings()
        assert [finding.says for finding in findings if not finding.ok] == [
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
        found = await scan(0.1, with_battery=True)
        assert found == [Found(ADDRESS, "H10", -61, battery_percent=0x57)]
        assert not bluez.adapter.discovering
        assert not bluez.device.connected

    async def test_a_link_reads_and_tells_what_is_not_offered(self, bluez: FakeBlueZ) -> None:
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
        (left,) = await radio.connected()
        assert left.address == ADDRESS
        await radio.drop(left)
        assert not bluez.device.connected

    async def test_a_strap_that_wants_it_is_bonded(self, bluez: FakeBlueZ) -> None:
        bluez.device.wants_bond = True
        paired = await pair(ADDRESS, seconds=0.1)
        assert paired.bonded
        assert paired.battery_percent == 0x57
        assert bluez.agent is not None
        assert bluez.agent[1] == "NoInputNoOutput"

    async def test_one_that_bluez_bonds_by_itself_is_known_by_its_lasting_address(
        self, bluez: FakeBlueZ
    ) -> None:
        bluez.device.wants_encryption = True
        paired = await pair(ADDRESS, seconds=0.1)
        assert paired.bonded
        assert paired.strap.address == IDENTITY

    async def test_one_that_has_lost_its_keys_is_named_and_can_be_bonded_anew(self, bluez: FakeBlueZ) -> None:
        bluez.device.wants_bond = bluez.device.paired = bluez.device.lost_keys = True
        with pytest.raises(RadioError, match="it is bonded, but no link holds") as failed:
            await BleakRadio().connect(await self.sighted())
        assert failed.value.fault is Fault.BOND_BROKEN
        (finding,) = await strap_findings([ADDRESS])
        assert not finding.ok
        assert "lost its keys" in finding.says
        assert f"talkpace pair {ADDRESS}" in str(finding.remedy)
        steps: list[str] = []
        assert (await pair(ADDRESS, seconds=0.1, on_step=steps.append)).bonded
        assert any("bonded anew" in step for step in steps)

    async def test_doctor_leaves_alone_who_is_connected_or_not_bonded(self, bluez: FakeBlueZ) -> None:
        stranger = "A0:9E:1A:00:00:99"
        for connected, says in ((True, "connected"), (False, "not connected at the moment")):
            bluez.device.connected = connected
            told = await strap_findings([stranger, ADDRESS])
            assert [(one.ok, one.says) for one in told] == [
                (True, says),
                (True, "not connected, and not heard lately"),
            ]
            assert bluez.device.connected == connected

    async def test_doctor_tries_a_bonded_strap_and_lets_it_go(self, bluez: FakeBlueZ) -> None:
        bluez.device.paired = True
        (finding,) = await strap_findings([ADDRESS])
        assert finding.ok
        assert not bluez.device.connected

    async def test_the_agent_agrees_to_no_other_device(self, bluez: FakeBlueZ) -> None:
        bluez.device.wants_bond = True
        bluez.asks_about = "/org/bluez/hci0/dev_00_00_00_00_00_00"
        with pytest.raises(StrapError, match="refused to pair"):
            await pair(ADDRESS, seconds=0.1)

    async def test_beats_come_through_the_door_until_the_daemon_stops(self, bluez: FakeBlueZ) -> None:
        events: asyncio.Queue[StrapEvent] = asyncio.Queue(maxsize=100)
        straps = BluetoothStraps(clock=SystemClock(), wanted=lambda: [ADDRESS], on_health=lambda _: None)
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
        heard: asyncio.Queue[Advert] = asyncio.Queue(maxsize=100)
        scanning = await BleakRadio().scan(heard.put_nowait)
        async with asyncio.timeout(10):
            advert = await heard.get()
        await scanning.close()
        return advert.device
