"""DFA alpha 1 of the corrected series whose RMSSD counts, though which pass that is shows at the end.

Windows are computed for every pass of the correction as it goes. A pass changes few beats, and a window
without a change has the value of the pass before, so only windows with a change are computed again.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence

from .beats import Beat
from .correction import MAX_PASSES, Batch
from .dfa import STEP_MS, WINDOW_MS, Alpha1Window, RollingAlpha1


class CorrectedAlpha1:
    """The windows of all passes of the correction."""

    def __init__(self, start_ms: int) -> None:
        """The first window starts at `start_ms`."""
        self._passes = [_PassWindows(start_ms, whole=number == 0) for number in range(MAX_PASSES)]

    def feed(self, number: int, batch: Batch) -> None:
        """Take the next beats of a pass; `number` counts from 1."""
        self._passes[number - 1].feed(*batch)

    def windows(self, number: int) -> list[Alpha1Window]:
        """Return the windows of the series after this pass, in order, those without a value left out."""
        found: dict[int, Alpha1Window] = {}
        for one in self._passes[:number]:
            for first_end_ms, end_ms in one.replaced():
                for window_end_ms in [at for at in found if first_end_ms <= at < end_ms]:
                    del found[window_end_ms]
            found.update((window.end_ms, window) for window in one.windows())
        return [found[end_ms] for end_ms in sorted(found)]


class _PassWindows:
    """The windows that differ from those of the pass before."""

    def __init__(self, start_ms: int, *, whole: bool) -> None:
        """With `whole`, all windows are computed."""
        self._whole = whole
        self._next_end_ms = start_ms + WINDOW_MS
        self._recent: deque[Sequence[Beat]] = deque()
        """while nothing differs: the beats that later windows may need"""
        self._rolling = RollingAlpha1(start_ms) if whole else None
        self._differs_from_ms = array("q", [self._next_end_ms] if whole else [])
        self._differs_until_ms = array("q")
        self._changed_ms: int | None = None
        """time of the last beat that may have changed"""
        self._removed = False
        """whether beats may have been removed since the last one"""
        self._end_ms, self._alpha1, self._heart_rate = array("q"), array("d"), array("d")

    def feed(self, beats: Sequence[Beat], changed: bool) -> None:  # noqa: FBT001 - a batch, unpacked
        """Take the next beats of the pass, and whether it may have changed them."""
        changed = changed or self._removed
        self._removed = changed and not beats
        if not beats:
            return
        if changed:
            self._changed_ms = beats[-1].at_ms
            if self._rolling is None:
                self._begin()
        if self._rolling is None:
            self._wait(beats)
            return
        for window in self._rolling.feed(beats):
            self._end_ms.append(window.end_ms)
            self._alpha1.append(window.alpha1)
            self._heart_rate.append(window.heart_rate)
        self._next_end_ms = self._rolling.next_end_ms
        if not self._whole:
            self._recent.append(beats)
            self._drop_recent()
            if self._changed_ms is None or self._changed_ms <= self._next_end_ms - WINDOW_MS:
                self._differs_until_ms.append(self._next_end_ms)
                self._rolling = None

    def replaced(self) -> Iterator[tuple[int, int]]:
        """Yield from which end of a window to before which this pass has windows of its own."""
        until = [*self._differs_until_ms, self._next_end_ms]
        return zip(self._differs_from_ms, until, strict=False)

    def windows(self) -> Iterator[Alpha1Window]:
        """Yield the windows of its own."""
        return map(Alpha1Window, self._end_ms, self._alpha1, self._heart_rate)

    def _begin(self) -> None:
        """Compute windows from now on."""
        self._rolling = RollingAlpha1(self._next_end_ms - WINDOW_MS)
        self._differs_from_ms.append(self._next_end_ms)
        for beats in self._recent:
            self._rolling.feed(beats)

    def _wait(self, beats: Sequence[Beat]) -> None:
        """Keep beats while nothing differs."""
        self._recent.append(beats)
        if (late_ms := beats[-1].at_ms - self._next_end_ms) > 0:
            self._next_end_ms += -(-late_ms // STEP_MS) * STEP_MS
        self._drop_recent()

    def _drop_recent(self) -> None:
        while self._recent and self._recent[0][-1].at_ms <= self._next_end_ms - WINDOW_MS:
            self._recent.popleft()
