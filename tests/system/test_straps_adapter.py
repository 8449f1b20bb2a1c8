"""Faults of the adapter and of BlueZ are reported, and beats continue after them without a restart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .vm.installation import CHEST, Athlete, Installation, Message


def stop_bluetoothd(installation: Installation) -> None:
    installation.machine.run("systemctl", "stop", "bluetooth")


def start_bluetoothd(installation: Installation) -> None:
    installation.machine.run("systemctl", "start", "bluetooth")


def power_off(installation: Installation) -> None:
    installation.machine.run("bluetoothctl", "power", "off")


def power_on(installation: Installation) -> None:
    installation.machine.run("bluetoothctl", "power", "on")


def unplug(installation: Installation) -> None:
    installation.radio.remove_adapter()


def plug_in(installation: Installation) -> None:
    installation.radio.add_adapter()


def beats(installation: Installation, *, after: Message) -> Message:
    return installation.wait_for("anna/live", lambda live: live["heart_rate"], after=after)


@dataclass(frozen=True)
class Fault:
    """A fault, its repair, and how node and doctor report it."""

    cause: Callable[[Installation], None]
    repair: Callable[[Installation], None]
    text: str
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
    "adapter": Fault(unplug, plug_in, "no Bluetooth adapter", "Bluetooth adapter", "bluetoothctl list"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_reported_and_beats_continue_after_its_repair(
    active_session: Installation, fault: Fault
) -> None:
    daemon, start = active_session.main_pid(), active_session.mark()
    session = active_session.wait_for("anna/live", after=start).payload["session"]
    fault.cause(active_session)
    faulty = active_session.wait_for("node", {"adapter": fault.text}, after=start)
    assert faulty.payload["broker"] == "connected"
    active_session.wait_for("anna/strap", {"connected": False}, after=start)
    finding = active_session.doctor()[fault.check]
    assert not finding["ok"]
    assert finding["detail"] == fault.text
    assert fault.remedy in finding["remedy"]
    fault.repair(active_session)
    repaired = active_session.wait_for("node", {"adapter": "ok"}, after=faulty)
    assert beats(active_session, after=repaired).payload["session"] == session
    assert active_session.main_pid() == daemon


def test_a_session_continues_after_bluetoothd_is_restarted_or_killed(active_session: Installation) -> None:
    daemon, start = active_session.main_pid(), active_session.mark()
    session = active_session.wait_for("anna/live", after=start).payload["session"]
    active_session.machine.run("systemctl", "restart", "bluetooth")
    gone = active_session.wait_for("anna/strap", {"connected": False}, after=start)
    assert beats(active_session, after=gone).payload["session"] == session
    active_session.machine.run("systemctl", "kill", "--signal=KILL", "bluetooth")
    dead = active_session.wait_for("anna/strap", {"connected": False}, after=active_session.mark())
    active_session.machine.run("systemctl", "restart", "bluetooth")
    assert beats(active_session, after=dead).payload["session"] == session
    assert active_session.main_pid() == daemon


def test_the_daemon_starts_without_an_adapter_and_uses_it_once_plugged_in(
    active_session: Installation,
) -> None:
    active_session.machine.run("systemctl", "stop", "talkpace")
    active_session.radio.remove_adapter()
    active_session.machine.retry("! bluetoothctl list | grep -q Controller")
    stopped = active_session.mark()
    active_session.start()
    waiting = active_session.wait_for("node", {"adapter": "no Bluetooth adapter"}, after=stopped)
    active_session.radio.add_adapter()
    ready = active_session.wait_for("node", {"adapter": "ok"}, after=waiting)
    beats(active_session, after=ready)


def test_the_daemon_waits_for_an_adapter_after_a_boot_without_one(
    installation: Installation,
) -> None:
    machine = installation.machine
    installation.configure(Athlete("anna", straps=(CHEST,)))
    machine.write("/etc/bed/straps.env", "BED_ADAPTERS=\n")
    machine.run("systemctl", "--quiet", "enable", "talkpace")
    machine.run("sync")
    machine.cut_power()
    machine.boot()
    installation.subscribe()
    waiting = installation.wait_for("node", lambda node: node["adapter"] not in ("ok", "not used"))
    assert machine.run("systemctl", "is-active", "talkpace").text == "active"
    # No other finding is looked at than those of Bluetooth: the daemon's own also names the adapter.
    findings = installation.doctor()
    finding = findings.get("Bluetooth adapter", findings["BlueZ"])
    assert not finding["ok"]
    assert "adapter" in finding["detail"]
    assert "bluetoothctl list" in finding["remedy"]
    installation.radio.add("chest", address=CHEST)
    installation.radio.add_adapter()
    ready = installation.wait_for("node", {"adapter": "ok"}, after=waiting)
    beats(installation, after=ready)
