"""A plot of a fixed height that fits any width, with text of the same size on a phone and on paper.

Places are percentages. Only lines lie in an inner picture that is stretched; their strokes are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from .axis import Axis
from .markup import Child, add, tag
from .thinning import Point

_FINE = 10_000
"""whole numbers across the stretched picture, either way"""
_NEAR_THE_END = 0.93
_NEAR_THE_START = 0.03


class Plot:
    """Drawn from back to front, in the order of the calls."""

    def __init__(self, name: str, title: str, description: str, x: Axis, y: Axis, *, height_px: int) -> None:
        """`name` is unique on the page; title and description are what a screen reader says."""
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

    def across(self, value: float) -> str:
        """The place of a value of the x axis."""
        return _percent(self.x.place(value))

    def up(self, value: float) -> str:
        """The place of a value of the y axis."""
        return _percent(1 - self.y.place(value))

    def put(self, *children: Child) -> None:
        """Anything else, on top of what is there."""
        add(self._svg, *children)

    def area(
        self, class_: str, *, x: tuple[float, float] | None = None, y: tuple[float, float] | None = None
    ) -> None:
        """A rectangle between two values of an axis, or over all of it."""
        left, right = (self.x.low, self.x.high) if x is None else x
        low, high = (self.y.low, self.y.high) if y is None else y
        width, height = self.x.place(right) - self.x.place(left), self.y.place(high) - self.y.place(low)
        if width > 0 and height > 0:
            self.put(
                tag(
                    "rect",
                    class_=class_,
                    x=self.across(left),
                    y=self.up(high),
                    width=_percent(width),
                    height=_percent(height),
                )
            )

    def level(self, value: float, class_: str, *, x: tuple[float, float] | None = None) -> None:
        """A horizontal line; none where the plot doesn't reach so far."""
        if self.y.low <= value <= self.y.high:
            left, right = (self.x.low, self.x.high) if x is None else x
            at = self.up(value)
            ends = {"x1": self.across(left), "x2": self.across(right)}
            self.put(tag("line", class_=class_, y1=at, y2=at, **ends))

    def upright(self, value: float, class_: str) -> None:
        """A vertical line; none where the plot doesn't reach so far."""
        if self.x.low <= value <= self.x.high:
            at = self.across(value)
            self.put(tag("line", class_=class_, x1=at, x2=at, y1="0%", y2="100%"))

    def lines(self, runs: Iterable[Sequence[Point]], class_: str) -> None:
        """Lines through points, one for each run."""
        path = "".join(self._path(run) for run in runs)
        self.put(
            tag(
                "svg",
                tag("path", class_=class_, d=path, vector_effect="non-scaling-stroke"),
                viewBox=f"0 0 {_FINE} {_FINE}",
                preserveAspectRatio="none",
                width="100%",
                height="100%",
            )
        )

    def label(self, x: float, y: float, text: str, class_: str = "label", **more: str | float) -> None:
        """Text beside a place; it is turned inwards near the right edge."""
        anchor = "end" if self.x.place(x) > _NEAR_THE_END else None
        self.put(tag("text", text, class_=class_, x=self.across(x), y=self.up(y), text_anchor=anchor, **more))

    def figure(self, *below: Child, class_: str | None = None) -> Element:
        """The finished plot, with what stands below it."""
        return tag("figure", tag("div", self._svg, class_="plot"), *below, class_=class_)

    def _path(self, run: Sequence[Point]) -> str:
        places = [f"{self.x.place(x) * _FINE:.0f} {(1 - self.y.place(y)) * _FINE:.0f}" for x, y in run]
        if len(places) == 1:
            places *= 2  # a line of no length still shows its round end
        return "M" + "L".join(places)

    def _grid(self) -> None:
        for value, text in self.y.ticks:
            self.level(value, "grid")
            self.put(tag("text", text, class_="tick", x=-6, y=self.up(value), dy="0.35em", text_anchor="end"))
        for value, text in self.x.ticks:
            at = self.x.place(value)
            anchor = "end" if at > _NEAR_THE_END else "start" if at < _NEAR_THE_START else "middle"
            self.put(
                tag("line", class_="grid", x1=_percent(at), x2=_percent(at), y1="100%", y2="101.5%"),
                tag("text", text, class_="tick", x=_percent(at), y="100%", dy="1.4em", text_anchor=anchor),
            )


def _percent(fraction: float) -> str:
    return f"{fraction * 100:.5g}%"
