"""Passwords: their rules, and argon2, of which one runs at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .refusal import RefusedError

SHORTEST = 8
LONGEST = 200
_MEMORY_KIB = 19_456
"""OWASP's lowest: 19 MB for a moment, which also a Pi with 512 MB has"""
_ROUNDS = 2
_MOST_WAITING = 5

Result = TypeVar("Result")


class Passwords:
    """Hashes passwords and verifies them in a thread, one after the other."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=_ROUNDS, memory_cost=_MEMORY_KIB, parallelism=1)
        self._one_at_a_time = asyncio.Lock()
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Hash a new password. Raises RefusedError where it is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise RefusedError(400, f"a password has {SHORTEST} to {LONGEST} characters")
        return await self._run(partial(self._hasher.hash, password))

    async def verify(self, known_hash: str, password: str) -> bool:
        """Whether it is the password. Raises RefusedError where too many are being verified."""
        if len(password) > LONGEST:
            return False
        try:
            return await self._run(partial(self._hasher.verify, known_hash, password))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= _MOST_WAITING:
            raise RefusedError(429, "too many people sign in at the same time; try again in a moment")
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
