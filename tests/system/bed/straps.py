"""The virtual straps in the guest, from outside."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from .channel import BedError
from .machine import Machine

ADAPTER = "B8:27:EB:00:00:01"
"""the adapter that is there from the start"""
_SOCKET = "/run/bed/straps.sock"

Kind = Literal["public", "static", "private"]


class StrapsError(BedError):
    """The straps refuse what was asked of them, or did not get there in time."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a strap sees itself. `connected` names its centrals."""

    address: str
    advertising: bool
    connected: tuple[str, ...]
    subscribed: bool
    encrypted: bool
    bonded: bool
    playing: bool
    sent: int

    @classmethod
    def of(cls, told: dict[str, Any]) -> Status:
        return cls(**told | {"connected": tuple(told["connected"])})


@dataclass(frozen=True, slots=True)
class Sent:
    """A notification of 0x2A37 as it left the strap, on the guest's CLOCK_MONOTONIC."""

    at_s: float
    data: bytes


class Air:
    """All that is within range of the guest: its adapters and the straps."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def add(
        self,
        label: str,
        *,
        address: str,
        kind: Kind = "public",
        name: str | None = None,
        battery: int = 87,
        bonds: bool = False,
        secured: bool = False,
    ) -> Strap:
        """A strap that advertises, and sends 72 bpm each second to who subscribes.

        kind: its address is public, random and static, or private and resolvable (`address` is then its
        identity). bonds: accepts pairing, and bonds; else it answers that it does not support it. secured:
        wants an encrypted link before it lets anyone subscribe.
        """
        self.ask(
            "add",
            strap=label,
            address=address,
            kind=kind,
            name=name or f"Virtual {label}",
            battery=battery,
            bonds=bonds,
            secured=secured,
        )
        return Strap(label, self)

    def strap(self, label: str) -> Strap:
        """One that was added before, such as in a saved machine."""
        return Strap(label, self)

    def remove(self, label: str) -> None:
        """Ends a strap for good."""
        self.ask("remove", strap=label)

    def add_adapter(self, address: str = ADAPTER) -> None:
        """Plugs an adapter in. The same address may come back after it was removed."""
        self.ask("adapter_add", adapter=address)

    def remove_adapter(self, address: str = ADAPTER) -> None:
        """Pulls it out, with its links."""
        self.ask("adapter_remove", adapter=address)

    def adapters(self) -> list[str]:
        """The addresses of those that are there."""
        adapters: list[str] = self.ask("status")["adapters"]
        return adapters

    def ask(self, do: str, *, limit_s: float = 60, **arguments: object) -> dict[str, Any]:
        """Raises StrapsError with what the straps say."""
        line = json.dumps({"do": do} | arguments) + "\n"
        result = self._machine.run(
            *("socat", f"-t{limit_s:.0f}", "-", f"UNIX-CONNECT:{_SOCKET}"), stdin=line, limit_s=limit_s + 5
        )
        answer: dict[str, Any] = json.loads(result.text)
        if "error" in answer:
            raise StrapsError(f"{do}: {answer['error']}")
        return answer

    def upload(self, capture: str) -> str:
        """Puts a raw capture into the guest and returns its path there."""
        path = f"/run/bed/captures/{uuid.uuid4()}.csv"
        self._machine.write(path, capture)
        return path


class Strap:
    """One strap. Every call returns once the strap has done it."""

    def __init__(self, label: str, air: Air) -> None:
        self.label = label
        self._air = air

    def status(self) -> Status:
        return Status.of(self._air.ask("status")["straps"][self.label])

    def wait(self, *, limit_s: float = 120, **wanted: bool | int) -> Status:
        """Until the status is as wanted, by its names; connected and sent by their number, or more.

        Raises StrapsError with the status after `limit_s`.
        """
        told = self._air.ask("wait", strap=self.label, within_s=limit_s, limit_s=limit_s + 5, **wanted)
        return Status.of(told | {"connected": [str(peer) for peer in told["connected"]]})

    def beat(self, heart_rate: int, *, rr_ms: Iterable[float] | None = None) -> None:
        """Steady beats from now on, RR by the rate unless given; 0 is the filler of straps that hear none."""
        rr = None if rr_ms is None else list(rr_ms)
        self._air.ask("set", strap=self.label, heart_rate=heart_rate, rr_ms=rr)

    def every(self, seconds: float) -> None:
        """The pace of steady notifications."""
        self._air.ask("set", strap=self.label, interval_s=seconds)

    def contact(self, state: bool | None) -> None:
        """On skin, off it, or not able to tell (None)."""
        self._air.ask("set", strap=self.label, contact=state)

    def play(self, capture: str, *, speed: float = 1) -> None:
        """Sends a raw capture (lines of seconds,hex) once somebody subscribes, `speed` times as fast.

        Silent from its end on; `stop` brings the steady beats back.
        """
        self._air.ask("play", strap=self.label, file=self._air.upload(capture), speed=speed)

    def stop(self) -> None:
        """Ends a recording; steady beats go on."""
        self._air.ask("stop", strap=self.label)

    def send(self, data: bytes) -> None:
        """One notification of 0x2A37 with any bytes."""
        self._air.ask("send", strap=self.label, data=data.hex())

    def sent(self, *, after: int = 0) -> list[Sent]:
        """Every notification since the first, or after so many."""
        told = self._air.ask("sent", strap=self.label, after=after)["sent"]
        return [Sent(at_ns / 1e9, bytes.fromhex(data)) for at_ns, data in told]

    def battery(self, percent: int) -> None:
        """Sets it, and notifies who subscribed."""
        self._air.ask("battery", strap=self.label, percent=percent)

    def advertise(self, *, on: bool = True) -> None:
        """Starts (also: comes back into range) or stops; a link stays as it is."""
        self._air.ask("advertise", strap=self.label, on=on)

    def leave(self) -> None:
        """Out of range: silent, and links end by their supervision timeout. `advertise` brings it back."""
        self._air.ask("leave", strap=self.label)

    def close(self) -> None:
        """The strap ends its links itself, and advertises on."""
        self._air.ask("close", strap=self.label)

    def readdress(self, address: str | None = None) -> str:
        """A new random address, of its kind or as given; its links end. Returns the address."""
        told: str = self._air.ask("readdress", strap=self.label, address=address)["address"]
        return told

    def hang(self, *, on: bool = True) -> None:
        """From now on it answers nothing that it is asked (service discovery, reading), and sends on."""
        self._air.ask("set", strap=self.label, hangs=on)

    def refuse(self, *, on: bool = True) -> None:
        """New links fail, as of a strap that has no place for another."""
        self._air.ask("refuse", strap=self.label, on=on)

    def unbond(self) -> None:
        """Forgets its keys, as with a new battery."""
        self._air.ask("unbond", strap=self.label)
