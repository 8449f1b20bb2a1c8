"""An athlete's profile as JSON, without loss, so that a session can be restored."""

from __future__ import annotations

import json
from fractions import Fraction

from ..training.effort_zones import EffortMethod, ZoneBounds
from ..training.profile import Activity, AthleteProfile, Sex


def profile_to_json(profile: AthleteProfile) -> str:
    """Encode a profile; fractions become text such as `897/5`."""
    zones, resting = profile.zones, profile.resting_heart_rate
    return json.dumps(
        {
            "max_heart_rate": str(profile.max_heart_rate),
            "max_heart_rate_source": profile.max_heart_rate_source,
            "resting_heart_rate": None if resting is None else str(resting),
            "effort_method": profile.effort_method,
            "zones": [str(zones.conversational_from), str(zones.conversational_to), str(zones.hard_to)],
            "ceilings": {activity: str(ceiling) for activity, ceiling in profile.ceilings.items()},
            "sex": profile.sex,
            "ceiling_lowered_by": str(profile.ceiling_lowered_by),
            "hrv_reason": profile.hrv_reason,
        }
    )


def profile_from_json(text: str) -> AthleteProfile:
    """Decode a profile. Raises ValueError or KeyError where the text is invalid."""
    data = json.loads(text)
    resting = data["resting_heart_rate"]
    return AthleteProfile(
        max_heart_rate=Fraction(data["max_heart_rate"]),
        max_heart_rate_source=data["max_heart_rate_source"],
        resting_heart_rate=None if resting is None else Fraction(resting),
        effort_method=EffortMethod(data["effort_method"]),
        zones=ZoneBounds(*[Fraction(bound) for bound in data["zones"]]),
        ceilings={Activity(name): Fraction(value) for name, value in data["ceilings"].items()},
        sex=None if data["sex"] is None else Sex(data["sex"]),
        ceiling_lowered_by=Fraction(data.get("ceiling_lowered_by", "0")),
        hrv_reason=data.get("hrv_reason"),
    )
