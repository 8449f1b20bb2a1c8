"""What a recording calls that which was trained, as an activity."""

from __future__ import annotations

import pytest

from talkpace.replay.replay import activity_of
from talkpace.training.profile import Activity


@pytest.mark.parametrize(
    ("sports", "activity"),
    [
        ((), None),
        (("indoor", "indoor_cycling"), None),
        (("strength", "strength_training"), Activity.STRENGTH),
        (("arms and legs", "strength_training"), Activity.STRENGTH),
        (("recovery", "generic"), Activity.RECOVERY),
        (("evening", "yoga"), Activity.MINDFUL),
        (("cardio", "yoga"), Activity.CARDIO),
    ],
)
def test_the_first_known_sport_gives_the_activity(sports: tuple[str, ...], activity: Activity | None) -> None:
    assert activity_of(sports) is activity
