"""A real Home Assistant in an environment of its own, installed once for each version of requirements.txt.

It is kept in ~/.cache/talkpace-homeassistant, and built under a lock: some 110 packages, 700 MB, a minute or
two. It needs a Python of its own, 3.13, whatever Python the tests run on.

requirements.in names the version and, after it, what the integrations that we load ask for (their
`manifest.json` says so; Home Assistant would install that at its start). Locked by, with the constraints file
that the package ships:

    uv pip compile --python-version 3.13 --generate-hashes --no-emit-index-url --no-header --no-annotate \
        -c .../site-packages/homeassistant/package_constraints.txt -o requirements.txt requirements.in
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ..cached import build_step, cached, unavailable

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_NEEDED = "3.13"


def home_assistant_python() -> Path:
    """The Python that Home Assistant is installed for.

    Skips the test, with the reason, where this machine can't offer it. In CI it has to.
    """
    start = "homeassistant=="
    locked = next(line for line in _REQUIREMENTS.read_text().splitlines() if line.startswith(start))
    version = locked.split()[0].removeprefix(start)
    return cached("talkpace-homeassistant", version, _REQUIREMENTS, _build) / "bin" / "python"


def _build(folder: Path) -> None:
    what, inside = "Home Assistant", folder / "bin" / "python"
    build_step(what, _python(), "-m", "venv", folder)
    build_step(what, inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    install: list[str | Path] = [inside, "-m", "uv", "pip", "install", "--quiet", "--python", inside]
    build_step(what, *install, "--require-hashes", "-r", _REQUIREMENTS)


def _python() -> Path:
    name = f"python{_NEEDED}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = [Path(folder) / name for folder in os.environ.get("PATH", "").split(":") if folder]
    candidates = [*on_path, *sorted(pyenv.glob(f"versions/{_NEEDED}*/bin/{name}"))]
    found = next((each for each in candidates if each.is_file() and _works(each)), None)
    if found is not None:
        return found
    return unavailable(f"Home Assistant needs Python {_NEEDED}, and there is no {name} on this machine")


def _works(python: Path) -> bool:
    """Not so for pyenv's placeholder of a version that isn't chosen, nor without Debian's python3-venv."""
    tried = subprocess.run([python, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    return tried.returncode == 0
