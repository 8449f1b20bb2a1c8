"""DFA alpha1 against effort, with the three witnesses of the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from .axis import Axis, number_axis
from .markup import tag
from .plot import Plot
from .values import AlphaPoint, Witness
from .words import percent

_HEIGHT_PX = 280
_MOST_POINTS = 700
_AEROBIC = 0.75
_LOWEST, _HIGHEST = 0.3, 1.5
_MARGIN = 0.03
_OUTLIERS = 0.01


def alpha_plot(points: Sequence[AlphaPoint], witnesses: Sequence[Witness]) -> Element:
    """The plot, and a table of the witnesses with their doubts."""
    efforts = [point.effort for point in points] + [w.effort for w in witnesses if w.effort is not None]
    low, high = min(efforts) - _MARGIN, max(efforts) + _MARGIN
    alphas = [point.alpha1 for point in points]
    plot = Plot(
        "alpha",
        "DFA alpha1 against effort",
        f"{len(points)} windows of two minutes; alpha1 between {min(alphas):.2f} and {max(alphas):.2f}. "
        + " ".join(_line(witness) for witness in witnesses),
        _effort_axis(low, high),
        number_axis(*_reach(alphas), decimals=2),
        height_px=_HEIGHT_PX,
    )
    for place, witness in enumerate(witnesses, 1):
        if witness.spread is not None:
            plot.area(f"spread witness-{place}", x=witness.spread)
    plot.level(_AEROBIC, "ceiling")
    plot.label(plot.x.low, _AEROBIC, "0.75", "label strong", dx=4, dy="-0.4em")
    for point in points[:: -(-len(points) // _MOST_POINTS)]:
        place_of = {"cx": plot.across(point.effort), "cy": plot.up(point.alpha1)}
        plot.put(tag("circle", class_="point", r="2.5", **place_of))
    for place, witness in enumerate(witnesses, 1):
        if witness.effort is not None:
            plot.upright(witness.effort, f"witness witness-{place}")
            top = plot.y.high - (plot.y.high - plot.y.low) * 0.07 * place
            plot.label(witness.effort, top, f"{place}", "label strong", dx=5)
    caption = (
        "Each dot is a window of two minutes: its alpha1 over its mean effort. The upright lines are the"
        " witnesses below, by number."
    )
    return plot.figure(tag("figcaption", caption), witness_table(witnesses))


def witness_table(witnesses: Sequence[Witness]) -> Element:
    """What each of the three says."""
    rows = [
        tag(
            "tr",
            tag("th", f"{place}. {witness.name}", scope="row"),
            tag("td", "nothing yet" if witness.effort is None else percent(witness.effort), class_="number"),
            tag("td", _spread(witness), class_="number"),
            tag("td", witness.says, class_="says"),
        )
        for place, witness in enumerate(witnesses, 1)
    ]
    head = [tag("th", "witness", scope="col"), tag("th", "effort", scope="col", class_="number")]
    head += [tag("th", "spread", scope="col", class_="number"), tag("th", "its doubts", scope="col")]
    return tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), class_="witnesses")


def _reach(alphas: Sequence[float]) -> tuple[float, float]:
    """All but a few far ones, which are drawn at the edge."""
    ordered = sorted(alphas)
    cut = int(len(ordered) * _OUTLIERS)
    return min(_LOWEST, ordered[cut]), max(_HIGHEST, ordered[-1 - cut])


def _effort_axis(low: float, high: float) -> Axis:
    axis = number_axis(low * 100, high * 100, unit=" %")
    return Axis(low, high, [(value / 100, text) for value, text in axis.ticks])


def _line(witness: Witness) -> str:
    return f"{witness.name}: {'nothing yet' if witness.effort is None else percent(witness.effort)}."


def _spread(witness: Witness) -> str:
    if witness.spread is None:
        return ""
    return f"{percent(witness.spread[0])} to {percent(witness.spread[1])}"
