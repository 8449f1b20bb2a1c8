"""`talkpace athlete`: list, show, add, change and remove athletes."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..errors import ConfigurationError, DaemonRefusedError
from ..text import printable
from .athlete_option import require_athlete
from .options import config_option, json_option
from .output import note, print_json, print_table

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..storage.queries import AthleteRoster


@click.group()
def athlete() -> None:
    """List, show, add, change and remove athletes and their thresholds."""


def _athletes(configuration: Configuration) -> AthleteRoster:
    from ..storage.queries import load_athletes

    return load_athletes(configuration, os.environ)


@athlete.command("list")
@config_option
@json_option
def list_(configuration: Configuration, as_json: bool) -> None:
    """List athletes with their maximum heart rates (bpm)."""
    from .athlete_view import AthleteView

    athletes = _athletes(configuration)
    views = {one: AthleteView.now(one, athletes.history.latest(one), configuration) for one in athletes.ids}
    rows = [
        (one, athletes.history.name(one), view.max_heart_rate, view.max_heart_rate_source)
        for one, view in views.items()
    ]
    if as_json:
        keys = ("athlete", "name", "max_heart_rate", "max_heart_rate_source")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    elif not rows:
        note("No athletes yet. Add one: talkpace athlete add anna birth_year=1984")
    else:
        print_table(
            ("athlete", "name", "maximum", "source"),
            [
                (one, name, "unknown" if bpm is None else f"{bpm:g}", source or "")
                for one, name, bpm, source in rows
            ],
        )


@athlete.command()
@click.argument("athlete_id", metavar="ID")
@config_option
@json_option
def show(athlete_id: str, configuration: Configuration, as_json: bool) -> None:
    """Show an athlete's thresholds, the history of changes, and suggestions.

    Suggestions come from sessions and talk tests; use `talkpace athlete set` to adopt one.
    """
    from ..storage.queries import open_existing_store
    from .athlete_view import AthleteView, TalkTestsView

    athletes = _athletes(configuration)
    require_athlete(athlete_id, athletes.ids, "ID")
    view = AthleteView.now(athlete_id, athletes.history.latest(athlete_id), configuration)
    name = athletes.history.name(athlete_id)
    changes = [change for change in athletes.changes if change.athlete == athlete_id]
    with open_existing_store(configuration, os.environ) as store:
        suggestions = store.suggestions(athlete_id) if store is not None else []
        answers = store.talk_tests(athlete_id) if store is not None else []
    highest = max((one.max_heart_rate for one in suggestions), default=None)
    maximum = view.max_heart_rate
    talk_tests = TalkTestsView.of(answers, view.profile)
    suggested = highest if highest is not None and (maximum is None or highest > maximum) else None
    if as_json:
        history = [
            {"at": one.changed_at.isoformat(), "key": one.key, "value": one.value, "source": one.source}
            for one in changes
        ]
        print_json(
            {
                "athlete": athlete_id,
                "name": name,
                **view.document(),
                "suggested_max_heart_rate": suggested,
                **talk_tests.document(),
                "history": history,
            }
        )
        return
    click.echo(f"{printable(name)} ({athlete_id})")
    for line in view.lines():
        click.echo(line)
    if suggested is not None:
        click.echo(
            f"suggestion: a maximum of {suggested} bpm, measured for 5 s without artifacts; to use it: "
            f"talkpace athlete set {athlete_id} max_heart_rate={suggested}"
        )
    for line in talk_tests.lines(athlete_id, configuration.ceilings.cardio):
        click.echo(line)
    rows = [
        (
            one.changed_at.astimezone().strftime("%Y-%m-%d %H:%M"),
            one.key,
            "(removed)" if one.value is None else str(one.value),
            one.source,
        )
        for one in changes
    ]
    print_table(("since", "key", "value", "source"), rows)


@athlete.command()
@click.argument("athlete_id", metavar="ID")
@click.argument("assignments", nargs=-1, metavar="KEY=VALUE...")
@config_option
def add(athlete_id: str, assignments: tuple[str, ...], configuration: Configuration) -> None:
    """Add an athlete. max_heart_rate (bpm) or birth_year is required.

    Example: talkpace athlete add anna name=Anna birth_year=1984

    Do you take a drug that limits the heart rate, such as a beta-blocker, or is your heart rhythm
    irregular? Then add heart_rate_drug=true or irregular_rhythm=true, a measured max_heart_rate and a
    ceiling from your physician: no formula from age fits, and HRV and readiness do not apply.

    Keys are those of [[athletes]] in the configuration. A running daemon takes the athlete up by
    itself.
    """
    if athlete_id in _athletes(configuration).ids:
        raise click.BadParameter(
            f"athlete {athlete_id!r} exists; change it with `talkpace athlete set`", param_hint="'ID'"
        )
    values = _parse(athlete_id, assignments)
    values.setdefault("name", athlete_id)
    _change(configuration, athlete_id, values, new=True)
    click.echo(f"athlete {athlete_id} added")


@athlete.command("set")
@click.argument("athlete_id", metavar="ID")
@click.argument("assignments", nargs=-1, required=True, metavar="KEY=VALUE...")
@config_option
def set_(athlete_id: str, assignments: tuple[str, ...], configuration: Configuration) -> None:
    """Change an athlete's values; KEY= without a value removes one.

    Example: talkpace athlete set anna max_heart_rate=181 resting_heart_rate=

    Keys are those of [[athletes]] in the configuration, such as max_heart_rate and resting_heart_rate
    (bpm) or ceiling (0.68 is 68 %). The change applies from the next session on.
    """
    require_athlete(athlete_id, _athletes(configuration).ids, "ID")
    _change(configuration, athlete_id, _parse(athlete_id, assignments))
    click.echo(f"athlete {athlete_id} changed; it applies from the next session on")


@athlete.command()
@click.argument("athlete_id", metavar="ID")
@config_option
def remove(athlete_id: str, configuration: Configuration) -> None:
    """Remove an athlete who is not in the configuration file, and free their straps.

    Sessions and log stay on record: `talkpace sessions delete` deletes a session. `talkpace athlete add`
    with the same id brings the athlete back.
    """
    from ..storage.athlete_edit import remove_athlete
    from ..storage.paths import store_path
    from ..storage.records import OutgoingMessage
    from ..storage.store import Store
    from .daemon_client import find_daemon

    require_athlete(athlete_id, _athletes(configuration).ids, "ID")
    client = find_daemon(configuration)
    try:
        if client is not None:
            with client:
                client.call("athletes.remove", athlete=athlete_id)
        else:
            now = datetime.now().astimezone()
            with Store.open(store_path(configuration, os.environ)) as store:
                remove_athlete(store, [one.id for one in configuration.athletes], athlete_id, now)
                if configuration.mqtt.enabled:  # the daemon sends it once it runs
                    store.write([OutgoingMessage(f"{athlete_id}/summary", "", retain=True)])
    except (DaemonRefusedError, ConfigurationError) as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"athlete {athlete_id} removed; sessions and log stay on record")


def _parse(athlete_id: str, assignments: tuple[str, ...]) -> dict[str, Any]:
    """Validate KEY=VALUE texts; None for a value to be removed. Raises click.BadParameter."""
    from ..storage.athlete_edit import EDITABLE_KEYS, validate_values

    texts: dict[str, str] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or key not in EDITABLE_KEYS:
            raise click.BadParameter(
                f"{assignment!r} is not KEY=VALUE with a key of {', '.join(EDITABLE_KEYS)}",
                param_hint="'KEY=VALUE'",
            )
        texts[key] = value
    try:
        return validate_values(athlete_id, {key: text or None for key, text in texts.items()})
    except ConfigurationError as error:
        raise click.BadParameter(str(error), param_hint="'KEY=VALUE'") from None


def _change(
    configuration: Configuration, athlete_id: str, values: dict[str, Any], *, new: bool = False
) -> None:
    """Make the changes, through the daemon where it runs. Raises click.UsageError for invalid values."""
    from ..storage.athlete_edit import change_athlete
    from ..storage.paths import store_path
    from ..storage.store import Store
    from .daemon_client import find_daemon

    client = find_daemon(configuration)
    if client is not None:
        with client:
            try:
                client.call("athletes.add" if new else "athletes.set", athlete=athlete_id, values=values)
            except DaemonRefusedError as error:
                raise click.UsageError(str(error)) from None
        return
    now = datetime.now().astimezone()
    with Store.open(store_path(configuration, os.environ)) as store:
        try:
            change_athlete(store, configuration, athlete_id, values, now, new=new)
        except ConfigurationError as error:
            raise click.UsageError(str(error)) from None
