"""Listening to an athlete at rest: whose beats follow on which."""

from __future__ import annotations

from talkpace.guided.rest_recorder import RestRecorder
from talkpace.measurement.heart_rate_payload import encode
from talkpace.sources.events import LinkDown, LinkUp, Notification, StrapInfo

from .guide_harness import GuideHarness

CHEST, ARM = "strap:anna", "arm:anna"


class Resting:
    """Anna, listened to, with two straps."""

    def __init__(self) -> None:
        self.anna = GuideHarness().registry.pipelines["anna"]
        self.rest = RestRecorder(self.anna, young_ms=120_000)
        self.rest.begin(0)
        self.now_ms = 0

    def beats_from(self, address: str, count: int, *, rr_ms: float = 1000) -> None:
        """One a second."""
        for _ in range(count):
            self.now_ms += 1000
            self.anna.strap_event(Notification(self.now_ms, address, encode(60, rr_ms=[rr_ms])))

    def follow_on_nothing(self) -> list[int]:
        """The places of the beats that do."""
        beats = self.rest.end(self.now_ms)
        return [place for place, beat in enumerate(beats) if beat.lost_ms and place]


def test_all_beats_of_one_strap_follow_on_each_other() -> None:
    resting = Resting()
    resting.anna.strap_event(LinkUp(0, StrapInfo(CHEST)))
    resting.beats_from(CHEST, 20)
    assert resting.follow_on_nothing() == []


def test_the_first_beat_of_another_strap_follows_on_nothing() -> None:
    resting = Resting()
    resting.anna.strap_event(LinkUp(0, StrapInfo(CHEST)))
    resting.beats_from(CHEST, 10)
    resting.anna.strap_event(LinkDown(resting.now_ms, CHEST))
    resting.anna.strap_event(LinkUp(resting.now_ms, StrapInfo(ARM)))
    resting.beats_from(ARM, 10, rr_ms=990)
    assert resting.follow_on_nothing() == [10]
    assert [round(beat.rr_ms) for beat in resting.rest.beats[9:11]] == [1000, 990]


def test_so_does_that_of_a_strap_which_takes_over_without_a_pause() -> None:
    resting = Resting()
    resting.anna.strap_event(LinkUp(0, StrapInfo(CHEST, signal_dbm=-80)))
    resting.beats_from(CHEST, 10)
    resting.anna.strap_event(LinkUp(resting.now_ms, StrapInfo(ARM, signal_dbm=-40)))
    resting.beats_from(ARM, 10)
    assert resting.follow_on_nothing() == [10]
