"""This very system under another root: an overlay in memory, in a mount namespace of its own.

What a script installs there, users and packages included, is gone with it; the host is never written to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LIMIT_S = 100
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

# The shell holds the namespace open until its standard input ends. Everything is under a file system in
# memory, as an overlay cannot keep its changes on another overlay, which a container's root may be.
_HOLD = """
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
    """A place to run things in. Wheels are at /wheels."""

    shell_id: int
    folder: Path

    def run(self, *command: str, user: str = "root") -> subprocess.CompletedProcess[str]:
        """What the command said, and its exit code. It sees no systemd, and nothing of the environment."""
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
        """Adds lines to a file, as a person with an editor does."""
        self.run("sh", "-c", f"cat >> {path} <<'END'\n{text}\nEND").check_returncode()

    def read(self, path: str) -> str:
        """A file's text."""
        found = self.run("cat", path)
        found.check_returncode()
        return found.stdout

    def exists(self, path: str) -> bool:
        """Whether there is anything."""
        return self.run("test", "-e", path).returncode == 0

    def mode(self, path: str) -> str:
        """Mode, owner and group, such as `640 root:talkpace`."""
        return self.run("stat", "-c", "%a %U:%G", path).stdout.strip()


def lacking() -> str | None:
    """Why there can be no other root here, if so."""
    if os.geteuid() != 0:
        return "another root needs root"
    for tool in ("unshare", "nsenter", "chroot", "runuser"):
        if shutil.which(tool) is None:
            return f"another root needs {tool}"
    # The installer's own Debian packages: it would fetch them over the network.
    for package in ("python3-venv", "bluez", "systemd"):
        query = ["dpkg-query", "-W", "-f", "${Status}", package]
        if "ok installed" not in subprocess.run(query, capture_output=True, text=True, check=False).stdout:
            return f"the installer's test needs Debian's package {package}"
    return None


@contextmanager
def other_root(folder: Path, wheels: Path, *, over: OtherRoot | None = None) -> Iterator[OtherRoot]:
    """Mounted below `folder`, which has to be empty, until left. Raises OSError where that cannot be.

    It begins as this system, or as another root that is left alone meanwhile.
    """
    inside = [] if over is None else ["nsenter", f"--target={over.shell_id}", "--mount"]
    below = "" if over is None else f"{over.folder / 'changes'}:"
    holder = subprocess.Popen(
        [*inside, "unshare", "--mount", "sh", "-c", _HOLD, "sh", str(folder), str(wheels), below],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert holder.stdout is not None
    try:
        said = holder.stdout.readline()
        if said != "ready\n":
            raise OSError(f"no other root: {said}{holder.stdout.read()}")
        yield OtherRoot(holder.pid, folder)
    finally:
        holder.communicate()


def put_checkout(root: OtherRoot, checkout: Path) -> None:
    """Copies what the installer uses of a checkout to /checkout."""
    pack = ["tar", "-C", str(checkout), "--exclude=__pycache__", "-cf", "-", *_CHECKOUT]
    unpack = ["tar", "-C", str(root.folder / "root" / "checkout"), "--no-same-owner", "-xf", "-"]
    with subprocess.Popen(pack, stdout=subprocess.PIPE) as packing:
        inside = ["nsenter", f"--target={root.shell_id}", "--mount"]
        subprocess.run([*inside, *unpack], stdin=packing.stdout, check=True)
