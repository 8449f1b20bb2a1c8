"""An upgrade during a session."""

from __future__ import annotations

import pytest

from .vm.checkout import SOURCE, WHEELS
from .vm.installation import CONFIGURATION, Athlete, Installation
from .vm.sources import NO_BLUETOOTH, virtual_source

NEWER = "99.0"


@pytest.mark.long(5)
@pytest.mark.timeout(2400)
def test_an_upgrade_continues_the_session_and_leaves_the_configuration_unchanged(
    installation: Installation,
) -> None:
    machine = installation.machine
    installation.set_up(Athlete("anna"), more=NO_BLUETOOTH + virtual_source("anna"))
    session = installation.wait_for("anna/session", {"state": "active"}).payload["session"]
    configuration = machine.read(CONFIGURATION)
    older = installation.wait_for("node").payload["version"]

    machine.run(
        "sed", "-i", f's/^__version__.*/__version__ = "{NEWER}"/', f"{SOURCE}/daemon/talkpace/__init__.py"
    )
    before = installation.mark()
    machine.run(f"{SOURCE}/systemd/install", "--offline", WHEELS, limit_s=1500)

    assert installation.wait_for("node", {"version": NEWER}, after=before).payload["version"] != older
    machine.wait_for_log(f"session {session} of anna continues")
    installation.wait_for("anna/live", {"session": session}, after=installation.mark())
    assert machine.read(CONFIGURATION) == configuration
    [row] = installation.rows("SELECT count(*) AS count FROM sessions")
    assert row["count"] == 1
    # The old version runs while the new one is built, so that the gap is short.
    [gap] = installation.rows(
        "SELECT max(later.offset_ms - earlier.offset_ms) / 1000.0 AS longest_s FROM measurements AS later"
        " JOIN measurements AS earlier ON later.id = earlier.id + 1"
    )
    assert gap["longest_s"] < 60
