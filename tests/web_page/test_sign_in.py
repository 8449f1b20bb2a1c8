"""Signing in and out, and the first password."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Pages
from .fake_web import CODE, PASSWORD, FakeWeb


@pytest.fixture
def web(web: FakeWeb) -> FakeWeb:
    web.session = "login"
    return web


def test_the_password_opens_the_live_page_and_signing_out_closes_it(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    expect(page).to_have_title("Sign in · talkpace")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("article")).to_have_count(3)
    expect(page).to_have_title("Live · talkpace")
    expect(page.get_by_role("heading", name="Live · gym")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    web.wait_for_streams(1, still_open=0)


def test_a_wrong_password_is_told(pages: Pages) -> None:
    page = pages.open()
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("That is not the password.")


def test_too_many_attempts_are_told(web: FakeWeb, pages: Pages) -> None:
    web.limits_attempts = True
    page = pages.open()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Wait a minute")


def test_the_code_of_the_installation_allows_to_choose_the_password(web: FakeWeb, pages: Pages) -> None:
    web.session = "setup"
    page = pages.open()
    alert, submit = page.get_by_role("alert"), page.get_by_role("button", name="Save the password")
    expect(page).to_have_title("Set up talkpace · talkpace")
    page.get_by_label("Code").fill("0000")
    page.get_by_label("New password", exact=True).fill("long enough")
    page.get_by_label("New password again").fill("long enougj")
    submit.click()
    expect(alert).to_have_text("The two passwords differ.")
    page.get_by_label("New password again").fill("long enough")
    submit.click()
    expect(alert).to_contain_text("The code is not valid, or no longer.")
    page.get_by_label("Code").fill(f" {CODE} ")
    for label in ("New password", "New password again"):
        page.get_by_label(label, exact=True).fill("abc")
    submit.click()
    expect(alert).to_have_text("That did not work: the password is too short")
    for label in ("New password", "New password again"):
        page.get_by_label(label, exact=True).fill("long enough")
    submit.click()
    expect(page.get_by_role("article")).to_have_count(3)


def test_a_web_process_that_does_not_answer_is_told_and_tried_again(web: FakeWeb, pages: Pages) -> None:
    page = pages.open()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    web.answers = False
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("does not answer")
    web.answers = True
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "lang", "heading"),
    [
        ("de-AT", "de", "Anmelden"),
        ("de", "de", "Anmelden"),
        ("en-US", "en", "Sign in"),
        ("fr-FR", "en", "Sign in"),
    ],
)
def test_the_browser_s_language_chooses_the_texts(
    pages: Pages, language: str, lang: str, heading: str
) -> None:
    page = pages.open(language=language)
    expect(page.get_by_role("heading")).to_have_text(heading)
    expect(page.locator("html")).to_have_attribute("lang", lang)
