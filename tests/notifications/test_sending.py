"""Sending in a process of its own, to a real server on loopback that behaves and misbehaves."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from talkpace.notifications import sender
from talkpace.notifications.address import NtfyAddress, parse_address
from talkpace.notifications.ntfy import LARGEST_ANSWER, send_to_ntfy
from talkpace.notifications.outcome import SENT, Outcome, Result
from talkpace.notifications.program import send_text
from talkpace.notifications.sender import send

from .ntfy_server import NtfyServer, ntfy_server

LINGERING_SERVICE = """
import threading
from unittest.mock import MagicMock

AppriseAsset = PersistentStoreMode = NotifyFormat = MagicMock()

class Apprise:
    def __init__(self, asset):
        pass

    def add(self, url):
        return True

    def notify(self, **message):
        print("sending", url := "tgram://bot/chat", flush=True)
        threading.Thread(target=threading.Event().wait).start()
        return True
"""
TITLE, TEXT = "Zoë hat trainiert 🚴", "42 min. Größe: \N{SNOWMAN}"


@pytest.fixture
def server() -> Iterator[NtfyServer]:
    with ntfy_server() as running:
        yield running


async def test_a_text_arrives_with_every_letter(server: NtfyServer) -> None:
    assert await send(server.address, TITLE, TEXT) == SENT
    received = server.next()
    assert (received.path, received.authorization) == ("/", None)
    assert received.message == {"topic": "gym_1", "title": TITLE, "message": TEXT}


async def test_a_password_goes_into_the_header(server: NtfyServer) -> None:
    await send(f"http://anna:s3cret@127.0.0.1:{server.port}/gym", TITLE, TEXT)
    assert server.next().authorization == "Basic YW5uYTpzM2NyZXQ="


@pytest.mark.parametrize(
    ("status", "result", "reason"),
    [
        (500, Result.RETRY, "it answers 500"),
        (507, Result.RETRY, "it answers 507"),
        (429, Result.RETRY, "it answers 429"),
        (401, Result.REFUSED, "it answers 401: it wants another user, password or token: check the address"),
        (404, Result.REFUSED, "it answers 404: there is no such page: check the address"),
        (413, Result.REFUSED, "it answers 413: the text is too long for it"),
        (418, Result.REFUSED, "it answers 418: it refuses the message"),
    ],
)
def test_a_status_says_whether_it_is_worth_another_try(
    server: NtfyServer, status: int, result: Result, reason: str
) -> None:
    server.status = status
    assert send_text(server.address, TITLE, TEXT) == Outcome(result, reason)


def test_a_redirect_is_named_and_not_followed(server: NtfyServer) -> None:
    with ntfy_server() as other:
        server.status, server.headers = 307, {"Location": other.address}
        outcome = send_text(server.address, TITLE, TEXT)
        assert outcome.result is Result.REFUSED
        assert "redirects are not followed" in outcome.reason
        assert str(other.port) not in outcome.reason
        assert other.received.empty()


def test_a_page_that_answers_200_is_no_success(server: NtfyServer) -> None:
    server.body = b"<html>Welcome to the hotel</html>"
    outcome = send_text(server.address, TITLE, TEXT)
    assert outcome == Outcome(Result.REFUSED, "what answers there is no ntfy server: check the address")


def test_of_a_giant_answer_only_the_beginning_is_read(server: NtfyServer) -> None:
    server.body = b'{"event": "message", "more": "' + b"x" * (200 * LARGEST_ANSWER) + b'"}'
    assert send_text(server.address, TITLE, TEXT).result is Result.REFUSED


def test_a_server_that_never_answers_is_left_after_the_time_limit(server: NtfyServer) -> None:
    server.hangs = True
    address = parse_address(server.address)
    outcome = send_to_ntfy(address, TITLE, TEXT, timeout_s=0.05)  # type: ignore[arg-type]
    assert outcome == Outcome(Result.RETRY, "it does not answer within 10 s")


async def test_a_process_that_takes_too_long_is_ended(
    server: NtfyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.hangs = True
    started = processes(monkeypatch)
    outcome = await send(server.address, TITLE, TEXT, limit_s=0.5)
    assert outcome == Outcome(Result.RETRY, "it took longer than 0.5 s")
    assert [one.returncode for one in started] == [-9]


async def test_cancelling_ends_the_process(server: NtfyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.hangs = True
    started = processes(monkeypatch)
    sending = asyncio.create_task(send(server.address, TITLE, TEXT))
    await asyncio.to_thread(server.next)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert [one.returncode for one in started] == [-9]


async def test_address_and_credentials_are_in_no_command_line_and_no_environment(
    server: NtfyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/talkpace.service")
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    server.hangs = True
    started = processes(monkeypatch)
    sending = asyncio.create_task(send(server.address, TITLE, TEXT))
    await asyncio.to_thread(server.next)
    visible = await asyncio.to_thread(what_others_see, started[0].pid)
    sending.cancel()
    await asyncio.wait({sending})
    assert b"talkpace.notifications.program" in visible
    for secret in (b"gym_1", b"credentials", b"NOTIFY_SOCKET"):
        assert secret not in visible


async def test_without_processes_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_PROGRAM", ("/nowhere/python",))
    outcome = await send("https://ntfy.sh/x", TITLE, TEXT)
    assert outcome == Outcome(Result.RETRY, "no process can be started: No such file or directory")


async def test_a_process_that_fails_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_PROGRAM", ("/bin/true",))
    assert (await send("https://ntfy.sh/x", TITLE, TEXT)).result is Result.RETRY


async def test_what_a_service_prints_or_leaves_running_makes_no_success_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apprise.py").write_text(LINGERING_SERVICE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert await send("tgram://bot/chat", TITLE, TEXT) == SENT


def test_a_server_that_refuses_the_connection_is_tried_again() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/gym"
        assert send_text(address, TITLE, TEXT) == Outcome(Result.RETRY, "the connection is refused")


def test_a_server_whose_name_does_not_resolve_is_tried_again(unresolvable: None) -> None:
    outcome = send_text("http://ntfy.lan/gym", TITLE, TEXT)
    assert outcome == Outcome(Result.RETRY, "the host's name does not resolve")


def test_a_host_that_the_resolver_cannot_be_asked_for_is_refused() -> None:
    outcome = send_to_ntfy(NtfyAddress("a..b", None, False, "gym", None), TITLE, TEXT)
    assert outcome.result is Result.REFUSED


@pytest.mark.parametrize("answer", [b"", b"220 mail.lan ESMTP\r\n", b"HTTP/1.1 abc\r\n\r\n", os.urandom(500)])
def test_what_speaks_no_http_is_tried_again(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(65_536)
                peer.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        outcome = send_text(f"http://127.0.0.1:{listener.getsockname()[1]}/gym", TITLE, TEXT)
        thread.join()
    assert outcome.result is Result.RETRY


def test_https_to_a_server_without_it_is_told(server: NtfyServer) -> None:
    outcome = send_text(f"https://127.0.0.1:{server.port}/gym", TITLE, TEXT)
    assert outcome == Outcome(Result.RETRY, "TLS fails: is it http, or another port?")


class TestApprise:
    """The library itself, by its service that posts JSON to any address."""

    async def test_a_text_arrives(self, server: NtfyServer) -> None:
        assert await send(f"json://127.0.0.1:{server.port}/", TITLE, TEXT) == SENT
        received = server.next()
        assert (received.message["title"], received.text) == (TITLE, TEXT)

    @pytest.mark.parametrize(
        ("status", "outcome"),
        [
            (500, Outcome(Result.RETRY, "it answers 500")),
            (
                403,
                Outcome(
                    Result.REFUSED,
                    "it answers 403: it does not allow this user or token to send there: check the address",
                ),
            ),
        ],
    )
    async def test_a_status_says_whether_it_is_worth_another_try(
        self, server: NtfyServer, status: int, outcome: Outcome
    ) -> None:
        server.status = status
        assert await send(f"json://127.0.0.1:{server.port}/", TITLE, TEXT) == outcome

    async def test_a_redirect_is_not_followed(self, server: NtfyServer) -> None:
        with ntfy_server() as other:
            server.status, server.headers = 307, {"Location": other.address}
            outcome = await send(f"json://127.0.0.1:{server.port}/", TITLE, TEXT)
            assert outcome != SENT
            assert other.received.empty()

    async def test_an_address_that_apprise_does_not_know_is_refused(self) -> None:
        outcome = await send("nonsense://secret", TITLE, TEXT)
        assert outcome == Outcome(Result.REFUSED, "apprise does not understand the address: check it")

    async def test_without_apprise_the_text_waits_for_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "apprise.py").write_text("raise ImportError", encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        outcome = await send("tgram://bot/chat", TITLE, TEXT)
        assert outcome.result is Result.RETRY
        assert "systemd/install --with notify" in outcome.reason


def what_others_see(pid: int) -> bytes:
    folder = Path("/proc") / str(pid)
    return (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()


def processes(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """The processes that are started from now on."""
    started = []
    create = asyncio.create_subprocess_exec

    async def record(*program: str, **options: object) -> asyncio.subprocess.Process:
        started.append(await create(*program, **options))  # type: ignore[arg-type]
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", record)
    return started
