"""The buttons of a session, and the commands that they send."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Pages
from .fake_web import LINK, FakeWeb, session


def sent(athlete: str, name: str, argument: Any) -> dict[str, Any]:
    return {"method": "command", "params": {"athlete": athlete, "name": name, "argument": argument}}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_mute_and_unmute(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    press(page, "Mute of Anna")
    press(page, "Unmute of Ben")
    web.wait_for_calls(sent("anna", "mute", None), sent("ben", "mute", 0))
    web.state("anna/session", session(muted_until="2026-11-29T19:30:00+01:00"))
    expect(page.get_by_role("button", name="Unmute of Anna")).to_be_visible()
    expect(page.get_by_text("Muted until 19:30")).to_be_visible()


def test_end_and_start_where_a_second_tap_on_the_same_button_is_none(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    page.get_by_role("button", name="End of Anna", exact=True).dblclick()
    web.wait_for_calls(sent("anna", "session", "end"))
    web.state("anna/session", session(active=False))
    press(page, "Start of Anna")
    expect(page.get_by_text("Starts with the next heartbeat")).to_be_visible()
    web.wait_for_calls(sent("anna", "session", "end"), sent("anna", "session", "start"))


@pytest.mark.parametrize(
    ("answer", "argument"),
    [("Yes, comfortably", "comfortable"), ("With effort", "strained"), ("No", "unable")],
)
def test_talk_test(web: FakeWeb, pages: Pages, answer: str, argument: str) -> None:
    page = pages.open()
    press(page, "Talk test of Anna")
    expect(page.get_by_role("dialog", name="Anna: Can you still talk?")).to_be_visible()
    press(page, answer)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Answer noted")).to_be_visible()
    web.wait_for_calls(sent("anna", "talk_test", argument))


def test_activity(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    press(page, "Activity: cardio of Anna")
    expect(page.get_by_role("button", name="cardio", exact=True)).to_have_attribute("aria-pressed", "true")
    press(page, "strength")
    web.wait_for_calls(sent("anna", "activity", "strength"))
    web.state("anna/session", session(activity="strength"))
    expect(page.get_by_role("button", name="Activity: strength of Anna")).to_be_visible()


def test_a_refusal_is_told_with_its_reason(web: FakeWeb, pages: Pages) -> None:
    web.refusal = "there is no current heart rate"
    page = pages.open()
    press(page, "Talk test of Cleo")
    press(page, "No")
    expect(page.get_by_role("alert").filter(has_text="Not done")).to_have_text(
        "Not done: there is no current heart rate"
    )
    web.refusal = None
    press(page, "Mute of Cleo")
    expect(page.get_by_role("alert").filter(has_text="Not done")).to_have_count(0)


def test_a_command_without_a_connection_is_told(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    expect(page.get_by_role("article")).to_have_count(3)
    web.reachable = False
    press(page, "Mute of Anna")
    expect(page.get_by_text("Not done: no connection")).to_be_visible()


def test_a_command_after_the_session_s_end_leads_to_the_sign_in(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    expect(page.get_by_role("article")).to_have_count(3)
    web.session = "login"
    press(page, "Mute of Anna")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_whoever_has_a_link_watches_and_changes_nothing(web: FakeWeb, pages: Pages, address: str) -> None:
    web.session = "login"
    page = pages.open(f"?athlete=anna#link={LINK}")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_text("Watching only")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    assert page.url == f"{address}?athlete=anna"


def test_a_link_is_tried_again_while_attempts_are_limited(web: FakeWeb, pages: Pages, address: str) -> None:
    web.session, web.limits_attempts = "login", True
    page = pages.open(f"?athlete=anna#link={LINK}")
    expect(page.get_by_role("status")).to_contain_text("does not answer")
    web.limits_attempts = False
    expect(page.get_by_role("article")).to_have_count(1)
    assert page.url == f"{address}?athlete=anna"


def test_a_link_that_is_no_longer_valid_is_told(web: FakeWeb, pages: Pages, address: str) -> None:
    web.session = "login"
    page = pages.open("#link=an-old-secret")
    expect(page.get_by_role("alert")).to_contain_text("This link is not valid any more")
    assert page.url == address
