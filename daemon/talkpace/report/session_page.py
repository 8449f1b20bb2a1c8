"""One session as a page."""

from __future__ import annotations

from datetime import timedelta

from .alpha import alpha_plot, witness_table
from .comparison import comparison
from .diary import diary_of_day
from .heart_rate import heart_rate_plot
from .markup import Child, tag
from .page import page, section
from .tachogram import tachogram
from .values import Beats, SessionReport
from .weeks import figures, week_parts
from .words import (
    ALPHA_IS_ADVICE,
    HRV_IN_EXERCISE,
    clock,
    day,
    known,
    percent,
    time_of_day,
)
from .zones import time_in_zones


def session_page(report: SessionReport) -> str:
    """The HTML document."""
    summary, start = report.summary, report.start
    end = start + timedelta(seconds=summary.duration_s)
    strap = "" if summary.strap is None else f" Strap: {summary.strap.name or summary.strap.address}."
    return page(
        f"{report.name}: {summary.activity.value}, {day(start)}",
        f"{time_of_day(start)} to {time_of_day(end)}, {clock(summary.duration_s)} long",
        section("figures", "The session", _figures(report), *_judged(report)),
        section("rate", "Heart rate over the zones", heart_rate_plot(report)),
        section("zones", "Time in zones", time_in_zones(summary)),
        *_beats(report),
        *diary_of_day(report.diary),
        section("earlier", "Beside the last sessions", *_earlier(report), long=True),
        section("week", "The week", *week_parts(report.week, report.load_says[:1]), long=True),
        source=f"Session {summary.session}, recorded on {summary.node}.{strap}",
    )


def _figures(report: SessionReport) -> Child:
    summary = report.summary
    pairs = [
        ("mean heart rate (bpm)", f"{summary.heart_rate.mean:.0f}"),
        ("highest (bpm)", str(summary.heart_rate.max)),
        ("mean effort", percent(summary.effort.mean)),
        ("in the conversational band", clock(list(summary.zones_s.values())[1])),
        ("longest stretch there", clock(summary.longest_conversational_s)),
        (f"over the ceiling of {percent(summary.ceiling)}", clock(summary.over_ceiling_s)),
        ("warnings", str(summary.warnings)),
        ("load (Edwards)", f"{summary.load.edwards_trimp:.0f}"),
    ]
    if summary.load.banister_trimp is not None:
        pairs.append(("load (Banister)", f"{summary.load.banister_trimp:.0f}"))
    if summary.heart_rate_recovery_60s is not None:
        pairs.append(("largest fall in a minute (bpm)", str(summary.heart_rate_recovery_60s)))
    return figures(*pairs)


def _judged(report: SessionReport) -> list[Child]:
    summary = report.summary
    source = summary.max_heart_rate_source
    maximum = f"a maximum of {summary.max_heart_rate:g} bpm, " + (
        "as given" if source == "given" else f"estimated from age (formula {source})"
    )
    of = "of the maximum" if summary.effort_method == "hrmax" else "of the heart-rate reserve"
    target = "reached" if summary.target.reached else "not reached"
    says = [
        f"Effort is a share {of}; judged by {maximum}.",
        f"The target of {clock(summary.target.band_s)} in the conversational band was {target}.",
    ]
    if summary.gap_s >= 1:
        says.append(f"No signal for {clock(summary.gap_s)}.")
    return [tag("p", " ".join(says), class_="muted")]


def _beats(report: SessionReport) -> list[Child]:
    beats = report.beats
    if beats is None:
        says = "The strap sent no RR intervals, so there is nothing to say of heart-rate variability."
        return [section("beats", "Beat to beat", tag("p", says, class_="muted"))]
    parts: list[Child] = [_hrv(beats)]
    if beats.intervals:
        parts.append(tachogram(beats.intervals, report.rates[-1][0]))
    parts.append(tag("p", HRV_IN_EXERCISE, class_="muted"))
    sections = [section("beats", "Beat to beat", *parts)]
    threshold: list[Child] = [
        alpha_plot(beats.alpha, beats.witnesses)
        if beats.alpha
        else tag("p", "No window of two minutes was clean enough for an alpha1.", class_="muted"),
    ]
    if not beats.alpha and beats.witnesses:
        threshold.append(witness_table(beats.witnesses))
    threshold.append(tag("p", ALPHA_IS_ADVICE, class_="muted"))
    return [*sections, section("threshold", "Where talking becomes hard: three witnesses", *threshold)]


def _hrv(beats: Beats) -> Child:
    hrv = beats.figures
    return figures(
        ("RMSSD", known(hrv.rmssd_ms, ".1f", " ms")),
        ("SDNN", known(hrv.sdnn_ms, ".1f", " ms")),
        ("DFA alpha1, median", known(hrv.dfa_alpha1, ".2f")),
        ("of the time covered", percent(hrv.rr_coverage)),
        ("artifacts", f"{hrv.artifact_ratio * 100:.1f} %"),
    )


def _earlier(report: SessionReport) -> list[Child]:
    if not report.earlier:
        kind = report.summary.activity.value
        return [tag("p", f"There is no earlier {kind} session to compare with.", class_="muted")]
    return [comparison(report.summary, report.earlier)]
