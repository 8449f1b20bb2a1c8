"""The control socket with real clients on a real socket."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from talkpace.control import server as server_module
from talkpace.control.connection import MOST_REQUESTS
from talkpace.control.messages import LONGEST_LINE, ErrorCode
from talkpace.control.method_definitions import MethodDefinition
from talkpace.control.method_models import NoParams
from talkpace.control.methods import Caller, Handler, Method
from talkpace.control.params import Params
from talkpace.control.server import MOST_CONNECTIONS, ControlServer
from talkpace.control.state_feed import StateFeed
from talkpace.errors import CommandError

PATIENCE_S = 30


class Greeting(Params):
    name: str


class WatchParams(Params):
    topics: list[str] | None = None


def method(name: str, params: type[Params], handler: Handler) -> tuple[str, Method]:
    return name, Method(MethodDefinition(name, "", params), handler)


class Hall:
    """A server with methods of the test's own."""

    def __init__(self) -> None:
        self.feed = StateFeed()
        self.ended: list[str] = []
        self.waiting = asyncio.Event()
        self.methods = dict(
            [
                method("greet", Greeting, self.greet),
                method("refuse", NoParams, self.refuse),
                method("break", NoParams, self.break_),
                method("wait", NoParams, self.wait),
                method("count", NoParams, self.count),
                method("watch", WatchParams, self.watch),
            ]
        )

    async def greet(self, params: Greeting, _caller: Caller) -> str:
        return f"hello {params.name}"

    async def refuse(self, _params: NoParams, _caller: Caller) -> None:
        raise CommandError("a nap is in progress")

    async def break_(self, _params: NoParams, _caller: Caller) -> None:
        raise ValueError("nobody has thought of this")

    async def wait(self, _params: NoParams, _caller: Caller) -> None:
        self.waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.append("wait")

    async def count(self, _params: NoParams, caller: Caller) -> int:
        caller.notify("number", {"n": 1})
        caller.notify("number", {"n": 2})
        return 2

    async def watch(self, params: WatchParams, caller: Caller) -> None:
        caller.watch(None if params.topics is None else frozenset(params.topics))

    @asynccontextmanager
    async def open(self, paths: Sequence[Path]) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(ControlServer(paths, methods=self.methods, feed=self.feed).run())
        async with asyncio.timeout(PATIENCE_S):
            while not await answers(*paths):  # noqa: ASYNC110 - of another task
                await asyncio.sleep(0)
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


class Client:
    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, *lines: bytes | dict[str, Any]) -> None:
        for line in lines:
            self.writer.write(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")

    def call(self, number: int, method: str, **params: object) -> None:
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            return dict(json.loads(await self.reader.readline()))

    async def at_end(self) -> bool:
        async with asyncio.timeout(PATIENCE_S):
            return not await self.reader.read()


@asynccontextmanager
async def connected(path: Path) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


async def answers(*paths: Path) -> bool:
    """Whether a server listens at one of the paths."""
    for path in paths:
        with suppress(OSError):
            _, writer = await asyncio.open_unix_connection(path)
            writer.close()
            return True
    return False


def mode_of(path: Path) -> int | None:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else None


def leave_socket(path: Path) -> None:
    """As a process does that is killed."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "control"


async def test_a_request_is_answered_with_its_id(path: Path) -> None:
    async with Hall().open([path]), connected(path) as client:
        client.call(7, "greet", name="Anna")
        assert await client.receive() == {"jsonrpc": "2.0", "id": 7, "result": "hello Anna"}


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        (b"rubbish\n", ErrorCode.PARSE_ERROR, "not JSON"),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"sing"}\n',
            ErrorCode.METHOD_NOT_FOUND,
            "there are break, count",
        ),
        (b'{"jsonrpc":"2.0","id":1,"method":"greet"}\n', ErrorCode.INVALID_PARAMS, "name: Field required"),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"greet","params":{"name":"A","age":1}}\n',
            ErrorCode.INVALID_PARAMS,
            "age: Extra inputs are not permitted",
        ),
        (b'{"jsonrpc":"2.0","id":1,"method":"refuse"}\n', ErrorCode.REFUSED, "a nap is in progress"),
        (b'{"jsonrpc":"2.0","id":1,"method":"break"}\n', ErrorCode.INTERNAL_ERROR, "a fault of talkpace's"),
    ],
)
async def test_a_bad_request_is_answered_and_the_connection_goes_on(
    path: Path, line: bytes, code: ErrorCode, reason: str
) -> None:
    async with Hall().open([path]), connected(path) as client:
        client.send(line)
        error = (await client.receive())["error"]
        assert error["code"] == code
        assert reason in error["message"]
        client.call(2, "greet", name="Ben")
        assert (await client.receive())["result"] == "hello Ben"


async def test_a_line_that_is_too_long_ends_the_connection_and_no_other(path: Path) -> None:
    async with Hall().open([path]), connected(path) as loud, connected(path) as other:
        loud.send(b"x" * (LONGEST_LINE * 3) + b"\n")
        assert "too long" in (await loud.receive())["error"]["message"]
        other.call(1, "greet", name="Ben")
        assert (await other.receive())["result"] == "hello Ben"


async def test_a_request_without_an_id_is_carried_out_and_not_answered(path: Path) -> None:
    async with Hall().open([path]), connected(path) as client:
        client.send(b'{"jsonrpc":"2.0","method":"greet","params":{"name":"A"}}\n', b"\n")
        client.call(2, "greet", name="Ben")
        assert (await client.receive())["id"] == 2


async def test_messages_of_a_method_come_before_its_result(path: Path) -> None:
    async with Hall().open([path]), connected(path) as client:
        client.call(1, "count")
        got = [await client.receive() for _ in range(3)]
        assert [one.get("params", {}).get("n", one.get("result")) for one in got] == [1, 2, 2]


async def test_a_method_is_cancelled_when_its_client_disconnects(path: Path) -> None:
    hall = Hall()
    async with hall.open([path]):
        async with connected(path) as client:
            client.call(1, "wait")
            await hall.waiting.wait()
        async with asyncio.timeout(PATIENCE_S):
            while not hall.ended:  # noqa: ASYNC110
                await asyncio.sleep(0)


async def test_too_many_requests_at_the_same_time_are_refused(path: Path) -> None:
    async with Hall().open([path]), connected(path) as client:
        for number in range(MOST_REQUESTS + 1):
            client.call(number, "wait")
        answer = await client.receive()
        assert (answer["id"], answer["error"]["code"]) == (MOST_REQUESTS, ErrorCode.TOO_MANY)


async def test_too_many_clients_are_refused_with_a_reason(path: Path) -> None:
    async with Hall().open([path]):
        clients = [await asyncio.open_unix_connection(path) for _ in range(MOST_CONNECTIONS + 1)]
        message = json.loads(await clients[-1][0].readline())
        assert message["error"]["code"] == ErrorCode.TOO_MANY
        for _, writer in clients:
            writer.close()


async def test_a_watcher_gets_the_latest_states_and_then_every_change_of_its_topics(path: Path) -> None:
    hall = Hall()
    hall.feed.state("anna/live", '{"heart_rate":120}')
    hall.feed.state("ben/live", '{"heart_rate":90}')
    async with hall.open([path]), connected(path) as client:
        client.call(1, "watch", topics=["anna/live", "anna/event"])
        got = [await client.receive(), await client.receive()]
        assert {"jsonrpc": "2.0", "id": 1, "result": None} in got
        hall.feed.state("ben/live", "{}")
        hall.feed.event("anna/event", '{"event":"over"}')
        event = await client.receive()
        assert (event["method"], event["params"]["payload"]) == ("event", {"event": "over"})
        hall.feed.state("anna/live", '{"heart_rate":121}')
        assert (await client.receive())["params"] == {"topic": "anna/live", "payload": {"heart_rate": 121}}


async def test_a_stalled_watcher_costs_bounded_memory_and_gets_the_newest_value_at_last(path: Path) -> None:
    hall = Hall()
    async with hall.open([path]), connected(path) as client:
        client.call(1, "watch")
        assert (await client.receive())["id"] == 1
        padding = "x" * 1000
        for number in range(20_000):
            hall.feed.state("anna/live", json.dumps({"n": number, "padding": padding}))
            if number % 100 == 0:
                await asyncio.sleep(0)
        got: list[int] = []
        while not got or got[-1] != 19_999:
            got.append((await client.receive())["params"]["payload"]["n"])
        assert len(got) < 2000
        assert got == sorted(got)


async def test_what_waits_is_sent_as_the_daemon_stops(path: Path) -> None:
    hall = Hall()
    async with hall.open([path]) as task, connected(path) as client:
        client.call(1, "watch")
        await client.receive()
        hall.feed.state("anna/breathing", '{"state":"idle"}')
        task.cancel()
        assert (await client.receive())["params"]["payload"] == {"state": "idle"}
        assert await client.at_end()
        with suppress(asyncio.CancelledError):
            await task
    assert mode_of(path) is None


async def test_only_user_and_group_may_open_the_socket(path: Path) -> None:
    async with Hall().open([path]):
        assert mode_of(path) == 0o660


async def test_a_peer_of_another_user_and_group_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hall().open([path]):
        monkeypatch.setattr(os, "geteuid", lambda: 12_345)
        monkeypatch.setattr(os, "getegid", lambda: 12_345)
        monkeypatch.setattr(server_module, "_ROOT", 12_345)
        async with connected(path) as client:
            assert "permission denied" in (await client.receive())["error"]["message"]
            assert await client.at_end()


async def test_a_socket_left_by_a_daemon_that_was_killed_is_replaced(path: Path) -> None:
    leave_socket(path)
    async with Hall().open([path]), connected(path) as client:
        client.call(1, "greet", name="Anna")
        assert (await client.receive())["result"] == "hello Anna"


async def test_a_second_daemon_takes_the_next_place(tmp_path: Path) -> None:
    first, second = tmp_path / "run" / "control", tmp_path / "state" / "control"
    async with Hall().open([first, second]), Hall().open([first, second]):
        async with asyncio.timeout(PATIENCE_S):
            while not await answers(second):  # noqa: ASYNC110 - of another task
                await asyncio.sleep(0)
        for path in (first, second):
            async with connected(path) as client:
                client.call(1, "greet", name="Anna")
                assert (await client.receive())["result"] == "hello Anna"


async def test_the_daemon_works_without_a_socket(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    nowhere = tmp_path / "missing" / "folder" / "control"
    task = asyncio.create_task(ControlServer([nowhere], methods={}, feed=StateFeed()).run())
    async with asyncio.timeout(PATIENCE_S):
        while "no control socket" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
