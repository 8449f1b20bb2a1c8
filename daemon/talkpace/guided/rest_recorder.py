"""Record an athlete's beats at rest without starting a session."""

from __future__ import annotations

from collections.abc import Sequence

from ..hrv.beats import Beat, BeatPlacer
from ..measurement.link_decoder import Measurement
from ..pipeline.athlete import AthletePipeline
from ..pipeline.registry import AthleteRegistry

LINGER_MS = 60_000
"""after the end sessions do not start for so long: time to take the strap off"""
_FRESH_MS = 6000


class RestRecorder:
    """Collects beats from `begin` to `end`, and suppresses session starts for `LINGER_MS` more.

    A session in progress goes on, unless it is younger than `young_ms`: putting the strap on to sit
    still has started one, and that one is ended.
    """

    def __init__(self, pipeline: AthletePipeline, *, young_ms: int) -> None:
        self.beats: list[Beat] = []
        """all beats since `begin`, placed in time but not corrected"""
        self.first_ms: int | None = None
        """arrival of the first measurement with a heart rate"""
        self.last_ms: int | None = None
        """arrival of the latest one"""
        self.heart_rate: int | None = None
        self.strap: str | None = None
        """address of the strap of the latest measurement"""
        self._pipeline = pipeline
        self._young_ms = young_ms
        self._placer = BeatPlacer()
        self._release_ms: int | None = None
        self._ended_session = False

    def session_counts(self, now_ms: int) -> bool:
        """Return whether a session of at least `young_ms` is in progress."""
        session = self._pipeline.active_session
        return session is not None and now_ms - session.origin_ms >= self._young_ms

    def begin(self, now_ms: int) -> None:
        """Start recording."""
        if self._pipeline.active_session is not None and not self.session_counts(now_ms):
            self._pipeline.end_session(now_ms)
            self._ended_session = True
        self._pipeline.set_at_rest(at_rest=True)
        self._pipeline.add_listener(self)

    def end(self, now_ms: int) -> Sequence[Beat]:
        """Stop recording and return all beats since `begin`."""
        self._pipeline.remove_listener(self)
        self.beats += self._placer.finish()
        self._release_ms = now_ms + LINGER_MS
        return self.beats

    def release_if_due(self, now_ms: int) -> bool:
        """After `end`: allow sessions once `LINGER_MS` are over; return whether they are."""
        if self._release_ms is None or now_ms < self._release_ms:
            return False
        self.release()
        return True

    def release(self) -> None:
        """Allow sessions to start again."""
        self._pipeline.set_at_rest(at_rest=False)
        if self._ended_session and self._pipeline.active_session is None:
            self._pipeline.start_session()

    def fresh_rate(self, now_ms: int) -> int | None:
        """Return the heart rate in bpm; None where the latest is 6 s old or more."""
        if self.last_ms is None or now_ms - self.last_ms >= _FRESH_MS:
            return None
        return self.heart_rate

    def on_strap_change(self) -> None:
        """Mark a change of strap: the next RR interval must not be joined to the previous strap's."""
        self.beats += self._placer.mark_strap_change()

    def on_measurement(self, measurement: Measurement) -> None:
        """Take a measurement, as `Listener`."""
        self.beats += self._placer.add(measurement.at_ms, measurement.rr_ms)
        if measurement.heart_rate > 0:
            self.first_ms = measurement.at_ms if self.first_ms is None else self.first_ms
            self.last_ms, self.heart_rate = measurement.at_ms, measurement.heart_rate
            self.strap = self._pipeline.straps.selected


class RestingAthletes:
    """Allows one guide at a time for each athlete, and ends the suppression of sessions after it."""

    def __init__(self, registry: AthleteRegistry, *, young_ms: int) -> None:
        """A guide ends a session younger than `young_ms`."""
        self._registry = registry
        self._young_ms = young_ms
        self._exercises: dict[str, str] = {}
        self._lingering: dict[str, RestRecorder] = {}

    def check(self, athlete: str) -> None:
        """Raise ValueError where another guide is active for this athlete."""
        if athlete in self._exercises:
            raise ValueError(f"{self._exercises[athlete]} is in progress: stop it first")

    def recorder(self, athlete: str) -> RestRecorder:
        """Return a new recorder; nothing changes before its `begin`."""
        return RestRecorder(self._registry.pipelines[athlete], young_ms=self._young_ms)

    def started(self, athlete: str, exercise: str) -> None:
        """Mark an athlete as guided by `exercise`, a noun for a message such as "a measurement"."""
        self._exercises[athlete] = exercise
        lingering = self._lingering.pop(athlete, None)
        if lingering is not None:
            # From here on the new exercise suppresses sessions.
            lingering.release()
            self._registry.pipelines[athlete].set_at_rest(at_rest=True)

    def reserve(self, athlete: str, exercise: str) -> None:
        """Mark an athlete as guided by an exercise under load: a session may start."""
        self._exercises[athlete] = exercise
        if (lingering := self._lingering.pop(athlete, None)) is not None:
            lingering.release()

    def free(self, athlete: str) -> None:
        """Mark an exercise under load as over."""
        del self._exercises[athlete]

    def ended(self, athlete: str, recorder: RestRecorder) -> None:
        """Mark an athlete's exercise as over; its recorder is released after `LINGER_MS`."""
        del self._exercises[athlete]
        self._lingering[athlete] = recorder

    def advance(self, now_ms: int) -> None:
        """Let time pass, up to `now_ms`."""
        for athlete, recorder in list(self._lingering.items()):
            if recorder.release_if_due(now_ms):
                del self._lingering[athlete]
