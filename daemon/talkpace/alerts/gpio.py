"""Drive buzzer and LED on GPIO lines through the kernel's character device; the chip is found by its label.

Chip numbers differ between kernels and models (a Pi 5's header has been gpiochip4 and gpiochip0), labels
do not.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..config.alert_patterns import Colour
from ..config.model import LedConfig
from .outputs import AlertDeviceError

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
_NO_PERMISSION = "put the user in the group gpio (sudo usermod -aG gpio USER) and log in again"
_NO_CHIP = (
    'is this a Raspberry Pi? Without buzzer and LED, set kind = "none" in [alerts.buzzer] and [alerts.led]'
)
_OTHER_CHIP = "gpiodetect lists the chips; set alerts.chip to the label of one"


class LineRequest(Protocol):
    """Requested lines; part of gpiod.LineRequest."""

    def set_values(self, values: dict[int | str, Value]) -> None:
        """Set output values."""
        ...

    def release(self) -> None:
        """Release the lines."""
        ...


class Chip(Protocol):
    """An open GPIO chip; part of gpiod.Chip."""

    def get_info(self) -> ChipInfo:
        """Return name, label and number of lines."""
        ...

    def get_line_info(self, line: int | str) -> LineInfo:
        """Return consumer and direction of a line."""
        ...

    def request_lines(
        self,
        config: dict[Iterable[int | str] | int | str, LineSettings | None],
        consumer: str | None = None,
    ) -> LineRequest:
        """Request lines."""
        ...

    def close(self) -> None:
        """Close the chip; requested lines stay requested."""
        ...


OpenChip = Callable[[str], Chip]


def load_library() -> OpenChip:
    """Return the class that opens a chip by its path. Raises AlertPartError without the gpiod library."""
    try:
        from gpiod import Chip as GpiodChip  # noqa: PLC0415 - optional, and needed only where lines are
    except ImportError as error:
        raise AlertDeviceError(f"the gpiod library is missing ({error})", _NO_LIBRARY) from error
    return GpiodChip


def find_chip(configured: str, open_chip: OpenChip, dev: Path = DEV) -> Chip:
    """Open the chip with this label or at this path; `auto` is that of a Pi's header.

    Raises AlertPartError where none is found or none may be opened.
    """
    by_path = configured.startswith("/")
    labels = PI_LABELS if configured == AUTO else (configured,)
    paths = [Path(configured)] if by_path else sorted(dev.glob("gpiochip*"))
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
        raise AlertDeviceError("no permission for the GPIO chips", _NO_PERMISSION)
    if not paths:
        raise AlertDeviceError("there is no GPIO chip here", _NO_CHIP)
    called = f"at {configured}" if by_path else f"called {' or '.join(labels)}"
    raise AlertDeviceError(f"there is no GPIO chip {called} (found {', '.join(seen)})", _OTHER_CHIP)


@dataclass(frozen=True, slots=True)
class Wiring:
    """Connection of a device: a chip (label, path or `auto`) and lines on it."""

    chip: str
    lines: tuple[int, ...]
    active_low: bool

    def request(self, open_chip: OpenChip, dev: Path = DEV) -> Lines:
        """Request the lines, all off. Raises AlertPartError."""
        from gpiod import LineSettings  # noqa: PLC0415 - with its library, which is optional
        from gpiod.line import Direction, Value  # noqa: PLC0415

        with closing(find_chip(self.chip, open_chip, dev)) as chip:
            if (problem := check_lines(chip, self.lines)) is not None:
                raise problem
            off = LineSettings(
                direction=Direction.OUTPUT, active_low=self.active_low, output_value=Value.INACTIVE
            )
            try:
                request = chip.request_lines(dict.fromkeys(self.lines, off), consumer=CONSUMER)
            except OSError as error:
                raise _refused(chip, self.lines, error) from error
        return Lines(request, self.lines)


class Lines:
    """Requested output lines."""

    def __init__(self, request: LineRequest, lines: Sequence[int]) -> None:
        from gpiod.line import Value  # noqa: PLC0415 - with a request there is the library

        self._request = request
        self._lines = lines
        self._values = (Value.INACTIVE, Value.ACTIVE)
        self._open = True

    def set(self, on: Collection[int]) -> None:
        """Switch these lines on and all others off. Raises OSError."""
        self._request.set_values({line: self._values[line in on] for line in self._lines})

    def close(self) -> None:
        """Switch all off and release them; may be repeated. Raises OSError."""
        if not self._open:
            return
        self._open = False
        try:
            self.set(())
        finally:
            self._request.release()


def check_lines(chip: Chip, lines: Sequence[int]) -> AlertDeviceError | None:
    """Return why these lines cannot be requested, as far as it is known beforehand."""
    count = chip.get_info().num_lines
    if beyond := [line for line in lines if line >= count]:
        return AlertDeviceError(
            f"the GPIO chip has no line {beyond[0]}", f"lines are BCM numbers, here 0 to {count - 1}"
        )
    if len(set(lines)) < len(lines):
        return AlertDeviceError("two colours share a GPIO line", "give each its own in [alerts.led]")
    return None


def _refused(chip: Chip, lines: Sequence[int], error: OSError) -> AlertDeviceError:
    if error.errno == errno.EBUSY:
        users = {line: info.consumer for line in lines if (info := chip.get_line_info(line)).used}
        in_use = ", ".join(
            f"GPIO line {line} is in use by {user or 'the kernel'}" for line, user in users.items()
        )
        return AlertDeviceError(
            in_use or "a GPIO line is in use", "stop what uses it, or choose another line in [alerts]"
        )
    if isinstance(error, PermissionError):
        return AlertDeviceError("no permission for the GPIO lines", _NO_PERMISSION)
    return AlertDeviceError(f"GPIO lines {list(lines)} are refused: {error.strerror or error}", _OTHER_CHIP)


_RGB: Mapping[Colour, tuple[bool, bool, bool]] = {
    "red": (True, False, False),
    "green": (False, True, False),
    "blue": (False, False, True),
    "yellow": (True, True, False),
    "cyan": (False, True, True),
    "magenta": (True, False, True),
    "white": (True, True, True),
}
"""red, green, blue"""


_ON_ABOVE = 0.5


class ActiveBuzzer:
    """Buzzer with an oscillator of its own, which sounds while its line is on."""

    pitched = False

    def __init__(self, lines: Lines, line: int) -> None:
        self._lines = lines
        self._line = line

    def sound(self, tone_hz: int | None) -> None:
        """Sound at the buzzer's own pitch. Raises OSError."""
        self._lines.set(() if tone_hz is None else (self._line,))

    def close(self) -> None:
        """Switch off and release the line; may be repeated. Raises OSError."""
        self._lines.close()


class Led:
    """A single LED, on for any colour, or an RGB LED. GPIO lines cannot be dimmed."""

    fades = False

    def __init__(self, lines: Lines, settings: LedConfig) -> None:
        self._lines = lines
        self._settings = settings

    def light(self, colour: Colour | None) -> None:
        """Light in this colour. Raises OSError."""
        self._lines.set(() if colour is None else self._lit(colour))

    def glow(self, level: float) -> None:
        """Switch on above 0.5. Raises OSError."""
        self._lines.set(led_lines(self._settings) if level > _ON_ABOVE else ())

    def close(self) -> None:
        """Switch off and release the lines; may be repeated. Raises OSError."""
        self._lines.close()

    def _lit(self, colour: Colour) -> tuple[int, ...]:
        lines = led_lines(self._settings)
        if self._settings.kind == "single":
            return lines
        return tuple(line for line, part in zip(lines, _RGB[colour], strict=True) if part)


def led_lines(settings: LedConfig) -> tuple[int, ...]:
    """Return the lines of an LED as configured, of an RGB LED red, green and blue."""
    match settings.kind:
        case "none" | "pwm":
            return ()
        case "single":
            return (settings.line,)
        case "rgb":
            return (settings.red_line, settings.green_line, settings.blue_line)
