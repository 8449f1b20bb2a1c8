"""The live page: what it shows, and that it never shows an old heart rate as the present one."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from .conftest import Pages
from .fake_web import FakeWeb, live, session

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
ONE_O_CLOCK = datetime(2026, 11, 29, 13, tzinfo=UTC)
NO_VALUE = "\N{EN DASH}"
HIDE = """
value => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}
"""
PICTURE = "canvas => canvas.toDataURL()"
LOST = "Connection lost. Trying again …"
NO_DAEMON = re.compile("service does not run")


class Card:
    """What the page shows of an athlete."""

    def __init__(self, page: Page, athlete: str) -> None:
        self.whole = page.locator(f"article[data-athlete={athlete}]")
        self.number = self.whole.locator(".number")
        self.zone = self.whole.locator(".zone")
        self.warning = self.whole.locator(".warning")

    def expect_rate(self, rate: int) -> None:
        expect(self.number).to_have_text(f"Heart rate {rate} bpm")

    def expect_no_signal(self) -> None:
        expect(self.number).to_have_text(f"Heart rate {NO_VALUE}")
        expect(self.zone).to_have_text("no signal")
        expect(self.warning).to_be_empty()
        expect(self.whole).to_have_class(re.compile(r"\bsilent\b"))


@pytest.mark.parametrize(
    ("rate", "word", "shape", "percent"),
    [
        (80, "easy", "easy", "44 %"),
        (112, "conversational", "conversational", "62 %"),
        (140, "hard", "hard", "78 %"),
        (171, "very hard", "very_hard", "95 %"),
    ],
)
def test_a_heart_rate_has_its_zone_s_colour_word_and_shape(
    web: FakeWeb, pages: Pages, rate: int, word: str, shape: str, percent: str
) -> None:
    page = pages.open()
    anna = Card(page, "anna")
    anna.expect_rate(132)
    web.state("anna/live", live(rate))
    anna.expect_rate(rate)
    expect(anna.zone).to_have_text(f"{word}{percent}")
    expect(anna.zone.locator("svg")).to_have_attribute("data-shape", shape)
    colour = anna.number.evaluate("each => getComputedStyle(each).color")
    fill = anna.zone.locator("svg").evaluate("each => getComputedStyle(each).fill")
    expect(anna.whole).to_have_class(re.compile(rf"\b{shape.replace('_', '-')}\b"))
    assert colour == fill


def test_everybody_is_shown_with_warning_ceiling_and_time_at_talking_pace(pages: Pages) -> None:
    page = pages.open()
    expect(page.get_by_role("article")).to_have_count(3)
    expect(Card(page, "anna").warning).to_have_text("over the ceiling: slow down")
    expect(Card(page, "ben").warning).to_have_text("close to the ceiling")
    Card(page, "cleo").expect_no_signal()
    facts = Card(page, "anna").whole.locator("dl")
    expect(facts).to_have_text("At talking pace15:41Session20:34Ceiling70 % · 126")
    # The time goes on without a signal, but nobody tells it.
    expect(Card(page, "cleo").whole.locator("dl")).to_have_text(
        f"At talking pace15:41Session{NO_VALUE}Ceiling70 % · 126"
    )
    expect(Card(page, "ben").whole).to_contain_text("Muted until 18:05")
    plot = page.get_by_role("img", name="Anna: effort in the last ten minutes")
    expect(plot).to_have_accessible_name(re.compile("from 132 to 132 bpm"))
    expect(plot.locator("canvas")).to_be_visible()


def test_the_plot_of_a_page_that_opens_has_the_last_minutes_in_the_athlete_s_own_zones(
    web: FakeWeb, pages: Pages
) -> None:
    web.recent = {"anna": [[300.0, 96, 0.53], [200.0, None, None], [100.0, 149, 0.83]]}
    page = pages.open()
    plot = page.get_by_role("img", name="Anna: effort in the last ten minutes")
    expect(plot).to_have_accessible_name(re.compile("from 96 to 149 bpm"))
    before = plot.locator("canvas").evaluate(PICTURE)
    bounds = {"easy": 0, "conversational": 0.6, "hard": 0.75, "very_hard": 0.9}
    web.state("anna/session", {**session(activity="strength"), "zones_from": bounds})
    expect(page.get_by_role("button", name="Strength of Anna")).to_be_visible()
    assert plot.locator("canvas").evaluate(PICTURE) != before


def test_the_address_chooses_one_athlete(pages: Pages) -> None:
    page = pages.open("?athlete=ben")
    expect(page.get_by_role("article")).to_have_count(1)
    Card(page, "ben").expect_rate(124)
    page.get_by_role("link", name="Everybody").click()
    expect(page.get_by_role("article")).to_have_count(3)
    page.get_by_role("link", name="Cleo").click()
    expect(page.get_by_role("heading", name="Cleo")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)


def test_an_athlete_who_is_not_there_is_named(pages: Pages) -> None:
    expect(pages.open("?athlete=dora").get_by_role("main")).to_have_text("There is no athlete dora.")


def test_an_athlete_who_is_added_appears(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    expect(page.get_by_role("article")).to_have_count(3)
    web.state("dora/athlete", {"name": "Dora"})
    web.state("dora/live", live(99))
    expect(page.get_by_role("heading", name="Dora")).to_be_visible()
    Card(page, "dora").expect_rate(99)


def test_the_overlay_has_the_number_and_nothing_to_press(pages: Pages) -> None:
    page = pages.open("?plain&athlete=anna")
    Card(page, "anna").expect_rate(132)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("banner")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_a_value_is_gone_after_six_seconds(web: FakeWeb, pages: Pages, address: str) -> None:
    web.beats = False
    page = pages.new()
    page.clock.install(time=NOON)
    page.clock.pause_at(ONE_O_CLOCK)
    page.goto(address)
    anna = Card(page, "anna")
    anna.expect_rate(132)
    web.state("anna/live", live(120))
    anna.expect_rate(120)
    page.clock.run_for(5_999)
    anna.expect_rate(120)
    page.clock.run_for(1)
    anna.expect_no_signal()
    web.state("anna/live", live(118))
    anna.expect_rate(118)


def test_a_state_that_waited_in_the_web_process_is_not_shown_as_present(web: FakeWeb, pages: Pages) -> None:
    web.beats = False
    web.state("ben/live", live(111), age_s=60)
    page = pages.open()
    Card(page, "anna").expect_rate(132)
    Card(page, "ben").expect_no_signal()


def test_a_daemon_that_is_gone_is_told(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    Card(page, "anna").expect_rate(132)
    web.daemon(connected=False)
    status = page.get_by_role("status").filter(has_text=NO_DAEMON)
    expect(status).to_be_visible()
    web.daemon(connected=True)
    expect(status).to_have_count(0)


def test_a_page_that_comes_before_the_daemon_waits_for_it(web: FakeWeb, pages: Pages) -> None:
    web.daemon(connected=False)
    page = pages.open()
    expect(page.get_by_text(NO_DAEMON)).to_be_visible()
    web.daemon(connected=True)
    expect(page.get_by_role("heading", level=2)).to_have_text(["Anna", "Ben", "Cleo"])


def test_a_house_without_athletes_says_so(web: FakeWeb, pages: Pages) -> None:
    web.athletes = []
    web.forget_states()
    expect(pages.open().get_by_role("main")).to_have_text("No athlete is set up yet.")


def test_a_page_that_lost_its_stream_says_so_and_finds_it_again(
    web: FakeWeb, pages: Pages, address: str
) -> None:
    page = pages.new()
    page.clock.install(time=NOON)
    page.clock.pause_at(ONE_O_CLOCK)
    page.goto(address)
    Card(page, "anna").expect_rate(132)
    web.reachable = False
    web.drop_streams()
    expect(page.get_by_text(LOST)).to_be_visible()
    page.clock.run_for(6_000)
    Card(page, "anna").expect_no_signal()
    web.state("anna/live", live(101))
    web.reachable = True
    page.evaluate("dispatchEvent(new Event('online'))")
    Card(page, "anna").expect_rate(101)
    expect(page.get_by_text(LOST)).to_have_count(0)


def test_a_stream_that_something_holds_back_is_replaced_by_polls(
    web: FakeWeb, pages: Pages, address: str
) -> None:
    web.holds_streams_back = True
    page = pages.new()
    page.clock.install(time=NOON)
    page.goto(address)
    web.wait_for_streams(1)
    page.clock.fast_forward(5_000)
    Card(page, "anna").expect_rate(132)
    web.state("anna/live", live(97))
    Card(page, "anna").expect_rate(97)
    web.daemon(connected=False)
    expect(page.get_by_text(NO_DAEMON)).to_be_visible()


def test_a_device_that_slept_connects_again(web: FakeWeb, pages: Pages, address: str) -> None:
    page = pages.new()
    page.clock.install(time=NOON)
    page.goto(address)
    Card(page, "anna").expect_rate(132)
    page.clock.fast_forward("01:00:00")
    web.wait_for_streams(2)
    web.state("anna/live", live(90))
    Card(page, "anna").expect_rate(90)


def test_a_page_that_nobody_sees_listens_to_nothing(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    Card(page, "anna").expect_rate(132)
    page.evaluate(HIDE, arg=True)
    web.wait_for_streams(1, still_open=0)
    Card(page, "anna").expect_no_signal()
    page.evaluate(HIDE, arg=False)
    web.wait_for_streams(2)
    web.state("anna/live", live(96))
    Card(page, "anna").expect_rate(96)


def test_the_screen_stays_on_where_the_browser_allows(pages: Pages, address: str) -> None:
    page = pages.new()
    page.add_init_script(
        "window.locks = []; navigator.wakeLock.request = async kind => { locks.push(kind); }"
    )
    page.goto(address)
    Card(page, "anna").expect_rate(132)
    assert page.evaluate("locks") == ["screen"]


def test_a_session_that_has_ended_leads_to_the_sign_in(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    Card(page, "anna").expect_rate(132)
    web.session = "login"
    web.drop_streams()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_idle_athlete_has_no_session_time(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    web.state("anna/session", session(active=False))
    expect(Card(page, "anna").whole.locator("dl")).to_have_text(
        f"At talking pace{NO_VALUE}SessionnoneCeiling70 % · 126"
    )
    expect(page.get_by_role("button", name="Start of Anna")).to_be_visible()
