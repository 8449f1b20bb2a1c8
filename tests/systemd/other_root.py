"""The host's system under another root: an overlay in memory, in its own mount namespace.

Everything that a script installs there, including users and packages, is lost afterwards. The host is not
changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LIMIT_S = 240
_CHECKOUT = (
    "daemon",
    "config",
    "scripts",
    "systemd",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
)
_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}

# The shell keeps the namespace alive until its standard input ends. Everything is in a tmpfs, because an
# overlay cannot store its changes on another overlay, which the root of a container may be.
_MOUNT_AND_WAIT = """
set -eu
mount -t tmpfs tmpfs "$1"
mkdir "$1/changes" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$3/,upperdir=$1/changes,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mkdir -p "$1/root/checkout" "$1/root/wheels"
mount -t tmpfs tmpfs "$1/root/tmp"
mount --bind "$2" "$1/root/wheels"
echo ready
cat
"""


@dataclass(frozen=True, slots=True)
class OtherRoot:
    """A root file system to run commands in. Wheels are at /wheels."""

    shell_id: int
    folder: Path

    def run(self, *command: str, user: str = "root") -> subprocess.CompletedProcess[str]:
        """Run a command without systemd and without the host's environment."""
        as_user = [] if user == "root" else ["runuser", "-u", user, "--"]
        return subprocess.run(
            [
                "nsenter",
                f"--target={self.shell_id}",
                "--mount",
                "chroot",
                str(self.folder / "root"),
                *as_user,
                *command,
            ],
            env=_ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )

    def add(self, path: str, text: str) -> None:
        """Append lines to a file."""
        self.run("sh", "-c", f"cat >> {path} <<'END'\n{text}\nEND").check_returncode()

    def read(self, path: str) -> str:
        """Read a text file."""
        process = self.run("cat", path)
        process.check_returncode()
        return process.stdout

    def exists(self, path: str) -> bool:
        """Whether a path exists."""
        return self.run("test", "-e", path).returncode == 0

    def mode(self, path: str) -> str:
        """Mode, owner and group, such as `640 root:talkpace`."""
        return self.run("stat", "-c", "%a %U:%G", path).stdout.strip()


def missing_requirement() -> str | None:
    """Why no other root can be set up here; None if it can."""
    if os.geteuid() != 0:
        return "another root needs root"
    for tool in ("unshare", "nsenter", "chroot", "runuser"):
        if shutil.which(tool) is None:
            return f"another root needs {tool}"
    # The installer would download its Debian packages if they were missing.
    for package in ("python3-venv", "bluez", "alsa-utils", "systemd"):
        query = ["dpkg-query", "-W", "-f", "${Status}", package]
        if "ok installed" not in subprocess.run(query, capture_output=True, text=True, check=False).stdout:
            return f"the installer's test needs Debian's package {package}"
    return None


@contextmanager
def other_root(folder: Path, wheels: Path, *, over: OtherRoot | None = None) -> Iterator[OtherRoot]:
    """Mount another root below the empty `folder`. Raises OSError if that fails.

    It starts as a copy of this system, or of another root `over`, which must not be changed meanwhile.
    """
    inside = [] if over is None else ["nsenter", f"--target={over.shell_id}", "--mount"]
    below = "" if over is None else f"{over.folder / 'changes'}:"
    holder = subprocess.Popen(
        [*inside, "unshare", "--mount", "sh", "-c", _MOUNT_AND_WAIT, "sh", str(folder), str(wheels), below],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert holder.stdout is not None
    try:
        answer = holder.stdout.readline()
        if answer != "ready\n":
            raise OSError(f"cannot mount another root: {answer}{holder.stdout.read()}")
        yield OtherRoot(holder.pid, folder)
    finally:
        holder.communicate()


def put_checkout(root: OtherRoot, checkout: Path) -> None:
    """Copy the files of a checkout that the installer uses to /checkout."""
    pack = ["tar", "-C", str(checkout), "--exclude=__pycache__", "-cf", "-", *_CHECKOUT]
    unpack = ["tar", "-C", str(root.folder / "root" / "checkout"), "--no-same-owner", "-xf", "-"]
    with subprocess.Popen(pack, stdout=subprocess.PIPE) as packing:
        inside = ["nsenter", f"--target={root.shell_id}", "--mount"]
        subprocess.run([*inside, *unpack], stdin=packing.stdout, check=True)
