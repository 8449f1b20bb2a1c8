"""The page of habits: today, the week, the log with undo, and what talkpace leads."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Pages
from .fake_web import SESSION, FakeWeb, Json
from .habit_samples import (
    ENTRIES,
    breathing,
    entry,
    habits,
    message,
    nap,
    readiness,
    show_household,
)
from .set_up_results import RESULTS


@pytest.fixture
def web(web: FakeWeb) -> FakeWeb:
    web.beats = False
    show_household(web)
    return web


EMPTY_SETTINGS: Json = {
    "settings.describe": {"tables": [], "settings": [], "patterns": {}},
    "settings.list": {
        "file": "",
        "settings": None,
        "values": [],
        "problems": [],
        "restart": [],
        "can_restart": False,
    },
    "athletes.describe": [],
}
LAYOUT = """
[...document.querySelectorAll('main *:not(option, .uplot *, details:not([open]) *)')].map(each => {
    const { width, height } = each.getBoundingClientRect();
    return `${each.localName}.${each.className} ${Math.round(width)} x ${Math.round(height)}`;
})
"""


def command(name: str, argument: object, athlete: str = "anna") -> Json:
    return {"method": "command", "params": {"athlete": athlete, "name": name, "argument": argument}}


def log_that_is_asked_for_twice(web: FakeWeb, entries: list[Json]) -> Callable[[], list[Json]]:
    """An answer for `log.list` that comes once the day's new status has made the page ask again."""
    requests = 0
    both = threading.Event()

    def answer() -> list[Json]:
        nonlocal requests
        requests += 1
        if requests == 1:
            web.state("anna/habits", habits(water_ml=1000))
            assert both.wait(30)
        both.set()
        return entries

    return answer


def fullness(page: Page) -> float:
    """How large the circle is, from 0 to 1."""
    script = "Number(document.querySelector('.lungs').style.getPropertyValue('--fullness'))"
    return float(page.evaluate(script))


def test_a_day_is_logged_corrected_and_undone(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    page.get_by_role("link", name="Habits").click()
    today = page.get_by_role("region", name="Today")
    expect(today).to_contain_text("Training day")
    expect(today).to_contain_text("Day 2 of 3 of varied work.")
    expect(today).to_contain_text("Something that this page has no words for.")
    week = page.get_by_role("region", name="This week")
    expect(week.get_by_label("Cardio sessions that count")).to_have_attribute("value", "1")
    expect(week).to_contain_text("50 of 60 min")
    expect(week.get_by_role("row", name="Thursday 25 14")).to_be_visible()

    glass = entry(4, "18:00", kind="water", ml=250.0)
    web.entries_changed = [glass]
    web.results["log.list"] = log_that_is_asked_for_twice(web, [glass, *ENTRIES])
    page.get_by_role("button", name="+ 1 glass").click()
    notice = page.get_by_role("status").filter(has_text="Logged: 250 ml of water")
    expect(notice).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(notice).to_have_count(0)
    web.wait_for_calls(command("water", None), command("log_delete", {"id": glass["id"]}))
    web.results["log.list"] = ENTRIES

    # The night is corrected by logging it again; to undo that is to restore what it was.
    web.calls.clear()
    [*_, night] = ENTRIES
    web.entries_changed = [{**night, "content": {"kind": "sleep", "hours": 7.0}}]
    sleep = page.get_by_role("region", name="Sleep")
    sleep.get_by_role("button", name="Hours of sleep: more").click()
    sleep.get_by_role("button", name="Log").click()
    expect(page.get_by_role("status").filter(has_text="Logged: 7:00 h of sleep")).to_be_visible()
    web.state("anna/habits", habits(sleep={**habits()["sleep"], "last_night_h": 7.0}))
    expect(sleep).to_contain_text("7:00 h")
    expect(sleep.get_by_role("button", name="Log")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    web.wait_for_calls(
        command("sleep", {"hours": 7, "replace": True}),
        command("log_edit", {"id": night["id"], "hours": 6.5, "at": night["at"]}),
    )

    # What is deleted can be logged again.
    web.calls.clear()
    strength = ENTRIES[1]
    web.entries_changed = [strength]
    web.results["log.list"] = lambda: [one for one in ENTRIES if one is not strength or not web.calls]
    page.get_by_role("button", name="Delete: 30 min of strength").click()
    expect(page.get_by_role("status").filter(has_text="Deleted: 30 min of strength")).to_be_visible()
    expect(page.get_by_role("heading", name="Entries since yesterday")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    values = {"activity": "strength", "minutes": 30, "hard": False, "at": strength["at"]}
    web.wait_for_calls(command("log_delete", {"id": strength["id"]}), command("log_activity", values))

    web.calls.clear()
    web.entries_changed = []
    page.get_by_role("button", name="Correct: 250 ml of water").click()
    page.get_by_label("Value").fill("300")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Value")).to_have_count(0)
    expect(page.get_by_role("button", name="Correct: 250 ml of water")).to_be_focused()
    page.get_by_label("What is it?").fill("cramps")
    page.get_by_role("button", name="mild").click()
    page.get_by_role("button", name="vitamin D taken").click()
    page.get_by_label("Note in your own words").fill("a walk")
    page.get_by_role("region", name="Note").get_by_role("button", name="Log").click()
    web.wait_for_calls(
        command("log_edit", {"id": ENTRIES[0]["id"], "ml": 300}),
        command("symptom", {"severity": "mild", "what": "cramps"}),
        command("supplement", {"name": "vitamin D"}),
        command("note", {"text": "a walk"}),
    )
    web.refusal = "the log cannot be written: disk full"
    page.get_by_role("button", name="+ 500 ml").click()
    expect(page.get_by_role("alert").filter(has_text=web.refusal)).to_be_visible()


def test_every_page_looks_the_same_after_the_others_were_shown(web: FakeWeb, pages: Pages) -> None:
    """Style sheets come with their pages and stay."""
    web.results = RESULTS | EMPTY_SETTINGS | web.results
    contents = {
        "habits": "main:has(.days .bar):has(.entries li)",
        f"history/{SESSION}": "main:has(.zone-times .bar):has(canvas)",
        "health": "main:has(.wrong):has(.rows dl)",
        "first_use/broker": "form .check",
        "settings": ".save-bar",
    }

    def show(page: Page, place: str) -> list[str]:
        page.evaluate("place => { location.hash = place; }", place)
        expect(page.locator(contents[place]).first).to_be_attached()
        return list(page.evaluate(LAYOUT))

    alone = {place: show(pages.open(f"#{place}"), place) for place in contents}
    page = pages.open("#habits")
    for place in contents:
        show(page, place)
    for place in contents:
        assert [
            each for each in zip(alone[place], show(page, place), strict=True) if each[0] != each[1]
        ] == []


def test_breath_nap_and_morning_are_led(web: FakeWeb, pages: Pages) -> None:
    web.beats = True
    page = pages.open("#habits")
    lungs = page.get_by_role("region", name="Breathing")
    lungs.get_by_label("Pace").select_option("5.5")
    lungs.get_by_role("button", name="Start breathing").click()
    web.wait_for_calls(command("breathe", {"pace": 5.5}))
    # At the begin of an exhalation the circle is full, and shrinks as the light fades.
    web.state("anna/breathing", breathing("exhale", elapsed_s=34.0, phase_left_s=6.0))
    expect(lungs.get_by_role("status")).to_have_text("Breathe out")
    while not 0 < fullness(page) < 0.3:
        pass
    expect(lungs.get_by_role("status")).to_have_text("Breathe in")
    while not fullness(page) > 0.5:
        pass
    expect(lungs).to_contain_text("0.62")
    lungs.get_by_role("button", name="Stop").click()

    web.state("anna/nap", nap())
    rest = page.get_by_role("region", name="Nap")
    expect(rest.get_by_role("timer")).to_contain_text("24:")
    rest.get_by_role("button", name="End nap").click()

    web.state("anna/readiness", readiness("measuring"))
    morning = page.get_by_role("region", name="Readiness")
    expect(morning.get_by_role("status")).to_have_text("Sit still")
    expect(morning).to_contain_text("57 beats; 98 % of the time covered, 0 % artifacts")
    expect(morning.locator(".heart")).to_have_text("132 bpm")
    morning.get_by_role("button", name="Cancel").click()
    web.state("anna/readiness", readiness(failure=message("few_beats", percent=62, needed=90)))
    expect(morning).to_contain_text("No result: only 62 % of the time had beats (90 % are needed).")
    expect(morning.get_by_role("row", name="Heart rate (bpm) 59 58 53 to 56")).to_be_visible()
    web.wait_for_calls(
        command("breathe", {"pace": 5.5}),
        command("breathe", "stop"),
        command("nap", "stop"),
        command("readiness", "stop"),
    )


def test_with_less_motion_the_breath_is_a_text_and_a_bar(web: FakeWeb, pages: Pages) -> None:
    page = pages.new()
    page.emulate_media(reduced_motion="reduce")
    page.goto(pages.address + "#habits")
    expect(page.get_by_role("region", name="Breathing")).to_be_visible()
    web.state("anna/breathing", breathing("exhale", elapsed_s=34.0, phase_left_s=6.0))
    expect(page.locator(".lungs progress")).to_be_visible()
    expect(page.locator(".air")).to_be_hidden()
    expect(page.locator(".phase")).to_have_text("Breathe out")


def test_what_is_switched_off_is_not_shown(web: FakeWeb, pages: Pages) -> None:
    page = pages.open("#habits")
    page.get_by_role("button", name="Ben").click()
    expect(page.get_by_role("button", name="Ben")).to_have_attribute("aria-pressed", "true")
    off = habits(water_ml=1, sleep=None, water=None, week=None, today=None, messages=[], supplements=None)
    not_applicable = {**off["readiness"], "advice": None, "reason": message("not_applicable")}
    web.state("ben/habits", {**off, "readiness": not_applicable})
    expect(page.get_by_role("region", name="Water")).to_have_count(0)
    titles = ["Breathing", "Readiness", "Nap", "Symptoms", "Note", "Entries since yesterday"]
    expect(page.get_by_role("heading", level=2)).to_have_text(titles)
    expect(page.get_by_role("region", name="Readiness")).to_contain_text("do not apply with a drug")
    expect(page.get_by_role("button", name="Measure readiness")).to_have_count(0)
    # Whom somebody chose is chosen again, unless the address names another.
    page.reload()
    expect(page.get_by_role("button", name="Ben")).to_have_attribute("aria-pressed", "true")
    page.clock.install()
    page.goto(pages.address + "?athlete=anna#habits")
    expect(page.locator(".athlete-name")).to_have_text("Anna")

    # As after a restart of the daemon without habits.
    web.forget_states()
    gone = page.get_by_text("service does not run")
    web.daemon(connected=False)
    expect(gone).to_be_visible()
    web.daemon(connected=True)
    expect(gone).to_have_count(0)
    page.clock.fast_forward(5_000)
    expect(page.get_by_role("heading", name="Habits are switched off")).to_be_visible()
    expect(page.get_by_role("link", name="Habits")).to_have_count(0)


def test_who_may_only_look_sees_the_day_and_nothing_to_press(web: FakeWeb, pages: Pages) -> None:
    web.session = "watching"
    page = pages.open("?athlete=anna#habits", language="de-DE")
    expect(page.get_by_role("region", name="Heute")).to_contain_text("Tag 2 von 3")
    expect(page.get_by_role("button")).to_have_count(0)
