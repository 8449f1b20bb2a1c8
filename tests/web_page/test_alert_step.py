"""First use asks for each output in words of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Pages
from .fake_web import FakeWeb
from .set_up_results import FIRST_USE, RESULTS


@pytest.mark.parametrize(
    ("language", "question", "remedy"),
    [
        ("en-GB", "Did you see the lamps?", "Is the lamp powered"),
        ("de-DE", "Hast du die Lampen gesehen?", "Hat die Lampe Strom"),
    ],
)
def test_lamps_have_a_question_and_remedies(
    web: FakeWeb, pages: Pages, language: str, question: str, remedy: str
) -> None:
    first_use = {**FIRST_USE, "outputs": ["lamps"], "answers": {"lamps": "no"}}
    web.results = {**RESULTS, "first_use": first_use}
    page = pages.open("#first_use/alerts", language=language)
    lamps = page.get_by_role("group", name=question)
    expect(lamps.get_by_text(remedy)).to_be_visible()
