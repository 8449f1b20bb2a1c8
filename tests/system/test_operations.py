"""What docs/operations.md tells people to type does what it says."""

from __future__ import annotations

import re

from .bed.household import CONFIGURATION, DATABASE, Athlete, Household
from .bed.project import CHECKOUT
from .bed.training import QUIET, recorded

STICK = "/media/stick"


def commands(section: str) -> list[str]:
    """The blocks of commands of a section, in order."""
    text = (CHECKOUT / "docs" / "operations.md").read_text()
    body = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return [
        "\n".join(line.strip() for line in block.splitlines())
        for block in re.findall(r"(?:^ {4}.*\n)+", body, re.MULTILINE)
    ]


def test_a_back_up_in_a_session_can_be_restored_on_another_pi(household: Household) -> None:
    machine = household.machine
    back_up, restore = commands("Back up and restore")
    machine.run("mkdir", "-p", STICK)
    household.settle(Athlete("anna"), more=QUIET + recorded(machine, "anna", [100] * 600))
    household.heard("anna/live", lambda live: live["elapsed_s"] > 15)
    session = household.heard("anna/session", {"state": "active"}).payload["session"]
    machine.shell(back_up)

    # The other Pi: nothing of this household is left, but the program is installed.
    machine.run("systemctl", "stop", "talkpace")
    machine.shell(f"rm -rf /var/lib/talkpace/* {CONFIGURATION}")
    machine.shell(restore, limit_s=600)
    machine.run("systemctl", "is-active", "--quiet", "talkpace")
    [kept] = household.rows(f"SELECT count(*) AS count FROM measurements JOIN sessions"
        f" ON session = number WHERE sessions.id = '{session}'")  # fmt: skip
    assert kept["count"] > 8
    assert household.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    modes = machine.run("stat", "-c", "%a %U:%G", DATABASE, CONFIGURATION).text
    assert modes.splitlines() == ["600 talkpace:talkpace", "640 root:talkpace"]
    assert household.doctor()["database"]["ok"]


def test_the_journal_shows_what_the_page_says_it_shows(household: Household) -> None:
    household.settle(Athlete("anna"), more=QUIET + recorded(household.machine, "anna", [100] * 600))
    household.heard("anna/live", lambda live: live["heart_rate"])
    for command in commands("The journal")[0].splitlines():
        asked = command.split("#")[0].replace("-f", "--no-tail").strip()
        assert household.machine.shell(f"{asked} --no-pager").exit == 0, command
    [fields] = commands("The journal")[0].splitlines()[-1:]
    told = household.machine.shell(f"{fields.split('#')[0].strip()} --no-pager").text
    assert "LOGGER=talkpace" in told
    assert "CODE_FILE=" in told
    assert "Status:" in household.machine.shell(f"{commands('How is it')[0]} --no-pager").text
