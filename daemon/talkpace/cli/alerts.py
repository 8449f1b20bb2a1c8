"""`talkpace alerts`: play alerts for somebody who wants to hear and see them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from .options import config_option

if TYPE_CHECKING:
    from ..config.alert_patterns import AlertPattern
    from ..config.model import Configuration

_SHORT_MS, _LONG_MS = 150, 600
_PAUSE_MS = 1500
_SENTENCE_MS = 2500


@click.group()
def alerts() -> None:
    """Try buzzer, LED, lamps and speaker."""


@alerts.command("test")
@click.argument("event", required=False)
@config_option
def test(event: str | None, configuration: Configuration) -> None:
    """Play the alert of EVENT, such as over, or all of them, and say what should be heard and seen.

    The daemon plays them, in quiet hours too. The exit code is 1 where a device does not work.
    """
    from ..config.alert_patterns import resolve_patterns
    from ..errors import CommandError
    from .daemon_client import connect_daemon

    patterns = resolve_patterns(configuration.alerts.patterns)
    if event is not None and event not in patterns:
        raise click.UsageError(f"there is no event {event!r}: use one of {', '.join(patterns)}")
    spoken = _sentences(configuration)
    last_pause_ms = 0
    with connect_daemon(configuration) as client:
        for name in patterns if event is None else [event]:
            time.sleep(last_pause_ms / 1000)
            health = str(client.call("alerts.test", pattern=name)["alerts"])
            click.echo(f"{name}: {describe_pattern(patterns[name], spoken.get(name))}")
            last_pause_ms = duration_ms(patterns[name]) + _PAUSE_MS + (_SENTENCE_MS if name in spoken else 0)
        time.sleep(last_pause_ms / 1000)
        node = client.call("health")  # a device that was unplugged shows only as it is played on
    problem = _problem(health) or _problem(str(node["alerts"]), may_be_unused=True)
    if problem is not None:
        raise CommandError(problem)


def describe_pattern(pattern: AlertPattern, sentence: str | None) -> str:
    """Say what should be heard and seen."""
    heard = _count(pattern.sound[::2], "beep") or "nothing"
    seen = _count(pattern.light[::2], "flash")
    text = f"heard: {heard}" + (f", then “{sentence}”" if sentence else "")
    return f"{text}; seen: {f'{seen} ({pattern.colour})' if seen else 'nothing'}"


def duration_ms(pattern: AlertPattern) -> int:
    """Return how long the longer one of sound and light takes."""
    return max(sum(pattern.sound), sum(pattern.light))


def _count(durations_ms: list[int], noun: str) -> str:
    """Return such as `2 long beeps`, or each length where they differ."""
    lengths = [_length(ms) for ms in durations_ms]
    if not lengths:
        return ""
    plural = noun if len(lengths) == 1 else f"{noun}es" if noun.endswith("sh") else f"{noun}s"
    if len(set(lengths)) == 1:
        return f"{len(lengths)} {lengths[0]} {plural}"
    return f"{len(lengths)} {plural}: {', '.join(lengths)}"


def _length(ms: int) -> str:
    return "short" if ms < _SHORT_MS else "long" if ms < _LONG_MS else "very long"


def _sentences(configuration: Configuration) -> Mapping[str, str]:
    """Return what the speaker says after each event's chime, or the file of a recording."""
    from ..alerts.speech.phrases import EVENTS, phrases
    from ..service.speech import speech_settings

    settings = speech_settings(configuration, {})
    speaker = settings.speaker
    if not speaker.enabled:
        return {}
    lines = phrases(speaker.language, {}, band_minutes=settings.band_minutes)
    spoken = {line.key.removeprefix(f"{EVENTS}."): line.text for line in lines}
    recordings = {event: path.name for event, path in speaker.files.items()}
    return recordings if speaker.voice.engine == "none" else spoken | recordings


def _problem(health: str, *, may_be_unused: bool = False) -> str | None:
    from ..diagnostics import Health, HealthState

    match Health.parse(health).state:
        case HealthState.UNUSED if not may_be_unused:
            return (
                "there is nothing to play an alert on: set [alerts.buzzer], [alerts.led], [[alerts.lamps]] or"
                " [alerts.speaker], then restart talkpace"
            )
        case HealthState.FAILED:
            return f"{health}; `talkpace doctor` says what to do"
        case _:
            return None
