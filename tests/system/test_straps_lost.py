"""Straps that come and go: the session goes on with them, and the room is told."""

from __future__ import annotations

from .bed.household import CHEST, Household, Message

AWAY_S = 120


def session_now(household: Household) -> str:
    """Of the session that is measured at this moment."""
    return str(beats(household, after=household.now()).payload["session"])


def beats(household: Household, *, after: Message | int) -> Message:
    """A fresh heart rate."""
    return household.heard("anna/live", lambda live: live["heart_rate"], after=after)


def test_a_killed_daemon_leaves_its_link_and_the_next_one_takes_it_over(training: Household) -> None:
    machine, chest = training.machine, training.chest
    session, killed = session_now(training), training.main_pid()
    # Old enough that some of it is on disk for sure: 5 s at most may be lost.
    training.heard("anna/live", lambda live: live["elapsed_s"] > 10)
    machine.run("systemctl", "kill", "--signal=KILL", "talkpace")
    killed_s = machine.monotonic_s()
    machine.until(f"bluetoothctl info {CHEST} | grep -q 'Connected: yes'")
    silent = training.now()
    again = beats(training, after=silent)
    assert again.payload["session"] == session
    assert training.main_pid() not in (0, killed)
    assert not chest.status().advertising  # the link was never given up

    machine.until(
        f"test $(sqlite3 -readonly /var/lib/talkpace/talkpace.db 'SELECT max(origin_ms + offset_ms) > "
        f"{killed_s * 1000:.0f} FROM sessions JOIN measurements ON session = number') = 1"
    )
    kept = training.rows(
        "SELECT (origin_ms + offset_ms) / 1000.0 AS at_s FROM sessions JOIN measurements ON session = number"
    )
    before = [row["at_s"] for row in kept if row["at_s"] <= killed_s]
    safe = [one for one in chest.sent() if before[0] < one.at_s < killed_s - 5]
    assert len(before) > len(safe) > 0
    assert [row["id"] for row in training.rows("SELECT id FROM sessions")] == [session]


def test_a_link_that_drops_comes_back_and_tells_of_a_low_battery(training: Household) -> None:
    chest, session = training.chest, session_now(training)
    chest.battery(9)
    dropped = training.now()
    chest.close()
    training.heard("anna/strap", {"connected": False}, after=dropped)
    back = training.heard("anna/strap", {"connected": True, "battery_percent": 9}, after=dropped)
    assert beats(training, after=back).payload["session"] == session
    low = training.heard("anna/event", {"event": "strap_battery_low"}, after=dropped)
    assert low.payload["session"] == session


def test_a_strap_out_of_range_is_missed_and_welcomed_back(training: Household) -> None:
    chest, session = training.chest, session_now(training)
    gone_s, gone = training.machine.monotonic_s(), training.now()
    chest.leave()
    training.heard("anna/strap", {"connected": False}, after=gone)
    lost = training.heard("anna/event", {"event": "signal_lost"}, after=gone)
    assert lost.payload["heart_rate"] is None
    training.heard("anna/live", {"heart_rate": None, "warning": "signal_lost"}, after=gone)
    training.until_s(gone_s + AWAY_S)
    away = training.now()
    shown = [message for message in training.messages("anna/live") if message.number > lost.number]
    assert not any(message.payload["heart_rate"] for message in shown)
    chest.advertise()
    assert training.heard("anna/event", {"event": "signal_back"}, after=away).payload["session"] == session
    assert beats(training, after=away).payload["session"] == session
    assert training.events("anna").count("signal_lost") == 1


def test_contact_lost_is_signal_lost_though_beats_go_on(training: Household) -> None:
    chest, session = training.chest, session_now(training)
    off = training.now()
    chest.contact(False)
    training.heard("anna/live", {"contact": "no"}, after=off)
    training.heard("anna/event", {"event": "signal_lost"}, after=off)
    on = training.now()
    chest.contact(True)
    assert training.heard("anna/event", {"event": "signal_back"}, after=on).payload["session"] == session
    training.heard("anna/live", {"contact": "yes", "heart_rate": 72, "warning": "none"}, after=on)
    assert chest.status().connected
