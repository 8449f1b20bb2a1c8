"""Outputs that need no hardware, and none at all."""

from __future__ import annotations

import io

import pytest

from talkpace.alerts.factory import open_outputs
from talkpace.alerts.fake import FakeOutputs
from talkpace.alerts.outputs import NO_OUTPUTS, Outputs, TerminalOutputs
from talkpace.config.model import AlertsConfig


class Terminal(io.StringIO):
    gone = False

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.gone:
            raise BrokenPipeError
        return super().write(text)


def test_with_nothing_configured_nothing_is_opened_and_nothing_is_complained_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outputs = open_outputs(AlertsConfig())
    outputs.sound(2400)
    outputs.light("red")
    outputs.close()
    assert outputs.health == NO_OUTPUTS
    assert caplog.records == []


def test_a_terminal_shows_what_sounds_and_lights() -> None:
    outputs = TerminalOutputs()
    outputs.sound(2400)
    outputs.light("red")
    assert (outputs.sounding, outputs.lit) == (2400, "red")
    outputs.close()
    outputs.close()
    assert (outputs.sounding, outputs.lit) == (None, None)


def test_a_terminal_rings_once_a_beep() -> None:
    terminal = Terminal()
    outputs = TerminalOutputs(terminal)
    for tone in (2400, 2700, None, 2400, None):
        outputs.sound(tone)
    assert terminal.getvalue() == "\a\a"
    assert outputs.beeps == 2


def test_what_is_no_terminal_gets_no_bells() -> None:
    stream = io.StringIO()
    outputs = TerminalOutputs(stream)
    outputs.sound(2400)
    assert stream.getvalue() == ""
    assert outputs.beeps == 1


def test_a_terminal_that_is_gone_raises_nothing() -> None:
    terminal = Terminal()
    terminal.gone = True
    outputs = TerminalOutputs(terminal)
    outputs.sound(2400)
    outputs.sound(None)
    outputs.sound(2400)
    assert outputs.beeps == 2


def test_recorded_outputs_keep_every_change_with_its_time() -> None:
    now = [5]
    outputs = FakeOutputs(lambda: now[0])
    outputs.sound(2400)
    outputs.light("red")
    now[0] = 9
    outputs.light("green")
    outputs.close()
    outputs.close()
    assert outputs.sounds == [(5, 2400), (9, None)]
    assert outputs.lights == [(5, "red"), (9, "green"), (9, None)]
    assert outputs.closed


def test_all_of_them_are_outputs() -> None:
    every: list[Outputs] = [TerminalOutputs(), FakeOutputs(lambda: 0), open_outputs(AlertsConfig())]
    assert all(outputs.health.text for outputs in every)
