"""Constants of FIT files, and the developer fields that talkpace adds.

FIT dates a record in whole seconds and counts RR intervals in ms, where straps count 1/1024 s. The
developer fields keep the exact values; other software shows or ignores them.
"""

from __future__ import annotations

import uuid

APPLICATION = uuid.UUID("5ab1c5b3-6a0e-4f6c-9d0c-1c8f0f8a7e11").bytes
"""application id of the developer fields"""

MILLISECONDS = 0
"""developer field of a `record` (uint16): milliseconds after its `timestamp`, 0 to 999"""
RR_TICKS = 1
"""developer field of an `hrv` (five uint16): its intervals in 1/1024 s, in the places that are used there"""

HOLD = 2
"""developer field of a `record` (uint16): how long its value holds, in ms"""
NO_HOLD = 0xFFFF

RR_PER_MESSAGE = 5
NO_INTERVAL = 0xFFFF
"""value of an unused place"""

FIT_EPOCH_S = 631_065_600
"""1989-12-31T00:00:00Z in Unix time; FIT timestamps count from it"""

BLUETOOTH_LOW_ENERGY, ANT_PLUS = 3, 1
"""values of `source_type` in a `device_info`"""
HEART_RATE_OVER_BLUETOOTH, HEART_RATE_OVER_ANT = 1, 120
"""values of `device_type` in a `device_info`, which depend on the source type"""
