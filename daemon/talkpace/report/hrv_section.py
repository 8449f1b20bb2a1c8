"""The session page's sections on heart-rate variability: RR intervals, and three threshold estimates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from ..hrv.artifacts import BeatClass
from .model import AlphaPoint, ClassifiedInterval, HrvReport, ThresholdRow
from .page import key_figures, section
from .plot import Plot
from .plot_data import Axis, number_axis, split_at_gaps, thin, time_axis
from .text import ALPHA_IS_ADVICE, HRV_IN_EXERCISE, Child, or_unknown, percent, tag

_TACHOGRAM_HEIGHT_PX = 240
_COLUMNS = 600
_GAP_MS = 5_000
_MARGIN_MS = 40
_LEAST_RANGE_MS = 150
_MOST_MARKS = 400
_RR_OUTLIERS = 0.005
"""share of the intervals at either end that the axis need not include; they are drawn at its edge"""
_CLASS_NAMES: Mapping[BeatClass, str] = {
    BeatClass.ECTOPIC: "ectopic: a premature or delayed beat",
    BeatClass.MISSED: "missed: one beat was not detected",
    BeatClass.EXTRA: "extra: one beat was detected twice",
    BeatClass.LONG: "long: too late for a normal beat",
    BeatClass.SHORT: "short: too early for a normal beat",
}

_ALPHA_HEIGHT_PX = 280
_MOST_POINTS = 700
_AEROBIC_ALPHA1 = 0.75
_LEAST_ALPHA1_RANGE = 0.3, 1.5
_EFFORT_MARGIN = 0.03
_ALPHA_OUTLIERS = 0.01


def hrv_sections(hrv: HrvReport | None, end_ms: int, reason: str | None = None) -> list[Child]:
    """RR intervals and threshold estimates; one sentence where there is no HRV, for `reason` if given."""
    if hrv is None:
        text = (
            f"{reason}."
            if reason
            else "The strap sent no RR intervals, so no heart-rate variability can be calculated."
        )
        return [section("beats", "Heart-rate variability", tag("p", text, class_="muted"))]
    return [
        section(
            "beats",
            "Heart-rate variability",
            _key_figures(hrv),
            tachogram(hrv.intervals, end_ms) if hrv.intervals else None,
            tag("p", HRV_IN_EXERCISE, class_="muted"),
        ),
        section(
            "threshold",
            "Aerobic threshold: three estimates",
            *_thresholds(hrv),
            tag("p", ALPHA_IS_ADVICE, class_="muted"),
        ),
    ]


def _key_figures(hrv: HrvReport) -> Element:
    figures = hrv.figures
    return key_figures(
        ("RMSSD", or_unknown(figures.rmssd_ms, ".1f", " ms")),
        ("SDNN", or_unknown(figures.sdnn_ms, ".1f", " ms")),
        ("DFA alpha1, median", or_unknown(figures.dfa_alpha1, ".2f")),
        ("of the time covered", percent(figures.rr_coverage)),
        ("artifacts", f"{figures.artifact_ratio * 100:.1f} %"),
    )


def _thresholds(hrv: HrvReport) -> list[Child]:
    if hrv.alpha:
        return [alpha_plot(hrv.alpha, hrv.thresholds)]
    text = "No window of two minutes had few enough artifacts to calculate alpha1."
    return [tag("p", text, class_="muted"), threshold_table(hrv.thresholds) if hrv.thresholds else None]


def tachogram(intervals: Sequence[ClassifiedInterval], end_ms: int) -> Element:
    """RR intervals over time with artifacts marked, and a legend that counts each class."""
    normal = [each.rr_ms for each in intervals if each.beat_class is BeatClass.NORMAL] or [
        each.rr_ms for each in intervals
    ]
    counts = Counter(each.beat_class for each in intervals)
    plot = Plot(
        "tachogram",
        "RR intervals over time",
        f"{len(intervals)} intervals between {min(normal):.0f} and {max(normal):.0f} ms;"
        f" {len(intervals) - counts[BeatClass.NORMAL]} of them are marked as artifacts.",
        time_axis(end_ms),
        number_axis(*_rr_range_ms(normal)),
        height_px=_TACHOGRAM_HEIGHT_PX,
    )
    points = [(each.at_ms, each.rr_ms) for each in intervals if each.beat_class is BeatClass.NORMAL]
    column_ms = max(1, end_ms / _COLUMNS)
    plot.polylines((thin(run, column_ms) for run in split_at_gaps(points, _GAP_MS)), "trace thin")
    artifacts = [each for each in intervals if each.beat_class is not BeatClass.NORMAL]
    step = -(-len(artifacts) // _MOST_MARKS) or 1
    for each in artifacts[::step]:
        place = {"x": plot.x_percent(each.at_ms), "y": plot.y_percent(each.rr_ms)}
        plot.put(tag("use", href=f"#mark-{each.beat_class}", **place))
    caption = (
        "RR intervals in ms over hours and minutes since the start, as the strap sent them;"
        " artifacts classified after Lipponen and Tarvainen (2019)."
    )
    if step > 1:
        caption += f" One in {step} artifacts is drawn."
    return plot.figure(tag("figcaption", caption), _artifact_legend(counts))


def _rr_range_ms(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    cut = int(len(ordered) * _RR_OUTLIERS)
    low, high = ordered[cut], ordered[-1 - cut]
    margin = max(_MARGIN_MS, (_LEAST_RANGE_MS - (high - low)) / 2)
    return max(0.0, low - margin), high + margin


def _artifact_legend(counts: Mapping[BeatClass, int]) -> Element:
    items = [
        tag(
            "li",
            tag(
                "svg",
                tag("use", href=f"#mark-{beat_class}", x="9", y="7"),
                width="18",
                height="14",
                aria_hidden="true",
            ),
            f" {counts[beat_class]} {name}",
        )
        for beat_class, name in _CLASS_NAMES.items()
        if counts[beat_class]
    ]
    return tag("ul", *items, class_="legend") if items else tag("p", "No artifact was found.", class_="muted")


def alpha_plot(points: Sequence[AlphaPoint], thresholds: Sequence[ThresholdRow]) -> Element:
    """DFA alpha1 against effort with the threshold estimates as vertical lines, and their table."""
    efforts = [point.effort for point in points] + [
        row.effort for row in thresholds if row.effort is not None
    ]
    alphas = [point.alpha1 for point in points]
    plot = Plot(
        "alpha",
        "DFA alpha1 against effort",
        f"{len(points)} windows of two minutes; alpha1 between {min(alphas):.2f} and {max(alphas):.2f}. "
        + " ".join(f"{row.name}: {_effort(row)}." for row in thresholds),
        _effort_axis(min(efforts) - _EFFORT_MARGIN, max(efforts) + _EFFORT_MARGIN),
        number_axis(*_alpha1_range(alphas), decimals=2),
        height_px=_ALPHA_HEIGHT_PX,
    )
    for number, row in enumerate(thresholds, 1):
        if row.spread is not None:
            plot.area(f"spread estimate-{number}", x=row.spread)
    plot.horizontal_line(_AEROBIC_ALPHA1, "ceiling")
    plot.label(plot.x.low, _AEROBIC_ALPHA1, "0.75", "label strong", dx=4, dy="-0.4em")
    for point in points[:: -(-len(points) // _MOST_POINTS)]:
        centre = {"cx": plot.x_percent(point.effort), "cy": plot.y_percent(point.alpha1)}
        plot.put(tag("circle", class_="point", r="2.5", **centre))
    for number, row in enumerate(thresholds, 1):
        if row.effort is not None:
            plot.vertical_line(row.effort, f"estimate estimate-{number}")
            top = plot.y.high - (plot.y.high - plot.y.low) * 0.07 * number
            plot.label(row.effort, top, f"{number}", "label strong", dx=5)
    caption = (
        "Each dot is a window of two minutes: its alpha1 over its mean effort. The vertical lines are the"
        " estimates in the table below, by number."
    )
    return plot.figure(tag("figcaption", caption), threshold_table(thresholds))


def threshold_table(thresholds: Sequence[ThresholdRow]) -> Element:
    """The estimates with their spread and basis."""
    rows = [
        tag(
            "tr",
            tag("th", f"{number}. {row.name}", scope="row"),
            tag("td", _effort(row), class_="number"),
            tag("td", _spread(row), class_="number"),
            tag("td", row.note, class_="note"),
        )
        for number, row in enumerate(thresholds, 1)
    ]
    head = [tag("th", "estimate", scope="col"), tag("th", "effort", scope="col", class_="number")]
    head += [tag("th", "spread", scope="col", class_="number"), tag("th", "based on", scope="col")]
    return tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), class_="estimates")


def _alpha1_range(alphas: Sequence[float]) -> tuple[float, float]:
    """Leave out a few outliers, which are drawn at the edge."""
    ordered = sorted(alphas)
    cut = int(len(ordered) * _ALPHA_OUTLIERS)
    lowest, highest = _LEAST_ALPHA1_RANGE
    return min(lowest, ordered[cut]), max(highest, ordered[-1 - cut])


def _effort_axis(low: float, high: float) -> Axis:
    axis = number_axis(low * 100, high * 100, unit=" %")
    return Axis(low, high, [(value / 100, text) for value, text in axis.ticks])


def _effort(row: ThresholdRow) -> str:
    return "no estimate yet" if row.effort is None else percent(row.effort)


def _spread(row: ThresholdRow) -> str:
    return "" if row.spread is None else f"{percent(row.spread[0])} to {percent(row.spread[1])}"
