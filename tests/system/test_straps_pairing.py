"""Scanning and pairing straps while the service runs."""

from __future__ import annotations

import json

from .vm.installation import CHEST, Athlete, Installation

WATCH = "A0:9E:1A:00:00:02"


def test_the_running_service_connects_to_newly_paired_straps(
    installation: Installation,
) -> None:
    chest = installation.radio.add("chest", address=CHEST, battery=55)
    watch = installation.radio.add("watch", address=WATCH, bonds=True, secured=True, name="Watch")
    watch.set_heart_rate(64)
    installation.set_up(Athlete("anna"), Athlete("ben"))
    daemon = installation.main_pid()

    found = json.loads(installation.talkpace("scan", "--seconds", "3", "--json").text)
    assert {(one["address"], one["name"], one["athlete"]) for one in found} == {
        (CHEST, "Virtual chest", None),
        (WATCH, "Watch", None),
    }

    for address, athlete in ((CHEST, "anna"), (WATCH, "ben")):
        installation.talkpace("pair", address, "--athlete", athlete, "--seconds", "2")
    assert installation.wait_for("anna/live", {"heart_rate": 72}).payload["contact"] == "yes"
    installation.wait_for("ben/live", {"heart_rate": 64})
    installation.wait_for("anna/strap", {"connected": True, "name": "Virtual chest", "battery_percent": 55})

    assert (chest.status().bonded, watch.status().bonded, watch.status().encrypted) == (False, True, True)
    straps = {one["address"]: one for one in json.loads(installation.talkpace("straps", "--json").text)}
    assert {address: one["athlete"] for address, one in straps.items()} == {CHEST: "anna", WATCH: "ben"}
    assert installation.main_pid() == daemon
