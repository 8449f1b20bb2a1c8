"""`talkpace threshold`: three estimates of an athlete's aerobic threshold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import click

from ..text import printable
from .athlete_option import resolve_athlete
from .options import athlete_option, config_option, json_option
from .output import console, note, print_json

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..storage.threshold_evidence import ThresholdEvidence
    from ..training.profile import AthleteProfile
    from ..training.threshold import ThresholdCrossing, ThresholdEstimate

_DAYS = 90
_ADOPT = "No estimate is adopted by itself. To use one: talkpace athlete set {athlete} ceiling=0.xx"


@click.command()
@config_option
@athlete_option("Whose threshold; needed where there are several athletes.")
@click.option(
    "--days", metavar="N", default=_DAYS, type=click.IntRange(1, 3650), help=f"Days to look back; {_DAYS}."
)
@json_option
def threshold(configuration: Configuration, athlete: str | None, days: int, as_json: bool) -> None:
    """Show three estimates of your aerobic threshold with their uncertainty.

    DFA alpha 1: the effort at which it passed 0.75 while the heart rate rose slowly (for 8 min or more,
    by 15 bpm or more, by at most 5 bpm/min), and the effort at your personal value, halfway between the
    highest alpha 1 early in such a rise and 0.5, which studies favour. The talk test: the effort between
    comfortable and strained answers. The fixed 70 %. No estimate is adopted by itself, and none is a
    diagnosis.
    """
    from ..storage.queries import load_athletes, open_existing_store
    from ..storage.threshold_evidence import ThresholdEvidence, load_threshold_evidence
    from ..training.threshold import estimate_from_talk_test
    from .athlete_view import current_profile

    athlete = resolve_athlete(configuration, athlete)
    profile = current_profile(
        athlete, load_athletes(configuration, os.environ).history.latest(athlete), configuration
    )
    since = datetime.now().astimezone() - timedelta(days=days)
    with open_existing_store(configuration, os.environ) as store, _progress() as progress:
        found = (
            ThresholdEvidence()
            if store is None
            else load_threshold_evidence(store, athlete, since=since, progress=progress)
        )
    if profile.hrv_reason is not None:
        found = replace(found, sessions=0, crossings=[], personal_crossings=[])
    talk = estimate_from_talk_test(found.talk_tests)
    document = {
        "athlete": athlete,
        "days": days,
        "alpha1": {"sessions": found.sessions, **_crossed(found.crossings, profile)},
        "alpha1_personal": {
            "alpha1": _median_alpha1(found.personal_crossings),
            **_crossed(found.personal_crossings, profile),
        },
        "favoured": "alpha1_personal" if profile.hrv_reason is None else "talk_test",
        "hrv_reason": profile.hrv_reason,
        "talk_test": {
            "answers": {answer.value: count for answer, count in talk.answers.items()},
            "highest_comfortable": talk.highest_comfortable,
            "lowest_strained": talk.lowest_strained,
            "effort": _rounded(talk.estimate, 4),
            "effort_spread": _spread(talk.estimate, 4),
            "contradicting": talk.contradicting,
        },
        "fixed": _fixed(profile),
    }
    if as_json:
        print_json(document)
    else:
        _print(document, profile, found)
        if profile.hrv_reason is not None:
            note(f"{profile.hrv_reason}: DFA alpha 1 says nothing here")


def _crossed(crossings: Sequence[ThresholdCrossing], profile: AthleteProfile) -> dict[str, Any]:
    from ..training.threshold import combine_crossings

    scale = profile.scale
    by_rate = combine_crossings(crossings)
    by_effort = combine_crossings(crossings, lambda bpm: float((bpm - scale.base_bpm) / scale.span_bpm))
    return {
        "rises": len(crossings),
        "effort": _rounded(by_effort, 4),
        "effort_spread": _spread(by_effort, 4),
        "heart_rate": _rounded(by_rate, 1),
        "heart_rate_spread": _spread(by_rate, 1),
    }


def _median_alpha1(crossings: Sequence[ThresholdCrossing]) -> float | None:
    return round(median(one.alpha1 for one in crossings), 2) if crossings else None


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    from rich.progress import Progress

    err = console(stderr=True)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("sessions", total=None)
        yield lambda completed, total: bar.update(task, completed=completed, total=total)


def _fixed(profile: AthleteProfile) -> dict[str, Any]:
    from ..training.threshold import FIXED_EFFORT

    return {
        "effort": FIXED_EFFORT,
        "heart_rate": _bpm(profile, FIXED_EFFORT),
        "max_heart_rate_source": profile.max_heart_rate_source,
    }


def _bpm(profile: AthleteProfile, effort: float) -> float:
    scale = profile.scale
    return round(float(scale.base_bpm) + effort * float(scale.span_bpm), 1)


def _rounded(estimate: ThresholdEstimate | None, decimals: int) -> float | None:
    return None if estimate is None else round(estimate.value, decimals)


def _spread(estimate: ThresholdEstimate | None, decimals: int) -> float | None:
    return None if estimate is None or estimate.spread is None else round(estimate.spread, decimals)


def _print(document: dict[str, Any], profile: AthleteProfile, found: ThresholdEvidence) -> None:
    from rich.table import Table
    from rich.text import Text

    alpha1, personal = document["alpha1"], document["alpha1_personal"]
    talk, fixed = document["talk_test"], document["fixed"]
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for column in ("estimate", "effort", "heart rate", "from"):
        table.add_column(column)
    if alpha1["effort"] is None:
        reason = f"no slow rise through 0.75 in {alpha1['sessions']} session(s) with RR intervals"
        table.add_row("DFA alpha 1 = 0.75", Text("unknown", "dim"), "", reason)
    else:
        table.add_row(
            "DFA alpha 1 = 0.75",
            Text(f"{alpha1['effort']:.0%} ± {alpha1['effort_spread']:.0%}", "cyan"),
            f"{alpha1['heart_rate']:.0f} ± {alpha1['heart_rate_spread']:.0f} bpm",
            f"{alpha1['rises']} rise(s) in {alpha1['sessions']} session(s)",
        )
    counts = ", ".join(f"{count} {answer}" for answer, count in talk["answers"].items())
    if talk["effort"] is None:
        reason = (
            f"{counts}: comfortable and strained answers are needed" if found.talk_tests else "no answers yet"
        )
        table.add_row("talk test", Text("unknown", "dim"), "", reason)
    else:
        contradicting = f"; {talk['contradicting']} contradict it" if talk["contradicting"] else ""
        table.add_row(
            "talk test",
            Text(f"{talk['effort']:.0%} ± {talk['effort_spread']:.0%}", "cyan"),
            f"{_bpm(profile, talk['effort']):.0f} bpm",
            counts + contradicting,
        )
    source = fixed["max_heart_rate_source"]
    table.add_row(
        "fixed",
        Text(f"{fixed['effort']:.0%}", "cyan"),
        f"{fixed['heart_rate']:.0f} bpm",
        f"rule of thumb; maximum heart rate {source if source == 'given' else f'estimated ({source})'}",
    )
    if personal["effort"] is None:
        reason = "no slow rise that began easily (alpha 1 of 1.0 or more) and passed the value"
        table.add_row("DFA alpha 1, personal", Text("unknown", "dim"), "", reason)
    else:
        table.add_row(
            "DFA alpha 1, personal",
            Text(f"{personal['effort']:.0%} ± {personal['effort_spread']:.0%}", "cyan"),
            f"{personal['heart_rate']:.0f} ± {personal['heart_rate_spread']:.0f} bpm",
            f"{personal['rises']} rise(s); at {personal['alpha1']:.2f}, halfway to 0.5",
        )
    screen = console()
    screen.print(Text(f"{printable(document['athlete'])}, the last {document['days']} days", "bold"))
    screen.print(table)
    screen.print(
        "Of the two values of alpha 1 studies favour the personal one. 0.75 read the first threshold too "
        "high: 151 bpm for 141 (Eronen 2024, 64 people; error ± 16 bpm), 146 for 131 (Rogers 2024, 14). With "
        "the personal value the latter read 132 ± 17 for 131 ± 11; it rests on those 14 people. The talk "
        "test is coarse, and 70 % is an average. A training aid, not a medical device."
    )
    screen.print(_ADOPT.format(athlete=document["athlete"]))
