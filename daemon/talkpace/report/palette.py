"""The page's colours, for light and dark, and what each zone looks like.

The zones' hues follow Okabe and Ito (2008), shifted in lightness so that they can be told apart with any
kind of colour blindness and stand out from the page; each has a pattern of its own as well. Text has a
contrast of 4.5 to 1 at least with whatever it stands on.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#ffffff",
    "card": "#f5f6f8",
    "ink": "#1a1d21",
    "muted": "#555c66",
    "rule": "#d5d9de",
    "easy": "#00558f",
    "conversational": "#22a084",
    "hard": "#ba7f00",
    "very-hard": "#9c3800",
    "alarm": "#a0125f",
}
DARK: Mapping[str, str] = {
    "page": "#14171a",
    "card": "#1d2125",
    "ink": "#eceef0",
    "muted": "#a9b0b8",
    "rule": "#3a4047",
    "easy": "#6fc3f2",
    "conversational": "#0a9e76",
    "hard": "#f2de4e",
    "very-hard": "#e0672a",
    "alarm": "#f08cc0",
}
TINT = 0.13
"""how strongly a zone's colour lies on the page, as the ground of a plot"""


def variables(scheme: Mapping[str, str]) -> str:
    """As custom properties of CSS."""
    return "".join(f"--{name}:{colour};" for name, colour in scheme.items())
