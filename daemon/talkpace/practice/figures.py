"""The figures of a standing in words, one line for each piece that is on: for `talkpace week`."""

from __future__ import annotations

from collections.abc import Iterator

from .mornings import BreathingStanding, ReadinessStanding
from .settings import PracticeSettings
from .sleep import SleepStanding
from .standing import Standing
from .symptoms import SymptomStanding
from .wording import day_name, several


def figures(stands: Standing, settings: PracticeSettings) -> Iterator[tuple[str, str]]:
    """What each is about, and what it says. Of a piece that is off there is nothing."""
    if stands.week is not None and settings.week is not None:
        week, share = stands.week, stands.week.share_at_or_under_ceiling
        counted = f"{week.cardio_sessions} of {week.cardio_target} sessions"
        band_min = f"{stands.band_week_s / 60:.0f} min this week, {stands.band_today_s / 60:.0f} today"
        yield "cardio", f"{counted}; in the band {band_min}"
        yield (
            "ceiling",
            "nothing measured this week" if share is None else f"{share:.0%} of the time at or under it",
        )
        yield "balance", ", ".join(f"{name} {s / 60:.0f} min" for name, s in week.activities_s.items())
    if stands.load is not None:
        usual = stands.load.usual_week
        against = "" if usual is None else f"; a usual week is {usual:.0f}"
        yield "load", f"{stands.load.week:.0f} in seven days ({stands.load.measure}){against}"
    if stands.sleep is not None:
        yield "sleep", _sleep(stands.sleep)
    if stands.water is not None:
        target = stands.water.target_ml
        aim = "no target without a weight" if target is None else f"of {target:.0f} ml"
        yield "water", f"{stands.water.today_ml:.0f} ml today, {aim}"
    if stands.symptoms is not None and settings.symptoms is not None and stands.symptoms.within_days:
        yield "symptoms", _symptoms(stands.symptoms, settings.symptoms.within_days)
    if stands.supplements is not None and (stands.supplements.taken or stands.supplements.due):
        taken, due = stands.supplements.taken, stands.supplements.due
        yield (
            "supplements",
            f"taken today: {', '.join(taken) or 'none'}" + (f"; due: {', '.join(due)}" if due else ""),
        )
    if stands.breathing is not None and stands.breathing.week_min:
        yield "breathing", _breathing(stands.breathing)
    if stands.readiness is not None and stands.readiness.days:
        yield "readiness", _readiness(stands.readiness)


def _sleep(sleep: SleepStanding) -> str:
    low, high = sleep.target_h
    last = "not noted" if sleep.last_night_h is None else f"{sleep.last_night_h:g} h"
    mean = "" if sleep.week_mean_h is None else f"; {sleep.week_mean_h:.1f} h on average ({sleep.nights})"
    nap = f"; {sleep.nap_today_min:g} min of napping today" if sleep.nap_today_min else ""
    return f"last night {last}{mean}; the aim is {low:g} to {high:g} h{nap}"


def _symptoms(symptoms: SymptomStanding, within_days: int) -> str:
    said = f"{several(symptoms.within_days, 'symptom')} within {within_days} days"
    if symptoms.heeded_until is None:
        return said
    return (
        f"{said}; the ceiling is {symptoms.ceiling_lowered_by:.2f} lower"
        f" to the end of {day_name(symptoms.heeded_until)}"
    )


def _breathing(breathing: BreathingStanding) -> str:
    said = f"{breathing.week_min:g} min in seven days, {breathing.today_min:g} today"
    if breathing.last_coherence is not None:
        said += f"; last coherence {breathing.last_coherence:.2f}"
    if breathing.suited_pace is not None:
        said += f"; {breathing.suited_pace:g} breaths a minute suited best"
    return said


def _readiness(readiness: ReadinessStanding) -> str:
    said = f"{readiness.advice}: {readiness.why}" if readiness.measured_today else "not measured today"
    return f"{said} ({several(readiness.days, 'morning')} of the last sixty days measured)"
