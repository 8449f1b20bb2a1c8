"""Reads a page as a browser does, with the standard library's parser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "hr", "img", "input"}


@dataclass
class Read:
    """What is on a page."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""
    style: str = ""
    left_open: list[str] = field(default_factory=list)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of that name."""
        return [attributes for name, attributes in self.tags if name == tag]

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.tags if "id" in attributes]

    def pointed_to(self) -> set[str]:
        """The ids that something refers to."""
        named = {
            each
            for _, attributes in self.tags
            for key in ("aria-labelledby", "href")
            for each in (attributes.get(key) or "").split()
        }
        targets = {each.removeprefix("#") for each in named if not each.startswith("data:")}
        return targets | set(re.findall(r"url\(#([^)]+)\)", self.style))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.read.left_open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.read.left_open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.read.left_open[-1:] == ["style"]:
            self.read.style += data
        else:
            self.read.text += data


def read(page: str) -> Read:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.read
