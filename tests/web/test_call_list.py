"""What a page may call is defined by the daemon, and is given the time that it takes."""

from __future__ import annotations

from talkpace.control.method_definitions import METHODS
from talkpace.control.method_models import LONGEST_SCAN_S
from talkpace.web.call_list import TIMEOUTS_S

NOT_FOR_PAGES = {
    "watch",  # the page's process does so itself
    "calibration.adopt",  # a ceiling is adopted on a terminal, where the days and their doubts are shown
    "strap_choice",  # these three are a form of Home Assistant's
    "athlete_choice",
    "pair_choice",
}


def test_a_page_may_call_what_is_listed_and_a_new_method_is_decided_on() -> None:
    assert set(METHODS) - NOT_FOR_PAGES == set(TIMEOUTS_S)


def test_searching_and_pairing_have_the_time_that_the_daemon_allows() -> None:
    assert TIMEOUTS_S["scan"] > LONGEST_SCAN_S
    assert TIMEOUTS_S["pair"] > LONGEST_SCAN_S
