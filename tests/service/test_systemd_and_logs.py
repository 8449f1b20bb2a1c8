"""What systemd and the journal hear, with real sockets."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from talkpace.service.logs import JournalHandler, configure_logging
from talkpace.service.systemd import Notifier


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(path)
        channel.settimeout(5)
        yield path, channel


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in before:
            handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def test_systemd_is_told_each_state(listening: tuple[str, socket.socket]) -> None:
    path, channel = listening
    notifier = Notifier({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "30000000"})
    assert notifier.watchdog_s == 30
    notifier.ready()
    notifier.status("all is well")
    notifier.alive()
    notifier.stopping()
    heard = [channel.recv(1000) for _ in range(4)]
    assert heard == [b"READY=1", b"STATUS=all is well", b"WATCHDOG=1", b"STOPPING=1"]


def test_without_systemd_nothing_is_told() -> None:
    notifier = Notifier({})
    notifier.ready()
    assert notifier.watchdog_s is None


def test_a_service_manager_that_has_gone_takes_nobody_down(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive()


def test_the_journal_gets_level_and_fields(listening: tuple[str, socket.socket]) -> None:
    path, channel = listening
    logger = logging.getLogger("talkpace.test")
    handler = JournalHandler(path)
    logger.addHandler(handler)
    try:
        logger.warning("two\nlines about %s", "Zoë")
    finally:
        logger.removeHandler(handler)
        handler.close()
    entry = channel.recv(10_000)
    text = "two\nlines about Zoë".encode()
    assert b"MESSAGE\n" + len(text).to_bytes(8, "little") + text + b"\n" in entry
    assert b"PRIORITY=4\n" in entry
    assert b"LOGGER=talkpace.test\n" in entry


def test_libraries_are_heard_from_warnings_on_unless_debugging() -> None:
    configure_logging("info", {})
    assert not logging.getLogger("bleak.backends").isEnabledFor(logging.INFO)
    assert logging.getLogger("talkpace").isEnabledFor(logging.INFO)
