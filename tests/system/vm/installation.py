"""An installation of talkpace in the guest: configuration, service, commands, and received MQTT messages."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .agent_client import Result
from .gpio_pins import GpioPins
from .machine import GuestCommandError, Machine
from .virtual_straps import VirtualRadio

NODE = "gym"
CHEST = "A0:9E:1A:00:00:01"
"""address of the strap that `start_session` adds"""
BUZZER, LED = 18, 23
"""GPIO lines of the active buzzer and the single LED that `configure` sets"""
CONFIGURATION = "/etc/talkpace/talkpace.toml"
DATABASE = "/var/lib/talkpace/talkpace.db"

_MESSAGES_FILE = "/run/bed/messages"
"""one received message a line"""
_BASE = f"""\
[node]
id = "{NODE}"
[mqtt]
enabled = true
[alerts.buzzer]
kind = "active"
line = {BUZZER}
[alerts.led]
kind = "single"
line = {LED}
"""


@dataclass(frozen=True, slots=True)
class Athlete:
    """An athlete; 70 % of the default maximum is 133 bpm."""

    id: str
    max_heart_rate: int = 190
    straps: tuple[str, ...] = ()

    def toml(self) -> str:
        """The [[athletes]] table."""
        straps = json.dumps(list(self.straps))
        return f'[[athletes]]\nid = "{self.id}"\nmax_heart_rate = {self.max_heart_rate}\nstraps = {straps}\n'


@dataclass(frozen=True, slots=True)
class Message:
    """A received message. `number` counts from 0 in order of arrival."""

    number: int
    at: float
    """on the guest's wall clock"""
    topic: str
    retained: bool
    text: str

    @property
    def payload(self) -> Any:
        """The JSON document; not for the status topic, which is plain text."""
        return json.loads(self.text)


class Installation:
    """talkpace as installed on a machine, with its straps, GPIO lines and MQTT messages."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.radio = VirtualRadio(machine)
        self.pins = GpioPins(machine)
        self.chest = self.radio.strap("chest")
        """the strap that `start_session` adds"""
        self._messages: list[Message] = []
        self._unread = 0

    # -- the service ---------------------------------------------------------------------------

    def configure(self, *athletes: Athlete, more: str = "") -> None:
        """Write a configuration with these athletes, the local broker, a buzzer, an LED, and `more` TOML.

        `more` may contain tables that are not set otherwise, such as [warnings].
        """
        text = _BASE + "".join(athlete.toml() for athlete in athletes) + more
        self.machine.write(CONFIGURATION, text, mode=0o640)
        self.machine.run("chgrp", "talkpace", CONFIGURATION)

    def start(self) -> None:
        """Start the service and wait until it is ready."""
        self.machine.run("systemctl", "start", "talkpace", limit_s=600)

    def set_up(self, *athletes: Athlete, more: str = "") -> None:
        """Write the configuration, subscribe, and start the service."""
        self.configure(*athletes, more=more)
        self.subscribe()
        self.start()

    def talkpace(self, *argv: str, check: bool = True, limit_s: float = 240) -> Result:
        """Run a command of talkpace as the daemon's user."""
        return self.machine.run("talkpace", *argv, check=check, limit_s=limit_s)

    def doctor(self) -> dict[str, dict[str, Any]]:
        """The findings of `talkpace doctor` by check."""
        result = json.loads(self.talkpace("doctor", "--json", check=False).text)
        return {finding["check"]: finding for finding in result["findings"]}

    def main_pid(self) -> int:
        """Process id of the daemon; 0 if it does not run."""
        return int(self.machine.run("systemctl", "show", "-p", "MainPID", "--value", "talkpace").text)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Query the database."""
        result = self.machine.run("sqlite3", "-readonly", "-json", DATABASE, query).text
        return json.loads(result) if result else []

    def wait_until_s(self, at_s: float) -> None:
        """Wait until the guest's monotonic clock has this time."""
        self.machine.retry(f"awk '{{ exit $1 < {at_s} }}' /proc/uptime", limit_s=300)

    # -- MQTT messages ---------------------------------------------------------------------------

    def subscribe(self) -> None:
        """Subscribe to everything under `talkpace`, also across restarts of the broker."""
        self.machine.run(
            *("systemd-run", "--quiet", "--unit=dashboard", "--property=Restart=always"),
            *("--property=RestartSec=200ms", "--property=StartLimitIntervalSec=0"),
            *(
                "sh",
                "-c",
                f"exec stdbuf -oL mosquitto_sub -q 1 -t 'talkpace/#' -F '%U %t %r %p' >> {_MESSAGES_FILE}",
            ),
        )
        self.machine.retry(f"test -e {_MESSAGES_FILE}")

    def messages(self, topic: str = "") -> list[Message]:
        """All messages received so far, or those of one topic below the node, such as "anna/live"."""
        data = self.machine.shell(f"tail -c +{self._unread + 1} {_MESSAGES_FILE}").stdout
        for line in data.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break  # incomplete line
            self._unread += len(line)
            at, message_topic, retained, text = line.decode().rstrip("\n").split(" ", 3)
            self._messages.append(
                Message(len(self._messages), float(at), message_topic, retained == "1", text)
            )
        wanted = f"talkpace/{NODE}/{topic}"
        return [message for message in self._messages if not topic or message.topic == wanted]

    def wait_for(
        self,
        topic: str,
        wanted: Callable[[Any], bool] | Mapping[str, Any] | None = None,
        *,
        after: Message | int = -1,
        limit_s: float = 180,
    ) -> Message:
        """Wait for a message that matches `wanted` (values of some keys, or a condition); return the first.

        after: only messages later than this one. Raises GuestCommandError after `limit_s`.
        """
        first = (after.number if isinstance(after, Message) else after) + 1
        end = time.monotonic() + limit_s
        while True:
            seen = [message for message in self.messages(topic) if message.number >= first]
            for message in seen:
                if _matches(message, wanted):
                    return message
            if time.monotonic() > end:
                last = "\n".join(f"  {message.text}" for message in seen[-5:])
                raise GuestCommandError(
                    f"no matching message on {topic} within {limit_s} s; the last messages were\n{last}"
                )
            time.sleep(0.1)

    def mark(self) -> int:
        """Number of the latest message, for `after`."""
        return len(self.messages()) - 1

    def events(self, athlete: str) -> list[str]:
        """Names of an athlete's events so far, in order."""
        return [message.payload["event"] for message in self.messages(f"{athlete}/event")]

    def command(self, athlete: str, name: str, argument: object) -> None:
        """Send a command over MQTT and wait until it has been carried out."""
        before, topic = self.mark(), f"talkpace/{NODE}/{athlete}/command/{name}"
        self.machine.run("mosquitto_pub", "-q", "1", "-t", topic, "-m", json.dumps(argument))
        result = self.wait_for(f"{athlete}/result", {"name": name}, after=before)
        if not result.payload["ok"]:
            raise GuestCommandError(f"{name}: {result.payload['error']}")


def _matches(message: Message, wanted: Callable[[Any], bool] | Mapping[str, Any] | None) -> bool:
    if wanted is None:
        return True
    if callable(wanted):
        return wanted(message.payload)
    return all(message.payload[key] == value for key, value in wanted.items())


def start_session(machine: Machine) -> None:
    """Start Anna's session with the strap "chest", which is connected and sends 72 bpm."""
    installation = Installation(machine)
    installation.radio.add("chest", address=CHEST)
    short_limits = "[warnings]\nstart_grace_s = 5\n[sessions]\nmin_duration_s = 10\nend_after_s = 900\n"
    installation.set_up(Athlete("anna", straps=(CHEST,)), more=short_limits)
    installation.wait_for("anna/live", {"heart_rate": 72})
    installation.wait_for("anna/strap", {"battery_percent": 87})
