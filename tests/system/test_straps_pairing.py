"""A new strap: found, paired, and taken up by the service that runs."""

from __future__ import annotations

import json

from .bed.household import CHEST, Athlete, Household

WATCH = "A0:9E:1A:00:00:02"


def test_straps_are_found_and_paired_and_the_running_service_takes_them_up(household: Household) -> None:
    chest = household.air.add("chest", address=CHEST, battery=55)
    watch = household.air.add("watch", address=WATCH, bonds=True, secured=True, name="Watch")
    watch.beat(64)
    household.settle(Athlete("anna"), Athlete("ben"))
    daemon = household.main_pid()

    found = json.loads(household.talkpace("scan", "--seconds", "3", "--json").text)
    assert {(one["address"], one["name"], one["athlete"]) for one in found} == {
        (CHEST, "Virtual chest", None),
        (WATCH, "Watch", None),
    }

    for address, athlete in ((CHEST, "anna"), (WATCH, "ben")):
        household.talkpace("pair", address, "--athlete", athlete, "--seconds", "2")
    assert household.heard("anna/live", {"heart_rate": 72}).payload["contact"] == "yes"
    household.heard("ben/live", {"heart_rate": 64})
    household.heard("anna/strap", {"connected": True, "name": "Virtual chest", "battery_percent": 55})

    assert (chest.status().bonded, watch.status().bonded, watch.status().encrypted) == (False, True, True)
    known = {one["address"]: one for one in json.loads(household.talkpace("straps", "--json").text)}
    assert {address: one["athlete"] for address, one in known.items()} == {CHEST: "anna", WATCH: "ben"}
    assert household.main_pid() == daemon
