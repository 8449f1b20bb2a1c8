"""Which exceptions of bleak and dbus-fast are failures of the radio, and which are defects of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from bleak.exc import BleakError
from dbus_fast.errors import AuthError, InvalidAddressError

from talkpace.sources.bluetooth.bleak_radio import BleakLink, BleakRadio
from talkpace.sources.bluetooth.errors import mapped_errors
from talkpace.sources.bluetooth.radio import BATTERY_LEVEL, Advertisement, Device, Fault, RadioError

from .fake_bluez import DBUS_DAEMON, fake_bluez, private_bus

needs_dbus = pytest.mark.skipif(DBUS_DAEMON is None, reason="dbus-daemon is not installed")


def fault_of(error: BaseException) -> Fault:
    with pytest.raises(RadioError) as raised, mapped_errors():
        raise error
    assert raised.value.__cause__ is error
    return raised.value.fault


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (BleakError("Not connected"), Fault.FAILED),
        (TimeoutError(), Fault.TIMED_OUT),
        (AuthError("rejected"), Fault.DENIED),
        (InvalidAddressError("no transport"), Fault.NO_BUS),
        (ConnectionRefusedError(111, "Connection refused"), Fault.NO_BUS),
        (ConnectionResetError(104, "Connection reset by peer"), Fault.NO_BUS),
        (OSError(9, "Bad file descriptor"), Fault.NO_BUS),
        (EOFError(), Fault.NO_BUS),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else value.name,
)
def test_exceptions_of_the_libraries_are_radio_errors(error: BaseException, fault: Fault) -> None:
    assert fault_of(error) is fault


@pytest.mark.parametrize(
    "defect", [AssertionError, AttributeError, KeyError, TypeError, ValueError, IndexError]
)
def test_a_defect_of_our_own_code_is_not_taken_for_a_failure_of_the_radio(defect: type[Exception]) -> None:
    with pytest.raises(defect), mapped_errors():
        raise defect("ours")


async def connected_link() -> BleakLink:
    found: asyncio.Queue[Advertisement] = asyncio.Queue(maxsize=100)
    radio = BleakRadio()
    scan = await radio.scan(found.put_nowait)
    async with asyncio.timeout(20):
        device: Device = (await found.get()).device
    await scan.close()
    return await radio.connect(device)


@needs_dbus
async def test_a_failed_assertion_inside_bleak_is_a_radio_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pair` of bleak asserts that its client has a D-Bus connection, which is gone with the link."""
    async with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        async with fake_bluez(address):
            link = await connected_link()
            await link.close()
            with pytest.raises(RadioError, match="the connection or the device is gone") as raised:
                await link.bond()
    assert isinstance(raised.value.__cause__, AssertionError)


REQUESTS: dict[str, Callable[[BleakLink], Awaitable[Any]]] = {
    "read": lambda link: link.read(BATTERY_LEVEL),
    "subscribe": lambda link: link.subscribe(lambda _payload: None),
    "bond": lambda link: link.bond(),
    "bond info": lambda link: link.bond_info(),
    "adapter": lambda _link: BleakRadio().adapter(),
    "connected": lambda _link: BleakRadio().connected(),
    "scan": lambda _link: BleakRadio().scan(lambda _advertisement: None),
}


@needs_dbus
@pytest.mark.parametrize("request_name", REQUESTS)
async def test_every_request_after_the_bus_has_stopped_is_a_radio_error(
    request_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        async with fake_bluez(address):
            link = await connected_link()
    async with asyncio.timeout(20):
        with pytest.raises(RadioError):
            await REQUESTS[request_name](link)
        await link.close()


@needs_dbus
@pytest.mark.parametrize("request_name", REQUESTS)
async def test_every_request_after_bluez_has_stopped_is_a_radio_error(
    request_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        async with fake_bluez(address):
            link = await connected_link()
        async with asyncio.timeout(20):
            with pytest.raises(RadioError):
                await REQUESTS[request_name](link)
