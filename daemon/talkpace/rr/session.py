"""All that is made of the beats of one session, out of the way of its alerts."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from .beats import Beat, BeatPlacer
from .hrv import Hrv
from .live import LiveBeats, LiveHrv
from .stream import BeatStream

_AT_ONCE = 12
"""measurements that are worked on in one go, when many wait after a restart: a batch or so of beats"""


class SessionBeats:
    """Takes measurements at no cost; the work is done where its owner has nothing more urgent to do."""

    def __init__(self, start_ms: int) -> None:
        self._waiting: deque[tuple[int, Sequence[float]] | None] = deque()
        """measurements, and None between those of two straps"""
        self._placer = BeatPlacer()
        self._stream = BeatStream(start_ms)
        self._live = LiveBeats()
        self._hrv: Hrv | None = None
        self._finished = False

    def measure(self, at_ms: int, rr_ms: Sequence[float]) -> None:
        """Take a measurement's arrival and intervals (ms); nothing is done with them yet."""
        self._waiting.append((at_ms, rr_ms))

    def interrupt(self) -> None:
        """What comes next is of another strap, and follows on nothing."""
        self._waiting.append(None)

    def work(self) -> bool:
        """Do some of what is to be done; answers whether more is."""
        for _ in range(min(_AT_ONCE, len(self._waiting))):
            measured = self._waiting.popleft()
            self._take(self._placer.interrupt() if measured is None else self._placer.measure(*measured))
        return bool(self._waiting)

    def live(self, now_ms: int) -> LiveHrv:
        """RMSSD and alpha 1 of the last two minutes."""
        return self._live.values(now_ms)

    def figures(self, duration_ms: int) -> Hrv | None:
        """The session is over: what its beats amount to; None without any. Takes some ms."""
        if not self._finished:
            self._finished = True
            while self.work():
                pass
            self._take(self._placer.finish())
            figures, _ = self._stream.finish()
            self._hrv = figures.of_session(duration_ms)
        return self._hrv

    def _take(self, beats: Sequence[Beat]) -> None:
        if beats:
            self._live.take(beats)
            self._stream.take(beats)
