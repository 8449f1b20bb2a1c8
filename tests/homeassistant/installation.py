"""The installation of Home Assistant in its own environment, once for each version of requirements.txt.

It is cached in ~/.cache/talkpace-homeassistant and built under a lock: some 110 packages, 700 MB, a minute
or two. It needs Python 3.13, independent of the Python that the tests run on.

requirements.in has the version and the requirements of the integrations that the tests load (listed in
their `manifest.json`; Home Assistant would install them at its start). Locked by, with the constraints file
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
    """The Python interpreter of Home Assistant's environment.

    Skips the test where it cannot be installed; fails it in CI.
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
    found = next((each for each in candidates if each.is_file() and _has_venv(each)), None)
    if found is not None:
        return found
    return unavailable(f"Home Assistant needs Python {_NEEDED}, and there is no {name} on this machine")


def _has_venv(python: Path) -> bool:
    """False for a pyenv shim of a version that is not selected, and without Debian's python3-venv."""
    tried = subprocess.run([python, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    return tried.returncode == 0
