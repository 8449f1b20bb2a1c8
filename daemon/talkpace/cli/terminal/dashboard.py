"""The live dashboard: a panel for each athlete, or two lines where there is no room for panels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...mqtt.payloads import EventPayload, LivePayload
from ...text import printable
from ...training.effort_zones import Zone
from ...training.warning import WarningState
from ..output import clock_time
from .digits import bar_columns, large_number
from .lines import event_line
from .model import HISTORY_MINUTES, AthleteState, HouseholdState, NodeState
from .theme import WARNING_STYLES, ZONES, zone_name

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_FOOTER_LINES = 1
_PANEL_LINES = 10
"""of a panel without events"""
_MOST_EVENTS = 6
_WIDEST = 100
_NARROW_GAUGE = 46
_LONGEST_NAME = 40
_LEAST_SPAN_BPM = 20


@dataclass(frozen=True, slots=True)
class TerminalDashboard:
    """The state to be drawn; `render` draws it."""

    household: HouseholdState
    connection: str
    """`connected`, or what is wrong"""
    connected: bool
    broker: str
    now_ms: int
    title: str = "talkpace watch"
    footer: str = "q to quit"
    speed: float = 1.0
    """how many times real time the clock of the daemon runs, in a demo"""
    outputs: tuple[bool, str | None] | None = None
    """whether the buzzer sounds and the colour of the LED, where known"""

    def render(self, width: int, height: int) -> RenderableType:
        """Render no wider and no higher than the terminal."""
        from rich.console import Group

        wide = min(width, _WIDEST)
        head = self._head()
        nodes = [self._node(node) for node in self.household.nodes.values()]
        lines_free = height - len(head) - len(nodes) - _FOOTER_LINES
        athletes = self.household.athletes
        parts: list[RenderableType] = [*head, *nodes]
        if not athletes:
            parts.append(_line("  waiting for a heart rate", "dim"))
        events = min(_MOST_EVENTS, lines_free // len(athletes) - _PANEL_LINES) if athletes else -1
        if events >= 0:
            parts += [self._panel(node, athlete, wide, events) for node, athlete in athletes]
        else:
            lines = [line for node, athlete in athletes for line in self._two_lines(node, athlete)]
            if len(lines) > lines_free:
                lines = lines[::2]
            if len(lines) > lines_free:
                hidden = len(lines) - max(0, lines_free - 1)
                lines = [*lines[: max(0, lines_free - 1)], _line(f"  and {hidden} more", "dim")]
            parts += lines
        parts.append(_line(self.footer, "dim"))
        return Group(*parts)

    def _head(self) -> list[Text]:
        from rich.text import Text

        head = Text.assemble((self.title, "bold"), f"  {self.broker}")
        if self.connected:
            return [_one_line(head.append("  connected"))]
        return [_one_line(head), _line(f"{printable(self.connection)}; retrying", "bold white on red")]

    def _node(self, node: NodeState) -> Text:
        from rich.text import Text

        if node.online is None:
            status = ("unknown", "dim")
        elif node.online:
            status = ("online", "bold")
        else:
            status = ("offline", "bold white on red")
        line = Text.assemble(f"{node.node}: ", status)
        problems = node.problems()
        for problem in problems:
            line.append(f"  {printable(problem)}", "yellow")
        if node.online and node.health is not None and not problems:
            line.append(f"  ok, {node.health.straps_connected} strap(s) connected", "dim")
        return _one_line(line)

    def _panel(self, node: NodeState, athlete: AthleteState, width: int, events: int) -> RenderableType:
        from rich.console import Group
        from rich.panel import Panel
        from rich.text import Text

        live = athlete.fresh(self.now_ms)
        inner = width - 4
        style = _rate_style(live)
        rows = large_number(live.heart_rate if live else None)
        rates = self._rates_per_column(athlete, inner)
        lines = [
            Text(rows[0], style),
            _one_line(Text.assemble((rows[1], style), f"   {_figures(live)}")),
            Text(rows[2], style),
            _one_line(zone_gauge(live.zone if live else None, inner)),
            Text(bar_columns(rates, least_span=_LEAST_SPAN_BPM)),
            _line(_rate_range(rates), "dim"),
            _line(self._times(node, athlete)),
            _line(_settings(athlete), "dim"),
            *(_line(event_line(event), "dim") for event in _last(athlete.events, events)),
        ]
        return Panel(
            Group(*lines),
            title=self._panel_title(node, athlete),
            title_align="left",
            subtitle=None if self.outputs is None else _outputs(*self.outputs),
            width=width,
        )

    def _panel_title(self, node: NodeState, athlete: AthleteState) -> Text:
        from rich.text import Text

        activity = f" · {athlete.session.activity.value}" if athlete.session else ""
        text, style = self._status(node, athlete)
        return Text.assemble((f" {athlete.athlete}{activity} · ", "bold"), (f"{text} ", style))

    def _status(self, node: NodeState, athlete: AthleteState) -> tuple[str, str]:
        """Return the most important state, and its style."""
        warning = athlete.warning(self.now_ms)
        if node.online is False:
            return "node offline", WARNING_STYLES[WarningState.SIGNAL_LOST]
        idle = athlete.session is not None and athlete.session.state == "idle"
        if idle and athlete.fresh(self.now_ms) is None:
            return "no session", "dim"
        if warning is None:
            return "unknown", "dim"
        if warning is WarningState.NONE:
            return "below the ceiling", "bold"
        return warning.value.replace("_", " "), WARNING_STYLES[warning]

    def _two_lines(self, node: NodeState, athlete: AthleteState) -> list[Text]:
        from rich.text import Text

        live = athlete.fresh(self.now_ms)
        rate = "--" if live is None or live.heart_rate is None else str(live.heart_rate)
        text, status_style = self._status(node, athlete)
        head = Text.assemble((f"{athlete.athlete:<12} ", "bold"), (f"{rate:>3} ", _rate_style(live)))
        head.append(text, status_style)
        head.append(f"  {_figures(live)}")
        return [_one_line(head), _line(f"  {self._times(node, athlete)}", "dim")]

    def _times(self, node: NodeState, athlete: AthleteState) -> str:
        live = athlete.fresh(self.now_ms)
        if live is None:
            if athlete.live is None or athlete.live_at_ms is None or not node.online:
                return "no data"
            return f"no data for {clock_time((self.now_ms - athlete.live_at_ms) / 1000)}"
        if live.elapsed_s is None:
            return "no session"
        zones = live.zones_s or {}
        band = clock_time(zones.get(Zone.CONVERSATIONAL, 0.0))
        above = clock_time(zones.get(Zone.HARD, 0.0) + zones.get(Zone.VERY_HARD, 0.0))
        return f"{clock_time(live.elapsed_s)} elapsed, {band} in the band, {above} above it"

    def _rates_per_column(self, athlete: AthleteState, width: int) -> list[int | None]:
        """Return the highest heart rate of each column's share of the history; None without one."""
        span_ms = HISTORY_MINUTES * 60_000 / self.speed
        rates: list[int | None] = [None] * width
        for at_ms, rate in athlete.rates:
            column = width - 1 - int((self.now_ms - at_ms) * width // span_ms)
            if rate is not None and 0 <= column < width:
                rates[column] = max(rate, rates[column] or 0)
        return rates


def zone_gauge(zone: Zone | None, width: int) -> Text:
    """Render the four zones side by side; the current one in colour and in brackets."""
    from rich.text import Text

    line = Text()
    if width < _NARROW_GAUGE:
        marks = " ".join("●" if each is zone else "○" for each in Zone)
        return line.append(f"{marks}  {'unknown' if zone is None else zone_name(zone)}")
    names = {each: zone_name(each) for each in Zone}
    spare = max(0, width - sum(len(name) for name in names.values()) - 3)
    for position, (each, name) in enumerate(names.items()):
        if position:
            line.append("│", "dim")
        size = len(name) + spare // 4
        if each is zone:
            line.append(f"[{name}]".center(size, "━"), f"bold {ZONES[each].style}")
        else:
            line.append(name.center(size), "dim")
    return line


def _rate_style(live: LivePayload | None) -> str:
    return "dim" if live is None or live.zone is None else ZONES[live.zone].style


def _figures(live: LivePayload | None) -> str:
    if live is None or live.heart_rate is None or live.effort is None or live.zone is None:
        return "bpm unknown"
    return f"bpm  {live.effort:.0%}  {zone_name(live.zone)}"


def _rate_range(rates: Sequence[int | None]) -> str:
    numbers = [rate for rate in rates if rate is not None]
    values = f"{min(numbers)} to {max(numbers)} bpm" if numbers else "no data"
    return f"last {HISTORY_MINUTES} minutes: {values}"


def _settings(athlete: AthleteState) -> str:
    """Describe ceiling and strap."""
    session, strap = athlete.session, athlete.strap
    parts = [f"ceiling {session.ceiling:.0%} ({session.ceiling_heart_rate} bpm)"] if session else []
    if strap is None:
        parts.append("strap unknown")
    elif not strap.connected:
        parts.append("no strap connected")
    else:
        parts.append(printable(strap.name or strap.address or "a strap")[:_LONGEST_NAME])
        if strap.battery_percent is not None:
            parts.append(f"battery {strap.battery_percent} %")
        if strap.signal is not None:
            parts.append(f"signal {strap.signal} dBm")
    return ", ".join(parts)


def _outputs(sounding: bool, colour: str | None) -> Text:
    from rich.text import Text

    text = Text.assemble("buzzer ", "♪" if sounding else "·", "   LED ")
    return text.append("●" if colour else "○", colour or "dim")


def _last(events: Sequence[EventPayload], count: int) -> list[EventPayload]:
    return list(events)[-count:] if count else []


def _line(text: str, style: str = "") -> Text:
    from rich.text import Text

    return _one_line(Text(text, style))


def _one_line(text: Text) -> Text:
    """Cut the text where it is wider than the terminal."""
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
