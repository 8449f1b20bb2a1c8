"""Which names of devices are accepted: those of sound cards, and none that writes a file."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from talkpace.config.model import SpeakerConfig


@pytest.mark.parametrize(
    "device",
    [
        "default",
        "plughw:CARD=Headphones,DEV=0",
        "hw:1,0",
        "bluealsa:DEV=A0:B1:C2:D3:E4:F5,PROFILE=a2dp",
        "dmix",
    ],
)
def test_the_name_of_a_device_is_accepted(device: str) -> None:
    assert SpeakerConfig(device=device).device == device


@pytest.mark.parametrize(
    "device",
    [
        "",
        "-D",
        "file:FILE=x",
        "tee:default,x,raw",
        "plug:'file:x'",
        "|sh",
        "default\n",
        "a b",
        "../x",
        "x" * 101,
    ],
)
def test_what_is_no_device_or_writes_a_file_is_refused(device: str) -> None:
    with pytest.raises(ValidationError, match="aplay -L"):
        SpeakerConfig(device=device)
