"""What each of the three witnesses of the threshold says, and its doubts, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..effort.athlete import GIVEN, Judgement
from ..effort.scale import EffortScale
from ..rr.threshold import FIXED_EFFORT, Crossing, Estimate, TalkEvidence, estimate
from .values import Witness


def alpha_witness(found: Sequence[Crossing], scale: EffortScale) -> Witness:
    """Where alpha1 passed 0.75 in this session's slow rises."""
    seen = estimate(found, scale.effort)
    if seen is None:
        says = "no slow rise of heart rate through 0.75 in this session: a warm-up that climbs evenly has one"
    else:
        rises = "one slow rise" if seen.count == 1 else f"{seen.count} slow rises"
        says = f"from {rises} in this session; studies disagree on what it marks"
    return _witness("alpha1 = 0.75", seen, says)


def talk_witness(evidence: TalkEvidence) -> Witness:
    """Between which efforts the answers so far turn from comfortable to strained."""
    counted = ", ".join(f"{count} {answer.value}" for answer, count in evidence.answers.items() if count)
    if not counted:
        says = "no answer yet: could you still talk?"
    elif evidence.estimate is None:
        says = f"{counted}: it takes comfortable answers and others"
    else:
        says = f"{counted}" + (f"; {evidence.contradicting} contradict it" if evidence.contradicting else "")
    return _witness("talk tests", evidence.estimate, says)


def fixed_witness(judgement: Judgement) -> Witness:
    """The same share for everybody, of a maximum that may be estimated."""
    source = judgement.max_heart_rate_source
    of = "given" if source == GIVEN else f"estimated from age ({source})"
    return Witness("the fixed share", FIXED_EFFORT, None, f"a rule of thumb, of a maximum that is {of}")


def _witness(name: str, seen: Estimate | None, says: str) -> Witness:
    if seen is None:
        return Witness(name, None, None, says)
    spread = None if seen.spread is None else (seen.value - seen.spread, seen.value + seen.spread)
    return Witness(name, seen.value, spread, says)
