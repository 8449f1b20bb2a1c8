"""Adapter and BlueZ come and go; the daemon says what is wrong, and goes on by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .bed.household import CHEST, Athlete, Household, Message


def stop_bluetoothd(household: Household) -> None:
    household.machine.run("systemctl", "stop", "bluetooth")


def start_bluetoothd(household: Household) -> None:
    household.machine.run("systemctl", "start", "bluetooth")


def power_off(household: Household) -> None:
    household.machine.run("bluetoothctl", "power", "off")


def power_on(household: Household) -> None:
    household.machine.run("bluetoothctl", "power", "on")


def pull_out(household: Household) -> None:
    household.air.remove_adapter()


def put_back(household: Household) -> None:
    household.air.add_adapter()


def beats(household: Household, *, after: Message) -> Message:
    return household.heard("anna/live", lambda live: live["heart_rate"], after=after)


@dataclass(frozen=True)
class Fault:
    """How something breaks and is mended, and how the node and the doctor speak of it."""

    breaks: Callable[[Household], None]
    mends: Callable[[Household], None]
    says: str
    check: str
    remedy: str


FAULTS = {
    "bluetoothd": Fault(
        stop_bluetoothd,
        start_bluetoothd,
        "BlueZ is not running",
        "BlueZ",
        "systemctl enable --now bluetooth",
    ),
    "power": Fault(
        power_off, power_on, "the adapter hci0 is off", "Bluetooth adapter", "bluetoothctl power on"
    ),
    "adapter": Fault(pull_out, put_back, "no Bluetooth adapter", "Bluetooth adapter", "bluetoothctl list"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_and_beats_come_again_once_it_is_mended(training: Household, fault: Fault) -> None:
    daemon, whole = training.main_pid(), training.now()
    session = training.heard("anna/live", after=whole).payload["session"]
    fault.breaks(training)
    broken = training.heard("node", {"adapter": fault.says}, after=whole)
    assert broken.payload["broker"] == "connected"
    training.heard("anna/strap", {"connected": False}, after=whole)
    finding = training.doctor()[fault.check]
    assert not finding["ok"]
    assert finding["says"] == fault.says
    assert fault.remedy in finding["remedy"]
    fault.mends(training)
    mended = training.heard("node", {"adapter": "ok"}, after=broken)
    assert beats(training, after=mended).payload["session"] == session
    assert training.main_pid() == daemon


def test_bluetoothd_may_be_restarted_or_killed_in_a_session(training: Household) -> None:
    daemon, whole = training.main_pid(), training.now()
    session = training.heard("anna/live", after=whole).payload["session"]
    training.machine.run("systemctl", "restart", "bluetooth")
    gone = training.heard("anna/strap", {"connected": False}, after=whole)
    assert beats(training, after=gone).payload["session"] == session
    training.machine.run("systemctl", "kill", "--signal=KILL", "bluetooth")
    dead = training.heard("anna/strap", {"connected": False}, after=training.now())
    training.machine.run("systemctl", "restart", "bluetooth")
    assert beats(training, after=dead).payload["session"] == session
    assert training.main_pid() == daemon


def test_without_an_adapter_at_the_start_it_waits_for_one(training: Household) -> None:
    training.machine.run("systemctl", "stop", "talkpace")
    training.air.remove_adapter()
    training.machine.until("! bluetoothctl list | grep -q Controller")
    stopped = training.now()
    training.start()
    waiting = training.heard("node", {"adapter": "no Bluetooth adapter"}, after=stopped)
    training.air.add_adapter()
    ready = training.heard("node", {"adapter": "ok"}, after=waiting)
    beats(training, after=ready)


def test_a_boot_without_an_adapter_waits_for_the_one_that_is_plugged_in_later(household: Household) -> None:
    machine = household.machine
    household.configure(Athlete("anna", straps=(CHEST,)))
    machine.write("/etc/bed/straps.env", "BED_ADAPTERS=\n")
    machine.run("systemctl", "--quiet", "enable", "talkpace")
    machine.run("sync")
    machine.cut_power()
    machine.boot()
    household.listen()
    waiting = household.heard("node", lambda node: node["adapter"] not in ("ok", "not used"))
    assert machine.run("systemctl", "is-active", "talkpace").text == "active"
    [finding] = [
        finding for finding in household.doctor().values()
        if not finding["ok"] and "adapter" in finding["says"]
    ]  # fmt: skip
    assert "bluetoothctl list" in finding["remedy"]
    household.air.add("chest", address=CHEST)
    household.air.add_adapter()
    ready = household.heard("node", {"adapter": "ok"}, after=waiting)
    beats(household, after=ready)
