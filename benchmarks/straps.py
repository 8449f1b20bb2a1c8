"""Straps at their real pace, as both sides of the comparison get them: a callback, as bleak would call it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from talkpace.measurement.payload import Contact, encode

WARM_UP_S = 5
"""connections and session starts are not what an hour of training costs"""
_ROUND = 10
"""one in so many goes over the ceiling of 133"""

Callback = Callable[[str, bytearray], None]


def address(strap: int) -> str:
    """A strap's address."""
    return f"A0:9E:1A:00:00:{strap:02X}"


async def cpu_per_measurement_ms(straps: int, seconds: int, callback: Callback) -> float:
    """User and system time of this whole process, while each strap sends a measurement a second.

    They are spread evenly over the second, as real ones are. Making the bytes is not counted; waking
    up for each is, on both sides.
    """
    beats = [
        (address(strap), _payload(strap, second))
        for second in range(WARM_UP_S + seconds)
        for strap in range(straps)
    ]
    loop = asyncio.get_running_loop()
    start_s, used_s = loop.time(), 0.0
    for number, (whose, payload) in enumerate(beats):
        if number == WARM_UP_S * straps:
            used_s = time.process_time()
        await asyncio.sleep(max(0.0, start_s + number / straps - loop.time()))
        callback(whose, bytearray(payload))
    await asyncio.sleep(1)
    return (time.process_time() - used_s) / (straps * seconds) * 1000


def _payload(strap: int, second: int) -> bytes:
    goes_over = strap % _ROUND == 0 and 10 <= second < 20
    heart_rate = 118 + (second + strap) // 3 % 8 + (20 if goes_over else 0)
    rr_ms = 60_000 / heart_rate
    return encode(heart_rate, contact=Contact.YES, rr_ms=[rr_ms, rr_ms + 3])
