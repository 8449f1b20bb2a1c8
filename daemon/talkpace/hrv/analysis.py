"""HRV of a series of beats as it comes in: time domain raw and corrected, artifacts, DFA alpha 1."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from .artifacts import ARTIFACTS, BeatClass
from .beats import Beat, BeatPlacer
from .corrected_alpha1 import CorrectedAlpha1
from .correction import BATCH, CorrectedSeries, RepeatedCorrection, correct_series, in_batches
from .dfa import Alpha1Window, RollingAlpha1
from .interval_clock import SENT_TWICE, runs_ahead
from .live import LiveHrv, LiveHrvWindow
from .time_domain import Hrv, TimeDomain, TimeDomainSums


@dataclass(frozen=True, slots=True)
class HrvAnalysis:
    """The figures of a series of beats, unrounded."""

    raw: TimeDomain
    corrected: TimeDomain
    artifacts: dict[BeatClass, int]
    covered_ms: float
    dfa_alpha1: float | None
    """median over the windows"""
    windows: int
    """number of windows with an alpha 1"""

    @property
    def artifact_ratio(self) -> float:
        """Number of artifacts / number of beats."""
        return sum(self.artifacts.values()) / self.raw.beats if self.raw.beats else 0.0

    def for_session(self, duration_ms: int) -> Hrv | None:
        """Return the figures of a session of this duration; None without RR intervals."""
        if not self.raw.beats:
            return None
        return Hrv(
            rmssd_ms=self.corrected.rmssd_ms,
            sdnn_ms=self.corrected.sdnn_ms,
            dfa_alpha1=self.dfa_alpha1,
            rr_coverage=min(1.0, self.covered_ms / duration_ms) if duration_ms > 0 else 1.0,
            artifact_ratio=self.artifact_ratio,
        )


class HrvAnalyzer:
    """Analyses a series as it comes in; holds a few hundred beats, and some bytes for each window."""

    def __init__(self, start_ms: int) -> None:
        """The first window of alpha 1 starts at `start_ms`."""
        self._raw = TimeDomainSums()
        self._correction = RepeatedCorrection()
        self._alpha = CorrectedAlpha1(start_ms)
        self._pending: list[Beat] = []

    def add(self, beats: Sequence[Beat]) -> None:
        """Take the next beats."""
        self._pending += beats
        if len(self._pending) >= BATCH:
            self._work()

    def finish(self) -> tuple[HrvAnalysis, list[Alpha1Window]]:
        """End the series; return the figures, and the windows of the corrected series that they are of."""
        self._work()
        for number, batches in enumerate(self._correction.finish(), start=1):
            for batch in batches:
                self._alpha.feed(number, batch)
        windows = self._alpha.windows(self._correction.effective_pass)
        figures = _analysis(self._raw, self._correction.compute(), self._correction.artifact_counts, windows)
        return figures, windows

    def _work(self) -> None:
        pending, self._pending = self._pending, []
        for batch in in_batches(pending):
            self._raw.add(batch)
            for number, corrected in enumerate(self._correction.feed(batch), start=1):
                self._alpha.feed(number, corrected)


def analyze_beats(beats: Iterable[Beat]) -> tuple[HrvAnalysis, list[Alpha1Window]]:
    """Return the figures and the windows of a whole series."""
    series = list(beats)
    return analyze_series(series, correct_series(series))


def analyze_series(
    series: Sequence[Beat], corrected: CorrectedSeries, *, start_ms: int | None = None
) -> tuple[HrvAnalysis, list[Alpha1Window]]:
    """Return the figures and the windows of a whole series whose correction is known.

    Windows are counted from `start_ms`, by default from the first beat's interval.
    """
    if start_ms is None:
        start_ms = series[0].at_ms - round(series[0].rr_ms) if series else 0
    raw = TimeDomainSums()
    for batch in in_batches(series):
        raw.add(batch)
    windows = RollingAlpha1(start_ms).feed(corrected.beats)
    return _analysis(raw, corrected.figures, corrected.artifact_counts, windows), windows


def _analysis(
    raw: TimeDomainSums,
    corrected: TimeDomain,
    artifact_counts: Mapping[BeatClass, int],
    windows: Sequence[Alpha1Window],
) -> HrvAnalysis:
    return HrvAnalysis(
        raw=raw.compute(),
        corrected=corrected,
        artifacts={one: artifact_counts[one] for one in ARTIFACTS},
        covered_ms=raw.covered_ms,
        dfa_alpha1=median(window.alpha1 for window in windows) if windows else None,
        windows=len(windows),
    )


_MEASUREMENTS_PER_STEP = 12
"""measurements processed by one call of `work`, when many are pending after a restart"""


class SessionHrv:
    """HRV of a session: measurements are queued, and processed by `work` when nothing is urgent.

    Where `work` is never called, as in an import, the whole series is analysed at the end, which is cheaper.
    """

    def __init__(self, start_ms: int) -> None:
        self._queue: deque[tuple[int, Sequence[float], int | None] | None] = deque()
        """measurements, with None at a change of strap"""
        self._placer = BeatPlacer()
        self._start_ms = start_ms
        self._analyzer: HrvAnalyzer | None = None
        """None before the first work"""
        self._live = LiveHrvWindow()
        self._hrv: Hrv | None = None
        self._finished = False
        self._ahead = False

    def add(self, at_ms: int, rr_ms: Sequence[float], hold_ms: int | None = None) -> None:
        """Queue a measurement: arrival and intervals in ms, and how long it holds in a recording."""
        self._queue.append((at_ms, rr_ms, hold_ms))

    def mark_strap_change(self) -> None:
        """Mark a change of strap: the next interval must not be joined to the previous strap's."""
        self._queue.append(None)

    def work(self) -> bool:
        """Process some queued measurements; return whether more are queued."""
        for _ in range(min(_MEASUREMENTS_PER_STEP, len(self._queue))):
            self._add(self._next_beats())
        return bool(self._queue)

    def _next_beats(self) -> Sequence[Beat]:
        item = self._queue.popleft()
        return self._placer.mark_strap_change() if item is None else self._placer.add(*item)

    def live(self, now_ms: int) -> LiveHrv:
        """Return RMSSD and DFA alpha 1 of the last two minutes."""
        return LiveHrv() if self._placer.ahead else self._live.values(now_ms)

    @property
    def problem(self) -> str | None:
        """Why there are no figures although there are intervals; known after `finish`."""
        return SENT_TWICE if self._ahead else None

    def finish(self, duration_ms: int) -> Hrv | None:
        """End the session; return its figures. Takes some ms.

        There are none without RR intervals, and where these were sent more than once; see `problem`.
        """
        if not self._finished:
            self._finished = True
            figures = self._analyze_all() if self._analyzer is None else self._analyze_rest(self._analyzer)
            self._ahead = self._placer.ahead or runs_ahead(figures.covered_ms, duration_ms)
            self._hrv = None if self._ahead else figures.for_session(duration_ms)
        return self._hrv

    def _analyze_all(self) -> HrvAnalysis:
        series: list[Beat] = []
        while self._queue:
            series += self._next_beats()
        series += self._placer.finish()
        figures, _ = analyze_series(series, correct_series(series), start_ms=self._start_ms)
        return figures

    def _analyze_rest(self, analyzer: HrvAnalyzer) -> HrvAnalysis:
        while self.work():
            pass
        self._add(self._placer.finish())
        figures, _ = analyzer.finish()
        return figures

    def _add(self, beats: Sequence[Beat]) -> None:
        if self._analyzer is None:
            self._analyzer = HrvAnalyzer(self._start_ms)
        if beats:
            self._live.add(beats)
            self._analyzer.add(beats)
