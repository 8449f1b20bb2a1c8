"""Without buzzer and LED, sessions continue, and the doctor names fault and remedy."""

from __future__ import annotations

import pytest

from .vm.installation import Athlete, Installation
from .vm.sources import NO_BLUETOOTH, virtual_source

CHIP = "GPIO chip"
PERMISSION, MISSING = "no permission for the GPIO chips", "there is no GPIO chip here"


@pytest.mark.parametrize(
    ("cause", "detail", "remedy"),
    [
        ("chown root: /dev/gpiochip*; chmod 600 /dev/gpiochip*", PERMISSION, "usermod -aG gpio"),
        ("echo 0 > /sys/kernel/config/gpio-sim/pi/live", MISSING, "Raspberry Pi"),
    ],
    ids=["no permission", "no chip"],
)
def test_a_session_continues_without_the_gpio_chip(
    installation: Installation, cause: str, detail: str, remedy: str
) -> None:
    installation.machine.shell(cause)
    installation.set_up(Athlete("anna"), more=NO_BLUETOOTH + virtual_source("anna"))
    assert installation.wait_for("anna/live", lambda live: live["heart_rate"])
    assert installation.wait_for("node").payload["alerts"] == f"buzzer and LED off: {detail}"
    installation.machine.wait_for_log(f"buzzer and LED off: {detail}")
    finding = installation.doctor()[CHIP]
    assert (finding["ok"], finding["detail"]) == (False, detail)
    assert remedy in finding["remedy"]
