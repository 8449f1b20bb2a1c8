"""HRV of a session is the same whether its beats are analysed as they come or all at the end."""

from __future__ import annotations

import random
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.hrv.analysis import SessionHrv
from talkpace.hrv.time_domain import Hrv


def analyse(seed: int, *, artifacts: float, beat_by_beat: bool) -> Hrv | None:
    """900 beats, of which some are early and followed by a pause; a strap change in the middle."""
    chance = random.Random(seed)
    hrv, at_ms, early_ms = SessionHrv(0), 0.0, 0.0
    for number in range(900):
        rr_ms = 700 + 40 * chance.gauss(0, 1) + early_ms
        early_ms = 250.0 if chance.random() < artifacts else 0.0
        rr_ms -= early_ms
        at_ms += rr_ms
        if number == 450:
            hrv.mark_strap_change()
        hrv.add(round(at_ms), [rr_ms])
        if beat_by_beat:
            hrv.work()
    return hrv.finish(round(at_ms))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.02, 0.1]))
def test_the_figures_do_not_depend_on_when_the_beats_are_analysed(seed: int, artifacts: float) -> None:
    live = analyse(seed, artifacts=artifacts, beat_by_beat=True)
    late = analyse(seed, artifacts=artifacts, beat_by_beat=False)
    assert live is not None
    assert late is not None
    assert flat(late) == pytest.approx(flat(live), rel=1e-9)


def flat(hrv: Hrv) -> dict[str, Any]:
    """All figures by name, None as -1."""
    found: dict[str, Any] = {}

    def put(prefix: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                put(f"{prefix}.{key}", inner)
        else:
            found[prefix] = -1 if value is None else value

    put("hrv", asdict(hrv))
    return found
