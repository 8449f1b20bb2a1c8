"""A /sys/class/pwm whose attributes are files, and a kernel that refuses what the real one refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def refusal(number: int) -> OSError:
    return OSError(number, os.strerror(number))


class FakePwm:
    def __init__(self, root: Path, *, channels: int = 2, exports_late: bool = False) -> None:
        self.root = root
        self.chip = root / "pwmchip0"
        self.chip.mkdir()
        (self.chip / "npwm").write_text(f"{channels}\n")
        for name in ("export", "unexport"):
            (self.chip / name).touch()
        self.written: list[tuple[str, str]] = []
        self.broken = False
        self._channels = channels
        self._exports_late = exports_late

    def node(self, channel: int = 0) -> Path:
        return self.chip / f"pwm{channel}"

    def export(self, channel: int = 0, **attributes: str) -> None:
        """As it is after an export, or as another left it."""
        self.node(channel).mkdir()
        state = {"period": "0", "duty_cycle": "0", "enable": "0", "polarity": "normal", **attributes}
        for name, value in state.items():
            (self.node(channel) / name).write_text(value + "\n")

    def write(self, path: Path, text: str) -> None:
        if self.broken:
            raise refusal(errno.EIO)
        self.written.append((path.name, text))
        if path.name == "export":
            if int(text) >= self._channels:
                raise refusal(errno.ENODEV)
            if not self._exports_late:
                self.export(int(text))
            return
        if path.name == "unexport":
            for file in self.node(int(text)).iterdir():
                file.unlink()
            self.node(int(text)).rmdir()
            return
        self._check(path, text)
        path.write_text(text + "\n")

    def attribute(self, name: str) -> str:
        return (self.node() / name).read_text().strip()

    @property
    def tone_hz(self) -> int | None:
        """What is heard."""
        if self.attribute("enable") != "1" or self.attribute("duty_cycle") == "0":
            return None
        return round(1e9 / int(self.attribute("period")))

    def _check(self, path: Path, text: str) -> None:
        state = {
            name: (path.parent / name).read_text().strip() for name in ("period", "duty_cycle", "enable")
        }
        if path.name == "polarity" and state["enable"] == "1":
            raise refusal(errno.EBUSY)
        if path.name in state:
            state[path.name] = text
        if int(state["period"]) == 0 or int(state["duty_cycle"]) > int(state["period"]):
            raise refusal(errno.EINVAL)
