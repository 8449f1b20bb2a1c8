"""Corrects artifacts: removes extra beats, inserts missed ones, moves ectopic, long and short ones.

After Lipponen and Tarvainen (2019) as implemented by NeuroKit2: a beat is moved halfway between its
neighbours, so the total time stays the same. Beside a gap there is no neighbour: such an interval is
removed, and the gap becomes wider.

The correction is repeated as in NeuroKit2: each pass works on the series of the one before, as long
as passes find fewer artifacts than the one before did. As a series comes in, all passes run side by
side, each some fifty beats later than the one before; which of them counts is known at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .artifacts import ARTIFACTS, BeatClass, BeatClassifier
from .beats import Beat
from .time_domain import TimeDomain, TimeDomainSums

_ClassedBeat = tuple[Beat, BeatClass]

_FIRST_SHIFT = frozenset({BeatClass.ECTOPIC})
_SECOND_SHIFT = frozenset({BeatClass.LONG, BeatClass.SHORT})


class BeatCorrector:
    """Corrects a series as it comes in; a few beats late where there are artifacts."""

    def __init__(self) -> None:
        self._pending: _ClassedBeat | None = None
        """an artifact, until the next beat shows whether a gap follows"""
        self._join: Beat | None = None
        """an interval to be joined to the next one, as the beat between them was a false detection"""
        self._widened_ms = 0
        """removed time before the next interval"""
        self._shifts = (_Shift(_FIRST_SHIFT), _Shift(_SECOND_SHIFT))

    def feed(self, beats: Sequence[Beat], classes: Sequence[BeatClass]) -> list[Beat]:
        """Take beats with their classes; return the corrected ones that are final by now."""
        if self.idle and classes.count(BeatClass.NORMAL) == len(classes):
            return list(beats)
        out: list[_ClassedBeat] = []
        for beat, one in zip(beats, classes, strict=True):
            self._settle(out, gap_follows=beat.lost_ms > 0)
            whole = self._join_pending(beat)
            if one is BeatClass.NORMAL:
                out.append((whole, one))
            else:
                self._pending = whole, one
        return self._shift(out)

    def finish(self) -> list[Beat]:
        """End the series; return the remaining beats."""
        out: list[_ClassedBeat] = []
        self._settle(out, gap_follows=True)
        if self._join is not None:
            out.append((self._join, BeatClass.NORMAL))
        beats = self._shift(out)
        first, second = self._shifts
        beats += [beat for beat, _ in second.feed(first.finish())]
        return beats + [beat for beat, _ in second.finish()]

    @property
    def idle(self) -> bool:
        """Whether no beat is pending, so that normal beats pass unchanged."""
        return (
            self._pending is None
            and self._join is None
            and not self._widened_ms
            and self._shifts[0].idle
            and self._shifts[1].idle
        )

    def _join_pending(self, beat: Beat) -> Beat:
        """Join the interval to the pending one, or widen the gap before it."""
        first, self._join = self._join, None
        if first is not None:
            rr_ms, artifact = first.rr_ms + beat.rr_ms, first.artifact or beat.artifact
            return Beat(rr_ms, beat.at_ms, first.lost_ms, artifact)
        widened_ms, self._widened_ms = self._widened_ms, 0
        if widened_ms:
            return beat._replace(lost_ms=beat.lost_ms + widened_ms)
        return beat

    def _settle(self, out: list[_ClassedBeat], *, gap_follows: bool) -> None:
        if self._pending is None:
            return
        (beat, one), self._pending = self._pending, None
        beat = beat._replace(artifact=True)
        if one is BeatClass.MISSED:
            half_ms = beat.rr_ms / 2
            first = Beat(half_ms, beat.at_ms - round(half_ms), beat.lost_ms, beat.artifact)
            out.append((first, BeatClass.NORMAL))
            out.append((Beat(half_ms, beat.at_ms), BeatClass.NORMAL))
        elif gap_follows:
            self._widened_ms += beat.lost_ms + max(1, round(beat.rr_ms))
        elif one is BeatClass.EXTRA:
            self._join = beat
        else:
            out.append((beat, one))

    def _shift(self, classed: list[_ClassedBeat]) -> list[Beat]:
        first, second = self._shifts
        return [beat for beat, _ in second.feed(first.feed(classed))]


class _Shift:
    """Moves the beats of some classes halfway between their unmoved neighbours."""

    def __init__(self, classes: frozenset[BeatClass]) -> None:
        self._classes = classes
        self._pending: _ClassedBeat | None = None
        """to be moved once the next beat has come"""
        self._later_ms = 0.0
        """shift of the beat before"""

    @property
    def idle(self) -> bool:
        return self._pending is None and not self._later_ms

    def feed(self, classed: Sequence[_ClassedBeat]) -> list[_ClassedBeat]:
        out: list[_ClassedBeat] = []
        for item in classed:
            if self._pending is not None:
                beat, one = self._pending
                self._pending = None
                moved_ms = (item[0].rr_ms - beat.rr_ms) / 2
                out.append((self._shifted(beat, moved_ms), one))
                self._later_ms = moved_ms
            if item[1] in self._classes:
                self._pending = item
            else:
                out.append((self._shifted(item[0], 0.0), item[1]) if self._later_ms else item)
                self._later_ms = 0.0
        return out

    def finish(self) -> list[_ClassedBeat]:
        """Return a pending beat unmoved: no beat follows it."""
        if self._pending is None:
            return []
        (beat, one), self._pending = self._pending, None
        return [(self._shifted(beat, 0.0), one)]

    def _shifted(self, beat: Beat, moved_ms: float) -> Beat:
        return beat._replace(rr_ms=beat.rr_ms + moved_ms - self._later_ms)


MAX_PASSES = 10
"""upper limit; the recordings of the tests take 2 to 8"""
BATCH = 24
"""number of beats that are processed at once"""

Batch = tuple[Sequence[Beat], bool]
"""beats, and whether the pass that returned them may have changed them"""


class CorrectionPass:
    """One pass of the correction, with the sums of its corrected series."""

    def __init__(self) -> None:
        self.artifact_counts: Counter[BeatClass] = Counter()
        self.sums = TimeDomainSums()
        self.changed = True
        """whether the last output may differ from the input"""
        self._classifier = BeatClassifier()
        self._corrector = BeatCorrector()
        self._unclassified: list[Beat] = []

    @property
    def artifacts(self) -> int:
        """Number of artifacts."""
        return sum(self.artifact_counts[one] for one in ARTIFACTS)

    def feed(self, beats: Sequence[Beat], *, changed: bool = True) -> list[Beat]:
        """Take the next beats; return the corrected ones that are final by now.

        Without `changed` the pass before left these beats as they were.
        """
        self._unclassified += beats
        return self._correct(self._classifier.feed(beats, changed=changed))

    def finish(self) -> list[Beat]:
        """End the series; return the remaining corrected beats."""
        beats = self._correct(self._classifier.finish())
        rest = self._corrector.finish()
        self.sums.add(rest)
        return beats + rest

    def feed_last(self, batches: Iterable[Batch]) -> list[Batch]:
        """Take the last beats in batches; return all remaining ones, for the next pass."""
        final = [(self.feed(beats, changed=changed), self.changed) for beats, changed in batches]
        return [*final, (self.finish(), self.changed)]

    def _correct(self, classes: list[BeatClass]) -> list[Beat]:
        count = len(classes)
        self.changed = not self._corrector.idle
        if classes.count(BeatClass.NORMAL) < count:
            self.artifact_counts.update(classes)
            self.changed = True
        beats = self._corrector.feed(self._unclassified[:count], classes)
        del self._unclassified[:count]
        self.sums.add(beats)
        return beats


class RepeatedCorrection:
    """All passes over a series, side by side."""

    def __init__(self) -> None:
        self._passes = [CorrectionPass() for _ in range(MAX_PASSES)]

    def feed(self, beats: Sequence[Beat]) -> list[Batch]:
        """Take the next beats; return those that are final by now in each pass, the first pass first."""
        final: list[Batch] = []
        changed = True
        for one in self._passes:
            beats = one.feed(beats, changed=changed)
            changed = one.changed
            final.append((beats, changed))
        return final

    def finish(self) -> list[list[Batch]]:
        """End the series; return the remaining beats of each pass."""
        remaining: list[list[Batch]] = []
        batches: list[Batch] = []
        for one in self._passes:
            batches = one.feed_last(batches)
            remaining.append(batches)
        return remaining

    @property
    def artifact_counts(self) -> Counter[BeatClass]:
        """Artifacts by class, as found by the first pass."""
        return self._passes[0].artifact_counts

    @property
    def effective_pass(self) -> int:
        """The number of the last pass before one that found no fewer artifacts: the one that counts."""
        for number in range(1, MAX_PASSES):
            if self._passes[number].artifacts >= self._passes[number - 1].artifacts:
                return number
        return MAX_PASSES

    def compute(self) -> TimeDomain:
        """Return the figures of the corrected series."""
        return self._passes[self.effective_pass - 1].sums.compute()


@dataclass(frozen=True, slots=True)
class CorrectedSeries:
    """A whole series after the pass that counts."""

    beats: list[Beat]
    figures: TimeDomain
    artifact_counts: Counter[BeatClass]
    """artifacts by class, as found by the first pass"""


def correct_series(beats: Sequence[Beat], *, repeat: bool = True) -> CorrectedSeries:
    """Correct a whole series; with `repeat` as long as passes find fewer artifacts, otherwise once."""
    first = last = CorrectionPass()
    batches = first.feed_last([(batch, True) for batch in in_batches(beats)])
    for _ in range(1, MAX_PASSES if repeat else 1):
        following = CorrectionPass()
        corrected = following.feed_last(batches)
        if following.artifacts >= last.artifacts:
            break
        last, batches = following, corrected
    series = [beat for batch, _ in batches for beat in batch]
    return CorrectedSeries(series, last.sums.compute(), first.artifact_counts)


def correct_artifacts(beats: Sequence[Beat], *, repeat: bool = True) -> list[Beat]:
    """Return the beats of `correct_series`."""
    return correct_series(beats, repeat=repeat).beats


def in_batches(beats: Sequence[Beat]) -> Iterator[Sequence[Beat]]:
    """Yield the beats that are processed at once."""
    return (beats[first : first + BATCH] for first in range(0, len(beats), BATCH))
