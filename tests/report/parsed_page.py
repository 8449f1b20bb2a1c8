"""An HTML page parsed with the standard library, for structural checks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "hr", "img", "input"}


@dataclass
class Element:
    """A start tag with all text inside the element."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def find(self, tag: str, class_: str | None = None) -> list[Element]:
        """All descendants with this tag (and class), in document order."""
        found = []
        for child in self.children:
            if child.tag == tag and class_ in (None, child.attributes.get("class")):
                found.append(child)
            found += child.find(tag, class_)
        return found


@dataclass
class ParsedPage:
    """Elements, text and style of a page."""

    elements: list[Element] = field(default_factory=list)
    """in document order"""
    text: str = ""
    style: str = ""
    unclosed: list[Element] = field(default_factory=list)

    @property
    def tags(self) -> list[str]:
        return [element.tag for element in self.elements]

    def find(self, tag: str, class_: str | None = None) -> list[Element]:
        """All elements with this tag (and class)."""
        return [
            element
            for element in self.elements
            if element.tag == tag and class_ in (None, element.attributes.get("class"))
        ]

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element with this tag."""
        return [element.attributes for element in self.find(tag)]

    def section(self, name: str) -> Element:
        """The section with this name."""
        [section] = [
            each for each in self.find("section") if each.attributes["aria-labelledby"] == f"{name}-heading"
        ]
        return section

    def ids(self) -> list[str]:
        return [each.attributes["id"] or "" for each in self.elements if "id" in each.attributes]

    def references(self) -> set[str]:
        """The ids that links, labels and styles refer to."""
        values = {
            value
            for each in self.elements
            for key in ("aria-labelledby", "href")
            for value in (each.attributes.get(key) or "").split()
        }
        targets = {value.removeprefix("#") for value in values if not value.startswith("data:")}
        return targets | set(re.findall(r"url\(#([^)]+)\)", self.style))


def key_figures(section: Element) -> dict[str, str]:
    """Name and value of each key figure of a section."""
    names, values = section.find("dt"), section.find("dd")
    return {name.text: value.text for name, value in zip(names, values, strict=True)}


def table_rows(section: Element, class_: str | None = None) -> list[list[str]]:
    """The cells' text of each row of the tables of a section, heads included."""
    return [
        [cell.text for cell in row.children]
        for table in section.find("table", class_)
        for row in table.find("tr")
    ]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = ParsedPage()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.page.elements.append(element)
        if self.page.unclosed:
            self.page.unclosed[-1].children.append(element)
        if tag not in _VOID:
            self.page.unclosed.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.page.unclosed.pop().tag == tag

    def handle_data(self, data: str) -> None:
        if self.page.unclosed and self.page.unclosed[-1].tag == "style":
            self.page.style += data
            return
        self.page.text += data
        for element in self.page.unclosed:
            element.text += data


def parse(html: str) -> ParsedPage:
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.page
