"""`talkpace hrv`: what the RR intervals of a file say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import RecordingError
from .beats_of_file import intervals_of_file
from .options import GIVEN_PATH, json_option
from .output import clock_time, console, note, print_json, printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..rr.beats import Beat
    from ..rr.hrv import TimeDomain

_MANY_ARTIFACTS = 0.05


@dataclass(frozen=True)
class _Read:
    beats: list[Beat]
    kind: str
    seconds: float
    problems: list[str]


@click.command()
@click.argument("file", metavar="FILE", type=GIVEN_PATH)
@json_option
def hrv(file: Path, as_json: bool) -> None:
    """What the RR intervals of a file say: variability raw and corrected, artifacts, bands, DFA alpha 1.

    FILE has one interval a line, in ms or s, or is a recording with RR intervals (FIT, CSV, raw
    capture). Artifacts are classified and corrected after Lipponen and Tarvainen (2019). The figures
    are for an athlete's own trend; they diagnose nothing.
    """
    read = _read(file)
    if not read.beats:
        raise RecordingError(f"{printable(file.name)}: has no RR intervals")
    document = _document(file, read)
    if as_json:
        print_json(document)
        return
    console().print(_picture(document))
    for problem in read.problems:
        note(f"{file.name}: {problem}")


def _read(file: Path) -> _Read:
    from ..measurement.link import LinkDecoder, Measurement
    from ..rr.beats import BeatPlacer, beats_of_intervals
    from ..strap.recording import open_recording

    intervals = intervals_of_file(file)
    if intervals is not None:
        beats = beats_of_intervals(intervals.rr_ms)
        skipped = f"{intervals.skipped} line(s) without an interval"
        kind = f"RR intervals in {intervals.unit}"
        return _Read(beats, kind, sum(intervals.rr_ms) / 1000, [skipped] if intervals.skipped else [])
    recording = open_recording(file)
    decoder, placer = LinkDecoder(), BeatPlacer()
    beats, first_ms, last_ms = [], None, 0
    for notification in recording:
        measurement = decoder.decode(notification.at_ms, notification.payload)
        if isinstance(measurement, Measurement) and measurement.heart_rate > 0:
            beats += placer.measure(measurement.at_ms, measurement.rr_ms)
            first_ms = measurement.at_ms if first_ms is None else first_ms
            last_ms = measurement.at_ms
    beats += placer.finish()
    return _Read(
        beats, f"{recording.format} recording", (last_ms - (first_ms or 0)) / 1000, recording.problems
    )


def _document(file: Path, read: _Read) -> dict[str, Any]:
    from ..rr.spectrum import bands
    from ..rr.stream import correct, figures_of

    figures, _ = figures_of(read.beats)
    power = bands(correct(read.beats))
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


def _picture(document: dict[str, Any]) -> RenderableType:
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
        figures.add_row(name, *(_shown(one[key], unit, share=key == "pnn50") for one in (raw, corrected)))
    ratio = document["artifact_ratio"]
    counted = ", ".join(f"{count} {one}" for one, count in document["artifacts"].items() if count)
    style = "red" if ratio > _MANY_ARTIFACTS else "yellow" if ratio else "green"
    artifacts = Text.assemble("artifacts: ", (f"{ratio:.1%}", style), f"  ({counted})" if counted else "")
    power = document["bands"]
    covered = f"RR intervals cover {document['rr_coverage']:.1%} of the time"
    if document["gaps"]:
        covered += f"; {document['gaps']} gap(s), about {document['lost_s']:g} s"
    lf, hf = _shown(power["lf_ms2"], " ms²"), _shown(power["hf_ms2"], " ms²")
    windows = f"median of {document['dfa_windows']} windows of 2 minutes; advice, and no more"
    lines = [
        covered,
        f"LF {lf}, HF {hf}, LF/HF {_shown(power['lf_hf'], '')}",
        f"DFA alpha 1: {_shown(document['dfa_alpha1'], '')} ({windows})",
    ]
    return Group(head, figures, artifacts, *(Text(line) for line in lines))


def _shown(value: float | None, unit: str, *, share: bool = False) -> str:
    if value is None:
        return "unknown"
    return f"{value:.1%}" if share else f"{value:g}{unit}"
