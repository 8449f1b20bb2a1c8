"""A broker set up from the shipped files, in a test's folder instead of /etc/mosquitto."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from ..broker import Mosquitto, free_port

SHIPPED = Path(__file__).parents[2] / "config" / "mosquitto"

OBSERVER = "observer"
"""a user for the tests, allowed to do everything"""


def make_certificates(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SHIPPED / "make-certificates", str(folder), *names], capture_output=True, text=True, check=False
    )


def for_test_folder(text: str, folder: Path, port: int) -> str:
    """A shipped configuration with `folder` for /etc/mosquitto, and another port."""
    # Started as root, mosquitto would switch to a user who cannot read the test's folder.
    user = "user root\n" if os.geteuid() == 0 else ""
    return user + text.replace("/etc/mosquitto", str(folder)).replace("listener 8883", f"listener {port}")


class ShippedBroker:
    """A broker, set up as the first comment of talkpace.conf says."""

    def __init__(self, folder: Path, users: tuple[str, ...] = ("gym-pi", "homeassistant")) -> None:
        folder.mkdir()
        self.mosquitto = Mosquitto(folder)
        self.authority = folder / "certs" / "ca.crt"
        self.acl = folder / "talkpace.acl"
        result = make_certificates(folder / "certs", "localhost", "127.0.0.1")
        assert result.returncode == 0, result.stderr
        passwords = folder / "talkpace.passwords"
        passwords.touch(mode=0o600)
        for user in (*users, OBSERVER):
            subprocess.run(
                ["mosquitto_passwd", "-b", str(passwords), user, password_of(user)],
                check=True,
                capture_output=True,
            )
        shutil.copy(SHIPPED / "talkpace.acl", self.acl)
        self.allow(f"user {OBSERVER}", "topic readwrite #")
        configuration, port = folder / "talkpace.conf", free_port()
        configuration.write_text(for_test_folder((SHIPPED / "talkpace.conf").read_text(), folder, port))
        self.mosquitto.follow(configuration, port)

    def allow(self, *lines: str) -> None:
        """Add lines to the ACL, effective from the next start on."""
        with self.acl.open("a") as file:
            file.write("\n".join(["", *lines, ""]))


def password_of(user: str) -> str:
    return f"the password of {user}"
