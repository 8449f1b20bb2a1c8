"""Figures in words, and what the page has to say of itself."""

from __future__ import annotations

from datetime import date, datetime

from ..effort.zones import Zone

NOT_A_DEVICE = (
    "talkpace is a training aid, not a medical device: it diagnoses nothing. A maximum heart rate that was"
    " estimated from age may be off by 10 bpm and more. If something feels wrong, stop, and ask a physician."
)
ALPHA_IS_ADVICE = (
    "DFA alpha1 falls as effort rises. Studies disagree on how well 0.75 marks the aerobic threshold; it"
    " differs from strap to strap, and a few artifacts move it. Take it as advice, beside whether you can"
    " still talk. Nothing of it is adopted by itself."
)
HRV_IN_EXERCISE = (
    "Variability during exercise falls with effort and says little of recovery; compare it with your own"
    " sessions of the same kind, and with nobody else's."
)


def clock(seconds: float) -> str:
    """As h:mm:ss or m:ss."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def minutes(seconds: float) -> str:
    """As whole minutes, or hours and minutes."""
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def percent(fraction: float) -> str:
    """As a whole per cent."""
    return f"{fraction:.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def zone_name(zone: Zone) -> str:
    """As it is shown."""
    return zone.value.replace("_", " ")


def day(at: date) -> str:
    """Such as Tue 24 Nov 2026; English, whatever the machine's language."""
    return f"{_WEEKDAYS[at.weekday()]} {short_day(at)} {at.year}"


def weekday(at: date) -> str:
    """Such as Tue."""
    return _WEEKDAYS[at.weekday()]


def short_day(at: date) -> str:
    """Such as 24 Nov."""
    return f"{at.day} {_MONTHS[at.month - 1]}"


def time_of_day(at: datetime) -> str:
    """Such as 18:02."""
    return f"{at:%H:%M}"


def known(value: float | None, form: str = ".1f", unit: str = "") -> str:
    """A figure, or that it is unknown."""
    return "unknown" if value is None else f"{value:{form}}{unit}"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
