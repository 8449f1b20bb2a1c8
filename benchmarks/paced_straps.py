"""Notifications of straps in real time, passed to a callback as bleak does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from talkpace.measurement.heart_rate_payload import Contact, encode

WARM_UP_S = 5
"""not measured: connections and session starts are rare in training"""
_OVER_EVERY = 10
"""every 10th strap exceeds its ceiling of 133 bpm for a while"""

Callback = Callable[[str, bytearray], None]


def address(strap: int) -> str:
    """Bluetooth address of a strap."""
    return f"A0:9E:1A:00:00:{strap:02X}"


async def cpu_per_measurement_ms(straps: int, seconds: int, callback: Callback) -> float:
    """CPU time of this process per measurement, with one measurement a second from each strap.

    Measurements are spread evenly over the second. Encoding them is not included, waking up for them is.
    """
    beats = [
        (address(strap), _payload(strap, second))
        for second in range(WARM_UP_S + seconds)
        for strap in range(straps)
    ]
    loop = asyncio.get_running_loop()
    start_s, used_s = loop.time(), 0.0
    for number, (strap_address, payload) in enumerate(beats):
        if number == WARM_UP_S * straps:
            used_s = time.process_time()
        await asyncio.sleep(max(0.0, start_s + number / straps - loop.time()))
        callback(strap_address, bytearray(payload))
    await asyncio.sleep(1)
    return (time.process_time() - used_s) / (straps * seconds) * 1000


def _payload(strap: int, second: int) -> bytes:
    over_ceiling = strap % _OVER_EVERY == 0 and 10 <= second < 20
    heart_rate = 118 + (second + strap) // 3 % 8 + (20 if over_ceiling else 0)
    rr_ms = 60_000 / heart_rate
    return encode(heart_rate, contact=Contact.YES, rr_ms=[rr_ms, rr_ms + 3])
