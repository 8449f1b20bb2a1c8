"""The simulated GPIO chip in the guest: what its lines show, what they showed, and buttons."""

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
    """A line was driven to a level (True is high), or let go by its owner (None)."""

    at_s: float
    """on the guest's CLOCK_MONOTONIC"""
    line: int
    level: bool | None


class Pins:
    """Lines by their number, which is that of the Raspberry Pi (GPIO17 is 17).

    The kernel itself records every level that is set; nothing polls, and nothing is missed.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def level(self, line: int) -> bool:
        """What the pin shows now."""
        return self._machine.read(f"/run/bed/pins/sim_gpio{line}/value").strip() == b"1"

    def pull(self, line: int, *, up: bool) -> None:
        """What drives an input from outside: a button that pulls its line up, or down."""
        self._machine.shell(f"echo pull-{'up' if up else 'down'} > /run/bed/pins/sim_gpio{line}/pull")

    def edges(self, line: int | None = None) -> list[Edge]:
        """The changes of a line, or of all, in order, since the boot or `clear`.

        Setting a line to what it shows is no change.
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
        """What the line showed and for how long, one after the other, without what it shows last."""
        edges = self.edges(line)
        return [(bool(edge.level), round((after.at_s - edge.at_s) * 1000)) for edge, after in pairwise(edges)]

    def clear(self) -> None:
        """Forgets the record so far."""
        self._machine.shell(f": > {_TRACE}")
