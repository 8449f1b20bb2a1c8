"""Fixtures for all tests."""

from __future__ import annotations

from .broker import idle_mosquitto, mosquitto

__all__ = ["idle_mosquitto", "mosquitto"]
