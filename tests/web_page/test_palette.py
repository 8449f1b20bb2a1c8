"""The page has the report's colours."""

from __future__ import annotations

import re
from pathlib import Path

from talkpace.report.page import DARK, LIGHT, css_variables

PALETTE = Path(__file__).resolve().parents[2] / "client" / "src" / "style" / "palette.css"


def test_the_page_has_the_colours_of_the_report_in_light_and_dark() -> None:
    text = re.sub(r"\s", "", re.sub(r"/\*.*?\*/", "", PALETTE.read_text(encoding="utf-8"), flags=re.DOTALL))
    light, dark = (f":root{{{css_variables(scheme)}}}" for scheme in (LIGHT, DARK))
    assert text == f"{light}@media(prefers-color-scheme:dark){{{dark}}}"
