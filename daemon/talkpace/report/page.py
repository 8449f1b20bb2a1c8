"""The HTML page around the sections of a report: head, style, SVG definitions, footer."""

from __future__ import annotations

from importlib.resources import files
from xml.etree.ElementTree import Element

from .text import NOT_A_DEVICE, Child, document, tag

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def page(title: str, subtitle: str, *sections: Child, source: str) -> str:
    """A self-contained document: no network access, no script. `source` names the data it was made from."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        tag("style", _style_sheet()),
    )
    body = tag(
        "body",
        _definitions(),
        tag("header", tag("h1", title), tag("p", subtitle)),
        tag("main", *sections),
        tag("footer", tag("p", NOT_A_DEVICE), tag("p", source)),
    )
    return document(tag("html", head, body, lang="en"))


def section(name: str, title: str, *children: Child, long: bool = False) -> Child:
    """A section with a heading; only a `long` one may be broken across printed pages."""
    heading = tag("h2", title, id=f"{name}-heading")
    return tag(
        "section", heading, *children, aria_labelledby=f"{name}-heading", class_="long" if long else None
    )


def key_figures(*pairs: tuple[str, str]) -> Element:
    """A grid of names with large values."""
    return tag(
        "dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs), class_="figures"
    )


def _style_sheet() -> str:
    return "".join(
        files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("palette.css", "style.css")
    )


def _definitions() -> Element:
    """SVG patterns and markers that plots refer to by id."""
    return tag(
        "svg",
        tag("defs", *_patterns(), *_markers()),
        width="0",
        height="0",
        aria_hidden="true",
        class_="definitions",
    )


def _patterns() -> list[Element]:
    shapes = {
        "conversational": tag("circle", cx="4", cy="4", r="1"),
        "hard": tag("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6"),
        "very-hard": tag("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6M-2 6L2 10M0 0L8 8M6 -2L10 2"),
        "gap": tag("path", d="M4 0V8"),
    }
    return [
        tag(
            "pattern",
            shape,
            id=f"pattern-{name}",
            class_=f"strokes {name}",
            width="8",
            height="8",
            patternUnits="userSpaceOnUse",
        )
        for name, shape in shapes.items()
    ]


def _markers() -> list[Element]:
    """Distinguishable by shape alone, centred on the marked point."""
    shapes = {
        "warning": "M-5.5 -9H5.5L0 0Z",
        "ectopic": "M-4 -4L4 4M-4 4L4 -4",
        "missed": "M0 -4.5L4.5 4H-4.5Z",
        "extra": "M0 4.5L4.5 -4H-4.5Z",
        "long": "M-4 -4H4V4H-4Z",
        "short": "M0 -5L5 0L0 5L-5 0Z",
    }
    return [tag("path", id=f"mark-{name}", class_=f"mark {name}", d=d) for name, d in shapes.items()]
