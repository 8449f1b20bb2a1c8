"""Which activity a recording's own word for what was trained stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..effort.athlete import Activity

_SPORTS: Mapping[str, Activity] = {
    **{activity.value: activity for activity in Activity},
    "strength_training": Activity.STRENGTH,
    "flexibility_training": Activity.MINDFUL,
    "yoga": Activity.MINDFUL,
    "breathing": Activity.MINDFUL,
    "meditation": Activity.MINDFUL,
}
"""by our own names and FIT's; whatever is not here is cardio, or not known"""


def activity_of(sports: Iterable[str]) -> Activity | None:
    """The first that is known; None where nothing is said."""
    return next((_SPORTS[sport] for sport in sports if sport in _SPORTS), None)
