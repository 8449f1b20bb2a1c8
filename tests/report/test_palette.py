"""Contrast of text and shapes in both schemes, and zone colours with any colour blindness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import pytest

from .palette import DARK, LIGHT, TINT

SCHEMES = pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
ZONES = ("easy", "conversational", "hard", "very-hard")
TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11, level AA"""
DISTINGUISHABLE = 15.0
"""CIE76 colour difference; 2.3 is just noticeable side by side"""

COLOUR_VISION: Mapping[str, Sequence[Sequence[float]]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""transforms of linear RGB: Machado, Oliveira and Fernandes (2009), severity 1"""

Colour = tuple[float, float, float]


def linear(text: str) -> Colour:
    """Linear RGB of #rrggbb."""
    parts = [int(text[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue


def blended(over: str, under: str, share: float) -> str:
    """Blend as a browser does with opacity `share`."""
    mixed = [
        round(share * int(over[place : place + 2], 16) + (1 - share) * int(under[place : place + 2], 16))
        for place in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in mixed)


def luminance(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(linear(one)), luminance(linear(other))))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: Colour) -> Colour:
    x = (0.4124 * colour[0] + 0.3576 * colour[1] + 0.1805 * colour[2]) / 0.95047
    z = (0.0193 * colour[0] + 0.1192 * colour[1] + 0.9505 * colour[2]) / 1.08883
    a, b, c = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, luminance(colour), z))
    return 116 * b - 16, 500 * (a - b), 200 * (b - c)


def perceived(text: str, vision: str) -> Colour:
    colour = linear(text)
    seen = [
        sum(weight * part for weight, part in zip(row, colour, strict=True)) for row in COLOUR_VISION[vision]
    ]
    red, green, blue = (min(1.0, max(0.0, part)) for part in seen)
    return lab((red, green, blue))


def test_contrast_of_known_colours_is_as_published() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@SCHEMES
@pytest.mark.parametrize("text", ["ink", "muted"])
def test_text_contrast_is_sufficient_on_page_cards_and_bands(scheme: Mapping[str, str], text: str) -> None:
    backgrounds = [scheme["page"], scheme["card"]]
    if text == "ink":  # text in a plot
        backgrounds += [blended(scheme[zone], scheme["card"], TINT) for zone in ZONES]
    for background in backgrounds:
        assert contrast(scheme[text], background) >= TEXT_CONTRAST


@SCHEMES
@pytest.mark.parametrize("shape", [*ZONES, "alarm", "muted"])
def test_shape_contrast_is_sufficient_on_cards(scheme: Mapping[str, str], shape: str) -> None:
    assert contrast(scheme[shape], scheme["card"]) >= SHAPE_CONTRAST


@SCHEMES
def test_line_and_warning_contrast_is_sufficient_on_every_band(scheme: Mapping[str, str]) -> None:
    for zone in ZONES:
        band = blended(scheme[zone], scheme["card"], TINT)
        assert contrast(scheme["ink"], band) >= TEXT_CONTRAST
        assert contrast(scheme["alarm"], band) >= SHAPE_CONTRAST


@SCHEMES
@pytest.mark.parametrize("vision", COLOUR_VISION)
def test_zone_colours_are_distinguishable_with_any_colour_vision(
    scheme: Mapping[str, str], vision: str
) -> None:
    for one, other in combinations(ZONES, 2):
        a, b = perceived(scheme[one], vision), perceived(scheme[other], vision)
        assert sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5 >= DISTINGUISHABLE, (one, other)
