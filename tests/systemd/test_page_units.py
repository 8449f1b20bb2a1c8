"""The units of the page are valid, sandboxed harder than the daemon's, and consistent with the program."""

from __future__ import annotations

import configparser
import os
import sys
from pathlib import Path

import pytest

from talkpace.config.web import WebConfig
from talkpace.errors import ConfigurationError
from talkpace.storage.paths import PAGE

from .test_unit import CHECKOUT, PROGRAM, analyze

SOCKET = CHECKOUT / "systemd" / "talkpace-web.socket"
SERVICE = CHECKOUT / "systemd" / "talkpace-web.service"
HIGHEST_EXPOSURE = 5
"""in tenths: 0.5"""


@pytest.fixture
def units(tmp_path: Path) -> tuple[str, str]:
    """Both units with an existing program, as `verify` requires."""
    for unit in (SOCKET, SERVICE):
        program = os.path.realpath(sys.executable)
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, program))
    return str(tmp_path / SERVICE.name), str(tmp_path / SOCKET.name)


def section(unit: Path, name: str) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    return parser[name]


def test_systemd_verifies_the_units_without_warnings(units: tuple[str, str]) -> None:
    process = analyze("verify", *units)
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


def test_the_exposure_is_at_most_0_5(units: tuple[str, str]) -> None:
    process = analyze("security", "--offline=true", f"--threshold={HIGHEST_EXPOSURE}", units[0])
    assert process.returncode == 0, process.stdout


def test_the_socket_is_at_the_default_address_and_only_it_is_enabled() -> None:
    assert section(SOCKET, "Socket")["ListenStream"] == WebConfig().listen
    assert "[Install]" in SOCKET.read_text()
    assert "[Install]" not in SERVICE.read_text()


def test_the_page_writes_nothing_but_its_own_folder_and_opens_no_connection() -> None:
    service = section(SERVICE, "Service")
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectory"] == f"talkpace/{PAGE}"
    assert service["UnsetEnvironment"] == "STATE_DIRECTORY", "it would be taken for the database's folder"
    assert service["PrivateNetwork"] == "yes"
    assert service["RestrictAddressFamilies"] == "AF_UNIX"
    assert "/run/dbus" in service["InaccessiblePaths"]
    assert "/var/lib/talkpace/secrets" in service["InaccessiblePaths"]
    assert service["PrivateDevices"] == "yes"


def test_the_page_gives_way_to_the_daemon() -> None:
    service = section(SERVICE, "Service")
    assert int(service["OOMScoreAdjust"]) > 0
    assert {"MemoryMax", "CPUQuota", "TasksMax"} <= set(service)
    assert service["RestartPreventExitStatus"] == str(ConfigurationError.exit_code)
    assert service["User"] == "talkpace"
