"""Whatever becomes of the broker, each summary reaches it once, and the fault has a name and a remedy.

In each scene a session ends while the broker is out of reach: a recording of a few seconds, which plays
when the daemon starts.
"""

from __future__ import annotations

import time

import pytest

from .bed.broker import Broker
from .bed.household import CONFIGURATION, Athlete, Household
from .bed.machine import CommandFailedError
from .bed.training import QUIET, recorded

SUMMARY = "talkpace/gym/anna/summary"
MQTT = "MQTT broker"
BACK_WITHIN_S = 180
CREDENTIALS = "-u anna -P tortoise"
"""of the one who reads; a broker that wants none takes any"""


@pytest.fixture
def broker(household: Household) -> Broker:
    """It is up, and its log tells what it receives."""
    household.configure(
        Athlete("anna"),
        more=f"{QUIET}[sessions]\nmin_duration_s = 0\n"
        + recorded(household.machine, "anna", [100, 105, 110]),
    )
    broker = Broker(household.machine)
    broker.log()
    return broker


def train(household: Household) -> str:
    """Starts the daemon anew, waits for the end of the session that it plays, and returns its id."""
    mark = f"scene-{time.monotonic_ns()}"
    household.machine.run("logger", mark)
    household.machine.run("systemctl", "restart", "talkpace", limit_s=600)
    return household.machine.until(
        f"journalctl --output=cat | sed '0,/{mark}/d' |"
        r" sed -n 's/^session \(.*\) of anna has ended.*/\1/p' | grep ."
    )


def connect_to(household: Household, **settings: str) -> None:
    """Changes the [mqtt] section."""
    lines = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
    text = household.machine.read(CONFIGURATION).decode().replace("[mqtt]\n", f"[mqtt]\n{lines}", 1)
    household.machine.write(CONFIGURATION, text, mode=0o640)
    household.machine.run("chgrp", "talkpace", CONFIGURATION)


def waits_for_the_broker(household: Household) -> list[str]:
    """Topics of what waits in the outbox."""
    return [row["topic"] for row in household.rows("SELECT topic FROM outbox ORDER BY id")]


def health(household: Household) -> str:
    """The line that `systemctl status` shows."""
    return household.machine.run("systemctl", "show", "-p", "StatusText", "--value", "talkpace").text


def until_healthy(household: Household, says: str) -> None:
    household.machine.until(
        f"systemctl show -p StatusText --value talkpace | grep -q 'broker: {says}'", limit_s=BACK_WITHIN_S
    )


def names(household: Household, *, fault: str, remedy: str) -> None:
    """The doctor says so, and so does the daemon."""
    finding = household.doctor()[MQTT]
    assert not finding["ok"]
    assert fault in finding["says"]
    assert remedy in finding["remedy"]
    until_healthy(household, f".*{fault}")


def arrives(household: Household, broker: Broker, session: str, *, as_number: int) -> None:
    """The session's summary is the latest, and all that waited is acknowledged."""
    household.machine.until(
        f"mosquitto_sub {CREDENTIALS} -C 1 -W 5 -t {SUMMARY} | grep -q {session}", limit_s=BACK_WITHIN_S
    )
    end = time.monotonic() + BACK_WITHIN_S
    while waiting := waits_for_the_broker(household):
        if time.monotonic() > end:
            raise CommandFailedError(f"still not acknowledged: {waiting}; {health(household)}")
        time.sleep(0.2)
    assert broker.received(SUMMARY) == as_number


def test_a_broker_that_is_away_gets_the_summary_when_it_is_back(household: Household, broker: Broker) -> None:
    broker.stop()
    session = train(household)
    assert "anna/summary" in waits_for_the_broker(household)
    names(household, fault="Connection refused", remedy="that the broker runs")
    broker.start()
    arrives(household, broker, session, as_number=1)

    broker.restart()  # with nothing to tell it
    household.machine.said("lost the connection to localhost:1883")
    until_healthy(household, "connected")
    assert household.doctor()[MQTT]["ok"]
    assert broker.received(SUMMARY) == 1


def test_a_changed_password_is_named_and_a_right_one_needs_no_restart(
    household: Household, broker: Broker
) -> None:
    machine = household.machine
    machine.write("/etc/talkpace/mqtt-password", "tortoise\n", mode=0o600)
    machine.run("chown", "talkpace:", "/etc/talkpace/mqtt-password")
    connect_to(household, username="anna", password_file="/etc/talkpace/mqtt-password")
    broker.want_password("anna", "tortoise")
    arrives(household, broker, train(household), as_number=1)
    until_healthy(household, "connected")

    broker.want_password("anna", "hare")
    until_healthy(household, "the broker refuses the user name or password")
    session = train(household)
    names(household, fault="refuses the user name or password", remedy="mqtt.password_file")
    assert "anna/summary" in waits_for_the_broker(household)
    broker.want_password("anna", "tortoise")
    arrives(household, broker, session, as_number=2)


def test_a_name_that_does_not_resolve_at_the_start_may_do_so_later(
    household: Household, broker: Broker
) -> None:
    connect_to(household, host="broker.home")
    session = train(household)
    assert "anna/summary" in waits_for_the_broker(household)
    names(household, fault="the name does not resolve", remedy="mqtt.host")
    household.machine.shell("echo 127.0.0.1 broker.home >> /etc/hosts")
    arrives(household, broker, session, as_number=1)
    until_healthy(household, "connected")
