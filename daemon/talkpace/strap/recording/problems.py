"""What was wrong with a recording, in one line for each kind, however many rows have it."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    """What can be wrong with a row."""

    TIME = "row skipped, its time is not understood"
    BACKWARDS = "row skipped, its time runs backwards"
    SHORT = "row skipped, it ends early"
    HEART_RATE = "row skipped, its heart rate is no number from 0 to 65535"
    NOT_HEX = "row skipped, it is not seconds, a comma and bytes in hex"
    FRACTION = "heart rate with a fraction, rounded"
    RR_RANGE = "RR interval dropped, it is no number from 0 to 63999 ms"
    RR_MANY = "RR interval dropped, there are more than a notification holds"
    RR_ALONE = "RR interval dropped, there is no heart rate to go with it"


class Problems:
    """Counts the problems of one reading by kind, and remembers where each came first."""

    def __init__(self) -> None:
        self.broken = False
        """whether the rest of the file could not be read"""
        self._files: list[str] = []
        self._rows: dict[Problem, tuple[int, str]] = {}

    def of_file(self, text: str) -> None:
        """Note what is wrong with the file as a whole."""
        self._files.append(text)

    def ends_early(self, text: str) -> None:
        """Note why the rest of the file could not be read."""
        self.broken = True
        self.of_file(text)

    def of_row(self, problem: Problem, where: str) -> None:
        """Note what is wrong with one row."""
        count, first = self._rows.get(problem, (0, where))
        self._rows[problem] = (count + 1, first)

    def lines(self) -> list[str]:
        """One line a kind."""
        rows = [
            f"{problem}: {where}" if count == 1 else f"{problem}: {count} times, first in {where}"
            for problem, (count, where) in self._rows.items()
        ]
        return self._files + rows
