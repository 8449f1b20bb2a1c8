"""GPIO chips as gpiod shows them: its own types, and lines that remember what drove them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gpiod import ChipInfo, LineInfo, LineSettings
from gpiod.line import Direction, Value


def busy() -> OSError:
    return OSError(errno.EBUSY, os.strerror(errno.EBUSY))


@dataclass
class FakeBoard:
    """What stays between two openings of a chip."""

    label: str = "pinctrl-bcm2711"
    name: str = "gpiochip0"
    num_lines: int = 58
    users: dict[int, str] = field(default_factory=dict)
    levels: dict[int, bool] = field(default_factory=dict)
    """by line: whether the pin is high"""
    history: list[frozenset[int]] = field(default_factory=list)
    """the lines that were on after each time they were set"""
    open: int = 0
    """chips and requests that have not been let go"""
    fails: OSError | None = None
    """what setting a line raises"""
    refuses: OSError | None = None
    """what opening raises"""

    def high(self, line: int) -> bool:
        """Whether the pin is high now."""
        return self.levels[line]


class FakeChip:
    def __init__(self, board: FakeBoard) -> None:
        if board.refuses is not None:
            raise board.refuses
        self._board = board
        board.open += 1

    def get_info(self) -> ChipInfo:
        return ChipInfo(self._board.name, self._board.label, self._board.num_lines)

    def get_line_info(self, line: int | str) -> LineInfo:
        assert isinstance(line, int)
        user = self._board.users.get(line)
        return LineInfo(
            line,
            f"GPIO{line}",
            user is not None,
            user or "",
            Direction.INPUT.value,
            False,
            1,
            1,
            1,
            1,
            False,
            0,
        )

    def request_lines(
        self,
        config: dict[Iterable[int | str] | int | str, LineSettings | None],
        consumer: str | None = None,
    ) -> FakeRequest:
        lines = {line: settings for line, settings in config.items() if isinstance(line, int)}
        assert len(lines) == len(config)
        if self._board.users.keys() & lines:
            raise busy()
        return FakeRequest(self._board, lines, consumer or "")

    def close(self) -> None:
        self._board.open -= 1


class FakeRequest:
    def __init__(self, board: FakeBoard, lines: dict[int, LineSettings | None], consumer: str) -> None:
        self._board = board
        self._active_low: dict[int, bool] = {}
        for line, settings in lines.items():
            assert settings is not None
            assert settings.direction is Direction.OUTPUT
            self._active_low[line] = settings.active_low
            board.users[line] = consumer
            board.levels[line] = bool(settings.output_value) != settings.active_low
        board.open += 1

    def set_values(self, values: dict[int | str, Value]) -> None:
        if self._board.fails is not None:
            raise self._board.fails
        for line, value in values.items():
            assert isinstance(line, int)
            self._board.levels[line] = bool(value) != self._active_low[line]
        self._board.history.append(
            frozenset(line for line, value in values.items() if value and isinstance(line, int))
        )

    def release(self) -> None:
        self._board.open -= 1
        for line in self._active_low:
            del self._board.users[line]


class FakeDev:
    """A /dev with chips, and what opens them."""

    def __init__(self, path: Path, boards: list[FakeBoard]) -> None:
        self.path = path
        self._boards = {path / f"gpiochip{number}": board for number, board in enumerate(boards)}
        for chip in self._boards:
            chip.touch()

    def open_chip(self, path: str) -> FakeChip:
        if Path(path) not in self._boards:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return FakeChip(self._boards[Path(path)])
