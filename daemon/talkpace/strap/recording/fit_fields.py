"""The fields of our own in FIT files that talkpace writes: they keep what FIT itself rounds.

FIT dates a record in whole seconds, and counts RR intervals in ms, where straps count 1/1024 s. As
developers' own fields, with an application id, other software shows them or passes them over.
"""

from __future__ import annotations

import uuid

APPLICATION = uuid.UUID("5ab1c5b3-6a0e-4f6c-9d0c-1c8f0f8a7e11").bytes
"""marks the fields as ours"""

MILLISECONDS = 0
"""of a `record`: uint16, the part of its time that `timestamp` cuts off, 0 to 999"""
RR_TICKS = 1
"""of an `hrv`: five uint16, its intervals in 1/1024 s; 65535 fills up"""

RR_A_MESSAGE = 5
NO_INTERVAL = 0xFFFF
"""fills up what a message has no interval for"""

FIT_EPOCH_S = 631_065_600
"""1989-12-31T00:00:00Z, which FIT counts from"""

BLUETOOTH_LOW_ENERGY, ANT_PLUS = 3, 1
"""source types of a device"""
HEART_RATE_OVER_BLUETOOTH, HEART_RATE_OVER_ANT = 1, 120
"""device types, by source"""
