"""The installed project and those who use it: its configuration, its commands, what the dashboard hears."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .channel import Result
from .machine import CommandFailedError, Machine
from .pins import Pins
from .straps import Air

NODE = "gym"
CHEST = "A0:9E:1A:00:00:01"
"""address of the strap in `begin_training`"""
BUZZER, LED = 18, 23
"""the GPIO lines that `settle` configures, an active buzzer's and a single LED's"""
CONFIGURATION = "/etc/talkpace/talkpace.toml"
DATABASE = "/var/lib/talkpace/talkpace.db"

_HEARD = "/run/bed/heard"
"""what the subscriber received, one message a line"""
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
    """Someone who trains; 70 % of the default maximum is 133 bpm."""

    id: str
    max_heart_rate: int = 190
    straps: tuple[str, ...] = ()

    def toml(self) -> str:
        """As [[athletes]] has it."""
        straps = json.dumps(list(self.straps))
        return f'[[athletes]]\nid = "{self.id}"\nmax_heart_rate = {self.max_heart_rate}\nstraps = {straps}\n'


@dataclass(frozen=True, slots=True)
class Message:
    """What a subscriber received. `number` counts from 0, in the order of arrival."""

    number: int
    at: float
    """on the guest's wall clock"""
    topic: str
    retained: bool
    text: str

    @property
    def payload(self) -> Any:
        """The JSON document; Household.STATUS alone has none."""
        return json.loads(self.text)


class Household:
    """The project as it is installed on a machine, and everything around it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.air = Air(machine)
        self.pins = Pins(machine)
        self.chest = self.air.strap("chest")
        """the strap of `begin_training`"""
        self._messages: list[Message] = []
        self._unread = 0

    # -- the service ---------------------------------------------------------------------------

    def configure(self, *athletes: Athlete, more: str = "") -> None:
        """Writes the configuration: these athletes, the broker here, a buzzer, an LED; then `more` TOML.

        `more` may open tables that are not yet there, such as [warnings].
        """
        text = _BASE + "".join(athlete.toml() for athlete in athletes) + more
        self.machine.write(CONFIGURATION, text, mode=0o640)
        self.machine.run("chgrp", "talkpace", CONFIGURATION)

    def start(self) -> None:
        """Starts the service, and returns once it says that it is ready."""
        self.machine.run("systemctl", "start", "talkpace", limit_s=600)

    def settle(self, *athletes: Athlete, more: str = "") -> None:
        """The usual beginning: configured, the subscriber listening, the service ready."""
        self.configure(*athletes, more=more)
        self.listen()
        self.start()

    def talkpace(self, *argv: str, check: bool = True, limit_s: float = 240) -> Result:
        """Runs a command as the daemon's user."""
        return self.machine.run("talkpace", *argv, check=check, limit_s=limit_s)

    def doctor(self) -> dict[str, dict[str, Any]]:
        """The findings of `talkpace doctor` by what they are about."""
        told = json.loads(self.talkpace("doctor", "--json", check=False).text)
        return {finding["check"]: finding for finding in told["findings"]}

    def main_pid(self) -> int:
        """The daemon's process; 0 while there is none."""
        return int(self.machine.run("systemctl", "show", "-p", "MainPID", "--value", "talkpace").text)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the database answers to SQL."""
        told = self.machine.run("sqlite3", "-readonly", "-json", DATABASE, query).text
        return json.loads(told) if told else []

    def until_s(self, at_s: float) -> None:
        """Waits until the guest's monotonic clock is there."""
        self.machine.until(f"awk '{{ exit $1 < {at_s} }}' /proc/uptime", limit_s=300)

    # -- the dashboard ---------------------------------------------------------------------------

    def listen(self) -> None:
        """Subscribes to everything under `talkpace`; the subscriber outlives the broker's restarts."""
        self.machine.run(
            *("systemd-run", "--quiet", "--unit=dashboard", "--property=Restart=always"),
            *("--property=RestartSec=200ms", "--property=StartLimitIntervalSec=0"),
            *("sh", "-c", f"exec stdbuf -oL mosquitto_sub -q 1 -t 'talkpace/#' -F '%U %t %r %p' >> {_HEARD}"),
        )
        self.machine.until(f"test -e {_HEARD}")

    def messages(self, topic: str = "") -> list[Message]:
        """All that was received so far, or what came under one topic (below the node: "anna/live")."""
        data = self.machine.shell(f"tail -c +{self._unread + 1} {_HEARD}").stdout
        for line in data.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break  # not yet all there
            self._unread += len(line)
            at, heard_topic, retained, text = line.decode().rstrip("\n").split(" ", 3)
            self._messages.append(Message(len(self._messages), float(at), heard_topic, retained == "1", text))
        wanted = f"talkpace/{NODE}/{topic}"
        return [message for message in self._messages if not topic or message.topic == wanted]

    def heard(
        self,
        topic: str,
        wanted: Callable[[Any], bool] | Mapping[str, Any] | None = None,
        *,
        after: Message | int = -1,
        limit_s: float = 180,
    ) -> Message:
        """Waits for a message as `wanted` (some keys' values, or a condition), and returns the first.

        after: only messages later than this one. Raises CommandFailedError after `limit_s`.
        """
        first = (after.number if isinstance(after, Message) else after) + 1
        end = time.monotonic() + limit_s
        while True:
            seen = [message for message in self.messages(topic) if message.number >= first]
            for message in seen:
                if _fits(message, wanted):
                    return message
            if time.monotonic() > end:
                last = "\n".join(f"  {message.text}" for message in seen[-5:])
                raise CommandFailedError(f"no {topic} as wanted within {limit_s} s; the last were\n{last}")
            time.sleep(0.1)

    def now(self) -> int:
        """The number of the latest message, for `after`."""
        return len(self.messages()) - 1

    def events(self, athlete: str) -> list[str]:
        """The names of an athlete's events so far, in order."""
        return [message.payload["event"] for message in self.messages(f"{athlete}/event")]

    def command(self, athlete: str, name: str, argument: object) -> None:
        """Sends a command, as a dashboard does, and waits until it is carried out."""
        before, topic = self.now(), f"talkpace/{NODE}/{athlete}/command/{name}"
        self.machine.run("mosquitto_pub", "-q", "1", "-t", topic, "-m", json.dumps(argument))
        result = self.heard(f"{athlete}/result", {"name": name}, after=before)
        if not result.payload["ok"]:
            raise CommandFailedError(f"{name}: {result.payload['error']}")


def _fits(message: Message, wanted: Callable[[Any], bool] | Mapping[str, Any] | None) -> bool:
    if wanted is None:
        return True
    if callable(wanted):
        return wanted(message.payload)
    return all(message.payload[key] == value for key, value in wanted.items())


def begin_training(machine: Machine) -> None:
    """Anna wears the strap "chest", which sends 72 bpm: it is connected, and her session is under way."""
    household = Household(machine)
    household.air.add("chest", address=CHEST)
    brief = "[warnings]\nstart_grace_s = 5\n[sessions]\nmin_duration_s = 10\nend_after_s = 900\n"
    household.settle(Athlete("anna", straps=(CHEST,)), more=brief)
    household.heard("anna/live", {"heart_rate": 72})
    household.heard("anna/strap", {"battery_percent": 87})
