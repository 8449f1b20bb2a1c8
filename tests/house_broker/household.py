"""The household's broker, from the files that the project ships, in a folder in place of /etc/mosquitto."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from ..broker import Mosquitto, free_port

SHIPPED = Path(__file__).parents[2] / "config" / "mosquitto"

OBSERVER = "observer"
"""a user of the tests alone, who may do everything"""


def make_certificates(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SHIPPED / "make-certificates", str(folder), *names], capture_output=True, text=True, check=False
    )


def settle(text: str, folder: Path, port: int) -> str:
    """A shipped configuration as it would be with `folder` for /etc/mosquitto and another port."""
    # As root, mosquitto would become another user, who cannot read a test's folder.
    user = "user root\n" if os.geteuid() == 0 else ""
    return user + text.replace("/etc/mosquitto", str(folder)).replace("listener 8883", f"listener {port}")


class Household:
    """What its first comment says to do, done."""

    def __init__(self, folder: Path, users: tuple[str, ...] = ("gym-pi", "homeassistant")) -> None:
        folder.mkdir()
        self.broker = Mosquitto(folder)
        self.authority = folder / "certs" / "ca.crt"
        self.acl = folder / "talkpace.acl"
        made = make_certificates(folder / "certs", "localhost", "127.0.0.1")
        assert made.returncode == 0, made.stderr
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
        configuration.write_text(settle((SHIPPED / "talkpace.conf").read_text(), folder, port))
        self.broker.follow(configuration, port)

    def allow(self, *lines: str) -> None:
        """Further lines of the ACL, from the next start on."""
        with self.acl.open("a") as file:
            file.write("\n".join(["", *lines, ""]))


def password_of(user: str) -> str:
    return f"the password of {user}"
