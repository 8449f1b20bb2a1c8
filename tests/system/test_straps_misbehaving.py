"""Misbehaving straps do not stop the daemon, and are used again once they behave."""

from __future__ import annotations

from .vm.installation import CHEST, Athlete, Installation, Message

ARM = "C0:FF:EE:00:00:01"


def beats(installation: Installation, *, after: Message | int) -> Message:
    return installation.wait_for("anna/live", {"heart_rate": 72}, after=after)


def test_invalid_payloads_and_a_heart_rate_of_0_are_not_measurements(active_session: Installation) -> None:
    chest, daemon = active_session.chest, active_session.main_pid()
    session = beats(active_session, after=active_session.mark()).payload["session"]
    for data in (b"", b"\x16", b"\x01\x48", b"\x00\x00"):
        chest.send(data)
    beats(active_session, after=active_session.mark())
    filler = active_session.mark()
    chest.set_heart_rate(0)
    active_session.wait_for("anna/live", {"heart_rate": None}, after=filler)
    active_session.wait_for("anna/event", {"event": "signal_lost"}, after=filler)
    assert chest.status().connected
    chest.set_heart_rate(72)
    assert beats(active_session, after=active_session.mark()).payload["session"] == session
    assert not active_session.rows("SELECT * FROM measurements WHERE heart_rate NOT IN (0, 72)")
    assert active_session.main_pid() == daemon


def test_a_strap_that_hangs_or_rejects_connections_is_retried_until_it_works(
    active_session: Installation,
) -> None:
    chest, daemon = active_session.chest, active_session.main_pid()
    chest.refuse()
    chest.disconnect()
    active_session.machine.wait_for_log(f"{CHEST}: .*(?:electrodes|try again)")
    chest.refuse(on=False)
    beats(active_session, after=active_session.mark())
    chest.hang()
    chest.disconnect()
    chest.wait(connected=1)
    refused = active_session.mark()
    chest.hang(on=False)
    beats(active_session, after=refused)
    assert active_session.main_pid() == daemon


def test_the_daemon_waits_for_a_strap_that_bluez_knows_but_that_is_out_of_range(
    active_session: Installation,
) -> None:
    chest = active_session.chest
    active_session.machine.run("systemctl", "stop", "talkpace")
    chest.go_out_of_range()
    active_session.machine.retry(f"bluetoothctl info {CHEST} | grep -q 'Connected: no'")
    stopped = active_session.mark()
    active_session.start()
    ready = active_session.wait_for("node", {"adapter": "ok"}, after=stopped)
    active_session.wait_for("anna/event", {"event": "signal_lost"}, after=stopped)
    chest.advertise()
    beats(active_session, after=ready)


def test_a_bonded_strap_is_recognised_after_its_private_address_changes(installation: Installation) -> None:
    watch = installation.radio.add("watch", address=CHEST, kind="private", bonds=True, secured=True)
    installation.set_up(Athlete("anna"))
    installation.talkpace("pair", watch.status().address, "--athlete", "anna", "--seconds", "2")
    beats(installation, after=-1)
    changed = installation.mark()
    watch.change_address()
    installation.wait_for("anna/strap", {"connected": False}, after=changed)
    beats(installation, after=changed)
