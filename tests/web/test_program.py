"""`talkpace web` as its users call it, and the page's process beside the real daemon."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ..service.daemon_process import PATIENCE_S, environment, running, talkpace
from .household import PASSWORD
from .http_client import Browser, Stream


def household(folder: Path, *more: str) -> Path:
    path = folder / "talkpace.toml"
    lines = [
        'node = { id = "gym" }',
        "bluetooth = { enabled = false }",
        f'store = {{ path = "{folder}/talkpace.db" }}',
        'athletes = [{ id = "anna", max_heart_rate = 180 }]',
        'sources = [{ kind = "virtual", athlete = "anna" }]',
        *more,
    ]
    path.write_text("\n".join(lines))
    return path


def run(configuration: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return talkpace(
        configuration.parent, "web", *arguments, "--config", str(configuration), XDG_RUNTIME_DIR=""
    )


def output(configuration: Path, *arguments: str) -> str:
    done = run(configuration, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def code_in(text: str) -> str:
    [code] = re.findall(r"^    ([A-Z2-9]{4}-[A-Z2-9]{4})$", text, re.MULTILINE)
    return str(code)


def status(configuration: Path) -> dict[str, Any]:
    return dict(json.loads(output(configuration, "status", "--json")))


_AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


@contextmanager
def serving(configuration: Path, log: Path) -> Iterator[tuple[Browser, subprocess.Popen[bytes]]]:
    """The page's process on a socket that is passed to it; connections wait in it until it is ready."""
    with socket.socket() as listener, log.open("wb") as written:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        program = [sys.executable, "-m", "talkpace", "web", "run", "--config", str(configuration)]
        process = subprocess.Popen(
            [sys.executable, "-c", _AS_SYSTEMD, str(listener.fileno()), *program],
            pass_fds=[listener.fileno()],
            env=environment(configuration.parent, XDG_RUNTIME_DIR=""),
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Browser(listener.getsockname()[1]), process
        finally:
            process.kill()
            process.wait()


async def first_value(stream: Stream, topic: str, key: str) -> Any:
    """The next value of a state that is not null."""
    async for name, document in stream.frames():
        if name == "state" and document["topic"] == topic and document["payload"][key] is not None:
            return document["payload"][key]
    raise AssertionError("the stream ended")


async def test_from_the_first_command_to_a_heart_rate_in_the_browser(tmp_path: Path) -> None:
    configuration, log = household(tmp_path), tmp_path / "web.log"
    with running(tmp_path, configuration, XDG_RUNTIME_DIR=""):
        code = code_in(output(configuration, "enable"))
        address = output(configuration, "link", "tv", "--athlete", "anna").strip()
        with serving(configuration, log) as (browser, process):
            done = await browser.post("/api/setup", {"code": code, "password": PASSWORD})
            assert done.document["state"] == "signed_in", done.content
            async with browser.stream() as stream:
                assert await first_value(stream, "anna/live", "heart_rate") > 30
                await browser.call("command", athlete="anna", name="mute", argument=600)
                assert "T" in await first_value(stream, "anna/session", "muted_until")
            screen = Browser(browser.port)
            link = address.partition("#link=")[2]
            assert (await screen.post("/api/link", {"link": link})).document["state"] == "watching"
            assert (await screen.get("/api/athletes")).document == [{"athlete": "anna", "name": "anna"}]
            output(configuration, "revoke", "tv")
            assert (await screen.get("/api/athletes")).status == 401
            async with browser.stream():
                process.terminate()
                assert process.wait(PATIENCE_S) == 0
    assert "Traceback" not in log.read_text()
    assert code not in log.read_text()


def test_enabling_prints_a_code_until_a_password_is_set(tmp_path: Path) -> None:
    configuration = household(tmp_path)
    assert status(configuration)["enabled"] is False
    first = run(configuration, "enable")
    assert "The page: http://127.0.0.1:8080/" in first.stdout
    assert 'listen = "0.0.0.0:8080"' in first.stderr
    assert code_in(output(configuration, "enable")) != code_in(first.stdout)
    state = status(configuration)
    assert (state["enabled"], state["password_set"], state["listen"]) == (True, False, "127.0.0.1:8080")
    assert output(configuration, "disable") == "The page is off; everybody is signed out.\n"
    assert status(configuration)["enabled"] is False


def test_the_address_is_one_that_a_browser_finds(tmp_path: Path) -> None:
    name = f"{socket.gethostname().split('.')[0]}.local"
    for web, address in (
        ('listen = "0.0.0.0:80"', f"http://{name}:80/"),
        ('listen = "[::1]:8080"', "http://[::1]:8080/"),
        (
            'listen = "0.0.0.0:8443"\nnames = ["gym.lan"]\ncertificate_file = "c"\nkey_file = "k"',
            "https://gym.lan:8443/",
        ),
    ):
        assert status(household(tmp_path, "[web]", web))["address"] == address


def test_links_are_listed_made_and_revoked(tmp_path: Path) -> None:
    configuration = household(tmp_path)
    address = output(configuration, "link", "tv", "--athlete", "anna", "--show", "live")
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/#link=[\w-]{43}\n", address)
    [link] = status(configuration)["links"]
    assert (link["name"], link["athletes"], link["topics"]) == ("tv", ["anna"], ["live"])
    assert "tv" in output(configuration, "status")
    assert output(configuration, "revoke", "tv") == "tv: revoked\n"
    for arguments, reason in (
        (["revoke", "tv"], "there is no link 'tv'; there are: none"),
        (["link", "Big TV"], "lower-case letters"),
        (["link", "tv", "--athlete", "A"], "no athlete's id"),
        (["link", "tv", "--show", "password"], "is none of live, event"),
    ):
        refused = run(configuration, *arguments)
        assert (refused.returncode, reason in refused.stderr) == (2, True), refused.stderr
    output(configuration, "link", "tv")
    assert "there is a link 'tv'" in run(configuration, "link", "tv").stderr


@pytest.mark.parametrize(
    ("web", "reason"),
    [
        ("enabled = false", "the page is off; to switch it on: sudo talkpace web enable"),
        ('enabled = true\nlisten = "gym:80"', "write it as 127.0.0.1:8080"),
        ('enabled = true\nkey_file = "k"', "set both or neither"),
        ('enabled = true\ncertificate_file = "c"\nkey_file = "k"', "web.certificate_file, web.key_file"),
        ('enabled = true\nlisten = "192.0.2.1:8080"', "web.listen: 192.0.2.1:8080: Cannot assign"),
    ],
)
def test_what_keeps_the_page_from_starting_is_said_in_a_line(tmp_path: Path, web: str, reason: str) -> None:
    done = run(household(tmp_path, "[web]", web), "run")
    assert (done.returncode, reason in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr


def test_another_address_than_systemd_s_is_told(tmp_path: Path) -> None:
    configuration, log = household(tmp_path, "[web]", "enabled = true"), tmp_path / "web.log"
    with serving(configuration, log) as (browser, process):
        with socket.create_connection(("127.0.0.1", browser.port), PATIENCE_S) as peer:
            peer.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert peer.recv(1000).startswith(b"HTTP/1.1 ")
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    assert "web.listen is 127.0.0.1:8080; to apply it: sudo talkpace web enable" in log.read_text()


def test_neither_process_imports_what_the_other_needs() -> None:
    for module, foreign in (
        ("talkpace.service.app", ("starlette", "uvicorn", "argon2", "talkpace.web")),
        (
            "talkpace.web.server, talkpace.web.access",
            ("bleak", "aiomqtt", "paho", "dbus_fast", "sqlite_utils"),
        ),
    ):
        script = f"import sys, {module}; print([name for name in {foreign!r} if name in sys.modules])"
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ
        )
        assert done.stdout == "[]\n", module
