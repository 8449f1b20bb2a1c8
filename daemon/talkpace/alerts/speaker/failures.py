"""Say what a message of aplay or the ALSA library means, and what to do about it."""

from __future__ import annotations

from ..outputs import AlertDeviceError

MISSING_PROGRAM = "sudo apt install alsa-utils"
NO_SUCH_DEVICE = "connect the speaker, or set alerts.speaker.device to a device that `aplay -L` prints"
NO_PERMISSION = "sudo usermod -aG audio talkpace, then sudo systemctl restart talkpace"
BUSY = "stop the program that plays on it, or set alerts.speaker.device to another device"
NO_SOUND_SERVER = (
    "PipeWire belongs to who is signed in: set alerts.speaker.device to a sound card, such as"
    " plughw:CARD=Headphones"
)
CONVERT = "write plughw: in place of hw: in alerts.speaker.device"

_CAUSES = (
    (("device or resource busy",), "is in use by another program", BUSY),
    (("permission denied", "operation not permitted"), "may not be opened by this user", NO_PERMISSION),
    (
        ("connection refused", "host is down"),
        "belongs to a sound server that does not answer",
        NO_SOUND_SERVER,
    ),
    (("non available", "not available"), "does not take this kind of sound", CONVERT),
    (
        ("no such file", "no such device", "unknown pcm", "invalid value for card", "cannot find card"),
        "does not exist or was unplugged",
        NO_SUCH_DEVICE,
    ),
    (("input/output error", "file descriptor in bad state"), "has failed or was unplugged", NO_SUCH_DEVICE),
)
"""(parts of a message, what it means, remedy); the first that matches counts"""
_LONGEST = 200


def explain(device: str, message: str, *, may_open: bool = True) -> AlertDeviceError:
    """Return the error for what aplay has printed.

    `may_open` is whether this user may open the sound cards: to one who may not, ALSA says there is none.
    """
    lower = message.lower() if may_open else "permission denied"
    for parts, meaning, remedy in _CAUSES:
        if any(part in lower for part in parts):
            return AlertDeviceError(f"the device {device} {meaning}", remedy)
    what = message[-_LONGEST:] or "without a message"
    return AlertDeviceError(f"the device {device} does not play ({what})", NO_SUCH_DEVICE)
