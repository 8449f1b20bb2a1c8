"""Fixtures for all tests."""

from __future__ import annotations

import math
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from .broker import idle_mosquitto, mosquitto

__all__ = ["idle_mosquitto", "mosquitto"]

# Timings are measured in the benchmark, never asserted: a busy machine must fail no test.
settings.register_profile("talkpace", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("talkpace")

_TESTS = Path(__file__).resolve().parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long(rank): takes minutes; begun in this order, before the others")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What workers side by side take, and in which order.

    Whole files, as the tests of one share what is costly to start; but each test in the virtual machine by
    itself, as each starts its own. The long ones come first, so that all workers end at about the same time.
    """
    items.sort(key=_rank)
    for item in items:
        file = item.path.relative_to(_TESTS)
        if file.parts[0] != "system":
            item.add_marker(pytest.mark.xdist_group(str(file)))


def _rank(item: pytest.Item) -> float:
    marker = item.get_closest_marker("long")
    return float(marker.args[0]) if marker else math.inf


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
