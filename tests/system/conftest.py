"""Fixtures of the system tests: a virtual machine in which only the radio is simulated. See README.md."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from .vm.checkout import installation_snapshot
from .vm.gpio_pins import GpioPins
from .vm.image import BOOKWORM, SYSTEM, Cache, Image, built_image, digest
from .vm.installation import Installation, start_session
from .vm.machine import Machine, Snapshot
from .vm.snapshots import booted_snapshot, prepared_snapshot
from .vm.virtual_straps import VirtualRadio

_LIMIT_S = 1800
"""the first tests of a run wait for the image and the installation"""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "system: needs the virtual machine (QEMU, root)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(SYSTEM):
            item.add_marker(pytest.mark.system)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(_LIMIT_S))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    arguments: dict[str, object] = getattr(item, "funcargs", {})
    machines = [
        value.machine if isinstance(value, Installation) else value
        for value in arguments.values()
        if isinstance(value, Machine | Installation)
    ]
    for machine in machines:
        if report.failed:
            report.sections += [(f"guest's {name}", text) for name, text in machine.logs().items()]
            copy_logs(machine, item.name, report.longreprtext)
    return report


def copy_logs(machine: Machine, name: str, failure: str) -> None:
    """Copy the complete logs and the failure to $TALKPACE_SYSTEM_LOGS while other workers still run."""
    if folder := os.environ.get("TALKPACE_SYSTEM_LOGS"):
        target = Path(folder) / name.replace("/", "_")
        target.mkdir(parents=True, exist_ok=True)
        (target / "failure.txt").write_text(failure)
        for log in machine.folder.glob("*.log"):
            shutil.copy(log, target)


def missing_requirement() -> str | None:
    """Why no machine can be built and run here; None if it can."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return "system tests need Linux on x86-64"
    if os.geteuid() != 0:
        return "system tests must run as root to build their image"
    if not (shutil.which("apt-get") or shutil.which("mmdebstrap")):
        return "system tests need apt-get and mmdebstrap to build their image"
    return None


@pytest.fixture(scope="session")
def cache() -> Cache:
    if reason := missing_requirement():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Cache.default()


@pytest.fixture(scope="session")
def image(cache: Cache) -> Image:
    return built_image(cache, BOOKWORM)


@pytest.fixture(scope="session")
def snapshot(cache: Cache, image: Image) -> Snapshot:
    """A booted machine with the guest programs running, without talkpace."""
    return booted_snapshot(cache, image)


@pytest.fixture(scope="session")
def installed(cache: Cache, image: Image) -> Snapshot:
    """A machine with talkpace installed, no athlete configured, and the service stopped."""
    return installation_snapshot(cache, image)


@pytest.fixture
def installation(image: Image, installed: Snapshot, tmp_path: Path) -> Iterator[Installation]:
    """A running machine of the test's own with talkpace installed."""
    with Machine.resumed(image, installed, tmp_path / "machine") as machine:
        yield Installation(machine)


@pytest.fixture(scope="session")
def session_snapshot(cache: Cache, image: Image, installed: Snapshot) -> Snapshot:
    """The same with Anna's session active: see `start_session`."""
    key = digest([SYSTEM / "vm"])
    return prepared_snapshot(cache, image, installed, kind="session", key=key, prepare=start_session)


@pytest.fixture
def active_session(image: Image, session_snapshot: Snapshot, tmp_path: Path) -> Iterator[Installation]:
    """A running machine of the test's own with Anna's session active."""
    with Machine.resumed(image, session_snapshot, tmp_path / "machine") as machine:
        yield Installation(machine)


@pytest.fixture
def machine(image: Image, snapshot: Snapshot, tmp_path: Path) -> Iterator[Machine]:
    """A running machine of the test's own, without talkpace."""
    with Machine.resumed(image, snapshot, tmp_path / "machine") as machine:
        yield machine


@pytest.fixture
def radio(machine: Machine) -> VirtualRadio:
    """Its virtual Bluetooth adapters and straps."""
    return VirtualRadio(machine)


@pytest.fixture
def pins(machine: Machine) -> GpioPins:
    """Its simulated GPIO lines."""
    return GpioPins(machine)
