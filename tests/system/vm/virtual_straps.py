"""Client of the virtual strap program in the guest."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from .agent_client import MachineError
from .machine import Machine

ADAPTER = "B8:27:EB:00:00:01"
"""address of the adapter that exists from the start"""
_SOCKET = "/run/bed/straps.sock"

Kind = Literal["public", "static", "private"]


class VirtualStrapError(MachineError):
    """A request failed, or a strap did not reach a state in time."""


@dataclass(frozen=True, slots=True)
class StrapStatus:
    """State of a strap. `connected` has the addresses of its centrals."""

    address: str
    advertising: bool
    connected: tuple[str, ...]
    subscribed: bool
    encrypted: bool
    bonded: bool
    playing: bool
    sent: int

    @classmethod
    def of(cls, result: dict[str, Any]) -> StrapStatus:
        return cls(**result | {"connected": tuple(result["connected"])})


@dataclass(frozen=True, slots=True)
class SentNotification:
    """A notification of 0x2A37 that a strap sent, on the guest's CLOCK_MONOTONIC."""

    at_s: float
    data: bytes


class VirtualRadio:
    """The virtual Bluetooth adapters of the guest, and the straps within their range."""

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
        """Add a strap that advertises and sends 72 bpm each second to subscribers.

        kind: type of its address: public, random static, or resolvable private (`address` is then its
        identity address). bonds: whether it accepts pairing and bonds, or rejects pairing as not supported.
        secured: whether subscribing needs an encrypted connection.
        """
        self.request(
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
        """A strap that was added before, for example in a snapshot."""
        return Strap(label, self)

    def remove(self, label: str) -> None:
        """Remove a strap."""
        self.request("remove", strap=label)

    def add_adapter(self, address: str = ADAPTER) -> None:
        """Plug in an adapter; also one that was removed before."""
        self.request("adapter_add", adapter=address)

    def remove_adapter(self, address: str = ADAPTER) -> None:
        """Unplug an adapter, which ends its connections."""
        self.request("adapter_remove", adapter=address)

    def adapters(self) -> list[str]:
        """Addresses of the adapters."""
        adapters: list[str] = self.request("status")["adapters"]
        return adapters

    def request(self, do: str, *, limit_s: float = 60, **arguments: object) -> dict[str, Any]:
        """Send a request. Raises VirtualStrapError with the error of the program."""
        line = json.dumps({"do": do} | arguments) + "\n"
        result = self._machine.run(
            *("socat", f"-t{limit_s:.0f}", "-", f"UNIX-CONNECT:{_SOCKET}"), stdin=line, limit_s=limit_s + 5
        )
        answer: dict[str, Any] = json.loads(result.text)
        if "error" in answer:
            raise VirtualStrapError(f"{do}: {answer['error']}")
        return answer

    def upload(self, capture: str) -> str:
        """Write a raw capture to the guest and return its path there."""
        path = f"/run/bed/captures/{uuid.uuid4()}.csv"
        self._machine.write(path, capture)
        return path


class Strap:
    """One strap. Calls return when the strap has carried them out."""

    def __init__(self, label: str, radio: VirtualRadio) -> None:
        self.label = label
        self._air = radio

    def status(self) -> StrapStatus:
        return StrapStatus.of(self._air.request("status")["straps"][self.label])

    def wait(self, *, limit_s: float = 120, **wanted: bool | int) -> StrapStatus:
        """Wait for a status; `connected` and `sent` are minimum numbers.

        Raises VirtualStrapError with the status after `limit_s`.
        """
        result = self._air.request("wait", strap=self.label, within_s=limit_s, limit_s=limit_s + 5, **wanted)
        return StrapStatus.of(result | {"connected": [str(peer) for peer in result["connected"]]})

    def set_heart_rate(self, heart_rate: int, *, rr_ms: Iterable[float] | None = None) -> None:
        """Send this heart rate (0: none detected) from now on, with matching RR intervals unless given."""
        rr = None if rr_ms is None else list(rr_ms)
        self._air.request("set", strap=self.label, heart_rate=heart_rate, rr_ms=rr)

    def set_interval(self, seconds: float) -> None:
        """Set the interval between notifications."""
        self._air.request("set", strap=self.label, interval_s=seconds)

    def set_contact(self, state: bool | None) -> None:
        """Set the skin contact; None means that the strap cannot detect it."""
        self._air.request("set", strap=self.label, contact=state)

    def play(self, capture: str, *, speed: float = 1) -> None:
        """Play a raw capture (lines of seconds,hex) to the first subscriber, `speed` times as fast.

        Nothing is sent after its end, until `stop` resumes the regular notifications.
        """
        self._air.request("play", strap=self.label, file=self._air.upload(capture), speed=speed)

    def stop(self) -> None:
        """Stop a capture and resume the regular notifications."""
        self._air.request("stop", strap=self.label)

    def send(self, data: bytes) -> None:
        """Send one notification of 0x2A37 with any bytes."""
        self._air.request("send", strap=self.label, data=data.hex())

    def sent(self, *, after: int = 0) -> list[SentNotification]:
        """All notifications so far, without the first `after`."""
        result = self._air.request("sent", strap=self.label, after=after)["sent"]
        return [SentNotification(at_ns / 1e9, bytes.fromhex(data)) for at_ns, data in result]

    def set_battery(self, percent: int) -> None:
        """Set the battery level (percent) and notify subscribers."""
        self._air.request("battery", strap=self.label, percent=percent)

    def advertise(self, *, on: bool = True) -> None:
        """Start advertising (also: come back into range) or stop; connections stay."""
        self._air.request("advertise", strap=self.label, on=on)

    def go_out_of_range(self) -> None:
        """Go out of range: connections end by supervision timeout. `advertise` brings the strap back."""
        self._air.request("leave", strap=self.label)

    def disconnect(self) -> None:
        """Disconnect from the strap's side and go on advertising."""
        self._air.request("close", strap=self.label)

    def change_address(self, address: str | None = None) -> str:
        """Change to a new random address, or to this one, and return it; connections end."""
        result: str = self._air.request("readdress", strap=self.label, address=address)["address"]
        return result

    def hang(self, *, on: bool = True) -> None:
        """Stop answering requests (service discovery, reading) while still sending notifications."""
        self._air.request("set", strap=self.label, hangs=on)

    def refuse(self, *, on: bool = True) -> None:
        """Reject new connections, as a strap does that has no free connection."""
        self._air.request("refuse", strap=self.label, on=on)

    def unbond(self) -> None:
        """Delete the strap's bonding keys, as a reset does."""
        self._air.request("unbond", strap=self.label)
