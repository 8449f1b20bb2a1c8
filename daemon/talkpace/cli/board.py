"""The household in the terminal: a block for each athlete, as large as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..effort.warning import WarningState
from ..effort.zones import Zone
from ..publish.payloads import EventPayload, LivePayload
from ..watch.household import MINUTES, Household, Place, Trainee
from .glyphs import big_number, columns
from .live import STYLES, event_line
from .looks import LOOKS, zone_name
from .output import clock_time, printable

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_BELOW_LINES = 1
_PANEL_LINES = 10
"""of a large block without any event"""
_MOST_EVENTS = 6
_WIDEST = 100
_NARROW_GAUGE = 46
_LONGEST_NAME = 40
_LEAST_SPAN_BPM = 20


@dataclass(frozen=True, slots=True)
class Board:
    """What is known now; `render` draws it."""

    household: Household
    connection: str
    """what is the matter, where it is not `connected`"""
    connected: bool
    broker: str
    now_ms: int

    def render(self, width: int, height: int) -> RenderableType:
        """No wider and no higher than the terminal."""
        from rich.console import Group

        wide = min(width, _WIDEST)
        head = self._head()
        room = height - len(head) - _BELOW_LINES
        everybody = self.household.trainees
        parts: list[RenderableType] = [*head]
        places = [self._place(place) for place in self.household.places.values()]
        room -= len(places)
        parts += places
        if not everybody:
            parts.append(_line("  waiting for somebody's beats", "dim"))
        events = min(_MOST_EVENTS, room // len(everybody) - _PANEL_LINES) if everybody else -1
        if events >= 0:
            parts += [self._large(place, one, wide, events) for place, one in everybody]
        else:
            lines = [line for place, one in everybody for line in self._small(place, one)]
            if len(lines) > room:
                lines = lines[::2]
            if len(lines) > room:
                hidden = len(lines) - max(0, room - 1)
                lines = [*lines[: max(0, room - 1)], _line(f"  and {hidden} more", "dim")]
            parts += lines
        parts.append(_line("q ends", "dim"))
        return Group(*parts)

    def _head(self) -> list[Text]:
        from rich.text import Text

        head = Text.assemble(("talkpace watch", "bold"), f"  {self.broker}")
        if self.connected:
            return [_cut(head.append("  connected"))]
        return [_cut(head), _line(f"{printable(self.connection)}; trying again", "bold white on red")]

    def _place(self, place: Place) -> Text:
        from rich.text import Text

        if place.online is None:
            status = ("unknown", "dim")
        elif place.online:
            status = ("online", "bold")
        else:
            status = ("offline", "bold white on red")
        line = Text.assemble(f"{place.node}: ", status)
        troubles = place.troubles()
        for trouble in troubles:
            line.append(f"  {printable(trouble)}", "yellow")
        if place.online and place.health is not None and not troubles:
            line.append(f"  all well, {place.health.straps_connected} strap(s) connected", "dim")
        return _cut(line)

    def _large(self, place: Place, one: Trainee, width: int, events: int) -> RenderableType:
        from rich.console import Group
        from rich.panel import Panel
        from rich.text import Text

        live = one.fresh(self.now_ms)
        inner = width - 4
        rate = live.heart_rate if live else None
        style = "dim" if live is None or live.zone is None else LOOKS[live.zone].style
        rows = big_number(rate)
        rates = _per_column(one, self.now_ms, inner)
        lines = [
            Text(rows[0], style),
            _cut(Text.assemble((rows[1], style), f"   {_figures(live)}")),
            Text(rows[2], style),
            _cut(gauge(live.zone if live else None, inner)),
            Text(columns(rates, least_span=_LEAST_SPAN_BPM)),
            _line(_span(rates), "dim"),
            _cut(Text(self._times(place, one))),
            _cut(Text(_strap(one), "dim")),
            *(_line(event_line(event.model_dump(mode="json")), "dim") for event in _last(one, events)),
        ]
        return Panel(Group(*lines), title=self._title(place, one), title_align="left", width=width)

    def _title(self, place: Place, one: Trainee) -> Text:
        from rich.text import Text

        activity = f" · {one.session.activity.value}" if one.session else ""
        words, style = self._state(place, one)
        return Text.assemble((f" {one.athlete}{activity} · ", "bold"), (f"{words} ", style))

    def _state(self, place: Place, one: Trainee) -> tuple[str, str]:
        """What has to be said first, and how."""
        warning = one.warning(self.now_ms)
        if place.online is False:
            return "node offline", STYLES["signal_lost"]
        if one.session is not None and one.session.state == "idle" and one.fresh(self.now_ms) is None:
            return "no session", "dim"
        if warning is None:
            return "unknown", "dim"
        if warning is WarningState.NONE:
            return "easy going", "bold"
        return warning.value.replace("_", " "), STYLES[warning.value]

    def _small(self, place: Place, one: Trainee) -> list[Text]:
        from rich.text import Text

        live = one.fresh(self.now_ms)
        style = "dim" if live is None or live.zone is None else LOOKS[live.zone].style
        rate = "--" if live is None or live.heart_rate is None else str(live.heart_rate)
        words, state_style = self._state(place, one)
        head = Text.assemble((f"{one.athlete:<12} ", "bold"), (f"{rate:>3} ", style))
        head.append(words, state_style)
        head.append(f"  {_figures(live)}")
        return [_cut(head), _cut(Text(f"  {self._times(place, one)}", "dim"))]

    def _times(self, place: Place, one: Trainee) -> str:
        live = one.fresh(self.now_ms)
        if live is None:
            if one.live is None or one.heard_ms is None or not place.online:
                return "nothing heard"
            return f"nothing heard for {clock_time((self.now_ms - one.heard_ms) / 1000)}"
        if live.elapsed_s is None:
            return "no session is under way"
        zones = live.zones_s or {}
        band = clock_time(zones.get(Zone.CONVERSATIONAL, 0.0))
        over = clock_time(zones.get(Zone.HARD, 0.0) + zones.get(Zone.VERY_HARD, 0.0))
        return f"{clock_time(live.elapsed_s)} elapsed, {band} in the band, {over} above it"


def gauge(zone: Zone | None, width: int) -> Text:
    """The four zones side by side, the one in use lit; in brackets too, for those without colours."""
    from rich.text import Text

    line = Text()
    if width < _NARROW_GAUGE:
        marks = " ".join("●" if each is zone else "○" for each in Zone)
        return line.append(f"{marks}  {'unknown' if zone is None else zone_name(zone)}")
    names = {each: zone_name(each) for each in Zone}
    spare = max(0, width - sum(len(name) for name in names.values()) - 3)
    for place, (each, name) in enumerate(names.items()):
        if place:
            line.append("│", "dim")
        size = len(name) + spare // 4
        if each is zone:
            line.append(f"[{name}]".center(size, "━"), f"bold {LOOKS[each].style}")
        else:
            line.append(name.center(size), "dim")
    return line


def _figures(live: LivePayload | None) -> str:
    if live is None or live.heart_rate is None or live.effort is None or live.zone is None:
        return "bpm unknown"
    return f"bpm  {live.effort:.0%}  {zone_name(live.zone)}"


def _per_column(one: Trainee, now_ms: int, width: int) -> list[int | None]:
    """The highest heart rate of each column's share of the last minutes; None where none was heard."""
    span_ms = MINUTES * 60_000
    found: list[int | None] = [None] * width
    for at_ms, rate in one.rates:
        place = width - 1 - (now_ms - at_ms) * width // span_ms
        if rate is not None and 0 <= place < width:
            found[place] = max(rate, found[place] or 0)
    return found


def _span(rates: Sequence[int | None]) -> str:
    known = [rate for rate in rates if rate is not None]
    between = f", {min(known)} to {max(known)} bpm" if known else ": nothing heard"
    return f"the last {MINUTES} minutes{between}"


def _strap(one: Trainee) -> str:
    strap = one.strap
    if strap is None:
        return "strap unknown"
    if not strap.connected:
        return "no strap connected"
    parts = [printable(strap.name or strap.address or "a strap")[:_LONGEST_NAME]]
    if strap.battery_percent is not None:
        parts.append(f"battery {strap.battery_percent} %")
    if strap.signal is not None:
        parts.append(f"signal {strap.signal} dBm")
    return ", ".join(parts)


def _last(one: Trainee, count: int) -> list[EventPayload]:
    return list(one.events)[-count:] if count else []


def _line(text: str, style: str = "") -> Text:
    from rich.text import Text

    return _cut(Text(text, style))


def _cut(text: Text) -> Text:
    """On one line, whatever the width."""
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
