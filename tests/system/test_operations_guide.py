"""The commands in docs/operations.md do what the page says."""

from __future__ import annotations

import re

from .vm.checkout import CHECKOUT
from .vm.installation import CONFIGURATION, DATABASE, Athlete, Installation
from .vm.sources import NO_BLUETOOTH, recording_source

USB_STICK = "/media/stick"


def commands(section: str) -> list[str]:
    """The command blocks of a section, in order."""
    text = (CHECKOUT / "docs" / "operations.md").read_text()
    body = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return [
        "\n".join(line.strip() for line in block.splitlines())
        for block in re.findall(r"(?:^ {4}.*\n)+", body, re.MULTILINE)
    ]


def test_a_backup_made_during_a_session_can_be_restored_on_another_pi(installation: Installation) -> None:
    machine = installation.machine
    back_up, restore = commands("Back up and restore")
    machine.run("mkdir", "-p", USB_STICK)
    installation.set_up(Athlete("anna"), more=NO_BLUETOOTH + recording_source(machine, "anna", [100] * 600))
    installation.wait_for("anna/live", lambda live: live["elapsed_s"] > 15)
    session = installation.wait_for("anna/session", {"state": "active"}).payload["session"]
    machine.shell(back_up)

    # The other Pi: the program is installed, without data and configuration.
    machine.run("systemctl", "stop", "talkpace")
    machine.shell(f"rm -rf /var/lib/talkpace/* {CONFIGURATION}")
    machine.shell(restore, limit_s=600)
    machine.run("systemctl", "is-active", "--quiet", "talkpace")
    [stored] = installation.rows(f"SELECT count(*) AS count FROM measurements JOIN sessions"
        f" ON session = number WHERE sessions.id = '{session}'")  # fmt: skip
    assert stored["count"] > 8
    assert installation.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    modes = machine.run("stat", "-c", "%a %U:%G", DATABASE, CONFIGURATION).text
    assert modes.splitlines() == ["600 talkpace:talkpace", "640 root:talkpace"]
    assert installation.doctor()["database"]["ok"]


def test_the_journal_commands_of_the_page_work(installation: Installation) -> None:
    installation.set_up(
        Athlete("anna"), more=NO_BLUETOOTH + recording_source(installation.machine, "anna", [100] * 600)
    )
    installation.wait_for("anna/live", lambda live: live["heart_rate"])
    for command in commands("The journal")[0].splitlines():
        query = command.split("#")[0].replace("-f", "--no-tail").strip()
        assert installation.machine.shell(f"{query} --no-pager").exit == 0, command
    [fields] = commands("The journal")[0].splitlines()[-1:]
    result = installation.machine.shell(f"{fields.split('#')[0].strip()} --no-pager").text
    assert "LOGGER=talkpace" in result
    assert "CODE_FILE=" in result
    assert "Status:" in installation.machine.shell(f"{commands('Check the service')[0]} --no-pager").text
