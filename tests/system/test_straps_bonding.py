"""A bonded strap that lost its keys: after a reset, with an empty battery, or bonded to a phone."""

from __future__ import annotations

from .vm.installation import CHEST, Athlete, Installation

LOG_TEXT = "the strap is bonded, but "


def test_lost_keys_are_reported_and_pairing_again_fixes_them(installation: Installation) -> None:
    watch = installation.radio.add("watch", address=CHEST, bonds=True, secured=True)
    installation.set_up(Athlete("anna"))
    pair = ("pair", CHEST, "--athlete", "anna", "--seconds", "2")
    installation.talkpace(*pair)
    installation.wait_for("anna/live", {"heart_rate": 72})
    check = f"strap {CHEST}"
    assert installation.doctor()[check] == {"check": check, "ok": True, "detail": "connected", "remedy": None}

    watch.unbond()
    watch.disconnect()
    line = installation.machine.wait_for_log(f"{CHEST}: {LOG_TEXT}")
    assert "`sudo talkpace pair ADDRESS --athlete ID` bonds it again" in line
    # The doctor reports it after two ended connections, which a busy machine may not see each time.
    findings = (installation.doctor().get(check) for _ in range(5))
    finding = next(finding for finding in findings if finding and not finding["ok"])
    assert "it has lost its keys" in finding["detail"]
    assert f"`sudo talkpace pair {CHEST} --athlete ID`" in finding["remedy"]

    lost = installation.mark()
    assert ", bonded" in installation.talkpace(*pair, limit_s=300).text
    installation.wait_for("anna/live", {"heart_rate": 72}, after=lost)
    status = watch.status()
    assert (status.bonded, status.encrypted) == (True, True)
