"""What a calibration has found or lacks, in sentences of a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..training.calibration_load import Load
from ..training.calibration_result import DAYS, DayValue, Doubt, Proposal


def load_line(lines: Mapping[str, str], load: Load) -> str:
    """Return a load to set, such as `115 W`."""
    mark = lines["calibration_loads.decimal_mark"]
    return lines[load.key].format(
        **{name: f"{value:g}".replace(".", mark) for name, value in load.values.items()}
    )


def value_line(lines: Mapping[str, str], value: DayValue | None) -> str:
    """Return the sentence about the day's value, or about what it lacks."""
    if value is None:
        return lines["calibration_results.no_value"]
    return lines["calibration_results.value"].format(
        heart_rate=value.heart_rate, minutes=f"{value.minutes:g}"
    )


def proposal_lines(lines: Mapping[str, str], proposal: Proposal | None, days: int) -> Iterator[str]:
    """Yield the proposal with what to compare it with, its doubts, and what is not known."""
    if proposal is None:
        key = "above_limit" if days >= DAYS else "days"
        yield lines[f"calibration_results.{key}"].format(days=days)
        return
    yield lines["calibration_results.proposal"].format(
        ceiling=f"{100 * proposal.ceiling:.0f}",
        heart_rate=proposal.heart_rate,
        lowest=proposal.lowest,
        highest=proposal.highest,
    )
    yield lines["calibration_results.fixed"].format(fixed=proposal.fixed)
    if proposal.alpha1 is not None:
        yield lines["calibration_results.alpha1"].format(alpha1=f"{proposal.alpha1:.0f}")
    if proposal.alpha1_personal is not None:
        yield lines["calibration_results.alpha1_personal"].format(
            alpha1_personal=f"{proposal.alpha1_personal:.0f}"
        )
    yield doubts_line(lines, proposal.doubts) or lines["calibration_results.certain"]
    yield lines["calibration_results.unknown"]
    yield lines["calibration_results.adopt"]


def doubts_line(lines: Mapping[str, str], doubts: tuple[Doubt, ...]) -> str | None:
    """Return why it is uncertain; None where it is not."""
    if not doubts:
        return None
    return f"{lines['calibration_results.uncertain']} {'; '.join(lines[one.key] for one in doubts)}."
