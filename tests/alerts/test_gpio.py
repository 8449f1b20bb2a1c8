"""Buzzer and LED on GPIO lines."""

from __future__ import annotations

import errno
import logging
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from talkpace.alerts.factory import Host, open_outputs
from talkpace.alerts.gpio import PI_LABELS, Wiring, find_chip
from talkpace.alerts.outputs import AlertDeviceError, Outputs
from talkpace.config.alert_patterns import Colour
from talkpace.config.model import AlertsConfig

from .fake_chip import FakeBoard, FakeDev

RED, GREEN, BLUE = 17, 27, 22
ACTIVE: dict[str, Any] = {"kind": "active", "line": 18}
SINGLE: dict[str, Any] = {"kind": "single", "line": 23}
RGB: dict[str, Any] = {"kind": "rgb", "red_line": RED, "green_line": GREEN, "blue_line": BLUE}


def opened(path: Path, boards: list[FakeBoard], **settings: object) -> Outputs:
    dev = FakeDev(path, boards)
    return open_outputs(AlertsConfig.model_validate(settings), Host(load=lambda: dev.open_chip, dev=dev.path))


@pytest.mark.parametrize("label", PI_LABELS)
def test_the_chip_of_every_pi_is_found_by_its_label_wherever_it_is(tmp_path: Path, label: str) -> None:
    others = [FakeBoard(label=other) for other in ("raspberrypi-exp-gpio", "gpio-brcmstb@107d508500")]
    dev = FakeDev(tmp_path, [*others, FakeBoard(label=label)])
    chip = find_chip("auto", dev.open_chip, dev.path)
    assert chip.get_info().label == label
    assert [board.open for board in others] == [0, 0], "those looked at are let go"


def test_a_pi_without_its_header_chip_is_not_served_by_its_expander(tmp_path: Path) -> None:
    dev = FakeDev(tmp_path, [FakeBoard(label="raspberrypi-exp-gpio")])
    with pytest.raises(AlertDeviceError, match=r"no GPIO chip called .* \(found raspberrypi-exp-gpio\)"):
        find_chip("auto", dev.open_chip, dev.path)


def test_a_chip_can_be_named_by_label_or_by_path(tmp_path: Path) -> None:
    dev = FakeDev(tmp_path, [FakeBoard(label="pinctrl-rp1"), FakeBoard(label="mcp23017")])
    assert find_chip("mcp23017", dev.open_chip, dev.path).get_info().label == "mcp23017"
    second = str(tmp_path / "gpiochip1")
    assert find_chip(second, dev.open_chip, dev.path).get_info().label == "mcp23017"


def test_a_chip_that_cannot_be_opened_does_not_hide_another(tmp_path: Path) -> None:
    gone = FakeBoard(refuses=OSError(errno.ENODEV, os.strerror(errno.ENODEV)))
    dev = FakeDev(tmp_path, [gone, FakeBoard(label="pinctrl-rp1")])
    assert find_chip("auto", dev.open_chip, dev.path).get_info().label == "pinctrl-rp1"


def test_lines_are_held_in_the_name_of_talkpace_and_off_at_first(tmp_path: Path) -> None:
    board = FakeBoard()
    opened(tmp_path, [board], buzzer=ACTIVE, led=SINGLE)
    assert board.users == {18: "talkpace", 23: "talkpace"}
    assert board.levels == {18: False, 23: False}


def test_an_active_buzzer_sounds_for_any_tone(tmp_path: Path) -> None:
    board = FakeBoard()
    outputs = opened(tmp_path, [board], buzzer=ACTIVE)
    outputs.sound(2400)
    assert board.high(18)
    outputs.sound(None)
    assert not board.high(18)
    assert outputs.health.text == "ok"


def test_a_single_led_lights_for_any_colour(tmp_path: Path) -> None:
    board = FakeBoard()
    outputs = opened(tmp_path, [board], led=SINGLE)
    outputs.light("green")
    assert board.high(23)
    outputs.light(None)
    assert not board.high(23)


@pytest.mark.parametrize(
    ("colour", "on"),
    [
        ("red", {RED}),
        ("green", {GREEN}),
        ("blue", {BLUE}),
        ("yellow", {RED, GREEN}),
        ("cyan", {GREEN, BLUE}),
        ("magenta", {RED, BLUE}),
        ("white", {RED, GREEN, BLUE}),
        (None, set()),
    ],
)
def test_an_rgb_led_mixes_its_colours_in_one_go(tmp_path: Path, colour: Colour | None, on: set[int]) -> None:
    board = FakeBoard()
    outputs = opened(tmp_path, [board], led=RGB)
    outputs.light(colour)
    assert board.history == [on]


def test_an_active_low_line_is_high_while_off(tmp_path: Path) -> None:
    board = FakeBoard()
    outputs = opened(tmp_path, [board], led={**SINGLE, "active_low": True})
    assert board.high(23)
    outputs.light("red")
    assert not board.high(23)
    outputs.close()
    assert board.high(23)


def test_closing_leaves_all_off_and_lets_go_and_may_be_repeated(tmp_path: Path) -> None:
    board = FakeBoard()
    outputs = opened(tmp_path, [board], buzzer=ACTIVE, led=RGB)
    outputs.sound(2400)
    outputs.light("white")
    outputs.close()
    outputs.close()
    assert not any(board.levels.values())
    assert board.open == 0
    assert board.users == {}
    outputs.sound(2400)
    assert not any(board.levels.values()), "closed is silent"


def test_a_taken_line_is_named_with_its_user_and_takes_no_other_part_along(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    board = FakeBoard(users={18: "gpiozero"})
    outputs = opened(tmp_path, [board], buzzer=ACTIVE, led=SINGLE)
    assert outputs.health.text == "buzzer off: GPIO line 18 is in use by gpiozero"
    outputs.sound(2400)
    outputs.light("red")
    assert board.high(23)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "choose another line" in caplog.text


@pytest.mark.parametrize(
    ("board", "message", "remedy"),
    [
        (
            FakeBoard(refuses=PermissionError(errno.EACCES, "")),
            "no permission for the GPIO chips",
            "group gpio",
        ),
        (FakeBoard(num_lines=4), "the GPIO chip has no line 17", "0 to 3"),
        (FakeBoard(label="else"), "there is no GPIO chip called", "gpiodetect"),
    ],
)
def test_what_is_wrong_is_said_once_for_both_with_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, board: FakeBoard, message: str, remedy: str
) -> None:
    outputs = opened(tmp_path, [board], buzzer={**ACTIVE, "line": 17}, led={**SINGLE, "line": 17})
    assert outputs.health.text.startswith(f"buzzer and LED off: {message}")
    assert len(caplog.records) == 1
    assert remedy in caplog.text
    outputs.sound(2400)
    outputs.light("red")
    outputs.close()
    assert board.open == 0


def test_two_colours_on_one_line_are_refused(tmp_path: Path) -> None:
    outputs = opened(tmp_path, [FakeBoard()], led={**RGB, "blue_line": RED})
    assert outputs.health.text == "LED off: two colours share a GPIO line"


def test_a_chip_that_is_not_there_is_named(tmp_path: Path) -> None:
    outputs = opened(tmp_path, [FakeBoard()], chip="/dev/nowhere", led=SINGLE)
    assert "LED off: there is no GPIO chip at /dev/nowhere" in outputs.health.text


def test_a_line_that_fails_later_is_reported_once_and_silent_from_then_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    board = FakeBoard()
    outputs = opened(tmp_path, [board], buzzer=ACTIVE, led=SINGLE)
    board.fails = OSError(errno.EIO, os.strerror(errno.EIO))
    outputs.sound(2400)
    outputs.sound(None)
    assert outputs.health.text == "buzzer off: it failed (Input/output error)"
    assert len(caplog.records) == 1
    board.fails = None
    outputs.light("red")
    assert board.high(23)
    outputs.close()
    assert board.open == 0


def test_without_the_library_it_is_silent_and_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "gpiod", None)
    outputs = open_outputs(AlertsConfig.model_validate({"buzzer": ACTIVE, "led": SINGLE}))
    assert outputs.health.text.startswith("buzzer and LED off: the gpiod library is missing")
    assert "pip install 'talkpace[gpio]'" in caplog.text
    outputs.sound(2400)
    outputs.close()


def test_on_a_machine_without_chips_the_real_library_leaves_it_silent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outputs = open_outputs(AlertsConfig.model_validate({"buzzer": ACTIVE, "led": RGB}), Host(dev=tmp_path))
    assert outputs.health.text == "buzzer and LED off: there is no GPIO chip here"
    assert len(caplog.records) == 1
    outputs.sound(2400)
    outputs.light("red")
    outputs.close()
    outputs.close()


def test_the_real_library_refuses_a_file_that_is_no_chip(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").touch()
    outputs = open_outputs(AlertsConfig.model_validate({"led": SINGLE}), Host(dev=tmp_path))
    assert outputs.health.text.startswith("LED off: there is no GPIO chip called")


def test_a_refusal_of_another_kind_names_the_lines(tmp_path: Path) -> None:
    class Stubborn(FakeDev):
        def open_chip(self, path: str) -> Any:
            chip = super().open_chip(path)

            def refuse(*_args: object, **_keywords: object) -> None:
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

            chip.request_lines = refuse  # type: ignore[assignment, method-assign]
            return chip

    dev = Stubborn(tmp_path, [FakeBoard()])
    with pytest.raises(AlertDeviceError, match=r"GPIO lines \[5\] are refused: Invalid argument"):
        Wiring("auto", (5,), active_low=False).request(dev.open_chip, dev.path)
