"""The bed's fixtures: a machine in which all is real but the radio. README.md tells how it works."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from .bed.household import Household, begin_training
from .bed.image import BOOKWORM, SYSTEM, Cache, Image, built, digest
from .bed.machine import Machine, Snapshot
from .bed.pins import Pins
from .bed.project import installed_on
from .bed.saved import booted, prepared
from .bed.straps import Air

_LIMIT_S = 1800
"""the first cases of a run wait for image and installation"""


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
        value.machine if isinstance(value, Household) else value
        for value in arguments.values()
        if isinstance(value, Machine | Household)
    ]
    for machine in machines:
        if report.failed:
            report.sections += [(f"guest's {name}", text) for name, text in machine.logs().items()]
            keep_logs(machine, item.name, report.longreprtext)
    return report


def keep_logs(machine: Machine, name: str, failure: str) -> None:
    """Copies the whole logs to $TALKPACE_SYSTEM_LOGS, with what failed: workers tell it at the end alone."""
    if folder := os.environ.get("TALKPACE_SYSTEM_LOGS"):
        target = Path(folder) / name.replace("/", "_")
        target.mkdir(parents=True, exist_ok=True)
        (target / "failure.txt").write_text(failure)
        for log in machine.folder.glob("*.log"):
            shutil.copy(log, target)


def lacking() -> str | None:
    """Why no machine can be built and run here, if so."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return "the system tests' guest is built on Linux on x86-64"
    if os.geteuid() != 0:
        return "the system tests build their image as root"
    if not (shutil.which("apt-get") or shutil.which("mmdebstrap")):
        return "the system tests build their image with Debian's apt-get and mmdebstrap"
    return None


@pytest.fixture(scope="session")
def cache() -> Cache:
    if reason := lacking():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Cache.default()


@pytest.fixture(scope="session")
def image(cache: Cache) -> Image:
    return built(cache, BOOKWORM)


@pytest.fixture(scope="session")
def snapshot(cache: Cache, image: Image) -> Snapshot:
    """A booted machine with the bed's programs running, and nothing of the project."""
    return booted(cache, image)


@pytest.fixture(scope="session")
def installed(cache: Cache, image: Image) -> Snapshot:
    """A machine on which the installer has run: nobody is configured yet, and the service is stopped."""
    return installed_on(cache, image)


@pytest.fixture
def household(image: Image, installed: Snapshot, tmp_path: Path) -> Iterator[Household]:
    """The project as it was installed, on a running machine of the test's own."""
    with Machine.resumed(image, installed, tmp_path / "machine") as machine:
        yield Household(machine)


@pytest.fixture(scope="session")
def in_session(cache: Cache, image: Image, installed: Snapshot) -> Snapshot:
    """The same with Anna in a session: see `begin_training`."""
    key = digest([SYSTEM / "bed"])
    return prepared(cache, image, installed, kind="training", key=key, prepare=begin_training)


@pytest.fixture
def training(image: Image, in_session: Snapshot, tmp_path: Path) -> Iterator[Household]:
    """Anna's session under way, on a running machine of the test's own."""
    with Machine.resumed(image, in_session, tmp_path / "machine") as machine:
        yield Household(machine)


@pytest.fixture
def machine(image: Image, snapshot: Snapshot, tmp_path: Path) -> Iterator[Machine]:
    """A machine of the test's own, running."""
    with Machine.resumed(image, snapshot, tmp_path / "machine") as machine:
        yield machine


@pytest.fixture
def air(machine: Machine) -> Air:
    """What is within range of it."""
    return Air(machine)


@pytest.fixture
def pins(machine: Machine) -> Pins:
    """Its GPIO lines."""
    return Pins(machine)
