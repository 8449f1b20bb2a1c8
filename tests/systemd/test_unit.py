"""The unit: valid, confined, and in step with the daemon. systemd-analyze needs no running systemd."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
UNIT = CHECKOUT / "systemd" / "talkpace.service"
PWM = CHECKOUT / "systemd" / "talkpace-pwm.conf"
PROGRAM = "/opt/talkpace/bin/talkpace"
MOST_EXPOSURE = 20
"""tenths: 2.0"""
MOST_EXPOSURE_WITH_PWM = 22


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        reason = "systemd-analyze is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program that is there: `verify` asks for it."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace(PROGRAM, os.path.realpath(sys.executable)))
    return copy


@pytest.fixture
def with_pwm(unit: Path) -> Path:
    drop_in = unit.with_name(f"{unit.name}.d") / "pwm.conf"
    drop_in.parent.mkdir()
    shutil.copy(PWM, drop_in)
    return unit


def settings() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    return parser["Service"]


def test_systemd_finds_nothing_to_complain_of(unit: Path) -> None:
    found = analyze("verify", str(unit))
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_an_unknown_key_would_be_noticed(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("UMask=", "UMusk="))
    assert "UMusk" in analyze("verify", str(unit)).stderr


def test_the_exposure_is_2_0_at_most(unit: Path) -> None:
    found = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSURE}", str(unit))
    assert found.returncode == 0, found.stdout


def test_a_passive_buzzer_costs_little_of_it(with_pwm: Path) -> None:
    assert analyze("verify", str(with_pwm)).stderr == ""
    found = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSURE_WITH_PWM}", str(with_pwm))
    assert found.returncode == 0, found.stdout
    text = (with_pwm.with_name(f"{with_pwm.name}.d") / "pwm.conf").read_text()
    assert "ProtectKernelTunables=no" in text


def test_what_the_daemon_needs_is_not_taken_away() -> None:
    own = settings()
    assert "PrivateDevices" not in own, "hides the GPIO chips"
    assert "PrivateUsers" not in own, "breaks the way in to D-Bus"
    assert "ProcSubset" not in own, "hides the boot's id, which tells one boot's times from another's"
    assert "ProtectClock" not in own, "forbids to ask whether the clock is right"
    assert "char-gpiochip rw" in own["DeviceAllow"]
    assert set(own["RestrictAddressFamilies"].split()) == {"AF_UNIX", "AF_INET", "AF_INET6"}


def test_asking_whether_the_clock_is_right_is_allowed_after_all_that_is_forbidden() -> None:
    filters = re.findall(r"^SystemCallFilter=(.+)$", UNIT.read_text(), flags=re.MULTILINE)
    assert filters[-1].split() == ["adjtimex", "clock_adjtime"]


def test_a_restart_of_bluetooth_does_not_end_the_service() -> None:
    text = UNIT.read_text()
    assert re.search(r"^Wants=bluetooth\.service$", text, flags=re.MULTILINE)
    assert not re.search(r"^(BindsTo|Requires|PartOf)=", text, flags=re.MULTILINE)


def test_it_is_restarted_unless_the_configuration_is_invalid() -> None:
    from talkpace.errors import ConfigurationError

    own = settings()
    assert own["Restart"] == "on-failure"
    assert own["RestartPreventExitStatus"] == str(ConfigurationError.exit_code)
    assert int(own["WatchdogSec"]) == 30
    assert int(own["TimeoutStopSec"]) <= 5
