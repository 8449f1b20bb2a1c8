"""Straps that behave badly: none of it ends the daemon, and each is listened to again once it behaves."""

from __future__ import annotations

from .bed.household import CHEST, Athlete, Household, Message

ARM = "C0:FF:EE:00:00:01"


def beats(household: Household, *, after: Message | int) -> Message:
    return household.heard("anna/live", {"heart_rate": 72}, after=after)


def test_garbage_and_a_heart_rate_of_0_are_no_measurements(training: Household) -> None:
    chest, daemon = training.chest, training.main_pid()
    session = beats(training, after=training.now()).payload["session"]
    for data in (b"", b"\x16", b"\x01\x48", b"\x00\x00"):
        chest.send(data)
    beats(training, after=training.now())
    filler = training.now()
    chest.beat(0)
    training.heard("anna/live", {"heart_rate": None}, after=filler)
    training.heard("anna/event", {"event": "signal_lost"}, after=filler)
    assert chest.status().connected
    chest.beat(72)
    assert beats(training, after=training.now()).payload["session"] == session
    assert not training.rows("SELECT * FROM measurements WHERE heart_rate NOT IN (0, 72)")
    assert training.main_pid() == daemon


def test_a_strap_that_hangs_or_refuses_is_tried_until_it_does_not(training: Household) -> None:
    chest, daemon = training.chest, training.main_pid()
    chest.refuse()
    chest.close()
    training.machine.said(f"{CHEST}: .*(?:electrodes|try again)")
    chest.refuse(on=False)
    beats(training, after=training.now())
    chest.hang()
    chest.close()
    chest.wait(connected=1)
    refused = training.now()
    chest.hang(on=False)
    beats(training, after=refused)
    assert training.main_pid() == daemon


def test_a_strap_that_bluez_remembers_but_that_is_gone_is_waited_for(training: Household) -> None:
    chest = training.chest
    training.machine.run("systemctl", "stop", "talkpace")
    chest.leave()
    training.machine.until(f"bluetoothctl info {CHEST} | grep -q 'Connected: no'")
    stopped = training.now()
    training.start()
    ready = training.heard("node", {"adapter": "ok"}, after=stopped)
    training.heard("anna/event", {"event": "signal_lost"}, after=stopped)
    chest.advertise()
    beats(training, after=ready)


def test_a_private_address_that_changes_after_bonding_is_the_same_strap(household: Household) -> None:
    watch = household.air.add("watch", address=CHEST, kind="private", bonds=True, secured=True)
    household.settle(Athlete("anna"))
    household.talkpace("pair", watch.status().address, "--athlete", "anna", "--seconds", "2")
    beats(household, after=-1)
    changed = household.now()
    watch.readdress()
    household.heard("anna/strap", {"connected": False}, after=changed)
    beats(household, after=changed)
