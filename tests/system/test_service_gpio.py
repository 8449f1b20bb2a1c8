"""Buzzer and LED that cannot be had: training goes on without them, and the fault has a name and a remedy."""

from __future__ import annotations

import pytest

from .bed.household import Athlete, Household
from .bed.training import QUIET, virtual

CHIP = "GPIO chip"
PERMISSION, MISSING = "no permission for the GPIO chips", "there is no GPIO chip here"


@pytest.mark.parametrize(
    ("breaks", "says", "remedy"),
    [
        ("chown root: /dev/gpiochip*; chmod 600 /dev/gpiochip*", PERMISSION, "usermod -aG gpio"),
        ("echo 0 > /sys/kernel/config/gpio-sim/pi/live", MISSING, "Raspberry Pi"),
    ],
    ids=["no permission", "no chip"],
)
def test_without_the_gpio_chip_training_goes_on(
    household: Household, breaks: str, says: str, remedy: str
) -> None:
    household.machine.shell(breaks)
    household.settle(Athlete("anna"), more=QUIET + virtual("anna"))
    assert household.heard("anna/live", lambda live: live["heart_rate"])
    assert household.heard("node").payload["alerts"] == f"buzzer and LED off: {says}"
    household.machine.said(f"buzzer and LED off: {says}")
    finding = household.doctor()[CHIP]
    assert (finding["ok"], finding["says"]) == (False, says)
    assert remedy in finding["remedy"]
