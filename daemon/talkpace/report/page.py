"""The page around what is reported: head, sections, and what has to be said of it."""

from __future__ import annotations

from .markup import Child, document, tag
from .style import drawings, style_sheet
from .words import NOT_A_DEVICE

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def page(title: str, under_title: str, *sections: Child, source: str) -> str:
    """A page that needs nothing but itself: no network, no script. `source` says what it was made from."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        style_sheet(),
    )
    body = tag(
        "body",
        drawings(),
        tag("header", tag("h1", title), tag("p", under_title)),
        tag("main", *sections),
        tag("footer", tag("p", NOT_A_DEVICE), tag("p", source)),
    )
    return document(tag("html", head, body, lang="en"))


def section(name: str, title: str, *children: Child, long: bool = False) -> Child:
    """A part of the page with a heading; a `long` one may be torn apart on paper."""
    heading = tag("h2", title, id=f"{name}-heading")
    return tag(
        "section", heading, *children, aria_labelledby=f"{name}-heading", class_="long" if long else None
    )
