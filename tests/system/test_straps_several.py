"""More than one strap: one for each of three athletes, or two for one."""

from __future__ import annotations

from .bed.household import Athlete, Household

ADDRESSES = [f"A0:9E:1A:00:00:0{number}" for number in range(1, 5)]


def test_three_athletes_train_at_once_and_one_of_them_with_two_straps(household: Household) -> None:
    air, (chest, arm, watch, second) = household.air, ADDRESSES
    for label, address, heart_rate in (("chest", chest, 91), ("arm", arm, 102), ("watch", watch, 113)):
        air.add(label, address=address).beat(heart_rate)
    spare = air.add("spare", address=second)
    spare.beat(92)
    household.settle(
        Athlete("anna", straps=(chest, second)),
        Athlete("ben", straps=(arm,)),
        Athlete("cleo", straps=(watch,)),
    )
    household.heard("node", {"straps_connected": 4})
    sessions = {}
    for athlete, heart_rates in (("anna", (91, 92)), ("ben", (102,)), ("cleo", (113,))):
        live = household.heard(f"{athlete}/live", lambda live: live["heart_rate"], after=household.now())
        assert live.payload["heart_rate"] in heart_rates
        sessions[athlete] = live.payload["session"]
    assert len(set(sessions.values())) == 3

    # Whichever of hers is listened to: where it goes, the other takes over at once.
    chosen = household.messages("anna/strap")[-1].payload["address"]
    label, other = ("chest", 92) if chosen == chest else ("spare", 91)
    alone = household.now()
    air.strap(label).leave()
    live = household.heard("anna/live", {"heart_rate": other}, after=alone)
    assert live.payload["session"] == sessions["anna"]
    assert "signal_lost" not in household.events("anna")
    assert [row["n"] for row in household.rows("SELECT count(*) AS n FROM sessions")] == [3]
    mixed = household.rows("SELECT athlete, min(heart_rate) AS low, max(heart_rate) AS high"
        " FROM sessions JOIN measurements ON session = number GROUP BY athlete ORDER BY athlete")  # fmt: skip
    assert [(row["athlete"], row["high"] - row["low"] <= 1) for row in mixed] == [
        *(("anna", True), ("ben", True), ("cleo", True)),
    ]
