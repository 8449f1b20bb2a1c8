"""One athlete with two straps has one session, fed by the one with contact and the better signal."""

from __future__ import annotations

from talkpace.measurement.characteristics import LowBatteryDetector
from talkpace.measurement.heart_rate_payload import Contact
from talkpace.measurement.link_decoder import Measurement
from talkpace.measurement.selection import StrapSelection


def test_the_measurements_of_a_single_strap_always_pass() -> None:
    selection = StrapSelection()
    assert selection.accepts("a", Measurement(0, 0))
    assert selection.accepts("a", Measurement(1_000, 70, Contact.NO))


def test_the_first_strap_stays_active_while_the_other_is_not_clearly_better() -> None:
    selection = StrapSelection()
    selection.update_signal("a", -60)
    selection.update_signal("b", -55)
    assert selection.accepts("a", Measurement(0, 70))
    assert not selection.accepts("b", Measurement(100, 70))


def test_a_strap_with_a_clearly_better_signal_takes_over() -> None:
    selection = StrapSelection()
    selection.update_signal("a", -80)
    selection.update_signal("b", -55)
    selection.accepts("a", Measurement(0, 70))
    assert selection.accepts("b", Measurement(100, 70))
    assert not selection.accepts("a", Measurement(1_000, 70))


def test_a_strap_with_contact_takes_over_from_one_without() -> None:
    selection = StrapSelection()
    selection.update_signal("a", -40)
    selection.update_signal("b", -90)
    selection.accepts("a", Measurement(0, 70, Contact.YES))
    selection.accepts("a", Measurement(3_000, 70, Contact.NO))
    assert not selection.accepts("b", Measurement(3_000, 70, Contact.YES))
    assert selection.accepts("b", Measurement(3_100, 70, Contact.YES))


def test_a_strap_without_contact_takes_over_only_from_one_that_sends_no_heart_rate() -> None:
    selection = StrapSelection()
    selection.accepts("a", Measurement(0, 70, Contact.NO))
    assert not selection.accepts("b", Measurement(3_000, 70, Contact.NO))
    assert not selection.accepts("b", Measurement(3_500, 0))
    assert selection.accepts("b", Measurement(4_000, 70, Contact.NO))


def test_when_a_link_is_lost_the_other_strap_takes_over_at_once() -> None:
    selection = StrapSelection()
    selection.accepts("a", Measurement(0, 70))
    selection.remove("a")
    assert selection.accepts("b", Measurement(1, 70))


def test_a_low_battery_is_reported_once_until_it_is_replaced() -> None:
    detector = LowBatteryDetector()
    assert [detector.is_newly_low("a", percent) for percent in (16, 15, 14, 29, 15, 30, 15)] == [
        False, True, False, False, False, False, True,
    ]  # fmt: skip
