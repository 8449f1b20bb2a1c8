"""A plot of heart rate over the zones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...report.plot_data import Point, number_axis, split_at_gaps, thin, time_axis
from ...training.effort_zones import Zone
from ...training.rules import HOLD_MS
from ..output import clock_time
from .theme import ZONES, zone_name

_WIDEST = 120
_ROWS = 20
_AROUND_ROWS = 3
"""the frame, and the times below it"""
_AROUND_COLUMNS = 5
"""the frame, and three digits beside it"""
_NAMES_COLUMNS = 16
_NARROW = 60
_MARGIN_BPM = 6
_COLUMNS_A_TICK = 12
_MOST_RATES = 8
_PLAIN = str.maketrans({"┌": "+", "┐": "+", "└": "+", "┘": "+", "─": "-", "│": "|", "┤": "+", "┬": "+"})
_CEILING = "-"


@dataclass(frozen=True, slots=True)
class HeartRatePlot:
    """The data of the plot: times in ms, heart rates in bpm."""

    rates: Sequence[tuple[int, int]]
    """at least two"""
    bands_bpm: Mapping[Zone, tuple[float, float]]
    ceilings_bpm: Sequence[tuple[int, float]]
    """each from a time on"""
    warnings_ms: Sequence[int]

    def draw(self, *, width: int, colour: bool, unicode: bool) -> str:
        """Draw up to `width` columns, 120 at most; without `unicode` in ASCII only."""
        import plotext

        wide = min(width, _WIDEST)
        names = wide >= _NARROW
        columns = wide - (_NAMES_COLUMNS if names else 0)
        low = math.floor(min(rate for _, rate in self.rates) - _MARGIN_BPM)
        high = math.ceil(max(rate for _, rate in self.rates) + _MARGIN_BPM)
        height = (high - low) / (_ROWS - _AROUND_ROWS)
        levels = [low + (place + 0.5) * height for place in range(_ROWS - _AROUND_ROWS)]
        end_ms = self.rates[-1][0]
        cells = columns - _AROUND_COLUMNS
        across = [end_ms * (cell + 0.5) / cells for cell in range(cells)]

        plotext.clear_figure()
        plotext.plotsize(columns, _ROWS)
        plotext.xlim(0, end_ms)
        plotext.ylim(low, high)
        for part in (plotext.canvas_color, plotext.axes_color, plotext.ticks_color):
            part("default")
        for level in levels:
            theme = ZONES[self._zone(level)]
            plotext.scatter(across, [level] * len(across), marker=theme.texture, color=theme.number)
        ends = [*(from_ms for from_ms, _ in self.ceilings_bpm[1:]), end_ms]
        for (from_ms, ceiling), to_ms in zip(self.ceilings_bpm, ends, strict=True):
            dashes = [at_ms for at_ms in across[::2] if from_ms <= at_ms <= to_ms]
            if dashes and low < ceiling < high:
                nearest = min(levels, key=lambda level: abs(level - ceiling))
                plotext.scatter(dashes, [nearest] * len(dashes), marker=_CEILING, color="default")
        for run in split_at_gaps(self.rates, HOLD_MS):
            points: Sequence[Point] = thin(run, max(1, end_ms / (2 * columns)))
            plotext.plot(
                [at_ms for at_ms, _ in points],
                [rate for _, rate in points],
                color="default",
                marker="braille" if unicode else "*",
            )
        if self.warnings_ms:
            marks = [levels[-1]] * len(self.warnings_ms)
            plotext.scatter(self.warnings_ms, marks, marker="x", color="default")
        times = time_axis(end_ms, most=max(1, columns // _COLUMNS_A_TICK)).ticks
        plotext.xticks([at_ms for at_ms, _ in times], [clock_time(at_ms / 1000) for at_ms, _ in times])
        rates = number_axis(low, high, most=_MOST_RATES).ticks
        plotext.yticks([rate for rate, _ in rates], [f"{rate:3.0f}" for rate, _ in rates])
        text: str = plotext.build()
        if not colour:
            text = str(plotext.uncolorize(text))
        if not unicode:
            text = text.translate(_PLAIN)
        lines = text.rstrip("\n").split("\n")
        if names:
            lines = self._with_zone_names(lines, levels)
        return "\n".join([*lines, *self._legend(names=names)]) + "\n"

    def _zone(self, level: float) -> Zone:
        return next(zone for zone, (lower, upper) in self.bands_bpm.items() if lower <= level < upper)

    def _with_zone_names(self, lines: list[str], levels: Sequence[float]) -> list[str]:
        """Add each zone's name beside the middle of its band."""
        rows: dict[Zone, list[int]] = {}
        for place, level in enumerate(levels):
            rows.setdefault(self._zone(level), []).append(len(levels) - place)  # below the frame's top
        middles = {places[len(places) // 2]: zone for zone, places in rows.items()}
        return [
            f"{line} {zone_name(middles[row])}" if row in middles else line for row, line in enumerate(lines)
        ]

    def _legend(self, *, names: bool) -> list[str]:
        legend = [
            f"heart rate in bpm; {_CEILING} {_CEILING} ceiling" + ("; x warning" if self.warnings_ms else "")
        ]
        if not names:
            textures = [
                f"{ZONES[zone].texture} {zone_name(zone)}" for zone in Zone if ZONES[zone].texture != " "
            ]
            legend.append("  ".join(textures))
        return legend
