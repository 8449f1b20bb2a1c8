"""Each summary reaches the broker exactly once after any broker fault, and the doctor names fault and remedy.

In each test a session ends while the broker is unreachable: a recording of a few seconds that is played
when the daemon starts.
"""

from __future__ import annotations

import time

import pytest

from .vm.broker import Broker
from .vm.installation import CONFIGURATION, Athlete, Installation
from .vm.machine import GuestCommandError
from .vm.sources import NO_BLUETOOTH, recording_source

SUMMARY = "talkpace/gym/anna/summary"
MQTT = "MQTT broker"
BACK_WITHIN_S = 180
CREDENTIALS = "-u anna -P tortoise"
"""of the reader; a broker without passwords accepts any"""


@pytest.fixture
def broker(installation: Installation) -> Broker:
    """A running broker that logs every message."""
    installation.configure(
        Athlete("anna"),
        more=f"{NO_BLUETOOTH}[sessions]\nmin_duration_s = 0\n"
        + recording_source(installation.machine, "anna", [100, 105, 110]),
    )
    broker = Broker(installation.machine)
    broker.enable_log()
    return broker


def play_session(installation: Installation) -> str:
    """Restart the daemon, wait for the end of the session that it plays, and return its id."""
    marker = f"marker-{time.monotonic_ns()}"
    installation.machine.run("logger", marker)
    installation.machine.run("systemctl", "restart", "talkpace", limit_s=600)
    return installation.machine.retry(
        f"journalctl --output=cat | sed '0,/{marker}/d' |"
        r" sed -n 's/^session \(.*\) of anna has ended.*/\1/p' | grep ."
    )


def connect_to(installation: Installation, **settings: str) -> None:
    """Change settings of the [mqtt] table and reload nothing."""
    lines = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
    text = installation.machine.read(CONFIGURATION).decode().replace("[mqtt]\n", f"[mqtt]\n{lines}", 1)
    installation.machine.write(CONFIGURATION, text, mode=0o640)
    installation.machine.run("chgrp", "talkpace", CONFIGURATION)


def outbox_topics(installation: Installation) -> list[str]:
    """Topics of the messages in the outbox."""
    return [row["topic"] for row in installation.rows("SELECT topic FROM outbox ORDER BY id")]


def health(installation: Installation) -> str:
    """The status line that `systemctl status` shows."""
    return installation.machine.run("systemctl", "show", "-p", "StatusText", "--value", "talkpace").text


def wait_for_broker_state(installation: Installation, text: str) -> None:
    installation.machine.retry(
        f"systemctl show -p StatusText --value talkpace | grep -q 'broker: {text}'", limit_s=BACK_WITHIN_S
    )


def assert_fault(installation: Installation, *, fault: str, remedy: str) -> None:
    """Check that the doctor and the daemon report the fault, and the doctor its remedy."""
    finding = installation.doctor()[MQTT]
    assert not finding["ok"]
    assert fault in finding["detail"]
    assert remedy in finding["remedy"]
    wait_for_broker_state(installation, f".*{fault}")


def assert_arrives(installation: Installation, broker: Broker, session: str, *, count: int) -> None:
    """Check that the session's summary is retained and the outbox becomes empty."""
    installation.machine.retry(
        f"mosquitto_sub {CREDENTIALS} -C 1 -W 5 -t {SUMMARY} | grep -q {session}", limit_s=BACK_WITHIN_S
    )
    end = time.monotonic() + BACK_WITHIN_S
    while topics := outbox_topics(installation):
        if time.monotonic() > end:
            raise GuestCommandError(f"messages still in the outbox: {topics}; {health(installation)}")
        time.sleep(0.2)
    assert broker.received(SUMMARY) == count


def test_a_summary_is_delivered_after_the_broker_was_stopped(
    installation: Installation, broker: Broker
) -> None:
    broker.stop()
    session = play_session(installation)
    assert "anna/summary" in outbox_topics(installation)
    assert_fault(installation, fault="Connection refused", remedy="that the broker runs")
    broker.start()
    assert_arrives(installation, broker, session, count=1)

    broker.restart()  # while the outbox is empty
    installation.machine.wait_for_log("lost the connection to localhost:1883")
    wait_for_broker_state(installation, "connected")
    assert installation.doctor()[MQTT]["ok"]
    assert broker.received(SUMMARY) == 1


def test_a_wrong_password_is_reported_and_correcting_it_needs_no_restart(
    installation: Installation, broker: Broker
) -> None:
    machine = installation.machine
    machine.write("/etc/talkpace/mqtt-password", "tortoise\n", mode=0o600)
    machine.run("chown", "talkpace:", "/etc/talkpace/mqtt-password")
    connect_to(installation, username="anna", password_file="/etc/talkpace/mqtt-password")
    broker.require_password("anna", "tortoise")
    assert_arrives(installation, broker, play_session(installation), count=1)
    wait_for_broker_state(installation, "connected")

    broker.require_password("anna", "hare")
    wait_for_broker_state(installation, "the broker refuses the user name or password")
    session = play_session(installation)
    assert_fault(installation, fault="refuses the user name or password", remedy="mqtt.password_file")
    assert "anna/summary" in outbox_topics(installation)
    broker.require_password("anna", "tortoise")
    assert_arrives(installation, broker, session, count=2)


def test_a_broker_name_that_resolves_only_later_is_reached_without_a_restart(
    installation: Installation, broker: Broker
) -> None:
    connect_to(installation, host="broker.home")
    session = play_session(installation)
    assert "anna/summary" in outbox_topics(installation)
    assert_fault(installation, fault="the name does not resolve", remedy="mqtt.host")
    installation.machine.shell("echo 127.0.0.1 broker.home >> /etc/hosts")
    assert_arrives(installation, broker, session, count=1)
    wait_for_broker_state(installation, "connected")
