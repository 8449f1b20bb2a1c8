"""A breath in the terminal: a bar that grows and shrinks, or lines where nobody looks at a terminal."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..practice.breathing import Breath, Exercise, Phase
from .output import clock_time, console

if TYPE_CHECKING:
    from rich.console import RenderableType

PICTURES_PER_S = 20
_BAR = 48
_EIGHTHS = " ▏▎▍▌▋▊▉"
_WORDS = {Phase.INHALE: "in", Phase.EXHALE: "out"}
_COLOURS = {Phase.INHALE: "cyan", Phase.EXHALE: "blue"}

Follow = Callable[[], Mapping[str, Any] | None]
"""how the daemon says that it stands; None where it has ended"""


def follow_breath(exercise: Exercise, elapsed_s: float, follow: Follow) -> tuple[float, bool]:
    """Show the exercise, which began so long ago, to its end, until `follow` says None, or until q.

    Answers with the seconds that it went on for in all, and whether q ended it.
    """
    began = time.monotonic() - elapsed_s
    screen = console()
    if not screen.is_terminal:
        return _in_lines(exercise, began, follow), False
    from rich.live import Live

    with _keys() as pressed, Live(console=screen, auto_refresh=False, transient=True) as live:
        while True:
            now_s = time.monotonic() - began
            breath, says = exercise.at(round(now_s * 1000)), follow()
            if breath is None or says is None:
                return now_s, False
            live.update(picture(exercise, breath, now_s, says), refresh=True)
            if pressed(1 / PICTURES_PER_S) in {"q", "Q"}:
                return now_s, True


def picture(exercise: Exercise, breath: Breath, elapsed_s: float, says: Mapping[str, Any]) -> RenderableType:
    """The bar, and what is known."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    colour = _COLOURS[breath.phase]
    bar = Text("  " + _bar(breath.fullness), colour)
    word = Text(f"  {_WORDS[breath.phase]:<4}{breath.left_ms / 1000:4.1f} s", f"bold {colour}")
    left_s = exercise.duration_ms / 1000 - elapsed_s
    facts = f"  {breath.step.pace:g} breaths a minute, {exercise.ratio} · {clock_time(max(0, left_s))} left"
    if len(exercise.steps) > 1:
        facts += f" · pace {breath.step.number + 1} of {len(exercise.steps)}"
    lines = [Text(), bar, bar.copy(), bar.copy(), Text(), word, Text(facts, "dim")]
    if says:
        lines.append(Text(f"  {coherence_words(says)}"))
    return Panel(Group(*lines), title="breathe", subtitle="q ends", width=_BAR + 8)


def coherence_words(says: Mapping[str, Any]) -> str:
    """What is known of the heart now."""
    rate, share = says.get("heart_rate"), says.get("coherence")
    heart = "no beats from the strap" if rate is None else f"{rate} bpm"
    if share is None:
        return f"{heart}" if rate is None else f"{heart} · coherence after a good minute"
    return f"{heart} · coherence {share:.2f} · the heart swings at {says['peak_pace']:g} a minute"


def _bar(fullness: float) -> str:
    eighths = round(fullness * _BAR * 8)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(_BAR)


def _in_lines(exercise: Exercise, began: float, follow: Follow) -> float:
    """A line for each turn."""
    screen = console()
    for turn in exercise.turns():
        while (wait_s := began + turn.at_ms / 1000 - time.monotonic()) > 0:
            if follow() is None:
                return time.monotonic() - began
            time.sleep(min(wait_s, 0.25))
        if time.monotonic() - began < (turn.at_ms + turn.lasts_ms) / 1000:
            screen.print(f"{clock_time(turn.at_ms / 1000)} {_WORDS[turn.phase]} {turn.lasts_ms / 1000:.1f} s")
    time.sleep(max(0, began + exercise.duration_ms / 1000 - time.monotonic()))
    return exercise.duration_ms / 1000


def _no_keys(seconds: float) -> str:
    time.sleep(seconds)
    return ""


@contextmanager
def _keys() -> Iterator[Callable[[float], str]]:
    """Single keys, each as it is pressed; the empty text where none was within so many seconds."""
    if not sys.stdin.isatty():
        yield _no_keys
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)

    def pressed(seconds: float) -> str:
        ready, _, _ = select.select([terminal], [], [], seconds)
        # Not through sys.stdin, which reads ahead of what `select` sees. The last key is what was meant.
        return os.read(terminal, 64).decode(errors="ignore")[-1:] if ready else ""

    try:
        tty.setcbreak(terminal)
        yield pressed
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
