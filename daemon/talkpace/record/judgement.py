"""What a session was judged by, written down exactly, so that it can be taken up again."""

from __future__ import annotations

import json
from fractions import Fraction

from ..effort.athlete import Activity, Judgement, Sex
from ..effort.scale import EffortMethod
from ..effort.zones import ZoneBounds


def judgement_to_json(judgement: Judgement) -> str:
    """Fractions are written as such: 897/5."""
    zones, resting = judgement.zones, judgement.resting_heart_rate
    return json.dumps(
        {
            "max_heart_rate": str(judgement.max_heart_rate),
            "max_heart_rate_source": judgement.max_heart_rate_source,
            "resting_heart_rate": None if resting is None else str(resting),
            "effort_method": judgement.effort_method,
            "zones": [str(zones.conversational_from), str(zones.conversational_to), str(zones.hard_to)],
            "ceilings": {activity: str(ceiling) for activity, ceiling in judgement.ceilings.items()},
            "sex": judgement.sex,
            "ceiling_lowered_by": str(judgement.ceiling_lowered_by),
        }
    )


def judgement_from_json(text: str) -> Judgement:
    """Raises ValueError or KeyError where the text is none of ours."""
    data = json.loads(text)
    resting = data["resting_heart_rate"]
    return Judgement(
        max_heart_rate=Fraction(data["max_heart_rate"]),
        max_heart_rate_source=data["max_heart_rate_source"],
        resting_heart_rate=None if resting is None else Fraction(resting),
        effort_method=EffortMethod(data["effort_method"]),
        zones=ZoneBounds(*[Fraction(bound) for bound in data["zones"]]),
        ceilings={Activity(name): Fraction(value) for name, value in data["ceilings"].items()},
        sex=None if data["sex"] is None else Sex(data["sex"]),
        ceiling_lowered_by=Fraction(data.get("ceiling_lowered_by", "0")),
    )
