"""Fixtures for all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from .broker import idle_mosquitto, mosquitto

__all__ = ["idle_mosquitto", "mosquitto"]

# Timings are measured in the benchmark, never asserted: a busy machine must fail no test.
settings.register_profile("talkpace", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("talkpace")
