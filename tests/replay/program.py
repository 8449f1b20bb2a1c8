"""The real program, as a person calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def document(home: Path, *arguments: str) -> dict[str, Any]:
    """The JSON document that a command prints; it knows nothing of this machine's configuration."""
    clean = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "XDG_DATA_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "talkpace", *arguments, "--json"],
        capture_output=True,
        check=False,
        cwd=home,
        env=clean,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed
