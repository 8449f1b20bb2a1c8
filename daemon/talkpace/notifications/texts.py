"""The texts of notifications, from the sentences of a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..text import strip_unprintable
from ..training.effort_zones import Zone
from ..training.summary import Summary
from .faults import FAULT_AFTER_MS, FaultChange

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Text:
    """Title and text of a notification, and whether heart data is in them."""

    title: str
    text: str
    has_heart_data: bool = False


class Texts:
    """Writes texts in one language."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = sentences

    def summary(self, summary: Summary, athlete: str, *, heart_data: bool) -> Text:
        """Return a session's summary; `athlete` is a name. Without `heart_data` it has the duration only."""
        values: dict[str, object] = {"athlete": _name(athlete), "minutes": _minutes(summary.duration_s)}
        sentences = ["summary"]
        if heart_data:
            values |= {
                "talking_pace": _minutes(summary.zones_s[Zone.CONVERSATIONAL]),
                "over": _minutes(summary.over_ceiling_s),
                "mean": round(summary.heart_rate.mean),
                "highest": summary.heart_rate.max,
            }
            sentences.append("summary_heart_data")
        text = " ".join(self._fill(one, values) for one in sentences)
        return Text(self._fill("summary_title", values), text, heart_data)

    def battery_low(self, athlete: str) -> Text:
        """Tell that the battery of an athlete's strap is low."""
        values: dict[str, object] = {"athlete": _name(athlete)}
        return Text(self._fill("battery_title", values), self._fill("battery", values))

    def fault(self, change: FaultChange, node: str) -> Text:
        """Tell that a part of the node has failed or works again; details stay on the node."""
        part = self._sentences.get(f"notifications.part_{change.part}", change.part)
        values: dict[str, object] = {"node": node, "part": part, "minutes": _minutes(FAULT_AFTER_MS / 1000)}
        sentence = "fault" if change.has_failed else "fault_over"
        return Text(self._fill(f"{sentence}_title", values), self._fill(sentence, values))

    def test(self, node: str) -> Text:
        """Return the text of `talkpace notify test`."""
        values: dict[str, object] = {"node": node}
        return Text(self._fill("test_title", values), self._fill("test", values))

    def _fill(self, name: str, values: Mapping[str, object]) -> str:
        return self._sentences[f"notifications.{name}"].format_map(values)


def _name(athlete: str) -> str:
    return strip_unprintable(athlete)[:_LONGEST_NAME]


def _minutes(seconds: float) -> int:
    return round(seconds / 60)
