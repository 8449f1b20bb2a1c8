"""The service unit is valid, sandboxed, and consistent with the daemon."""

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
HIGHEST_EXPOSURE = 20
"""in tenths: 2.0"""
HIGHEST_EXPOSURE_WITH_PWM = 22


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
    """The unit with an existing program, as `verify` requires."""
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


def test_systemd_verifies_the_unit_without_warnings(unit: Path) -> None:
    process = analyze("verify", str(unit))
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


def test_systemd_reports_an_unknown_key(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("UMask=", "UMusk="))
    assert "UMusk" in analyze("verify", str(unit)).stderr


def test_the_exposure_is_at_most_2_0(unit: Path) -> None:
    process = analyze("security", "--offline=true", f"--threshold={HIGHEST_EXPOSURE}", str(unit))
    assert process.returncode == 0, process.stdout


def test_a_passive_buzzer_raises_the_exposure_to_at_most_2_2(with_pwm: Path) -> None:
    assert analyze("verify", str(with_pwm)).stderr == ""
    process = analyze("security", "--offline=true", f"--threshold={HIGHEST_EXPOSURE_WITH_PWM}", str(with_pwm))
    assert process.returncode == 0, process.stdout
    text = (with_pwm.with_name(f"{with_pwm.name}.d") / "pwm.conf").read_text()
    assert "ProtectKernelTunables=no" in text


def test_the_sandbox_allows_what_the_daemon_needs() -> None:
    service = settings()
    assert "PrivateDevices" not in service, "hides the GPIO chips"
    assert "PrivateUsers" not in service, "breaks D-Bus authentication"
    assert "ProcSubset" not in service, "hides the boot id, which is needed to compare monotonic times"
    assert "ProtectClock" not in service, "forbids to query whether the clock is synchronised"
    devices = re.findall(r"^DeviceAllow=(.+)$", UNIT.read_text(), flags=re.MULTILINE)
    assert devices == ["char-gpiochip rw", "char-alsa rw"], "what it uses, and no more"
    assert set(service["RestrictAddressFamilies"].split()) == {"AF_UNIX", "AF_INET", "AF_INET6"}


def test_the_last_filter_allows_to_query_the_clock() -> None:
    filters = re.findall(r"^SystemCallFilter=(.+)$", UNIT.read_text(), flags=re.MULTILINE)
    assert filters[-1].split() == ["adjtimex", "clock_adjtime"]


def test_a_restart_of_bluetooth_does_not_stop_the_service() -> None:
    text = UNIT.read_text()
    assert re.search(r"^Wants=bluetooth\.service$", text, flags=re.MULTILINE)
    assert not re.search(r"^(BindsTo|Requires|PartOf)=", text, flags=re.MULTILINE)


def test_the_service_is_restarted_unless_the_configuration_is_invalid() -> None:
    from talkpace.errors import ConfigurationError

    service = settings()
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"] == str(ConfigurationError.exit_code)
    assert int(service["WatchdogSec"]) == 30
    assert int(service["TimeoutStopSec"]) <= 5
