"""`talkpace hrv`: heart-rate variability of a file; and the beats of a file for other commands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import RecordingError
from ..text import printable
from .athlete_option import hrv_reason
from .options import PATH, athlete_option, json_option, load_configuration
from .output import clock_time, console, note, print_json

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..hrv.beats import Beat
    from ..hrv.time_domain import TimeDomain

_MANY_ARTIFACTS = 0.05


@dataclass(frozen=True)
class _BeatsFile:
    beats: list[Beat]
    kind: str
    seconds: float
    problems: list[str]


@click.command()
@click.argument("file", metavar="FILE", type=PATH)
@click.option(
    "--config", "config_file", metavar="FILE", type=PATH, help="Configuration file (TOML), for --athlete."
)
@athlete_option("Whose beats these are; HRV does not apply to everybody.")
@json_option
def hrv(file: Path, config_file: Path | None, athlete: str | None, as_json: bool) -> None:
    """Compute heart-rate variability from the RR intervals of a file: time domain, LF/HF, DFA alpha 1.

    Example: talkpace hrv morning.fit

    FILE has one interval per line, in ms or s, or is a recording with RR intervals (FIT, CSV, raw
    capture). Figures are given raw and corrected: artifacts are classified and corrected after
    Lipponen and Tarvainen (2019). They are for an athlete's own trend and diagnose nothing. With a drug
    that limits the heart rate, or an irregular rhythm, they do not apply: see --athlete.
    """
    if athlete is not None and (reason := hrv_reason(load_configuration(config_file), athlete)) is not None:
        if as_json:
            print_json({"file": str(file), "athlete": athlete, "hrv": None, "hrv_reason": reason})
        else:
            note(reason)
        return
    read = _read(file)
    document = _document(file, read)
    if as_json:
        print_json(document)
        return
    console().print(_render(document))
    for problem in read.problems:
        note(f"{file.name}: {problem}")


def beats_of_file(file: Path) -> list[Beat]:
    """Return the beats of a recording or of a file of RR intervals, uncorrected. Raises RecordingError."""
    return _read(file).beats


def _read(file: Path) -> _BeatsFile:
    from ..formats import open_recording
    from ..formats.rr_text import read_intervals
    from ..hrv.beats import BeatPlacer, beats_from_intervals
    from ..hrv.interval_clock import SENT_TWICE, runs_ahead
    from ..measurement.link_decoder import LinkDecoder, Measurement

    try:
        regular = file.is_file()
    except OSError:
        regular = False  # opening it as a recording reports why
    if regular and (intervals := read_intervals(file)) is not None:
        beats = beats_from_intervals(intervals.rr_ms)
        problems = [f"{intervals.skipped} line(s) without an interval"] if intervals.skipped else []
        problems += [intervals.remark] if intervals.remark else []
        kind, seconds = f"RR intervals in {intervals.unit}", sum(intervals.rr_ms) / 1000
    else:
        recording = open_recording(file)
        decoder, placer = LinkDecoder(), BeatPlacer()
        beats, first_ms, last_ms = [], None, 0
        for notification in recording:
            measurement = decoder.decode(notification.at_ms, notification.payload, notification.hold_ms)
            if isinstance(measurement, Measurement) and measurement.heart_rate > 0:
                beats += placer.add(measurement.at_ms, measurement.rr_ms, measurement.hold_ms)
                first_ms = measurement.at_ms if first_ms is None else first_ms
                last_ms = measurement.at_ms
        beats += placer.finish()
        kind, seconds = f"{recording.format} recording", (last_ms - (first_ms or 0)) / 1000
        problems = recording.problems
        if placer.ahead or runs_ahead(sum(beat.rr_ms for beat in beats), seconds * 1000):
            raise RecordingError(f"{printable(file.name)}: {SENT_TWICE}")
    if not beats:
        raise RecordingError(f"{printable(file.name)}: has no RR intervals")
    return _BeatsFile(beats, kind, seconds, problems)


def _document(file: Path, read: _BeatsFile) -> dict[str, Any]:
    from ..hrv.analysis import analyze_series
    from ..hrv.correction import correct_series
    from ..hrv.spectrum import band_power

    corrected = correct_series(read.beats)
    figures, _ = analyze_series(read.beats, corrected)
    power = band_power(corrected.beats)
    alpha1 = figures.dfa_alpha1
    gaps = [beat.lost_ms for beat in read.beats if beat.lost_ms]
    return {
        "file": str(file),
        "kind": read.kind,
        "duration_s": round(read.seconds, 1),
        "rr_coverage": round(min(1.0, figures.covered_ms / 1000 / read.seconds), 4) if read.seconds else 1.0,
        "gaps": len(gaps),
        "lost_s": round(sum(gaps) / 1000, 1),
        "raw": _rounded(figures.raw),
        "corrected": _rounded(figures.corrected),
        "artifacts": {one.value: count for one, count in figures.artifacts.items()},
        "artifact_ratio": round(figures.artifact_ratio, 4),
        "bands": {key: None if value is None else round(value, 1) for key, value in asdict(power).items()}
        | {"lf_hf": None if power.lf_hf is None else round(power.lf_hf, 3)},
        "dfa_alpha1": None if alpha1 is None else round(alpha1, 3),
        "dfa_windows": figures.windows,
    }


def _rounded(figures: TimeDomain) -> dict[str, float | None]:
    decimals = {"mean_rr_ms": 1, "sdnn_ms": 2, "rmssd_ms": 2, "pnn50": 4}
    return {
        key: round(value, decimals[key]) if key in decimals and value is not None else value
        for key, value in asdict(figures).items()
    }


def _render(document: dict[str, Any]) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    raw, corrected = document["raw"], document["corrected"]
    head = Text.assemble(
        (printable(Path(document["file"]).name), "bold"),
        f"   {document['kind']}   {clock_time(document['duration_s'])}   {raw['beats']} beats",
    )
    figures = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    figures.add_column("")
    figures.add_column("raw", justify="right", style="dim")
    figures.add_column("corrected", justify="right", style="green")
    for key, name, unit in (
        ("mean_rr_ms", "mean RR", " ms"),
        ("sdnn_ms", "SDNN", " ms"),
        ("rmssd_ms", "RMSSD", " ms"),
        ("pnn50", "pNN50", ""),
    ):
        figures.add_row(name, *(_value(one[key], unit, share=key == "pnn50") for one in (raw, corrected)))
    ratio = document["artifact_ratio"]
    counts = ", ".join(f"{count} {one}" for one, count in document["artifacts"].items() if count)
    style = "red" if ratio > _MANY_ARTIFACTS else "yellow" if ratio else "green"
    artifacts = Text.assemble("artifacts: ", (f"{ratio:.1%}", style), f"  ({counts})" if counts else "")
    power = document["bands"]
    coverage = f"RR intervals cover {document['rr_coverage']:.1%} of the time"
    if document["gaps"]:
        coverage += f"; {document['gaps']} gap(s), about {document['lost_s']:g} s"
    lf, hf = _value(power["lf_ms2"], " ms²"), _value(power["hf_ms2"], " ms²")
    windows = f"median of {document['dfa_windows']} windows of 2 minutes; an indication only"
    lines = [
        coverage,
        f"LF {lf}, HF {hf}, LF/HF {_value(power['lf_hf'], '')}",
        f"DFA alpha 1: {_value(document['dfa_alpha1'], '')} ({windows})",
    ]
    return Group(head, figures, artifacts, *(Text(line) for line in lines))


def _value(value: float | None, unit: str, *, share: bool = False) -> str:
    if value is None:
        return "unknown"
    return f"{value:.1%}" if share else f"{value:g}{unit}"
