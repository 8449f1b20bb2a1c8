"""What a recording calls that which was trained, as an activity."""

from __future__ import annotations

import pytest

from talkpace.effort.athlete import Activity
from talkpace.service.sports import activity_of


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
def test_the_first_word_that_is_known_counts(sports: tuple[str, ...], activity: Activity | None) -> None:
    assert activity_of(sports) is activity
