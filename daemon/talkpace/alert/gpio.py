"""GPIO lines through the kernel's character device; the chip is found by its label.

Chip numbers differ between kernels and models (a Pi 5's header has been gpiochip4 and gpiochip0), labels
do not.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .outputs import AlertPartError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gpiod import ChipInfo, LineInfo, LineSettings
    from gpiod.line import Value

PI_LABELS = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""the chip behind the header of a Pi 5, of a Pi 4, and of those before"""
AUTO = "auto"
CONSUMER = "talkpace"
DEV = Path("/dev")

_NO_LIBRARY = "install it: pip install 'talkpace[gpio]'"
_NO_PERMISSION = "put the user in the group gpio (sudo usermod -aG gpio USER) and log in anew"
_NO_CHIP = (
    'is this a Raspberry Pi? Without buzzer and LED, set kind = "none" in [alerts.buzzer] and [alerts.led]'
)
_OTHER_CHIP = "gpiodetect lists the chips; set alerts.chip to the label of one"


class LineRequest(Protocol):
    """Lines that are held; part of gpiod.LineRequest."""

    def set_values(self, values: dict[int | str, Value]) -> None:
        """Drive these lines."""
        ...

    def release(self) -> None:
        """Let go."""
        ...


class Chip(Protocol):
    """An open GPIO chip; part of gpiod.Chip."""

    def get_info(self) -> ChipInfo:
        """Name, label and number of lines."""
        ...

    def get_line_info(self, line: int | str) -> LineInfo:
        """Who uses a line, and how."""
        ...

    def request_lines(
        self,
        config: dict[Iterable[int | str] | int | str, LineSettings | None],
        consumer: str | None = None,
    ) -> LineRequest:
        """Hold lines."""
        ...

    def close(self) -> None:
        """Let go; lines that are held stay so."""
        ...


OpenChip = Callable[[str], Chip]


def library() -> OpenChip:
    """What opens a chip by its path. Raises AlertPartError where the gpiod library is missing."""
    try:
        from gpiod import Chip as GpiodChip  # noqa: PLC0415 - optional, and needed only where lines are
    except ImportError as error:
        raise AlertPartError(f"the gpiod library is missing ({error})", _NO_LIBRARY) from error
    return GpiodChip


def find_chip(wanted: str, open_chip: OpenChip, dev: Path = DEV) -> Chip:
    """Open the chip with this label or at this path; `auto` is that of a Pi's header.

    Raises AlertPartError where none is found or none may be opened.
    """
    by_path = wanted.startswith("/")
    labels = PI_LABELS if wanted == AUTO else (wanted,)
    paths = [Path(wanted)] if by_path else sorted(dev.glob("gpiochip*"))
    denied = False
    seen: list[str] = []
    for path in paths:
        try:
            chip = open_chip(str(path))
            label = chip.get_info().label
        except PermissionError:
            denied = True
            continue
        except OSError as error:
            seen.append(f"{path}: {error.strerror or error}")
            continue
        if by_path or label in labels:
            return chip
        chip.close()
        seen.append(label)
    if denied:
        raise AlertPartError("no permission for the GPIO chips", _NO_PERMISSION)
    if not paths:
        raise AlertPartError("there is no GPIO chip here", _NO_CHIP)
    called = f"at {wanted}" if by_path else f"called {' or '.join(labels)}"
    raise AlertPartError(f"there is no GPIO chip {called} (found {', '.join(seen)})", _OTHER_CHIP)


@dataclass(frozen=True, slots=True)
class Wiring:
    """How something is connected: a chip (label, path or `auto`) and lines on it."""

    chip: str
    lines: tuple[int, ...]
    active_low: bool

    def request(self, open_chip: OpenChip, dev: Path = DEV) -> Lines:
        """Hold the lines, all off at first. Raises AlertPartError where that cannot be."""
        from gpiod import LineSettings  # noqa: PLC0415 - with its library, which is optional
        from gpiod.line import Direction, Value  # noqa: PLC0415

        with closing(find_chip(self.chip, open_chip, dev)) as chip:
            if (complaint := unusable(chip, self.lines)) is not None:
                raise complaint
            off = LineSettings(
                direction=Direction.OUTPUT, active_low=self.active_low, output_value=Value.INACTIVE
            )
            try:
                request = chip.request_lines(dict.fromkeys(self.lines, off), consumer=CONSUMER)
            except OSError as error:
                raise _refused(chip, self.lines, error) from error
        return Lines(request, self.lines)


class Lines:
    """Output lines, held until closed."""

    def __init__(self, request: LineRequest, lines: Sequence[int]) -> None:
        from gpiod.line import Value  # noqa: PLC0415 - who holds a request has the library

        self._request = request
        self._lines = lines
        self._values = (Value.INACTIVE, Value.ACTIVE)
        self._open = True

    def set(self, on: Collection[int]) -> None:
        """Switch these lines on and all others off. Raises OSError."""
        self._request.set_values({line: self._values[line in on] for line in self._lines})

    def close(self) -> None:
        """All off, and let go; may be repeated. Raises OSError."""
        if not self._open:
            return
        self._open = False
        try:
            self.set(())
        finally:
            self._request.release()


def unusable(chip: Chip, lines: Sequence[int]) -> AlertPartError | None:
    """Why these lines cannot be held, as far as the chip tells without trying."""
    count = chip.get_info().num_lines
    if beyond := [line for line in lines if line >= count]:
        return AlertPartError(
            f"the GPIO chip has no line {beyond[0]}", f"lines are BCM numbers, here 0 to {count - 1}"
        )
    if len(set(lines)) < len(lines):
        return AlertPartError("two colours share a GPIO line", "give each its own in [alerts.led]")
    return None


def _refused(chip: Chip, lines: Sequence[int], error: OSError) -> AlertPartError:
    if error.errno == errno.EBUSY:
        users = {line: info.consumer for line in lines if (info := chip.get_line_info(line)).used}
        taken = ", ".join(
            f"GPIO line {line} is in use by {user or 'the kernel'}" for line, user in users.items()
        )
        return AlertPartError(
            taken or "a GPIO line is in use", "stop what uses it, or choose another line in [alerts]"
        )
    if isinstance(error, PermissionError):
        return AlertPartError("no permission for the GPIO lines", _NO_PERMISSION)
    return AlertPartError(f"GPIO lines {list(lines)} are refused: {error.strerror or error}", _OTHER_CHIP)
