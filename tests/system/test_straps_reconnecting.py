"""Straps that disconnect and reconnect: the session continues and the changes are published."""

from __future__ import annotations

from .vm.installation import CHEST, Installation, Message

AWAY_S = 120


def session_id(installation: Installation) -> str:
    """Id of the active session."""
    return str(beats(installation, after=installation.mark()).payload["session"])


def beats(installation: Installation, *, after: Message | int) -> Message:
    """Wait for a new heart rate."""
    return installation.wait_for("anna/live", lambda live: live["heart_rate"], after=after)


def test_a_restarted_daemon_takes_over_the_connection_of_a_killed_one(active_session: Installation) -> None:
    machine, chest = active_session.machine, active_session.chest
    session, killed = session_id(active_session), active_session.main_pid()
    # Long enough that part of it is stored, as 5 s may be lost.
    active_session.wait_for("anna/live", lambda live: live["elapsed_s"] > 10)
    machine.run("systemctl", "kill", "--signal=KILL", "talkpace")
    killed_s = machine.monotonic_s()
    machine.retry(f"bluetoothctl info {CHEST} | grep -q 'Connected: yes'")
    silent = active_session.mark()
    again = beats(active_session, after=silent)
    assert again.payload["session"] == session
    assert active_session.main_pid() not in (0, killed)
    assert not chest.status().advertising  # the connection never ended

    machine.retry(
        f"test $(sqlite3 -readonly /var/lib/talkpace/talkpace.db 'SELECT max(origin_ms + offset_ms) > "
        f"{killed_s * 1000:.0f} FROM sessions JOIN measurements ON session = number') = 1"
    )
    stored = active_session.rows(
        "SELECT (origin_ms + offset_ms) / 1000.0 AS at_s FROM sessions JOIN measurements ON session = number"
    )
    before = [row["at_s"] for row in stored if row["at_s"] <= killed_s]
    safe = [one for one in chest.sent() if before[0] < one.at_s < killed_s - 5]
    assert len(before) > len(safe) > 0
    assert [row["id"] for row in active_session.rows("SELECT id FROM sessions")] == [session]


def test_a_dropped_connection_is_restored_and_a_low_battery_is_reported(active_session: Installation) -> None:
    chest, session = active_session.chest, session_id(active_session)
    chest.set_battery(9)
    dropped = active_session.mark()
    chest.disconnect()
    active_session.wait_for("anna/strap", {"connected": False}, after=dropped)
    back = active_session.wait_for("anna/strap", {"connected": True, "battery_percent": 9}, after=dropped)
    assert beats(active_session, after=back).payload["session"] == session
    low = active_session.wait_for("anna/event", {"event": "strap_battery_low"}, after=dropped)
    assert low.payload["session"] == session


def test_a_strap_out_of_range_raises_signal_lost_and_signal_back(active_session: Installation) -> None:
    chest, session = active_session.chest, session_id(active_session)
    gone_s, gone = active_session.machine.monotonic_s(), active_session.mark()
    chest.go_out_of_range()
    active_session.wait_for("anna/strap", {"connected": False}, after=gone)
    lost = active_session.wait_for("anna/event", {"event": "signal_lost"}, after=gone)
    assert lost.payload["heart_rate"] is None
    active_session.wait_for("anna/live", {"heart_rate": None, "warning": "signal_lost"}, after=gone)
    active_session.wait_until_s(gone_s + AWAY_S)
    away = active_session.mark()
    shown = [message for message in active_session.messages("anna/live") if message.number > lost.number]
    assert not any(message.payload["heart_rate"] for message in shown)
    chest.advertise()
    assert (
        active_session.wait_for("anna/event", {"event": "signal_back"}, after=away).payload["session"]
        == session
    )
    assert beats(active_session, after=away).payload["session"] == session
    assert active_session.events("anna").count("signal_lost") == 1


def test_lost_skin_contact_is_signal_lost_although_beats_arrive(active_session: Installation) -> None:
    chest, session = active_session.chest, session_id(active_session)
    off = active_session.mark()
    chest.set_contact(False)
    active_session.wait_for("anna/live", {"contact": "no"}, after=off)
    active_session.wait_for("anna/event", {"event": "signal_lost"}, after=off)
    on = active_session.mark()
    chest.set_contact(True)
    assert (
        active_session.wait_for("anna/event", {"event": "signal_back"}, after=on).payload["session"]
        == session
    )
    active_session.wait_for("anna/live", {"contact": "yes", "heart_rate": 72, "warning": "none"}, after=on)
    assert chest.status().connected
