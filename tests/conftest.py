"""Fixtures for all tests."""

from __future__ import annotations

import math
import os
from collections.abc import Generator

import coverage
import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from .broker import idle_mosquitto, mosquitto

__all__ = ["idle_mosquitto", "mosquitto"]

# Timings are measured in the benchmark, never asserted: a busy machine must fail no test.
settings.register_profile("talkpace", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("talkpace")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long(rank): takes minutes; begun in this order, before the others")
    config.addinivalue_line(
        "markers", "unmeasured: computes much, and is left out of the coverage for its speed"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones come first, so that workers side by side end at about the same time."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> float:
    marker = item.get_closest_marker("long")
    return float(marker.args[0]) if marker else math.inf


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Tracing doubles the time of what computes much: property tests and long recordings go without."""
    function = getattr(item, "obj", None)
    tracing = coverage.Coverage.current()
    if tracing is None or not (item.get_closest_marker("unmeasured") or is_hypothesis_test(function)):
        return (yield)
    tracing.stop()
    of_children = os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    try:
        return (yield)
    finally:
        if of_children is not None:
            os.environ["COVERAGE_PROCESS_CONFIG"] = of_children
        tracing.start()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """With --dist=loadscope."""
    return _ByFile(config, log)


class _ByFile(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Workers take whole files, as the tests of one share what is costly to start.

    But each test in the virtual machine goes by itself, as each resumes its own.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file.startswith("tests/system/") else file


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Nothing may be skipped in CI: what is missing there is a fault of CI."""
    report = yield
    # What xdist's workers hand over has to be UTF-8; some tests log lone surrogates.
    report.sections = [
        (name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections
    ]
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which in CI is a failure: {report.longrepr}"
    return report
