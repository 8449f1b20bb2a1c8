"""What an athlete's load means in plain words, and what it doesn't."""

from __future__ import annotations

from .load_history import CHRONIC_DAYS, WEEK_DAYS, LoadMeasure, LoadStanding, LoadTrend

_TRENDS = {
    LoadTrend.TOO_EARLY: "There is no habit to compare with yet: that takes four weeks on record.",
    LoadTrend.RETURNING: (
        "You return from four weeks or more without training: begin with less than you were used to."
    ),
    LoadTrend.CLIMBING: (
        "This week is far more than you have been used to lately."
        " More is not better: let the next days be easy."
    ),
    LoadTrend.STEADY: "This week is about what you have been used to lately.",
    LoadTrend.EASING: "This week is clearly less than you have been used to lately.",
}

LIMITS = (
    "Load is computed from heart rate alone: it knows nothing of strength work, sleep, stress or illness.",
    "The ratio says that a week is unusual for you; it foretells neither injury nor illness.",
    "Monotony and strain have no limits that hold for everybody: compare them with your own other weeks.",
)
"""said wherever the figures are shown"""


def in_words(standing: LoadStanding) -> list[str]:
    """A sentence for each thing that can be said now."""
    said = [_TRENDS[standing.trend]]
    if standing.usual_week is not None:
        said.append(
            f"Seven days: {standing.week:.0f}; a usual week of the four before: {standing.usual_week:.0f}."
        )
    else:
        said.append(f"Seven days: {standing.week:.0f}; {standing.days_on_record} day(s) on record.")
    if standing.ratio is not None:
        said.append(
            f"A day's mean is {standing.acute:.1f} over the last {WEEK_DAYS} days (recent ones weigh more)"
            f" and {standing.chronic:.1f} over {CHRONIC_DAYS}: {standing.ratio:.2f} times as much."
        )
    if standing.monotony is not None and standing.strain is not None:
        said.append(
            f"Monotony {standing.monotony:.2f}: the lower, the more the seven days differ;"
            f" strain {standing.strain:.0f} is the week's load times that."
        )
    elif standing.week > 0 and standing.days_on_record >= WEEK_DAYS:
        said.append("Monotony has no value: all seven days were alike, which is as monotonous as it gets.")
    if standing.measure is LoadMeasure.EDWARDS:
        said.append(
            "Edwards' load is used: a session has no Banister load, for want of a resting heart rate."
        )
    return said
