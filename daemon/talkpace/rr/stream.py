"""Beats on their way to a session's figures: classified, corrected, summed up, as they come.

The correction is repeated as in NeuroKit2: each pass works on what the one before made of the
series, for as long as passes find fewer artifacts than the one before did. All passes run side by
side, each some fifty beats behind the last; which of them counts is known at the end.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from .artifacts import ARTIFACTS, BeatClass, Classifier
from .beats import Beat
from .correction import Corrector
from .dfa import RollingAlpha, Window
from .hrv import Hrv, Sums, TimeDomain

PASSES = 10
"""at most; the recordings that were tried took 2 to 8"""
_BATCH = 24
"""beats that are worked on at once"""

_Batch = tuple[Sequence[Beat], bool]
"""beats, and whether the pass before may have changed them"""


class CorrectionPass:
    """One pass: beats go in, come out corrected, and are summed up."""

    def __init__(self, number: int) -> None:
        """`number` is from 1 on."""
        self.found: Counter[BeatClass] = Counter()
        self.sums = Sums()
        self.has_news = True
        """whether what came out last may differ from what went in"""
        self._classifier = Classifier()
        self._corrector = Corrector(marks=number == 1)
        self._unclassified: list[Beat] = []

    @property
    def artifacts(self) -> int:
        """How many were found."""
        return sum(self.found[one] for one in ARTIFACTS)

    def feed(self, beats: Sequence[Beat], *, news: bool = True) -> list[Beat]:
        """Take the next beats; answers with the corrected ones that are settled by now.

        Beats without `news` came through the pass before as they were.
        """
        self._unclassified += beats
        return self._correct(self._classifier.feed(beats, news=news))

    def finish(self) -> list[Beat]:
        """The corrected beats that are left."""
        beats = self._correct(self._classifier.finish())
        rest = self._corrector.finish()
        self.sums.add(rest)
        return beats + rest

    def feed_last(self, batches: Iterable[_Batch]) -> list[_Batch]:
        """Take the last beats, in batches; answers with all that is left, for the pass behind this one."""
        settled = [(self.feed(beats, news=news), self.has_news) for beats, news in batches]
        return [*settled, (self.finish(), self.has_news)]

    def _correct(self, classes: list[BeatClass]) -> list[Beat]:
        count = len(classes)
        self.has_news = not self._corrector.idle
        if classes.count(BeatClass.NORMAL) < count:
            self.found.update(classes)
            self.has_news = True
        beats = self._corrector.feed(self._unclassified[:count], classes)
        del self._unclassified[:count]
        self.sums.add(beats)
        return beats


class RepeatedCorrection:
    """All passes over a series, and which of them counts."""

    def __init__(self) -> None:
        self._passes = [CorrectionPass(number) for number in range(1, PASSES + 1)]

    def feed(self, beats: Sequence[Beat]) -> list[Beat]:
        """Take the next beats; answers with those that the last pass has settled."""
        news = True
        for one in self._passes:
            beats, news = one.feed(beats, news=news), one.has_news
        return list(beats)

    def finish(self) -> list[Beat]:
        """What the last pass has left."""
        batches: list[_Batch] = []
        for one in self._passes:
            batches = one.feed_last(batches)
        return [beat for beats, _ in batches for beat in beats]

    @property
    def found(self) -> Counter[BeatClass]:
        """Artifacts by class, as the first pass saw them."""
        return self._passes[0].found

    @property
    def counting(self) -> int:
        """The number of the last pass before one that found no fewer artifacts."""
        for number in range(1, PASSES):
            if self._passes[number].artifacts >= self._passes[number - 1].artifacts:
                return number
        return PASSES

    def figures(self) -> TimeDomain:
        """Of the corrected series."""
        return self._passes[self.counting - 1].sums.figures()


@dataclass(frozen=True, slots=True)
class BeatFigures:
    """What a series of beats amounts to, unrounded."""

    raw: TimeDomain
    corrected: TimeDomain
    artifacts: dict[BeatClass, int]
    covered_ms: float
    dfa_alpha1: float | None
    """the median of the windows that have one"""
    windows: int
    """how many have one"""

    @property
    def artifact_ratio(self) -> float:
        """Artifacts by beats."""
        return sum(self.artifacts.values()) / self.raw.beats if self.raw.beats else 0.0

    def of_session(self, duration_ms: int) -> Hrv | None:
        """The summary's figures; None without intervals."""
        if not self.raw.beats:
            return None
        return Hrv(
            rmssd_ms=self.corrected.rmssd_ms,
            sdnn_ms=self.corrected.sdnn_ms,
            dfa_alpha1=self.dfa_alpha1,
            rr_coverage=min(1.0, self.covered_ms / duration_ms) if duration_ms > 0 else 1.0,
            artifact_ratio=self.artifact_ratio,
        )


class BeatStream:
    """Fed with beats, it holds a few hundred beats at most, and eight bytes for each window."""

    def __init__(self, start_ms: int) -> None:
        """Windows of alpha 1 begin at `start_ms`."""
        self._raw = Sums()
        self._correction = RepeatedCorrection()
        self._alpha = RollingAlpha(start_ms)
        self._alphas = array("d")
        self._waiting: list[Beat] = []

    def take(self, beats: Sequence[Beat]) -> list[Window]:
        """Take the next beats; answers with the windows that are settled by now."""
        self._waiting += beats
        return self._work() if len(self._waiting) >= _BATCH else []

    def finish(self) -> tuple[BeatFigures, list[Window]]:
        """No more will come: the figures, and the windows that were left."""
        windows = self._work() + self._windows(self._correction.finish())
        figures = BeatFigures(
            raw=self._raw.figures(),
            corrected=self._correction.figures(),
            artifacts={one: self._correction.found[one] for one in ARTIFACTS},
            covered_ms=self._raw.covered_ms,
            dfa_alpha1=median(self._alphas) if self._alphas else None,
            windows=len(self._alphas),
        )
        return figures, windows

    def _work(self) -> list[Window]:
        waiting, self._waiting = self._waiting, []
        windows: list[Window] = []
        for first in range(0, len(waiting), _BATCH):
            batch = waiting[first : first + _BATCH]
            self._raw.add(batch)
            windows += self._windows(self._correction.feed(batch))
        return windows

    def _windows(self, beats: Sequence[Beat]) -> list[Window]:
        windows = self._alpha.feed(beats)
        self._alphas.extend([window.alpha1 for window in windows])
        return windows


def figures_of(beats: Iterable[Beat]) -> tuple[BeatFigures, list[Window]]:
    """The figures and the windows of a whole series."""
    whole = list(beats)
    stream = BeatStream(whole[0].at_ms - round(whole[0].rr_ms) if whole else 0)
    windows = stream.take(whole)
    figures, rest = stream.finish()
    return figures, windows + rest


def correct(beats: Sequence[Beat], *, repeat: bool = True) -> list[Beat]:
    """A whole series, corrected; with `repeat` as often as counts, otherwise once."""
    before: int | None = None
    series: list[_Batch] = [(beats[first : first + _BATCH], True) for first in range(0, len(beats), _BATCH)]
    for number in range(1, PASSES + 2):
        one = CorrectionPass(number)
        corrected = one.feed_last(series)
        if before is not None and (one.artifacts >= before or number > PASSES):
            break
        series, before = corrected, one.artifacts
        if not repeat:
            break
    return [beat for batch, _ in series for beat in batch]
