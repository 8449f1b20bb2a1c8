"""The live picture of one athlete in the terminal, from what the dashboard gets over MQTT."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..effort.zones import Zone
from .glyphs import big_number, columns
from .looks import LOOKS, zone_name
from .output import clock_time

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_GAUGE = 50
_TOLD = 6
_REMEMBERED = 60

STYLES = {"over": "bold white on red", "approaching": "black on yellow", "signal_lost": "white on blue"}


@dataclass
class LivePicture:
    """What was heard last; `render` draws it."""

    athlete: str
    ceiling: float
    live: Mapping[str, Any] | None = None
    sounding: bool = False
    colour: str | None = None
    rates: deque[int | None] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    told: deque[str] = field(default_factory=lambda: deque(maxlen=_TOLD))

    def take_live(self, payload: Mapping[str, Any]) -> None:
        """A `live` message."""
        self.live = payload
        self.rates.append(payload["heart_rate"])

    def take_event(self, payload: Mapping[str, Any]) -> str:
        """An `event` message; answers with its line."""
        line = event_line(payload)
        self.told.append(line)
        return line

    def render(self) -> RenderableType:
        """The picture as it is now."""
        from rich.console import Group
        from rich.panel import Panel
        from rich.text import Text

        live = self.live or {}
        warning = live.get("warning") or "none"
        lines = [*self._number(live), Text(), self._gauge(live), self._history(), Text(), self._facts(live)]
        lines += [Text(f"  {line}", "dim") for line in self.told]
        words = "easy going" if warning == "none" else warning.replace("_", " ")
        title = Text(f" {self.athlete} · {words} ", STYLES.get(warning, "bold"))
        outputs = Text.assemble("buzzer ", ("♪" if self.sounding else "·"), "   light ")
        outputs.append("●" if self.colour else "○", self.colour or "dim")
        return Panel(Group(*lines), title=title, subtitle=outputs, width=_GAUGE + 14)

    def _number(self, live: Mapping[str, Any]) -> list[Text]:
        from rich.text import Text

        rate = live.get("heart_rate")
        style = "dim" if rate is None else LOOKS[Zone(live["zone"])].style
        rows = [f"  {row}" for row in big_number(rate)]
        effort = "" if rate is None else f"   bpm   {live['effort']:.0%}   {zone_name(Zone(live['zone']))}"
        return [Text(rows[0], style), Text(rows[1] + effort, style), Text(rows[2], style)]

    def _gauge(self, live: Mapping[str, Any]) -> Text:
        """Effort from 40 to 100 %, the ceiling marked."""
        from rich.text import Text

        def place(effort: float) -> int:
            return min(_GAUGE - 1, max(0, round((effort - 0.4) / 0.6 * _GAUGE)))

        gauge = Text("  ")
        effort = live.get("effort")
        for column in range(_GAUGE):
            if column == place(self.ceiling):
                gauge.append("┃", "bold")
            elif effort is not None and column <= place(effort):
                gauge.append("━", LOOKS[Zone(live["zone"])].style)
            else:
                gauge.append("─", "dim")
        return gauge.append(f" {self.ceiling:.0%}")

    def _history(self) -> Text:
        from rich.text import Text

        if not any(self.rates):
            return Text("  waiting for beats")
        return Text("  " + columns(list(self.rates)[-_GAUGE:]), "cyan")

    def _facts(self, live: Mapping[str, Any]) -> Text:
        from rich.text import Text

        elapsed_s, zones = live.get("elapsed_s"), live.get("zones_s") or {}
        if elapsed_s is None:
            return Text("  no session is under way")
        band = clock_time(zones.get("conversational", 0))
        return Text(f"  {clock_time(elapsed_s)} elapsed, {band} in the conversational zone")


_WORDS = {
    "over": "over the ceiling: ease off",
    "over_repeat": "still over the ceiling",
    "easy_again": "easy again",
    "approaching": "close to the ceiling",
    "signal_lost": "signal lost: no heart rate from the strap",
    "signal_back": "signal is back",
    "session_started": "session started",
    "session_ended": "session ended",
    "strap_battery_low": "the strap's battery is low",
    "band_reached": "long enough in the band to count",
    "band_enough": "long enough in the band: time to finish",
    "drink": "little drunk today: drink before you train",
    "supplement_due": "a supplement is due",
}


def event_line(payload: Mapping[str, Any]) -> str:
    """An `event` message as a line for a person."""
    at = payload["time"][11:19]
    rate, effort = payload["heart_rate"], payload["effort"]
    figures = "" if rate is None or effort is None else f" ({rate} bpm, {effort:.0%})"
    return f"{at}  {_WORDS[payload['event']]}{figures}"
