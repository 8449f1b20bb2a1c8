"""RR intervals over time, those that are no plain heartbeats marked by what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from ..rr.artifacts import BeatClass
from .axis import number_axis, time_axis
from .markup import tag
from .plot import Plot
from .thinning import runs, thinned
from .values import Interval

_HEIGHT_PX = 240
_COLUMNS = 600
_GAP_MS = 5_000
_MARGIN_MS = 40
_LEAST_HEIGHT_MS = 150
_MOST_MARKS = 400
_OUTLIERS = 0.005
"""of the intervals at either end, the share that the axis need not reach; they are marked at its edge"""

_WORDS: Mapping[BeatClass, str] = {
    BeatClass.ECTOPIC: "ectopic: a beat out of turn",
    BeatClass.MISSED: "missed: one beat was not seen",
    BeatClass.EXTRA: "extra: one beat was seen twice",
    BeatClass.LONG: "long: too late to be plain",
    BeatClass.SHORT: "short: too early to be plain",
}


def tachogram(intervals: Sequence[Interval], end_ms: int) -> Element:
    """The plot, with a legend that counts each class."""
    plain = [beat.rr_ms for beat in intervals if beat.kind is BeatClass.NORMAL] or [
        beat.rr_ms for beat in intervals
    ]
    low, high = _reach(plain)
    counts = Counter(beat.kind for beat in intervals)
    artifacts = len(intervals) - counts[BeatClass.NORMAL]
    plot = Plot(
        "tachogram",
        "RR intervals over time",
        f"{len(intervals)} intervals between {min(plain):.0f} and {max(plain):.0f} ms; {artifacts} of them"
        " are marked as artifacts.",
        time_axis(end_ms),
        number_axis(low, high),
        height_px=_HEIGHT_PX,
    )
    points = [(beat.at_ms, beat.rr_ms) for beat in intervals if beat.kind is BeatClass.NORMAL]
    column_ms = max(1, end_ms / _COLUMNS)
    plot.lines((thinned(piece, column_ms) for piece in runs(points, _GAP_MS)), "trace thin")
    marked = [beat for beat in intervals if beat.kind is not BeatClass.NORMAL]
    step = -(-len(marked) // _MOST_MARKS) or 1
    for beat in marked[::step]:
        place = {"x": plot.across(beat.at_ms), "y": plot.up(beat.rr_ms)}
        plot.put(tag("use", href=f"#mark-{beat.kind}", **place))
    caption = (
        "RR intervals in ms by hours and minutes, as the strap gave them;"
        " artifacts after Lipponen and Tarvainen (2019)."
    )
    if step > 1:
        caption += f" One in {step} artifacts is drawn."
    return plot.figure(tag("figcaption", caption), _legend(counts))


def _reach(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    cut = int(len(ordered) * _OUTLIERS)
    low, high = ordered[cut], ordered[-1 - cut]
    spare = max(_MARGIN_MS, (_LEAST_HEIGHT_MS - (high - low)) / 2)
    return max(0.0, low - spare), high + spare


def _legend(counts: Mapping[BeatClass, int]) -> Element:
    items = [
        tag(
            "li",
            tag(
                "svg",
                tag("use", href=f"#mark-{kind}", x="9", y="7"),
                width="18",
                height="14",
                aria_hidden="true",
            ),
            f" {counts[kind]} {_WORDS[kind]}",
        )
        for kind in BeatClass
        if kind is not BeatClass.NORMAL and counts[kind]
    ]
    return tag("ul", *items, class_="legend") if items else tag("p", "No artifact was found.", class_="muted")
