"""Numbers, times and dates as text, HTML and SVG elements, and the disclaimers of a report.

ElementTree escapes all text and attributes.
"""

from __future__ import annotations

from datetime import date, datetime
from xml.etree.ElementTree import Element, tostring

from ..text import printable
from ..training.effort_zones import Zone

NOT_A_DEVICE = (
    "talkpace is a training aid, not a medical device: it diagnoses nothing. A maximum heart rate that was"
    " estimated from age may be off by 10 bpm or more. If something feels wrong, stop and ask a physician."
)
ALPHA_IS_ADVICE = (
    "DFA alpha1 falls as effort rises. Studies disagree on how well 0.75 marks the aerobic threshold, and"
    " favour a personal value; alpha1 differs between straps, and a few artifacts shift it. Take it as"
    " advice, and check whether you can still talk. talkpace does not change your settings from it."
)
HRV_IN_EXERCISE = (
    "Variability during exercise falls with effort and says little about recovery. Compare it only with your"
    " own sessions of the same kind."
)


def clock(seconds: float) -> str:
    """Format a duration as h:mm:ss or m:ss."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def minutes(seconds: float) -> str:
    """Format a duration in whole minutes, or hours and minutes."""
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def percent(fraction: float) -> str:
    """Format a fraction as a whole percentage."""
    return f"{fraction:.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def zone_name(zone: Zone) -> str:
    """Display name of a zone."""
    return zone.value.replace("_", " ")


def day(at: date) -> str:
    """Format a date such as Tue 24 Nov 2026, in English whatever the locale."""
    return f"{_WEEKDAYS[at.weekday()]} {short_day(at)} {at.year}"


def weekday(at: date) -> str:
    """Format a weekday such as Tue."""
    return _WEEKDAYS[at.weekday()]


def short_day(at: date) -> str:
    """Format a date such as 24 Nov."""
    return f"{at.day} {_MONTHS[at.month - 1]}"


def time_of_day(at: datetime) -> str:
    """Format a time such as 18:02."""
    return f"{at:%H:%M}"


def or_unknown(value: float | None, form: str = ".1f", unit: str = "") -> str:
    """Format a number, or return `unknown` for None."""
    return "unknown" if value is None else f"{value:{form}}{unit}"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


_PRINTED = "\n\N{NO-BREAK SPACE}"

Child = Element | str | None
"""None is skipped, for optional parts"""


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Element:
    """Make an element. `class_` becomes class, `aria_label` aria-label; attributes of None are omitted."""
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
    """Append children to an element."""
    for child in children:
        if isinstance(child, str):
            if len(element):
                element[-1].tail = (element[-1].tail or "") + clean(child)
            else:
                element.text = (element.text or "") + clean(child)
        elif child is not None:
            element.append(child)


def clean(text: str) -> str:
    """Replace control characters and lone surrogates, which are invalid in HTML."""
    return printable(text, keep=_PRINTED)


def document(root: Element) -> str:
    """Serialise a document with its doctype."""
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"
