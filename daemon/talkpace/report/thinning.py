"""Fewer points for the same picture: what a column of it spans, from its lowest to its highest, stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Point = tuple[int, float]
"""time in ms, value"""


def runs(points: Iterable[Point], longest_gap_ms: int) -> list[list[Point]]:
    """Cut where nothing came for longer than that, so that no line is drawn over a gap."""
    found: list[list[Point]] = []
    last_ms: int | None = None
    for point in points:
        if last_ms is None or point[0] - last_ms > longest_gap_ms:
            found.append([])
        found[-1].append(point)
        last_ms = point[0]
    return found


def thinned(points: Sequence[Point], column_ms: float) -> list[Point]:
    """Of the points (in order of time) in each column at most four: first, lowest, highest, last."""
    kept: list[Point] = []
    column: list[Point] = []
    end_ms = float("-inf")
    for point in points:
        if point[0] >= end_ms:
            kept += _extremes(column)
            column = []
            end_ms = (point[0] // column_ms + 1) * column_ms
        column.append(point)
    return kept + _extremes(column)


def _extremes(column: list[Point]) -> list[Point]:
    if len(column) <= 4:
        return column
    places = {
        0,
        min(range(len(column)), key=lambda place: column[place][1]),
        max(range(len(column)), key=lambda place: column[place][1]),
        len(column) - 1,
    }
    return [column[place] for place in sorted(places)]
