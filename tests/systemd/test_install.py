"""`systemd/install` and `uninstall`, run for real and offline on this system under another root."""

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
from .other_root import OtherRoot, lacking, other_root, put_checkout

CHECKOUT = Path(__file__).resolve().parents[2]
LOCK = CHECKOUT / "scripts" / "locks" / "run.txt"
SCRIPTS = ("install", "uninstall", "talkpace-command")
CONFIGURATION = "/etc/talkpace/talkpace.toml"
UNIT = "/etc/systemd/system/talkpace.service"
SOMEBODY = '[[athletes]]\nid = "anna"\nbirth_year = 1984'
INSTALL = ("/checkout/systemd/install", "--offline", "/wheels")
UNINSTALL = "/checkout/systemd/uninstall"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def wheels() -> Path:
    """What the lock names, for Debian's Python; downloaded where the lock has changed."""
    if reason := lacking():
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
class FirstTime:
    """A system that talkpace was installed on, and what the installer said."""

    root: OtherRoot
    said: dict[str, list[str]]


@pytest.fixture(scope="module")
def first_time(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Iterator[FirstTime]:
    """Every test begins here, in a layer of its own above it: an installation takes its time."""
    with other_root(tmp_path_factory.mktemp("first"), wheels) as root:
        put_checkout(root, CHECKOUT)
        yield FirstTime(root, installed(root))


@pytest.fixture
def system(tmp_path: Path, first_time: FirstTime, wheels: Path) -> Iterator[OtherRoot]:
    """A system with talkpace installed, and nobody configured yet."""
    with other_root(tmp_path, wheels, over=first_time.root) as root:
        yield root


def installed(root: OtherRoot, *options: str) -> dict[str, list[str]]:
    """Runs the installer; what it said, by the first word of each line."""
    done = root.run(*INSTALL, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    said: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        word, _, rest = line.partition(" ")
        said.setdefault(word, []).append(rest.strip())
    return said


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_scripts_are_plain_shell_without_fault(script: str) -> None:
    tool = shutil.which("shellcheck")
    if tool is None:
        unavailable("shellcheck is not installed")
    found = subprocess.run(
        [tool, "--shell=sh", str(CHECKOUT / "systemd" / script)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize("script", ["install", "uninstall"])
def test_it_wants_root_and_says_so(script: str, system: OtherRoot) -> None:
    refused = system.run(f"/checkout/systemd/{script}", user="nobody")
    assert refused.returncode == 1
    assert f"run as root: sudo systemd/{script}" in refused.stderr
    wrong = system.run(f"/checkout/systemd/{script}", "--ofline")
    assert wrong.returncode == 2
    assert "no option --ofline" in wrong.stderr


def test_installed_the_program_works_without_the_checkout(first_time: FirstTime, system: OtherRoot) -> None:
    said = first_time.said
    assert {"user talkpace", CONFIGURATION, UNIT} <= set(said["made"])
    assert any("nobody is configured yet" in line for line in said["waiting"])
    assert any("systemd is not running here" in line for line in said["skipped"])
    assert system.mode("/etc/talkpace") == "750 root:talkpace"
    assert system.mode(CONFIGURATION) == "640 root:talkpace"
    assert system.mode("/var/lib/talkpace") == "700 talkpace:talkpace"
    assert {"bluetooth", "gpio"} <= set(system.run("id", "-nG", "talkpace").stdout.split())
    assert not system.exists("/opt/talkpace.new")
    assert not system.exists("/opt/talkpace.old")

    system.run("rm", "-r", "/checkout").check_returncode()
    assert re.fullmatch(r"talkpace, version \S+\n", system.run("talkpace", "--version").stdout)
    assert system.run("talkpace", "config", "check").stdout == f"{CONFIGURATION}: fine\n"
    verified = system.run("systemd-analyze", "verify", UNIT)
    assert (verified.returncode, verified.stderr) == (0, "")


def test_what_root_commands_is_done_as_the_daemons_user(system: OtherRoot) -> None:
    system.run("talkpace", "athlete", "add", "anna", "birth_year=1984").check_returncode()
    assert system.mode("/var/lib/talkpace/talkpace.db") == "600 talkpace:talkpace"
    refused = system.run("talkpace", "config", "check", user="nobody")
    assert refused.returncode != 0
    assert "Permission denied" in refused.stderr


def test_run_again_it_keeps_everything(first_time: FirstTime, system: OtherRoot) -> None:
    system.add(CONFIGURATION, SOMEBODY)
    again = installed(system)
    assert not {"made", "replaced", "building"} & set(again)
    assert {line for line in first_time.said["made"] if "/" in line} <= set(again["kept"])
    assert SOMEBODY in system.read(CONFIGURATION)


def test_an_upgrade_replaces_the_program_and_keeps_the_persons_configuration(system: OtherRoot) -> None:
    system.add(CONFIGURATION, SOMEBODY)
    system.run("sed", "-i", 's/^__version__.*/__version__ = "99.0"/', "/checkout/daemon/talkpace/__init__.py")
    system.add("/checkout/systemd/talkpace.service", "# newer")
    said = installed(system)
    assert {"/opt/talkpace: talkpace, version 99.0", UNIT} <= set(said["replaced"])
    assert system.run("talkpace", "--version").stdout == "talkpace, version 99.0\n"
    assert SOMEBODY in system.read(CONFIGURATION)


def test_an_upgrade_that_cannot_be_built_leaves_what_was_there(system: OtherRoot) -> None:
    system.add("/checkout/daemon/talkpace/__init__.py", '__version__ = "99.0"')
    failed = system.run(INSTALL[0], "--offline", "/media")
    assert failed.returncode == 1
    assert "what was there was left as it is" in failed.stderr
    assert "99.0" not in system.run("talkpace", "--version").stdout
    assert not system.exists("/opt/talkpace.new")


def test_a_configuration_that_the_new_version_refuses_leaves_the_old_one_in_place(system: OtherRoot) -> None:
    system.add("/checkout/daemon/talkpace/__init__.py", '__version__ = "99.0"')
    system.add(CONFIGURATION, "[nonsense]")
    refused = system.run(*INSTALL)
    assert refused.returncode == 1
    assert f"{CONFIGURATION}: nonsense: unknown key" in refused.stderr
    assert "the old one was left as it is" in refused.stderr
    assert "99.0" not in system.run("talkpace", "--version").stdout
    assert not system.exists("/opt/talkpace.new")


def test_an_upgrade_cut_between_its_two_moves_is_undone(system: OtherRoot) -> None:
    system.run("mv", "/opt/talkpace", "/opt/talkpace.old").check_returncode()
    assert any(line.startswith("/opt/talkpace:") for line in installed(system)["kept"])


def test_it_is_enabled_where_somebody_is_configured_unless_that_is_not_wanted(system: OtherRoot) -> None:
    enabled = "/etc/systemd/system/multi-user.target.wants/talkpace.service"
    system.add(CONFIGURATION, SOMEBODY)
    system.run("rm", UNIT).check_returncode()
    assert "enabled" not in installed(system, "--no-start")
    assert not system.exists(enabled)
    system.run("rm", UNIT).check_returncode()
    assert "enabled" in installed(system)
    assert system.exists(enabled)


def test_uninstalled_only_the_persons_own_things_are_left_until_purged(system: OtherRoot) -> None:
    system.add(CONFIGURATION, SOMEBODY)
    system.run("talkpace", "athlete", "add", "ben", "birth_year=1980").check_returncode()
    removed = system.run(UNINSTALL)
    assert (removed.returncode, removed.stderr) == (0, "")
    for path in (
        UNIT,
        "/opt/talkpace",
        "/usr/local/bin/talkpace",
        "/etc/udev/rules.d/60-talkpace-gpio.rules",
    ):
        assert not system.exists(path), path
    assert SOMEBODY in system.read(CONFIGURATION)
    assert system.exists("/var/lib/talkpace/talkpace.db")
    assert re.search(r"^kept +/var/lib/talkpace$", removed.stdout, flags=re.MULTILINE)

    purged = system.run(UNINSTALL, "--purge")
    assert (purged.returncode, purged.stderr) == (0, "")
    for path in ("/etc/talkpace", "/var/lib/talkpace"):
        assert not system.exists(path), path
    assert system.run("getent", "passwd", "talkpace").returncode != 0
    assert system.run("getent", "group", "talkpace").returncode != 0
    assert system.run(UNINSTALL, "--purge").returncode == 0
