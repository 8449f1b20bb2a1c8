"""Commands that only read start fast: they import no library that they do not use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from talkpace.storage.store import Store

from ..storage.samples import measurement, opened

UNUSED = ("sqlite_utils", "asyncio", "bleak", "aiomqtt", "paho", "plotext", "fitdecode", "fit_tool")

RUN_AND_LIST_MODULES = f"""
import sys
from talkpace.cli.main import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print([name for name in {UNUSED!r} if name in sys.modules])
"""


@pytest.mark.parametrize(
    "command",
    [
        ["sessions", "--config"],
        ["sessions", "--json", "--config"],
        ["week", "--config"],
        ["straps", "--config"],
        ["config", "check"],
    ],
    ids=" ".join,
)
def test_a_reading_command_imports_only_what_it_uses(command: list[str], tmp_path: Path) -> None:
    database, configuration = tmp_path / "talkpace.db", tmp_path / "talkpace.toml"
    with Store.open(database) as store:
        store.write([opened(), measurement(0)])
        store.remember_strap("A0:9E:1A:00:00:01", "anna", "strap", opened().start)
    configuration.write_text(
        f'athletes = [{{ id = "anna", max_heart_rate = 190 }}]\nstore.path = "{database}"\n'
    )
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_LIST_MODULES, *command, str(configuration)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
