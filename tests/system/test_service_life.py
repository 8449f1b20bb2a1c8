"""systemd and the service: it says how it is, stops in time, comes back by itself, and is kept small."""

from __future__ import annotations

from .bed.household import BUZZER, Athlete, Household
from .bed.probe import Probe
from .bed.training import QUIET, virtual

CHEST = "A0:9E:1A:00:00:01"
EXPOSURE_AT_MOST = 2.0


def session_of(household: Household) -> str:
    """Of the session that is measured now."""
    live = household.heard("anna/live", lambda live: live["session"], after=household.now())
    session: str = live.payload["session"]
    return session


def test_a_stop_in_a_session_saves_it_and_a_start_goes_on_with_it(household: Household) -> None:
    machine = household.machine
    household.settle(Athlete("anna"), more=QUIET + virtual("anna"))
    session = session_of(household)
    household.heard("node", {"broker": "connected", "straps_connected": 1})
    assert 'Status: "1 strap(s) connected; adapter: not used; broker: connected; store: ok' in (
        machine.run("systemctl", "status", "--no-pager", "--full", "talkpace").text
    )

    stopped_s = machine.monotonic_s()
    machine.run("systemctl", "stop", "talkpace")
    # Past its 5 s, systemd would have killed it: "timeout".
    assert machine.run("systemctl", "show", "-p", "Result", "--value", "talkpace").text == "success"
    [kept] = household.rows(
        'SELECT sessions.id, "end", origin_ms + max(offset_ms) AS last_ms FROM sessions'
        " JOIN measurements ON measurements.session = number"
    )
    assert (kept["id"], kept["end"]) == (session, None)
    assert kept["last_ms"] / 1000 > stopped_s - 2

    household.start()
    machine.said(f"session {session} of anna goes on")
    assert session_of(household) == session


def test_the_watchdog_ends_a_daemon_whose_loop_is_blocked_and_the_session_goes_on(
    household: Household,
) -> None:
    machine = household.machine
    probe = Probe(machine)
    household.configure(Athlete("anna"), more=QUIET + virtual("anna"))
    machine.write(
        "/etc/systemd/system/talkpace.service.d/hasty.conf", "[Service]\nWatchdogSec=6\nRestartSec=100ms\n"
    )
    machine.run("systemctl", "daemon-reload")
    household.listen()
    household.start()
    session, hung = session_of(household), household.main_pid()
    probe.block(hung)
    machine.said(r"talkpace\.service: Watchdog timeout")
    machine.said("Fatal Python error: Aborted")  # and then where every thread was
    machine.said(r"sitecustomize\.py.* in _block")
    machine.said(f"session {session} of anna goes on")
    assert session_of(household) == session
    assert household.main_pid() not in (0, hung)


def test_systemd_calls_it_well_confined_while_bluetooth_gpio_and_mqtt_work(household: Household) -> None:
    strap = household.air.add("chest", address=CHEST)
    strap.beat(160)
    household.settle(
        Athlete("anna", straps=(CHEST,)), more="[warnings]\nstart_grace_s = 0\nwarn_after_s = 1\n"
    )
    household.heard("anna/event", {"event": "over"})
    household.machine.said("session .* of anna has started")
    assert any(edge.level for edge in household.pins.edges(BUZZER))
    told = household.machine.run(
        *(
            "systemd-analyze",
            "security",
            "--no-pager",
            f"--threshold={EXPOSURE_AT_MOST * 10:.0f}",
            "talkpace",
        ),
        check=False,
    )
    assert told.exit == 0, told.text.splitlines()[-1]
