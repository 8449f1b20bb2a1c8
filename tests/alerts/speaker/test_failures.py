"""What aplay prints becomes a sentence and a remedy."""

from __future__ import annotations

import pytest

from talkpace.alerts.speaker.failures import (
    BUSY,
    CONVERT,
    NO_PERMISSION,
    NO_SOUND_SERVER,
    NO_SUCH_DEVICE,
    explain,
)

OPEN = "aplay: main:831: audio open error: "


@pytest.mark.parametrize(
    ("message", "meaning", "remedy"),
    [
        (OPEN + "Device or resource busy", "is in use by another program", BUSY),
        (OPEN + "Permission denied", "may not be opened by this user", NO_PERMISSION),
        (OPEN + "Operation not permitted", "may not be opened by this user", NO_PERMISSION),
        (OPEN + "Host is down", "belongs to a sound server that does not answer", NO_SOUND_SERVER),
        (OPEN + "No such file or directory", "does not exist or was unplugged", NO_SUCH_DEVICE),
        ("aplay: pcm_write:2127: write error: No such device", "does not exist or", NO_SUCH_DEVICE),
        ("aplay: pcm_write:2127: write error: Input/output error", "has failed or was", NO_SUCH_DEVICE),
        ("aplay: set_params:1387: Channels count non available", "does not take this kind of sound", CONVERT),
        ("Segmentation fault", "does not play (Segmentation fault)", NO_SUCH_DEVICE),
        ("", "does not play (without a message)", NO_SUCH_DEVICE),
    ],
)
def test_a_message_is_explained_with_a_remedy(message: str, meaning: str, remedy: str) -> None:
    error = explain("hw:1", message)
    assert f"the device hw:1 {meaning}" in str(error)
    assert error.remedy == remedy


def test_a_device_that_seems_missing_to_one_who_may_open_none_is_a_matter_of_permission() -> None:
    assert explain("hw:1", OPEN + "No such file or directory", may_open=False).remedy == NO_PERMISSION
