"""Heart rates that a strap stored are merged with the records as Garmin's SDK merges them."""

from __future__ import annotations

import random

import pytest
from garmin_fit_sdk.hr_mesg_utils import merge_heart_rates

from talkpace.formats.fit.heart_rates import HeartRateMessage, merge, stored_heart_rates


@pytest.mark.parametrize("seed", range(20))
def test_records_get_what_garmins_sdk_gives_them(seed: int) -> None:
    rng = random.Random(seed)
    ticks, messages, sdk_messages = 5_000_000, [], []
    first = ticks
    for number in range(80):
        bpm = tuple(rng.randint(90, 180) for _ in range(1 if number == 0 else 8))
        times = []
        for _ in bpm:
            times.append(ticks)
            ticks += rng.choice((300, 700, 1024, 2500, 9000))
        start = 1_000_000 if number == 0 else None
        messages.append(HeartRateMessage(start, 0 if start else None, bpm, tuple(times), ()))
        sdk = {"event_timestamp": [time / 1024 for time in times], "filtered_bpm": list(bpm)}
        sdk_messages.append({**sdk, "timestamp": start, "fractional_timestamp": 0.0} if start else sdk)
    seconds = [1_000_000]
    while seconds[-1] < 1_000_000 + (ticks - first) / 1024 - 40:
        seconds.append(seconds[-1] + rng.choice((1, 1, 1, 2, 7, 30)))
    records = [{"timestamp": second} for second in seconds]
    merge_heart_rates(sdk_messages, records)  # type: ignore[arg-type]
    assert merge(stored_heart_rates(messages), seconds) == [each.get("heart_rate") for each in records]


def test_packed_times_continue_from_the_last_one() -> None:
    anchor = HeartRateMessage(1_000, None, (100,), (4_000,), ())
    packed = HeartRateMessage(None, None, (101, 102), (), (0x88, 0x83, 0x78))
    times = [one.time_s for one in stored_heart_rates([anchor, packed])]
    assert times == pytest.approx([1_000, 1_000 + (0x1388 - 4_000) / 1024, 1_000 + (0x1788 - 4_000) / 1024])
