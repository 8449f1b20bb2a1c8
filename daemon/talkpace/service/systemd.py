"""Notify systemd of state, status line and watchdog, with the datagrams of sd_notify(3)."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping


class Notifier:
    """Sends notifications to the service manager; does nothing where none listens."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        microseconds = environ.get("WATCHDOG_USEC", "")
        self.watchdog_s: float | None = int(microseconds) / 1e6 if microseconds.isdigit() else None
        """maximum interval between two calls of `alive`; None without a watchdog"""

    def ready(self) -> None:
        """Report that the daemon has started."""
        self._send("READY=1")

    def status(self, text: str) -> None:
        """Set the line that `systemctl status` shows."""
        self._send(f"STATUS={text}")

    def alive(self) -> None:
        """Reset the watchdog."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Report that the daemon is stopping."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # A full or missing socket must not stop the daemon: systemd restarts it if the watchdog expires.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(message.encode(), socket.MSG_DONTWAIT, self._address)
