"""`talkpace threshold`: what speaks for where an athlete's threshold is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ..config.model import Configuration
from ..errors import ConfigurationError
from .options import config_option, json_option
from .output import console, print_json, printable
from .whose import chosen_athlete

if TYPE_CHECKING:
    from ..effort.athlete import Judgement
    from ..rr.threshold import Estimate
    from ..service.witnesses import Witnesses

_DAYS = 90
_NOTHING_ADOPTED = (
    "Nothing is adopted by itself. If you trust one of these: talkpace athlete set {who} ceiling=0.xx"
)


@click.command()
@config_option
@click.option("--athlete", metavar="ID", help="Whose; needed where more than one trains here.")
@click.option(
    "--days", metavar="N", default=_DAYS, type=click.IntRange(1, 3650), help=f"Look back so far; {_DAYS}."
)
@json_option
def threshold(configuration: Configuration, athlete: str | None, days: int, as_json: bool) -> None:
    """Show three witnesses of where your threshold is, side by side, with their doubts.

    DFA alpha 1: the effort at which it passed 0.75 while the heart rate rose slowly (8 minutes or
    more, 15 bpm or more, at most 5 bpm a minute). The talk test: between which efforts your answers
    turn. The fixed 70 %. None is adopted by itself, and none is a diagnosis.
    """
    from ..rr.threshold import estimate, talk_evidence
    from ..service.known import existing_store
    from ..service.witnesses import Witnesses, gather

    who, judgement = _judged(configuration, athlete)
    since = datetime.now().astimezone() - timedelta(days=days)
    with existing_store(configuration, os.environ) as store, _progress() as progress:
        found = Witnesses() if store is None else gather(store, who, since=since, progress=progress)
    scale = judgement.scale
    by_rate = estimate(found.crossings)
    by_effort = estimate(found.crossings, lambda bpm: float((bpm - scale.base_bpm) / scale.span_bpm))
    talk = talk_evidence(found.talk_tests)
    document = {
        "athlete": who,
        "days": days,
        "alpha1": {
            "sessions": found.sessions,
            "rises": len(found.crossings),
            "effort": _rounded(by_effort, 4),
            "effort_spread": _spread(by_effort, 4),
            "heart_rate": _rounded(by_rate, 1),
            "heart_rate_spread": _spread(by_rate, 1),
        },
        "talk_test": {
            "answers": {answer.value: count for answer, count in talk.answers.items()},
            "highest_comfortable": talk.highest_comfortable,
            "lowest_strained": talk.lowest_strained,
            "effort": _rounded(talk.estimate, 4),
            "effort_spread": _spread(talk.estimate, 4),
            "contradicting": talk.contradicting,
        },
        "fixed": _fixed(judgement),
    }
    if as_json:
        print_json(document)
    else:
        _print(document, judgement, found)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    from rich.progress import Progress

    err = console(stderr=True)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("sessions", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _judged(configuration: Configuration, asked: str | None) -> tuple[str, Judgement]:
    from ..effort.athlete import judge_by
    from ..service.known import known_athletes

    who = chosen_athlete(configuration, asked)
    now = datetime.now().astimezone()
    try:
        values = known_athletes(configuration, os.environ).book.latest(who)
        return who, judge_by(values, year=now.year, ceilings=configuration.ceilings.by_activity())
    except ValueError as error:
        raise ConfigurationError(f"athlete {who}: {error}") from None


def _fixed(judgement: Judgement) -> dict[str, Any]:
    from ..rr.threshold import FIXED_EFFORT

    return {
        "effort": FIXED_EFFORT,
        "heart_rate": _bpm(judgement, FIXED_EFFORT),
        "max_heart_rate_source": judgement.max_heart_rate_source,
    }


def _bpm(judgement: Judgement, effort: float) -> float:
    scale = judgement.scale
    return round(float(scale.base_bpm) + effort * float(scale.span_bpm), 1)


def _rounded(estimate: Estimate | None, decimals: int) -> float | None:
    return None if estimate is None else round(estimate.value, decimals)


def _spread(estimate: Estimate | None, decimals: int) -> float | None:
    return None if estimate is None or estimate.spread is None else round(estimate.spread, decimals)


def _print(document: dict[str, Any], judgement: Judgement, found: Witnesses) -> None:
    from rich.table import Table
    from rich.text import Text

    alpha1, talk, fixed = document["alpha1"], document["talk_test"], document["fixed"]
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for column in ("witness", "effort", "heart rate", "from"):
        table.add_column(column)
    if alpha1["effort"] is None:
        doubt = f"no slow rise through 0.75 in {alpha1['sessions']} session(s) with RR intervals"
        table.add_row("DFA alpha 1 = 0.75", Text("unknown", "dim"), "", doubt)
    else:
        table.add_row(
            "DFA alpha 1 = 0.75",
            Text(f"{alpha1['effort']:.0%} ± {alpha1['effort_spread']:.0%}", "cyan"),
            f"{alpha1['heart_rate']:.0f} ± {alpha1['heart_rate_spread']:.0f} bpm",
            f"{alpha1['rises']} rise(s) in {alpha1['sessions']} session(s)",
        )
    counted = ", ".join(f"{count} {answer}" for answer, count in talk["answers"].items())
    if talk["effort"] is None:
        reason = f"{counted}: needs comfortable answers and others" if found.talk_tests else "no answers yet"
        table.add_row("talk test", Text("unknown", "dim"), "", reason)
    else:
        doubt = f"; {talk['contradicting']} contradict it" if talk["contradicting"] else ""
        table.add_row(
            "talk test",
            Text(f"{talk['effort']:.0%} ± {talk['effort_spread']:.0%}", "cyan"),
            f"{_bpm(judgement, talk['effort']):.0f} bpm",
            counted + doubt,
        )
    source = fixed["max_heart_rate_source"]
    table.add_row(
        "fixed",
        Text(f"{fixed['effort']:.0%}", "cyan"),
        f"{fixed['heart_rate']:.0f} bpm",
        f"a rule of thumb, of a maximum that is {source if source == 'given' else f'estimated ({source})'}",
    )
    screen = console()
    screen.print(Text(f"{printable(document['athlete'])}, the last {document['days']} days", "bold"))
    screen.print(table)
    screen.print(
        "Studies disagree on alpha 1: the heart rate at 0.75 was 2 bpm from the ventilatory threshold in one "
        "(Rogers 2021, 15 people), -10 ± 16 bpm in another (Eronen 2024, 64). The talk test is coarse, and "
        "70 % suits nobody exactly. A training aid, not a medical device."
    )
    screen.print(_NOTHING_ADOPTED.format(who=document["athlete"]))
