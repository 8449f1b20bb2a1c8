"""Puts beats where artifacts are: an extra one is left out, a missed one put in halfway, any other moved.

After Lipponen and Tarvainen (2019), in the form that NeuroKit2 gives it: an ectopic beat, and one
too long or too short, is moved halfway between its neighbours, so the time that passes stays what it
was. Beside a gap there is no neighbour: such an interval is left out, and the gap is wider.
"""

from __future__ import annotations

from collections.abc import Sequence

from .artifacts import BeatClass
from .beats import Beat

_Classed = tuple[Beat, BeatClass]

_MOVED_FIRST = frozenset({BeatClass.ECTOPIC})
_MOVED_THEN = frozenset({BeatClass.LONG, BeatClass.SHORT})


class Corrector:
    """One pass over a series as it comes; a few beats behind where something is mended."""

    def __init__(self, *, marks: bool = True) -> None:
        """Where it `marks`, a beat that is put in the place of an artifact says so."""
        self._marks = marks
        self._waiting: _Classed | None = None
        """an artifact, until it is known whether a gap follows"""
        self._joins: Beat | None = None
        """an interval that the next one begins with, as the beat between them was none"""
        self._widened_ms = 0
        """what was left out before the next interval"""
        self._shifts = (_Shift(_MOVED_FIRST), _Shift(_MOVED_THEN))

    def feed(self, beats: Sequence[Beat], classes: Sequence[BeatClass]) -> list[Beat]:
        """Take beats with their classes; answers with the corrected ones that are settled by now."""
        if self.idle and classes.count(BeatClass.NORMAL) == len(classes):
            return list(beats)
        out: list[_Classed] = []
        for beat, one in zip(beats, classes, strict=True):
            self._settle(out, gap_follows=beat.lost_ms > 0)
            whole = self._joined(beat)
            if one is BeatClass.NORMAL:
                out.append((whole, one))
            else:
                self._waiting = whole, one
        return self._moved(out)

    def finish(self) -> list[Beat]:
        """No more will come: the beats that were held back."""
        out: list[_Classed] = []
        self._settle(out, gap_follows=True)
        if self._joins is not None:
            out.append((self._joins, BeatClass.NORMAL))
        beats = self._moved(out)
        first, then = self._shifts
        beats += [beat for beat, _ in then.feed(first.finish())]
        return beats + [beat for beat, _ in then.finish()]

    @property
    def idle(self) -> bool:
        """Whether nothing is held back, so that normal beats pass as they are."""
        return (
            self._waiting is None
            and self._joins is None
            and not self._widened_ms
            and self._shifts[0].idle
            and self._shifts[1].idle
        )

    def _joined(self, beat: Beat) -> Beat:
        """The interval with what goes before it."""
        first, self._joins = self._joins, None
        if first is not None:
            rr_ms, artifact = first.rr_ms + beat.rr_ms, first.artifact or beat.artifact
            return Beat(rr_ms, beat.at_ms, first.lost_ms, artifact)
        widened_ms, self._widened_ms = self._widened_ms, 0
        if widened_ms:
            return beat._replace(lost_ms=beat.lost_ms + widened_ms)
        return beat

    def _settle(self, out: list[_Classed], *, gap_follows: bool) -> None:
        if self._waiting is None:
            return
        (beat, one), self._waiting = self._waiting, None
        beat = beat._replace(artifact=beat.artifact or self._marks)
        if one is BeatClass.MISSED:
            half_ms = beat.rr_ms / 2
            first = Beat(half_ms, beat.at_ms - round(half_ms), beat.lost_ms, beat.artifact)
            out.append((first, BeatClass.NORMAL))
            out.append((Beat(half_ms, beat.at_ms), BeatClass.NORMAL))
        elif gap_follows:
            self._widened_ms += beat.lost_ms + max(1, round(beat.rr_ms))
        elif one is BeatClass.EXTRA:
            self._joins = beat
        else:
            out.append((beat, one))

    def _moved(self, classed: list[_Classed]) -> list[Beat]:
        first, then = self._shifts
        return [beat for beat, _ in then.feed(first.feed(classed))]


class _Shift:
    """Moves the beats of some classes halfway between the beats beside them, all from where they were."""

    def __init__(self, classes: frozenset[BeatClass]) -> None:
        self._classes = classes
        self._waiting: _Classed | None = None
        """to be moved, once the next beat is known"""
        self._later_ms = 0.0
        """by how much the beat before was moved"""

    @property
    def idle(self) -> bool:
        return self._waiting is None and not self._later_ms

    def feed(self, classed: Sequence[_Classed]) -> list[_Classed]:
        out: list[_Classed] = []
        for item in classed:
            if self._waiting is not None:
                beat, one = self._waiting
                self._waiting = None
                moved_ms = (item[0].rr_ms - beat.rr_ms) / 2
                out.append((self._shifted(beat, moved_ms), one))
                self._later_ms = moved_ms
            if item[1] in self._classes:
                self._waiting = item
            else:
                out.append((self._shifted(item[0], 0.0), item[1]) if self._later_ms else item)
                self._later_ms = 0.0
        return out

    def finish(self) -> list[_Classed]:
        """One that waits has no beat behind it, and stays where it is."""
        if self._waiting is None:
            return []
        (beat, one), self._waiting = self._waiting, None
        return [(self._shifted(beat, 0.0), one)]

    def _shifted(self, beat: Beat, moved_ms: float) -> Beat:
        return beat._replace(rr_ms=beat.rr_ms + moved_ms - self._later_ms)
