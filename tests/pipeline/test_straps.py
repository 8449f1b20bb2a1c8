"""The straps of one athlete: connected, listened to, and how full their batteries are."""

from __future__ import annotations

from datetime import UTC, datetime

from talkpace.effort.events import EventName
from talkpace.measurement.link import Measurement
from talkpace.measurement.payload import encode
from talkpace.pipeline.straps import AthleteStraps
from talkpace.pipeline.timeline import RecordedTimeline
from talkpace.record.items import RecordItem, StrapSeen
from talkpace.strap.door import BatteryLevel, LinkDown, LinkUp, Notification, StrapDescribed, StrapInfo

CHEST, ARM = "chest", "arm"
START = datetime(2026, 11, 23, 18, tzinfo=UTC)


class Worn:
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


def test_a_strap_is_there_from_its_link_on_and_no_longer() -> None:
    worn = Worn()
    worn.straps.heard(LinkUp(0, StrapInfo(CHEST, "H10")))
    worn.straps.heard(StrapDescribed(10, StrapInfo(CHEST, "H10", "Polar")))
    assert worn.straps.connected == {CHEST: StrapInfo(CHEST, "H10", "Polar")}
    worn.straps.heard(LinkDown(20, CHEST))
    assert worn.straps.connected == {}
    assert worn.kept == [StrapSeen(CHEST, "anna", "H10", START)]


def test_one_of_two_is_listened_to_and_the_other_once_that_is_gone() -> None:
    worn = Worn()
    for strap in (CHEST, ARM):
        worn.straps.heard(LinkUp(0, StrapInfo(strap)))
    assert worn.beat(CHEST, 1000)
    assert not worn.beat(ARM, 1100)
    assert (worn.straps.chosen, worn.straps.listened_to) == (CHEST, StrapInfo(CHEST))
    worn.straps.heard(LinkDown(1200, CHEST))
    assert worn.straps.chosen is None
    assert worn.beat(ARM, 2100)
    assert worn.straps.chosen == ARM


def test_what_is_no_measurement_says_why() -> None:
    assert not isinstance(Worn().straps.decode(Notification(0, CHEST, b"")), Measurement)


def test_a_battery_that_is_low_is_told_once_and_what_is_read_outdoes_what_was_known() -> None:
    worn = Worn()
    worn.straps.heard(BatteryLevel(0, CHEST, 80))
    worn.straps.battery_was(CHEST, 90)
    worn.straps.battery_was(ARM, 50)
    assert worn.straps.battery_percent == {CHEST: 80, ARM: 50}
    told = [worn.straps.heard(BatteryLevel(at_ms, CHEST, 3)) for at_ms in (1000, 2000)]
    assert [event and event.name for event in told] == [EventName.STRAP_BATTERY_LOW, None]
    assert [item.battery_percent for item in worn.kept if isinstance(item, StrapSeen)] == [80, 3, 3]
