"""The same beats give others' numbers: NeuroKit2's, and those that were published with the recordings."""

from __future__ import annotations

import csv
import json
import sys
import warnings
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

import pytest

from talkpace.hrv.analysis import analyze_beats
from talkpace.hrv.artifacts import classify
from talkpace.hrv.beats import beats_from_intervals
from talkpace.hrv.correction import correct_artifacts
from talkpace.hrv.dfa import STEP_MS, WINDOW_MS, dfa_alpha1
from talkpace.hrv.time_domain import TimeDomain, time_domain

from ..shared_data import shared_data
from .series import KINDS, RECORDINGS, heart, recorded, with_artifacts

pytestmark = pytest.mark.unmeasured

_US_PER_MS = 1000
_LONG_OR_SHORT = "longshort"

# More than a hundred artifacts: there NeuroKit2 0.2.13 loses count of its indices (see `repaired`).
MANY_ARTIFACTS = ["edge530-hrv/hrv-activity.rr.csv"]


@cache
def neurokit() -> Any:
    """The library; it takes seconds to import, and what it imports warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2  # type: ignore[import-untyped]
    return neurokit2


def intervals(name: str) -> list[float]:
    if name.startswith("made"):
        seed = int(name.removeprefix("made-"))
        sound = heart(1500, seed=seed, mean_ms=500 + 60 * seed, swing_ms=8.0 * seed)
        return with_artifacts(sound, every=37 + 12 * seed)[0]
    return recorded(shared_data(), name)


MADE = [f"made-{seed}" for seed in range(1, 6)]


def fixed(rr_ms: Sequence[float], *, repeat: bool) -> tuple[dict[str, list[int]], list[float]]:
    """NeuroKit2's artifacts by class, and the intervals (ms) of its corrected peaks.

    Peaks are given in µs, as it rounds them to whole samples.
    """
    import numpy as np

    peaks = np.array([0, *accumulate(rr_ms)]) * _US_PER_MS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        artifacts, clean = neurokit().signal_fixpeaks(
            peaks.astype(int), sampling_rate=_US_PER_MS * 1000, iterative=repeat, method="Kubios"
        )
    return artifacts, [(later - earlier) / _US_PER_MS for earlier, later in pairwise(clean.tolist())]


def their_figures(rr_ms: Sequence[float]) -> tuple[float, float]:
    """RMSSD and SDNN."""
    import numpy as np

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = neurokit().hrv_time({"RRI": np.array(rr_ms)})
    return float(found["HRV_RMSSD"].iloc[0]), float(found["HRV_SDNN"].iloc[0])


def ours(figures: TimeDomain) -> tuple[float, float]:
    assert figures.rmssd_ms is not None
    assert figures.sdnn_ms is not None
    return figures.rmssd_ms, figures.sdnn_ms


@pytest.fixture
def repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    """NeuroKit2 with its indices counted right.

    After taking out extra beats it moves each later index back by the number of those before it,
    but compares the index that it has moved already with places that it has not: behind n extra
    beats it misses those among the last n places, and then mends the wrong beats.
    """
    neurokit()

    def update(source: list[int], indices: list[int], by: int) -> list[int]:
        return [index + by * bisect_left(sorted(source), index) for index in indices]

    module = sys.modules["neurokit2.signal.signal_fixpeaks"]
    monkeypatch.setattr(module, "_update_indices", update)


@pytest.mark.parametrize("name", [*RECORDINGS, *MADE])
def test_classes_are_neurokits_on_99_of_100_beats(name: str) -> None:
    rr = intervals(name)
    artifacts, _ = fixed(rr, repeat=False)
    theirs = ["normal"] * (len(rr) + 1)
    for kind in ("ectopic", "missed", "extra", _LONG_OR_SHORT):
        for place in artifacts[kind]:
            theirs[place] = kind
    got = [
        _LONG_OR_SHORT if one in {"long", "short"} else one.value
        for one in classify(beats_from_intervals(rr))
    ]
    same = sum(mine == other for mine, other in zip(got, theirs[1:], strict=True))
    assert same >= 0.99 * len(rr), f"{len(rr) - same} of {len(rr)} differ"


@pytest.mark.parametrize("name", [*RECORDINGS, *MADE])
def test_raw_figures_are_neurokits(name: str) -> None:
    rr = intervals(name)
    assert ours(time_domain(beats_from_intervals(rr))) == pytest.approx(their_figures(rr), rel=1e-6)


@pytest.mark.parametrize("name", [one for one in [*RECORDINGS, *MADE] if one not in MANY_ARTIFACTS])
def test_corrected_figures_are_neurokits_within_1_percent(name: str) -> None:
    rr = intervals(name)
    figures, _ = analyze_beats(beats_from_intervals(rr))
    assert ours(figures.corrected) == pytest.approx(their_figures(fixed(rr, repeat=True)[1]), rel=0.01)


@pytest.mark.usefixtures("repaired")
@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("name", [*RECORDINGS, *MADE])
def test_corrected_figures_are_those_of_a_neurokit_that_counts_right(name: str, repeat: bool) -> None:
    rr = intervals(name)
    corrected = time_domain(correct_artifacts(beats_from_intervals(rr), repeat=repeat))
    assert ours(corrected) == pytest.approx(their_figures(fixed(rr, repeat=repeat)[1]), rel=0.01)


@pytest.mark.parametrize("name", [*RECORDINGS, *MADE])
def test_alpha1_is_neurokits_window_by_window(name: str) -> None:
    rr = [beat.rr_ms for beat in correct_artifacts(beats_from_intervals(intervals(name)))]
    ends_ms = list(accumulate(rr))
    compared = 0
    for end_ms in range(WINDOW_MS, round(ends_ms[-1]), 37 * STEP_MS):
        inside = [one for one, at in zip(rr, ends_ms, strict=True) if end_ms - WINDOW_MS < at <= end_ms]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs, _ = neurokit().fractal_dfa(_array(inside), scale=_array(range(4, 17)))
        assert dfa_alpha1(inside) == pytest.approx(float(theirs), abs=0.001)
        compared += 1
    assert compared >= 3


def _array(values: Sequence[float]) -> Any:
    import numpy as np

    return np.array(values)


def test_made_artifacts_of_every_kind_were_compared() -> None:
    for name in MADE:
        found = {one.value for one in classify(beats_from_intervals(intervals(name)))}
        assert set(KINDS) & found, name
    everything = {one.value for name in MADE for one in classify(beats_from_intervals(intervals(name)))}
    assert everything >= set(KINDS)


class TestPublished:
    def test_pyhrv_report(self) -> None:
        figures = time_domain(
            beats_from_intervals(recorded(shared_data(), "pyhrv-long/SampleNNISeriesLong.rr.txt"))
        )
        assert figures.beats == 4684
        assert figures.mean_rr_ms == pytest.approx(768.438, abs=0.0005)
        assert figures.sdnn_ms == pytest.approx(85.357, abs=0.0005)
        assert figures.rmssd_ms == pytest.approx(60.523, abs=0.0005)
        assert figures.pnn50 == pytest.approx(0.28571, abs=0.000005)

    @pytest.mark.parametrize("name", ["rest_rri", "exercise_rri", "noisy_rri"])
    def test_rest_and_exercise(self, name: str) -> None:
        folder = shared_data() / "rri-rest-exercise"
        check = json.loads((folder / f"{name}.expected.json").read_text(encoding="utf-8"))["our_check"]
        figures = time_domain(
            beats_from_intervals(recorded(shared_data(), f"rri-rest-exercise/{name}.rr.txt"))
        )
        assert figures.beats == check["n"]
        assert figures.sdnn_ms == pytest.approx(check["sdnn_ddof1"], abs=1e-3)
        assert figures.rmssd_ms == pytest.approx(check["rmssd"], abs=1e-3)
        assert (figures.pnn50 or 0) * 100 == pytest.approx(check["pnn50_over_n_minus_1"], abs=1e-3)

    def test_the_polar_monitors_own_length(self) -> None:
        figures, _ = analyze_beats(
            beats_from_intervals(recorded(shared_data(), "polar-hrm-long/14121501.rr.txt"))
        )
        assert figures.raw.beats == 19001
        assert figures.covered_ms / 1000 == pytest.approx(9512.1, abs=0.1)

    def test_the_windows_of_the_physionet_toolbox(self) -> None:
        """Its demo took 125 Hz for 128 Hz, kept N-N intervals only, and spliced them."""
        folder = shared_data() / "nsr2db-004"
        with (folder / "nsr004.beats.csv").open(newline="", encoding="ascii") as lines:
            beats = [(int(row["sample"]) / 125, row["label"]) for row in csv.DictReader(lines)]
        start_s = beats[0][0]
        normal = [
            (later - start_s, (later - earlier) * 1000)
            for (earlier, before), (later, label) in pairwise(beats)
            if before == label == "N"
        ]
        with (folder / "nsr004.windows_reference.csv").open(newline="", encoding="ascii") as lines:
            windows = [row for row in csv.DictReader(lines) if row["plain_NN_only_reproduces"] == "1"]
        assert len(windows) > 150
        for window in windows:
            low, high = float(window["t_start"]), float(window["t_end"])
            figures = time_domain(beats_from_intervals([rr for at, rr in normal if low <= at < high]))
            assert figures.beats >= 100
            assert figures.sdnn_ms == pytest.approx(float(window["SDNN"]), rel=0.01)
            assert figures.rmssd_ms == pytest.approx(float(window["RMSSD"]), rel=0.01)

    def test_the_windows_of_fatmaxxer(self) -> None:
        """Their re-analysis drops an interval 5 % off the one before; a window is 120 s, each 5 s."""
        folder = shared_data() / "fatmaxxer-polar"
        with (folder / "rr.csv").open(newline="", encoding="ascii") as lines:
            series = [(float(row["since_start"]) / 1000, float(row["rr"])) for row in csv.DictReader(lines)]
        with (folder / "rr.csv_python_features.csv").open(newline="", encoding="ascii") as lines:
            theirs = list(csv.DictReader(lines))
        differences = []
        for row in theirs:
            start_s = float(row["timestamp"])
            rr = [one for at, one in series if start_s <= at < start_s + 120]
            kept = [rr[0], *(b for a, b in pairwise(rr) if abs(b - a) / a <= 0.05)]
            rmssd_ms = time_domain(beats_from_intervals(kept)).rmssd_ms
            assert rmssd_ms is not None
            differences.append(abs(rmssd_ms - float(row["rmssd"])))
        differences.sort()
        assert differences[len(differences) // 2] < 0.02
        assert differences[round(len(differences) * 0.9)] < 0.1
