"""The systemd service: status line, stop, watchdog restart, and sandbox."""

from __future__ import annotations

from .vm.daemon_probe import DaemonProbe
from .vm.installation import BUZZER, Athlete, Installation
from .vm.sources import NO_BLUETOOTH, virtual_source

CHEST = "A0:9E:1A:00:00:01"
HIGHEST_EXPOSURE = 2.0


def session_id(installation: Installation) -> str:
    """Id of the active session."""
    live = installation.wait_for("anna/live", lambda live: live["session"], after=installation.mark())
    session: str = live.payload["session"]
    return session


def test_a_session_continues_after_a_stop_and_start(installation: Installation) -> None:
    machine = installation.machine
    installation.set_up(Athlete("anna"), more=NO_BLUETOOTH + virtual_source("anna"))
    session = session_id(installation)
    installation.wait_for("node", {"broker": "connected", "straps_connected": 1})
    assert 'Status: "1 strap(s) connected; adapter: not used; broker: connected; store: ok' in (
        machine.run("systemctl", "status", "--no-pager", "--full", "talkpace").text
    )

    stopped_s = machine.monotonic_s()
    machine.run("systemctl", "stop", "talkpace")
    # After 5 s systemd would have killed it, with the result "timeout".
    assert machine.run("systemctl", "show", "-p", "Result", "--value", "talkpace").text == "success"
    [row] = installation.rows(
        'SELECT sessions.id, "end", origin_ms + max(offset_ms) AS last_ms FROM sessions'
        " JOIN measurements ON measurements.session = number"
    )
    assert (row["id"], row["end"]) == (session, None)
    assert row["last_ms"] / 1000 > stopped_s - 2

    installation.start()
    machine.wait_for_log(f"session {session} of anna continues")
    assert session_id(installation) == session


def test_a_session_continues_after_the_watchdog_restarts_a_blocked_daemon(
    installation: Installation,
) -> None:
    machine = installation.machine
    daemon_probe = DaemonProbe(machine)
    installation.configure(Athlete("anna"), more=NO_BLUETOOTH + virtual_source("anna"))
    machine.write(
        "/etc/systemd/system/talkpace.service.d/watchdog.conf", "[Service]\nWatchdogSec=6\nRestartSec=100ms\n"
    )
    machine.run("systemctl", "daemon-reload")
    installation.subscribe()
    installation.start()
    session, hung = session_id(installation), installation.main_pid()
    daemon_probe.block(hung)
    machine.wait_for_log(r"talkpace\.service: Watchdog timeout")
    machine.wait_for_log("Fatal Python error: Aborted")  # followed by the stack of every thread
    machine.wait_for_log(r"sitecustomize\.py.* in _block")
    machine.wait_for_log(f"session {session} of anna continues")
    assert session_id(installation) == session
    assert installation.main_pid() not in (0, hung)


def test_only_root_and_the_group_may_use_the_control_socket(installation: Installation) -> None:
    machine = installation.machine
    installation.set_up(Athlete("anna"), more=NO_BLUETOOTH + virtual_source("anna"))
    machine.wait_for_log("commands are accepted on /run/talkpace/control")
    modes = machine.run("stat", "-c", "%a %U:%G", "/run/talkpace", "/run/talkpace/control").text
    assert modes.splitlines() == ["750 talkpace:talkpace", "660 talkpace:talkpace"]
    machine.run("useradd", "--groups", "talkpace", "carl")
    machine.run("useradd", "dora")
    as_carl = ("runuser", "-u", "carl", "--", "env", "HOME=/tmp")
    member = machine.run(*as_carl, "talkpace", "nap", "20", "--athlete", "anna")
    assert member.text.startswith("anna: nap until")
    connect = "import socket; socket.socket(socket.AF_UNIX).connect('/run/talkpace/control')"
    stranger = machine.run("runuser", "-u", "dora", "--", "python3", "-c", connect, check=False)
    assert "PermissionError" in stranger.stderr.decode()
    assert installation.talkpace("nap", "stop", "--athlete", "anna").text == "anna: nap ended"


def test_the_sandbox_is_tight_while_bluetooth_gpio_and_mqtt_work(
    installation: Installation,
) -> None:
    strap = installation.radio.add("chest", address=CHEST)
    strap.set_heart_rate(160)
    installation.set_up(
        Athlete("anna", straps=(CHEST,)), more="[warnings]\nstart_grace_s = 0\nwarn_after_s = 1\n"
    )
    installation.wait_for("anna/event", {"event": "over"})
    installation.machine.wait_for_log("session .* of anna has started")
    assert any(edge.level for edge in installation.pins.edges(BUZZER))
    result = installation.machine.run(
        *(
            "systemd-analyze",
            "security",
            "--no-pager",
            f"--threshold={HIGHEST_EXPOSURE * 10:.0f}",
            "talkpace",
        ),
        check=False,
    )
    assert result.exit == 0, result.text.splitlines()[-1]
