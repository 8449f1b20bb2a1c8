"""The straps of one athlete: connected, listened to, and how full their batteries are."""

from __future__ import annotations

from datetime import UTC, datetime

from talkpace.measurement.heart_rate_payload import encode
from talkpace.measurement.link_decoder import Measurement
from talkpace.pipeline.athlete_straps import AthleteStraps
from talkpace.pipeline.timeline import RecordedTimeline
from talkpace.sources.events import BatteryLevel, LinkDown, LinkUp, Notification, StrapDescribed, StrapInfo
from talkpace.storage.records import RecordItem, StrapSeen
from talkpace.training.events import EventName

CHEST, ARM = "chest", "arm"
START = datetime(2026, 11, 23, 18, tzinfo=UTC)


class StrapsHarness:
    """Anna's straps, and what of them is kept."""

    def __init__(self) -> None:
        self.kept: list[RecordItem] = []
        self.straps = AthleteStraps("anna", RecordedTimeline(START), self)

    def put(self, item: RecordItem) -> None:
        self.kept.append(item)

    def beat(self, address: str, at_ms: int) -> bool:
        """Whether it is listened to."""
        measurement = self.straps.decode(Notification(at_ms, address, encode(120)))
        assert isinstance(measurement, Measurement)
        return self.straps.accepts(address, measurement)


def test_a_strap_is_connected_from_link_up_to_link_down() -> None:
    harness = StrapsHarness()
    harness.straps.update(LinkUp(0, StrapInfo(CHEST, "H10")))
    harness.straps.update(StrapDescribed(10, StrapInfo(CHEST, "H10", "Polar")))
    assert harness.straps.connected == {CHEST: StrapInfo(CHEST, "H10", "Polar")}
    harness.straps.update(LinkDown(20, CHEST))
    assert harness.straps.connected == {}
    assert harness.kept == [StrapSeen(CHEST, "anna", "H10", START)]


def test_one_of_two_straps_is_selected_and_the_other_once_it_disconnects() -> None:
    harness = StrapsHarness()
    for strap in (CHEST, ARM):
        harness.straps.update(LinkUp(0, StrapInfo(strap)))
    assert harness.beat(CHEST, 1000)
    assert not harness.beat(ARM, 1100)
    assert (harness.straps.selected, harness.straps.selected_strap) == (CHEST, StrapInfo(CHEST))
    harness.straps.update(LinkDown(1200, CHEST))
    assert harness.straps.selected is None
    assert harness.beat(ARM, 2100)
    assert harness.straps.selected == ARM


def test_an_invalid_notification_gives_the_reason() -> None:
    assert not isinstance(StrapsHarness().straps.decode(Notification(0, CHEST, b"")), Measurement)


def test_a_low_battery_is_reported_once_and_a_reading_replaces_a_restored_level() -> None:
    harness = StrapsHarness()
    harness.straps.update(BatteryLevel(0, CHEST, 80))
    harness.straps.restore_battery(CHEST, 90)
    harness.straps.restore_battery(ARM, 50)
    assert harness.straps.battery_percent == {CHEST: 80, ARM: 50}
    told = [harness.straps.update(BatteryLevel(at_ms, CHEST, 3)) for at_ms in (1000, 2000)]
    assert [event and event.name for event in told] == [EventName.STRAP_BATTERY_LOW, None]
    assert [item.battery_percent for item in harness.kept if isinstance(item, StrapSeen)] == [80, 3, 3]
