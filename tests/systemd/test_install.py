"""`systemd/install` and `uninstall`, run offline on this system under another root."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..cached import build_step, cached, unavailable
from .other_root import OtherRoot, missing_requirement, other_root, put_checkout

CHECKOUT = Path(__file__).resolve().parents[2]
LOCK = CHECKOUT / "scripts" / "locks" / "run.txt"
SCRIPTS = ("install", "uninstall", "talkpace-command")
CONFIGURATION = "/etc/talkpace/talkpace.toml"
UNIT = "/etc/systemd/system/talkpace.service"
PAGE_UNITS = ("/etc/systemd/system/talkpace-web.socket", "/etc/systemd/system/talkpace-web.service")
PAGE_ENABLED = "/etc/systemd/system/sockets.target.wants/talkpace-web.socket"
PAGE_ADDRESS = "/etc/systemd/system/talkpace-web.socket.d/listen.conf"
ATHLETE = '[[athletes]]\nid = "anna"\nbirth_year = 1984'
INSTALL = ("/checkout/systemd/install", "--offline", "/wheels")
UNINSTALL = "/checkout/systemd/uninstall"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def wheels() -> Path:
    """The wheels of the lock for Debian's Python; downloaded if the lock changed."""
    if reason := missing_requirement():
        unavailable(reason)
    version = subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip

    def download(folder: Path) -> None:
        build_step(
            "wheels to install from",
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"),
            *("--only-binary=:all:", "--require-hashes", "--python-version", version),
            *("--dest", str(folder), "-r", str(LOCK)),
        )

    return cached("talkpace-wheels", version, LOCK, download)


@dataclass(frozen=True, slots=True)
class Installation:
    """A root with talkpace installed, and the installer's output by action."""

    root: OtherRoot
    output: dict[str, list[str]]


@pytest.fixture(scope="module")
def first_installation(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Iterator[Installation]:
    """An installation that tests use as a lower layer, because installing takes long."""
    with other_root(tmp_path_factory.mktemp("first"), wheels) as root:
        put_checkout(root, CHECKOUT)
        yield Installation(root, install(root))


@pytest.fixture
def system(tmp_path: Path, first_installation: Installation, wheels: Path) -> Iterator[OtherRoot]:
    """A root of the test's own with talkpace installed and no athlete configured."""
    with other_root(tmp_path, wheels, over=first_installation.root) as root:
        yield root


def install(root: OtherRoot, *options: str) -> dict[str, list[str]]:
    """Run the installer; return its output lines by their first word."""
    process = root.run(*INSTALL, *options)
    assert process.returncode == 0, process.stdout + process.stderr
    assert process.stderr == ""
    output: dict[str, list[str]] = {}
    for line in process.stdout.splitlines():
        word, _, rest = line.partition(" ")
        output.setdefault(word, []).append(rest.strip())
    return output


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_no_fault_in_the_scripts(script: str) -> None:
    tool = shutil.which("shellcheck")
    if tool is None:
        unavailable("shellcheck is not installed")
    found = subprocess.run(
        [tool, "--shell=sh", str(CHECKOUT / "systemd" / script)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize("script", ["install", "uninstall"])
def test_a_script_refuses_to_run_without_root_and_with_unknown_options(
    script: str, system: OtherRoot
) -> None:
    refused = system.run(f"/checkout/systemd/{script}", user="nobody")
    assert refused.returncode == 1
    assert f"run as root: sudo systemd/{script}" in refused.stderr
    wrong = system.run(f"/checkout/systemd/{script}", "--ofline")
    assert wrong.returncode == 2
    assert "unknown option --ofline" in wrong.stderr


def test_the_installed_program_works_without_the_checkout(
    first_installation: Installation, system: OtherRoot
) -> None:
    output = first_installation.output
    assert {"user talkpace", CONFIGURATION, UNIT, *PAGE_UNITS} <= set(output["created"])
    assert not system.exists(PAGE_ENABLED)
    assert output["waiting"] == ["for the first athlete"]
    assert "talkpace.service: starts at boot" in output["enabled"]
    assert any("systemd is not running" in line for line in output["skipped"])
    assert system.mode("/etc/talkpace") == "750 root:talkpace"
    assert system.mode(CONFIGURATION) == "640 root:talkpace"
    assert system.mode("/var/lib/talkpace") == "700 talkpace:talkpace"
    assert {"bluetooth", "gpio", "audio"} <= set(system.run("id", "-nG", "talkpace").stdout.split())
    assert not system.exists("/opt/talkpace.new")
    assert not system.exists("/opt/talkpace.old")

    system.run("rm", "-r", "/checkout").check_returncode()
    assert re.fullmatch(r"talkpace, version \S+\n", system.run("talkpace", "--version").stdout)
    assert system.run("talkpace", "config", "check").stdout == f"{CONFIGURATION}: ok\n"
    verified = system.run("systemd-analyze", "verify", UNIT, *PAGE_UNITS)
    assert (verified.returncode, verified.stderr) == (0, "")


def test_commands_run_as_root_are_executed_as_the_daemon_s_user(system: OtherRoot) -> None:
    system.run("talkpace", "athlete", "add", "anna", "birth_year=1984").check_returncode()
    assert system.mode("/var/lib/talkpace/talkpace.db") == "600 talkpace:talkpace"
    refused = system.run("talkpace", "config", "check", user="nobody")
    assert refused.returncode != 0
    assert "Permission denied" in refused.stderr


def test_a_second_installation_changes_nothing(first_installation: Installation, system: OtherRoot) -> None:
    system.add(CONFIGURATION, ATHLETE)
    again = install(system)
    assert not {"created", "replaced", "building"} & set(again)
    assert {line for line in first_installation.output["created"] if "/" in line} <= set(again["unchanged"])
    assert ATHLETE in system.read(CONFIGURATION)


def test_a_speaker_that_is_enabled_needs_the_program_that_plays(
    first_installation: Installation, system: OtherRoot
) -> None:
    assert "package alsa-utils" not in first_installation.output["unchanged"]
    script = "printf '[alerts.speaker]\\nenabled = true\\n' > /var/lib/talkpace/settings.toml"
    system.run("sh", "-c", script).check_returncode()
    assert "package alsa-utils" in install(system)["unchanged"]


def test_an_upgrade_replaces_the_program_and_keeps_the_configuration(system: OtherRoot) -> None:
    system.add(CONFIGURATION, ATHLETE)
    system.run("sed", "-i", 's/^__version__.*/__version__ = "99.0"/', "/checkout/daemon/talkpace/__init__.py")
    system.add("/checkout/systemd/talkpace.service", "# newer")
    output = install(system)
    assert {"/opt/talkpace: talkpace, version 99.0", UNIT} <= set(output["replaced"])
    assert system.run("talkpace", "--version").stdout == "talkpace, version 99.0\n"
    assert ATHLETE in system.read(CONFIGURATION)


def test_a_failed_upgrade_leaves_the_installed_version_unchanged(system: OtherRoot) -> None:
    system.add("/checkout/daemon/talkpace/__init__.py", '__version__ = "99.0"')
    failed = system.run(INSTALL[0], "--offline", "/media")
    assert failed.returncode == 1
    assert "the installed version was not changed" in failed.stderr
    assert "99.0" not in system.run("talkpace", "--version").stdout
    assert not system.exists("/opt/talkpace.new")


def test_an_upgrade_that_rejects_the_configuration_leaves_the_installed_version_unchanged(
    system: OtherRoot,
) -> None:
    system.add("/checkout/daemon/talkpace/__init__.py", '__version__ = "99.0"')
    system.add(CONFIGURATION, "[nonsense]")
    refused = system.run(*INSTALL)
    assert refused.returncode == 1
    assert f"{CONFIGURATION}: nonsense: unknown key" in refused.stderr
    assert "the installed version was not changed" in refused.stderr
    assert "99.0" not in system.run("talkpace", "--version").stdout
    assert not system.exists("/opt/talkpace.new")


def test_an_upgrade_interrupted_between_its_two_moves_is_undone(system: OtherRoot) -> None:
    system.run("mv", "/opt/talkpace", "/opt/talkpace.old").check_returncode()
    assert any(line.startswith("/opt/talkpace:") for line in install(system)["unchanged"])


def test_the_service_is_enabled_with_nobody_configured_unless_no_start_is_given(system: OtherRoot) -> None:
    enabled = "/etc/systemd/system/multi-user.target.wants/talkpace.service"
    system.run("rm", UNIT, enabled).check_returncode()
    assert "enabled" not in install(system, "--no-start")
    assert not system.exists(enabled)
    system.run("rm", UNIT).check_returncode()
    assert "enabled" in install(system)
    assert system.exists(enabled)


def test_the_page_is_enabled_at_its_address_and_disabled_again(system: OtherRoot) -> None:
    helped = system.run("talkpace", "web", "enable", "--help")
    assert (helped.returncode, system.exists(PAGE_ENABLED)) == (0, False)
    enabled = system.run("talkpace", "web", "enable")
    assert enabled.returncode == 0, enabled.stderr
    assert "The page: http://127.0.0.1:8080/" in enabled.stdout
    assert re.search(r"^    [A-Z2-9]{4}-[A-Z2-9]{4}$", enabled.stdout, flags=re.MULTILINE)
    assert system.exists(PAGE_ENABLED)
    assert "ListenStream=127.0.0.1:8080" in system.read(PAGE_ADDRESS)
    assert system.mode("/var/lib/talkpace/web/web.json") == "600 talkpace:talkpace"

    system.add(CONFIGURATION, "[web]\nlisten = '[::1]:8443'")
    system.run("sed", "-i", "0,/^\\[web\\]/{/^\\[web\\]/d}", CONFIGURATION).check_returncode()
    system.run("talkpace", "web", "enable").check_returncode()
    assert "ListenStream=[::1]:8443" in system.read(PAGE_ADDRESS)
    assert system.run("systemd-analyze", "verify", PAGE_UNITS[0]).stderr == ""

    assert "signed out" in system.run("talkpace", "web", "disable").stdout
    assert not system.exists(PAGE_ENABLED)
    assert system.run("talkpace", "web", "run").stderr.startswith("talkpace: the page is off")


def test_an_address_that_would_change_the_unit_is_not_written(system: OtherRoot) -> None:
    """The configuration is checked, and what it gives to root is checked again."""
    fake = "#!/bin/sh\nprintf '127.0.0.1:80\\nExecStartPre=/bin/x\\n'"
    system.run("sh", "-c", 'printf "%b" "$1" > /opt/talkpace/bin/talkpace', "sh", fake).check_returncode()
    refused = system.run("talkpace", "web", "enable")
    assert (refused.returncode, "is not an address" in refused.stderr) == (1, True)
    assert not system.exists(PAGE_ADDRESS)


def test_uninstalling_leaves_configuration_and_database_until_purged(system: OtherRoot) -> None:
    system.add(CONFIGURATION, ATHLETE)
    system.run("talkpace", "athlete", "add", "ben", "birth_year=1980").check_returncode()
    removed = system.run(UNINSTALL)
    assert (removed.returncode, removed.stderr) == (0, "")
    for path in (
        UNIT,
        *PAGE_UNITS,
        "/opt/talkpace",
        "/usr/local/bin/talkpace",
        "/etc/udev/rules.d/60-talkpace-gpio.rules",
    ):
        assert not system.exists(path), path
    assert ATHLETE in system.read(CONFIGURATION)
    assert system.exists("/var/lib/talkpace/talkpace.db")
    assert re.search(r"^unchanged +/var/lib/talkpace$", removed.stdout, flags=re.MULTILINE)

    purged = system.run(UNINSTALL, "--purge")
    assert (purged.returncode, purged.stderr) == (0, "")
    for path in ("/etc/talkpace", "/var/lib/talkpace"):
        assert not system.exists(path), path
    assert system.run("getent", "passwd", "talkpace").returncode != 0
    assert system.run("getent", "group", "talkpace").returncode != 0
    assert system.run(UNINSTALL, "--purge").returncode == 0
