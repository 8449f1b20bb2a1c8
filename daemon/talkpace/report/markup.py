"""HTML and SVG as trees, written out by the standard library, which escapes all text and attributes."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

_KEPT = "\n\N{NO-BREAK SPACE}"

Child = Element | str | None
"""None leaves no trace, for what is there only sometimes"""


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Element:
    """An element. `class_` is written class, `aria_label` aria-label; an attribute of None is left out."""
    element = Element(
        name,
        {
            key.rstrip("_").replace("_", "-"): clean(value) if isinstance(value, str) else f"{value:.10g}"
            for key, value in attributes.items()
            if value is not None
        },
    )
    add(element, *children)
    return element


def add(element: Element, *children: Child) -> None:
    """Put these at an element's end."""
    for child in children:
        if isinstance(child, str):
            if len(element):
                element[-1].tail = (element[-1].tail or "") + clean(child)
            else:
                element.text = (element.text or "") + clean(child)
        elif child is not None:
            element.append(child)


def clean(text: str) -> str:
    """Without control characters and halves of characters, which no page may hold."""
    return "".join(
        character if character.isprintable() or character in _KEPT else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def document(root: Element) -> str:
    """The whole page as text."""
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"
