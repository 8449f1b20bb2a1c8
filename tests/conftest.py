"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from .broker import idle_mosquitto, mosquitto

__all__ = ["idle_mosquitto", "mosquitto"]

# Timings are measured in the benchmark, never asserted: a busy machine must fail no test.
settings.register_profile("talkpace", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("talkpace")


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
