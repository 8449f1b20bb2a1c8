"""What `talkpace doctor` finds of buzzer and LED."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

from talkpace.alerts.checks import gpio_findings
from talkpace.alerts.factory import Host
from talkpace.config.model import AlertsConfig
from talkpace.diagnostics import Finding

from .fake_chip import FakeBoard, FakeDev
from .fake_pwm import FakePwm

WIRED = {"buzzer": {"kind": "active", "line": 18}, "led": {"kind": "single", "line": 23}}
PASSIVE = {"buzzer": {"kind": "passive"}}


def found(path: Path, boards: list[FakeBoard], settings: dict[str, object]) -> list[Finding]:
    dev = FakeDev(path, boards)
    host = Host(load=lambda: dev.open_chip, dev=dev.path)
    return gpio_findings(AlertsConfig.model_validate(settings), host)


def test_with_nothing_configured_nothing_is_wrong(tmp_path: Path) -> None:
    assert found(tmp_path, [], {}) == [Finding("buzzer and LED", ok=True, detail="none is configured")]


def test_free_lines_on_a_chip_that_may_be_used_are_well_and_left_alone(tmp_path: Path) -> None:
    board = FakeBoard(label="pinctrl-rp1", name="gpiochip4")
    findings = found(tmp_path, [board], dict(WIRED))
    assert [(finding.ok, finding.detail) for finding in findings] == [
        (True, "gpiod is installed"),
        (True, "pinctrl-rp1 (gpiochip4) can be used"),
        (True, "18: free"),
        (True, "23: free"),
    ]
    assert all(finding.remedy is None for finding in findings)
    assert board.history == []
    assert board.open == 0


def test_a_line_that_another_uses_is_named(tmp_path: Path) -> None:
    *_, buzzer, led = found(tmp_path, [FakeBoard(users={18: "w1"})], dict(WIRED))
    assert (buzzer.ok, buzzer.detail) == (False, "18 is in use by w1")
    assert buzzer.remedy
    assert led.ok


def test_a_line_that_the_daemon_holds_is_well(tmp_path: Path) -> None:
    *_, led = found(tmp_path, [FakeBoard(users={23: "talkpace"})], dict(WIRED))
    assert (led.ok, led.detail) == (True, "23: in use by the running talkpace")


def test_a_line_that_the_chip_lacks_is_wrong(tmp_path: Path) -> None:
    *_, led = found(tmp_path, [FakeBoard(num_lines=20)], dict(WIRED))
    assert (led.ok, led.detail) == (False, "the GPIO chip has no line 23")


@pytest.mark.parametrize(
    ("boards", "message", "remedy"),
    [
        ([], "there is no GPIO chip here", "Raspberry Pi"),
        (
            [FakeBoard(refuses=PermissionError(errno.EACCES, ""))],
            "no permission for the GPIO chips",
            "usermod -aG gpio",
        ),
    ],
)
def test_a_chip_that_cannot_be_used_is_said_with_what_to_do(
    tmp_path: Path, boards: list[FakeBoard], message: str, remedy: str
) -> None:
    library, chip = found(tmp_path, boards, dict(WIRED))
    assert library.ok
    assert (chip.ok, chip.detail) == (False, message)
    assert chip.remedy is not None
    assert remedy in chip.remedy


def test_a_missing_library_is_said_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiod", None)
    (finding,) = gpio_findings(AlertsConfig.model_validate(WIRED))
    assert not finding.ok
    assert finding.remedy == "install it: pip install 'talkpace[gpio]'"


def test_pwm_that_is_there_is_well_and_left_alone(tmp_path: Path) -> None:
    pwm = FakePwm(tmp_path)
    (finding,) = gpio_findings(AlertsConfig.model_validate(PASSIVE), Host(pwm=tmp_path))
    assert finding.ok
    assert not pwm.node().exists()


def test_pwm_that_is_not_there_is_said_with_how_to_get_it(tmp_path: Path) -> None:
    (finding,) = gpio_findings(AlertsConfig.model_validate(PASSIVE), Host(pwm=tmp_path))
    assert not finding.ok
    assert finding.remedy is not None
    assert "dtoverlay=pwm" in finding.remedy


def test_a_channel_that_the_chip_lacks_is_wrong(tmp_path: Path) -> None:
    FakePwm(tmp_path, channels=1)
    settings = AlertsConfig.model_validate({"buzzer": {"kind": "passive", "pwm_channel": 1}})
    (finding,) = gpio_findings(settings, Host(pwm=tmp_path))
    assert not finding.ok
    assert "has no channel 1" in finding.detail


def test_pwm_that_may_not_be_written_is_wrong(tmp_path: Path) -> None:
    pwm = FakePwm(tmp_path)
    (pwm.chip / "export").unlink()
    (finding,) = gpio_findings(AlertsConfig.model_validate(PASSIVE), Host(pwm=tmp_path))
    assert (finding.ok, finding.detail) == (False, f"no permission to write {pwm.chip / 'export'}")
