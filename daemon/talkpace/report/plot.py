"""An SVG plot of fixed height and full width, with text of the same size on a phone and on paper.

Coordinates are percentages. Only polylines are in a nested SVG that is stretched; their strokes are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from .plot_data import Axis, Point
from .text import Child, add, tag

_VIEW_BOX = 10_000
"""width and height of the stretched SVG in its own units"""
_NEAR_THE_END = 0.93
_NEAR_THE_START = 0.03


class Plot:
    """Draws from back to front, in the order of the calls."""

    def __init__(self, name: str, title: str, description: str, x: Axis, y: Axis, *, height_px: int) -> None:
        """`name` must be unique on the page; a screen reader reads title and description."""
        self.x, self.y = x, y
        self._svg = tag(
            "svg",
            tag("title", title, id=f"{name}-title"),
            tag("desc", description, id=f"{name}-description"),
            role="img",
            aria_labelledby=f"{name}-title {name}-description",
            width="100%",
            height=height_px,
        )
        self._grid()

    def x_percent(self, value: float) -> str:
        """Horizontal SVG coordinate of a value."""
        return _percent(self.x.place(value))

    def y_percent(self, value: float) -> str:
        """Vertical SVG coordinate of a value."""
        return _percent(1 - self.y.place(value))

    def put(self, *children: Child) -> None:
        """Add SVG elements on top."""
        add(self._svg, *children)

    def area(
        self, class_: str, *, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None
    ) -> None:
        """Draw a rectangle between two values of an axis; None means the whole axis."""
        left, right = (self.x.low, self.x.high) if x is None else x
        low, high = (self.y.low, self.y.high) if y is None else y
        width, height = self.x.place(right) - self.x.place(left), self.y.place(high) - self.y.place(low)
        if width > 0 and height > 0:
            self.put(
                tag(
                    "rect",
                    class_=class_,
                    x=self.x_percent(left),
                    y=self.y_percent(high),
                    width=_percent(width),
                    height=_percent(height),
                )
            )

    def horizontal_line(self, value: float, class_: str, *, x: tuple[float, float] | None = None) -> None:
        """Draw a horizontal line, if the value is within the axis."""
        if self.y.low <= value <= self.y.high:
            left, right = (self.x.low, self.x.high) if x is None else x
            at = self.y_percent(value)
            ends = {"x1": self.x_percent(left), "x2": self.x_percent(right)}
            self.put(tag("line", class_=class_, y1=at, y2=at, **ends))

    def vertical_line(self, value: float, class_: str) -> None:
        """Draw a vertical line, if the value is within the axis."""
        if self.x.low <= value <= self.x.high:
            at = self.x_percent(value)
            self.put(tag("line", class_=class_, x1=at, x2=at, y1="0%", y2="100%"))

    def polylines(self, runs: Iterable[Sequence[Point]], class_: str) -> None:
        """Draw a line through the points of each run."""
        path = "".join(self._path(run) for run in runs)
        self.put(
            tag(
                "svg",
                tag("path", class_=class_, d=path, vector_effect="non-scaling-stroke"),
                viewBox=f"0 0 {_VIEW_BOX} {_VIEW_BOX}",
                preserveAspectRatio="none",
                width="100%",
                height="100%",
            )
        )

    def label(self, x: float, y: float, text: str, class_: str = "label", **more: str | float) -> None:
        """Write text beside a point; near the right edge it ends there."""
        anchor = "end" if self.x.place(x) > _NEAR_THE_END else None
        self.put(
            tag(
                "text",
                text,
                class_=class_,
                x=self.x_percent(x),
                y=self.y_percent(y),
                text_anchor=anchor,
                **more,
            )
        )

    def figure(self, *below: Child, class_: str | None = None) -> Element:
        """The finished plot in a figure, with the elements that follow it."""
        return tag("figure", tag("div", self._svg, class_="plot"), *below, class_=class_)

    def _path(self, run: Sequence[Point]) -> str:
        places = [
            f"{self.x.place(x) * _VIEW_BOX:.0f} {(1 - self.y.place(y)) * _VIEW_BOX:.0f}" for x, y in run
        ]
        if len(places) == 1:
            places *= 2  # a line of zero length still draws its round cap
        return "M" + "L".join(places)

    def _grid(self) -> None:
        for value, text in self.y.ticks:
            self.horizontal_line(value, "grid")
            self.put(
                tag(
                    "text", text, class_="tick", x=-6, y=self.y_percent(value), dy="0.35em", text_anchor="end"
                )
            )
        for value, text in self.x.ticks:
            at = self.x.place(value)
            anchor = "end" if at > _NEAR_THE_END else "start" if at < _NEAR_THE_START else "middle"
            self.put(
                tag("line", class_="grid", x1=_percent(at), x2=_percent(at), y1="100%", y2="101.5%"),
                tag("text", text, class_="tick", x=_percent(at), y="100%", dy="1.4em", text_anchor=anchor),
            )


def _percent(fraction: float) -> str:
    return f"{fraction * 100:.5g}%"
