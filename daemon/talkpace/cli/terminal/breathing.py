"""Paced breathing in a terminal: a bar that grows and shrinks; lines of text elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...habits.breathing import Breath, BreathingPlan, Phase
from ..output import clock_time, console
from .keyboard import single_keys

if TYPE_CHECKING:
    from rich.console import RenderableType

FRAMES_PER_S = 20
_BAR = 48
_EIGHTHS = " ▏▎▍▌▋▊▉"
_WORDS = {Phase.INHALE: "in", Phase.EXHALE: "out"}
_COLOURS = {Phase.INHALE: "cyan", Phase.EXHALE: "blue"}

ReadState = Callable[[], Mapping[str, Any] | None]
"""returns the `breathing` payload of the daemon, empty without one; None where the exercise has ended"""


def show_breathing(exercise: BreathingPlan, elapsed_s: float, read_state: ReadState) -> tuple[float, bool]:
    """Show the exercise to its end, until `read_state` returns None, or until q is pressed.

    Returns the seconds since its start, which was `elapsed_s` ago, and whether q was pressed.
    """
    began = time.monotonic() - elapsed_s
    screen = console()
    if not screen.is_terminal:
        return _print_lines(exercise, began, read_state), False
    from rich.live import Live

    with single_keys() as read_keys, Live(console=screen, auto_refresh=False, transient=True) as live:
        while True:
            now_s = time.monotonic() - began
            breath, state = exercise.at(round(now_s * 1000)), read_state()
            if breath is None or state is None:
                return now_s, False
            live.update(render_breath(exercise, breath, now_s, state), refresh=True)
            if "q" in (read_keys(1 / FRAMES_PER_S) or "").lower():
                return now_s, True


def render_breath(
    exercise: BreathingPlan, breath: Breath, elapsed_s: float, state: Mapping[str, Any]
) -> RenderableType:
    """Render the bar, the time remaining, and heart rate and coherence where known."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    colour = _COLOURS[breath.phase]
    bar = Text("  " + _bar(breath.fullness), colour)
    word = Text(f"  {_WORDS[breath.phase]:<4}{breath.remaining_ms / 1000:4.1f} s", f"bold {colour}")
    remaining = clock_time(max(0, exercise.duration_ms / 1000 - elapsed_s))
    details = f"  {breath.step.pace:g} breaths per minute, {exercise.ratio} · {remaining} remaining"
    if len(exercise.steps) > 1:
        details += f" · pace {breath.step.number + 1} of {len(exercise.steps)}"
    lines = [Text(), bar, bar.copy(), bar.copy(), Text(), word, Text(details, "dim")]
    if state:
        lines.append(Text(f"  {coherence_text(state)}"))
    return Panel(Group(*lines), title="breathe", subtitle="q to stop", width=_BAR + 8)


def coherence_text(state: Mapping[str, Any]) -> str:
    """Describe heart rate and coherence of a `breathing` payload."""
    rate, coherence = state.get("heart_rate"), state.get("coherence")
    if rate is None and coherence is None:
        return "no heart rate from the strap"
    heart = "no heart rate from the strap" if rate is None else f"{rate} bpm"
    if coherence is None:
        return f"{heart} · coherence: after about a minute"
    return f"{heart} · coherence {coherence:.2f} · strongest at {state['peak_pace']:g} breaths per minute"


def _bar(fullness: float) -> str:
    eighths = round(fullness * _BAR * 8)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(_BAR)


def _print_lines(exercise: BreathingPlan, began: float, read_state: ReadState) -> float:
    """Print a line for each phase; return the seconds since the start."""
    screen = console()
    for turn in exercise.turns():
        while (wait_s := began + turn.at_ms / 1000 - time.monotonic()) > 0:
            if read_state() is None:
                return time.monotonic() - began
            time.sleep(min(wait_s, 0.25))
        if time.monotonic() - began < (turn.at_ms + turn.lasts_ms) / 1000:
            screen.print(f"{clock_time(turn.at_ms / 1000)} {_WORDS[turn.phase]} {turn.lasts_ms / 1000:.1f} s")
    time.sleep(max(0, began + exercise.duration_ms / 1000 - time.monotonic()))
    return exercise.duration_ms / 1000
