"""Several straps at once: three athletes, one of them with two straps."""

from __future__ import annotations

from .vm.installation import Athlete, Installation

ADDRESSES = [f"A0:9E:1A:00:00:0{number}" for number in range(1, 5)]


def test_three_athletes_train_at_once_one_of_them_with_two_straps(installation: Installation) -> None:
    radio, (chest, arm, watch, second) = installation.radio, ADDRESSES
    for label, address, heart_rate in (("chest", chest, 91), ("arm", arm, 102), ("watch", watch, 113)):
        radio.add(label, address=address).set_heart_rate(heart_rate)
    spare = radio.add("spare", address=second)
    spare.set_heart_rate(92)
    installation.set_up(
        Athlete("anna", straps=(chest, second)),
        Athlete("ben", straps=(arm,)),
        Athlete("cleo", straps=(watch,)),
    )
    installation.wait_for("node", {"straps_connected": 4})
    sessions = {}
    for athlete, heart_rates in (("anna", (91, 92)), ("ben", (102,)), ("cleo", (113,))):
        live = installation.wait_for(
            f"{athlete}/live", lambda live: live["heart_rate"], after=installation.mark()
        )
        assert live.payload["heart_rate"] in heart_rates
        sessions[athlete] = live.payload["session"]
    assert len(set(sessions.values())) == 3

    # When the selected one of her two straps goes out of range, the other is selected at once.
    chosen = installation.messages("anna/strap")[-1].payload["address"]
    label, other = ("chest", 92) if chosen == chest else ("spare", 91)
    alone = installation.mark()
    radio.strap(label).go_out_of_range()
    live = installation.wait_for("anna/live", {"heart_rate": other}, after=alone)
    assert live.payload["session"] == sessions["anna"]
    assert "signal_lost" not in installation.events("anna")
    assert [row["n"] for row in installation.rows("SELECT count(*) AS n FROM sessions")] == [3]
    mixed = installation.rows("SELECT athlete, min(heart_rate) AS low, max(heart_rate) AS high"
        " FROM sessions JOIN measurements ON session = number GROUP BY athlete ORDER BY athlete")  # fmt: skip
    assert [(row["athlete"], row["high"] - row["low"] <= 1) for row in mixed] == [
        *(("anna", True), ("ben", True), ("cleo", True)),
    ]
