"""An athlete at rest with the strap on: the beats are listened to, and no session begins from them."""

from __future__ import annotations

from collections.abc import Sequence

from ..measurement.link import Measurement
from ..pipeline.athlete import AthletePipeline
from ..rr.beats import Beat, BeatPlacer

LINGER_MS = 60_000
"""time to take the strap off before beats begin a session again"""


class AtRest:
    """Listens from `begin` to `end`, and holds sessions back for a minute more.

    A session that is under way goes on, unless it is so young that it would not count: whoever puts
    the strap on to sit still has begun one by that.
    """

    def __init__(self, pipeline: AthletePipeline, *, young_ms: int) -> None:
        self.beats: list[Beat] = []
        """placed, but not corrected; all since `begin`"""
        self.first_ms: int | None = None
        """when the first measurement with a heart rate came"""
        self.last_ms: int | None = None
        self.heart_rate: int | None = None
        self._pipeline = pipeline
        self._young_ms = young_ms
        self._placer = BeatPlacer()
        self._release_ms: int | None = None
        self._ended_session = False

    def session_counts(self, now_ms: int) -> bool:
        """Whether a session is under way that is more than putting the strap on."""
        kept = self._pipeline.kept
        return kept is not None and now_ms - kept.origin_ms >= self._young_ms

    def begin(self, now_ms: int) -> None:
        """From now on."""
        if self._pipeline.kept is not None and not self.session_counts(now_ms):
            self._pipeline.end_session(now_ms)
            self._ended_session = True
        self._pipeline.hold(held=True)
        self._pipeline.listen(self)

    def end(self, now_ms: int) -> Sequence[Beat]:
        """All beats since `begin`."""
        self._pipeline.unlisten(self)
        self.beats += self._placer.finish()
        self._release_ms = now_ms + LINGER_MS
        return self.beats

    def released(self, now_ms: int) -> bool:
        """Whether sessions begin again; asked now and then after `end`."""
        if self._release_ms is None or now_ms < self._release_ms:
            return False
        self.release()
        return True

    def release(self) -> None:
        """Let sessions begin again."""
        self._pipeline.hold(held=False)
        if self._ended_session and self._pipeline.kept is None:
            self._pipeline.start_session()

    def fresh_rate(self, now_ms: int, within_ms: int = 6000) -> int | None:
        """The heart rate now; None where none is fresh."""
        if self.last_ms is None or now_ms - self.last_ms >= within_ms:
            return None
        return self.heart_rate

    def another_strap(self) -> None:
        """What comes next follows on nothing."""
        self.beats += self._placer.interrupt()

    def measured(self, measurement: Measurement) -> None:
        """See `Listener`."""
        self.beats += self._placer.measure(measurement.at_ms, measurement.rr_ms)
        if measurement.heart_rate > 0:
            self.first_ms = measurement.at_ms if self.first_ms is None else self.first_ms
            self.last_ms, self.heart_rate = measurement.at_ms, measurement.heart_rate
