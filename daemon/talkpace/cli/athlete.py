"""`talkpace athlete`: who trains here, and what they are judged by, with its history."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from pydantic import ValidationError

from ..config.model import Athlete, Configuration
from ..effort.athlete import judge_by
from ..errors import ConfigurationError
from .judged import Judged
from .options import config_option, json_option
from .output import note, print_json, print_table, printable
from .talk_tests import TalkTests
from .whose import must_be_known

if TYPE_CHECKING:
    from ..service.known import KnownAthletes

_SETTABLE = tuple(key for key in Athlete.model_fields if key not in {"id", "straps"})
_SOURCE = "command"


@click.group()
def athlete() -> None:
    """Athletes and what they are judged by: list, show, add, set."""


def _known(configuration: Configuration) -> KnownAthletes:
    from ..service.known import known_athletes

    return known_athletes(configuration, os.environ)


@athlete.command("list")
@config_option
@json_option
def list_(configuration: Configuration, as_json: bool) -> None:
    """List who trains here, and their maximum heart rates."""
    known = _known(configuration)
    judged = {who: Judged.now(known.book.latest(who), configuration) for who in known.everyone}
    rows = [
        (who, known.book.name(who), one.max_heart_rate, one.max_heart_rate_source)
        for who, one in judged.items()
    ]
    if as_json:
        keys = ("athlete", "name", "max_heart_rate", "max_heart_rate_source")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    elif not rows:
        note("Nobody trains here yet; see `talkpace athlete add --help`.")
    else:
        print_table(
            ("athlete", "name", "maximum", "from"),
            [
                (who, name, "unknown" if bpm is None else f"{bpm:g}", source or "")
                for who, name, bpm, source in rows
            ],
        )


@athlete.command()
@click.argument("who", metavar="ID")
@config_option
@json_option
def show(who: str, configuration: Configuration, as_json: bool) -> None:
    """Show what an athlete is judged by, how that came about, and what is suggested."""
    from ..service.known import existing_store

    known = _known(configuration)
    must_be_known(who, known.everyone, where="ID")
    judged, name = Judged.now(known.book.latest(who), configuration), known.book.name(who)
    own = [change for change in known.changes if change.athlete == who]
    with existing_store(configuration, os.environ) as store:
        suggestions = store.suggestions(who) if store is not None else []
        answers = store.talk_tests(who) if store is not None else []
    highest = max((one.max_heart_rate for one in suggestions), default=None)
    maximum = judged.max_heart_rate
    talk_tests = TalkTests.of(answers, judged.judgement)
    suggested = highest if highest is not None and (maximum is None or highest > maximum) else None
    if as_json:
        history = [
            {"at": one.changed_at.isoformat(), "key": one.key, "value": one.value, "source": one.source}
            for one in own
        ]
        print_json(
            {
                "athlete": who,
                "name": name,
                **judged.document(),
                "suggested_max_heart_rate": suggested,
                **talk_tests.document(),
                "history": history,
            }
        )
        return
    click.echo(f"{printable(name)} ({who})")
    for line in judged.lines():
        click.echo(line)
    if suggested is not None:
        click.echo(
            f"suggestion: {suggested} bpm was held for 5 s without signs of artifact; if you believe it: "
            f"talkpace athlete set {who} max_heart_rate={suggested}"
        )
    for line in talk_tests.lines(who, configuration.ceilings.cardio):
        click.echo(line)
    rows = [
        (one.changed_at.astimezone().strftime("%Y-%m-%d %H:%M"), one.key, _shown(one.value), one.source)
        for one in own
    ]
    print_table(("since", "key", "value", "source"), rows)


def _shown(value: object) -> str:
    return "(taken back)" if value is None else str(value)


@athlete.command()
@click.argument("who", metavar="ID")
@click.argument("assignments", nargs=-1, metavar="KEY=VALUE...")
@config_option
def add(who: str, assignments: tuple[str, ...], configuration: Configuration) -> None:
    """Add an athlete, such as `talkpace athlete add anna name=Anna birth_year=1984`."""
    if who in _known(configuration).everyone:
        raise ConfigurationError(f"{who!r} is known already; see `talkpace athlete set`")
    values = _parse(who, assignments)
    values.setdefault("name", who)
    _change(configuration, who, values)
    click.echo(f"{who} can train here")


@athlete.command("set")
@click.argument("who", metavar="ID")
@click.argument("assignments", nargs=-1, required=True, metavar="KEY=VALUE...")
@config_option
def set_(who: str, assignments: tuple[str, ...], configuration: Configuration) -> None:
    """Change what an athlete is judged by from now on; KEY= takes a value back.

    Keys are those of [[athletes]] in the configuration, such as max_heart_rate, resting_heart_rate,
    ceiling. A session under way keeps what it began with.
    """
    must_be_known(who, _known(configuration).everyone, where="ID")
    _change(configuration, who, _parse(who, assignments))
    click.echo(f"{who}: changed; it holds from the next session on")


def _parse(who: str, assignments: tuple[str, ...]) -> dict[str, Any]:
    given: dict[str, str] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or key not in _SETTABLE:
            raise ConfigurationError(f"{assignment!r}: not KEY=VALUE with a key of {', '.join(_SETTABLE)}")
        given[key] = value
    try:
        valid = Athlete.model_validate({"id": who, **{key: text for key, text in given.items() if text}})
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise ConfigurationError(
            f"{problem['loc'][0]}: {problem['msg'].removeprefix('Value error, ')}"
        ) from None
    written = valid.model_dump(mode="json")
    return {key: written[key] if text else None for key, text in given.items()}


def _change(configuration: Configuration, who: str, values: dict[str, Any]) -> None:
    """Write the changes, if the athlete can be judged with them. Raises ConfigurationError otherwise."""
    from ..record.athletes import AthleteBook, declare
    from ..record.rows import AthleteChange
    from ..record.store import Store
    from ..service.paths import store_path

    now = datetime.now().astimezone()
    with Store.open(store_path(configuration, os.environ)) as store:
        kept = store.athlete_changes()
        declared = declare(configuration.athletes, kept, now)
        new = [AthleteChange(who, key, value, now, _SOURCE) for key, value in values.items()]
        after = AthleteBook([*kept, *declared, *new]).latest(who)
        try:
            judge_by(after, year=now.year, ceilings=configuration.ceilings.by_activity())
        except ValueError as error:
            raise ConfigurationError(f"athlete {who}: {error}") from None
        store.add_athlete_changes([*declared, *new])
