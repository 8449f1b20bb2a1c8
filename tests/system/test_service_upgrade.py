"""A newer version is installed over the running one in the middle of a session."""

from __future__ import annotations

import pytest

from .bed.household import CONFIGURATION, Athlete, Household
from .bed.project import SOURCE, WHEELS
from .bed.training import QUIET, virtual

NEWER = "99.0"


@pytest.mark.long(5)
@pytest.mark.timeout(2400)
def test_an_upgrade_in_a_session_goes_on_with_it_and_keeps_the_configuration(household: Household) -> None:
    machine = household.machine
    household.settle(Athlete("anna"), more=QUIET + virtual("anna"))
    session = household.heard("anna/session", {"state": "active"}).payload["session"]
    configuration = machine.read(CONFIGURATION)
    older = household.heard("node").payload["version"]

    machine.run(
        "sed", "-i", f's/^__version__.*/__version__ = "{NEWER}"/', f"{SOURCE}/daemon/talkpace/__init__.py"
    )
    before = household.now()
    machine.run(f"{SOURCE}/systemd/install", "--offline", WHEELS, limit_s=1500)

    assert household.heard("node", {"version": NEWER}, after=before).payload["version"] != older
    machine.said(f"session {session} of anna goes on")
    household.heard("anna/live", {"session": session}, after=household.now())
    assert machine.read(CONFIGURATION) == configuration
    [kept] = household.rows("SELECT count(*) AS count FROM sessions")
    assert kept["count"] == 1
    # It ran on while the new one was built, and was away for a moment alone.
    [gap] = household.rows(
        "SELECT max(later.offset_ms - earlier.offset_ms) / 1000.0 AS longest_s FROM measurements AS later"
        " JOIN measurements AS earlier ON later.id = earlier.id + 1"
    )
    assert gap["longest_s"] < 60
