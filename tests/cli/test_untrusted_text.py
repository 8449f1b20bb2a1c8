"""Names from people, files and straps are printed literally and cannot control the terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from talkpace.storage.store import Store

from ..service.daemon_process import talkpace

MARKUP = "[/x] [bold]b[/bold] :heart:"


def test_a_name_that_looks_like_markup_is_printed_literally(tmp_path: Path) -> None:
    added = talkpace(tmp_path, "athlete", "add", "bob", "max_heart_rate=180", f"name={MARKUP}")
    assert added.returncode == 0, added.stderr
    for arguments in (["list"], ["show", "bob"]):
        done = talkpace(tmp_path, "athlete", *arguments)
        assert done.returncode == 0, done.stderr
        assert MARKUP in done.stdout


def test_a_path_that_looks_like_markup_is_printed_literally(tmp_path: Path) -> None:
    path = tmp_path / "[bold]a" / "x].db"
    done = talkpace(
        tmp_path, "doctor", TALKPACE_STORE__PATH=str(path), DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={tmp_path}/no"
    )
    assert done.returncode == 1
    assert str(path) in done.stdout
    assert "MarkupError" not in done.stderr


def test_escape_sequences_in_the_name_of_a_strap_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "talkpace" / "talkpace.db"
    with Store.open(path) as store:
        now = datetime.now(UTC)
        store.remember_strap("A0:9E:1A:00:00:01", "anna", f"{MARKUP}\x1b[2J\nroot", now)
    done = talkpace(tmp_path, "straps")
    assert done.returncode == 0, done.stderr
    assert MARKUP in done.stdout
    assert "\x1b" not in done.stdout
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize("arguments", [["athlete", "list"], ["athlete", "list", "--json"]])
def test_characters_that_the_terminal_lacks_are_replaced(tmp_path: Path, arguments: list[str]) -> None:
    talkpace(tmp_path, "athlete", "add", "bob", "max_heart_rate=180", "name=Zoë")
    done = talkpace(tmp_path, *arguments, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert ("Zo\\u00eb" if "--json" in arguments else "Zo?") in done.stdout
