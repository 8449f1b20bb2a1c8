"""The simulated GPIO chip in the guest: current levels, recorded changes, and buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from .machine import Machine

_TRACE = "/sys/kernel/tracing/instances/pins/trace"
_SET = re.compile(r" (?P<at>\d+\.\d+): gpio_value: (?P<gpio>\d+) set (?P<level>\d)")
_FREED = re.compile(r" (?P<at>\d+\.\d+): gpio_free: .* offset=(?P<line>\d+)")


@dataclass(frozen=True, slots=True)
class Edge:
    """A line was set to a level (True: high), or released by its owner (None)."""

    at_s: float
    """on the guest's CLOCK_MONOTONIC"""
    line: int
    level: bool | None


class GpioPins:
    """Lines by their Raspberry Pi number (GPIO17 is 17).

    The kernel records every change, so none is missed between two polls.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def level(self, line: int) -> bool:
        """The current level."""
        return self._machine.read(f"/run/bed/pins/sim_gpio{line}/value").strip() == b"1"

    def pull(self, line: int, *, up: bool) -> None:
        """Drive an input from outside, as a button that pulls its line up or down."""
        self._machine.shell(f"echo pull-{'up' if up else 'down'} > /run/bed/pins/sim_gpio{line}/pull")

    def edges(self, line: int | None = None) -> list[Edge]:
        """The changes of one line or all lines, in order, since the boot or `clear`.

        Setting a line to its current level is not a change.
        """
        base = int(self._machine.read("/run/bed/pins-base"))
        found: list[Edge] = []
        last: dict[int, bool | None] = {}
        for text in self._machine.read(_TRACE).decode().splitlines():
            if (match := _SET.search(text)) is not None:
                edge = Edge(float(match["at"]), int(match["gpio"]) - base, match["level"] != "0")
            elif (match := _FREED.search(text)) is not None:
                edge = Edge(float(match["at"]), int(match["line"]), None)
            else:
                continue
            if last.get(edge.line) != edge.level:
                last[edge.line] = edge.level
                found.append(edge)
        return [edge for edge in found if line in (None, edge.line)]

    def pattern_ms(self, line: int) -> list[tuple[bool, int]]:
        """Level and duration (ms) of each state of a line in order, without the current state."""
        edges = self.edges(line)
        return [(bool(edge.level), round((after.at_s - edge.at_s) * 1000)) for edge, after in pairwise(edges)]

    def clear(self) -> None:
        """Clear the recorded changes."""
        self._machine.shell(f": > {_TRACE}")
