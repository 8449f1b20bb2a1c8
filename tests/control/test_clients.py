"""Clients of an event loop: requests side by side, and a connection that comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from talkpace.control.async_client import AsyncControlClient
from talkpace.control.client import DaemonNotification
from talkpace.control.messages import ErrorCode, RequestError
from talkpace.control.method_models import NoParams
from talkpace.control.methods import Caller
from talkpace.control.reconnecting_client import ReconnectingClient
from talkpace.errors import DaemonError, DaemonNotRunningError

from .test_server import PATIENCE_S, Hall, method


class House(Hall):
    """A daemon of one database."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path = folder / "control"
        self.database = folder / "talkpace.db"
        self.methods |= dict([method("node", NoParams, self.node)])

    async def node(self, _params: NoParams, _caller: Caller) -> dict[str, str]:
        return {"database": str(self.database)}


@asynccontextmanager
async def client_of(house: House) -> AsyncIterator[AsyncControlClient]:
    client = await AsyncControlClient.connect([house.path], house.database)
    task = asyncio.create_task(client.run())
    try:
        yield client
    finally:
        client.close()
        await task


async def test_requests_are_answered_side_by_side(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with house.open([house.path]), client_of(house) as client:
        waiting = asyncio.create_task(client.call("wait", {}))
        await house.waiting.wait()
        assert await client.call("greet", {"name": "anna"}) == "hello anna"
        waiting.cancel()


async def test_a_refusal_has_the_daemon_s_code_and_reason(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with house.open([house.path]), client_of(house) as client:
        for name, code, reason in (
            ("refuse", ErrorCode.REFUSED, "a nap is in progress"),
            ("greet", ErrorCode.INVALID_PARAMS, "name: Field required"),
            ("fly", ErrorCode.METHOD_NOT_FOUND, "there is no method 'fly'"),
        ):
            with pytest.raises(RequestError, match=reason) as raised:
                await client.call(name, {})
            assert raised.value.code == code


async def test_a_request_that_takes_too_long_fails_and_others_go_on(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with house.open([house.path]), client_of(house) as client:
        with pytest.raises(DaemonError, match="did not answer"):
            await client.call("wait", {}, timeout_s=0.01)
        assert await client.call("greet", {"name": "ben"}) == "hello ben"


async def test_a_request_fails_when_the_daemon_stops(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with house.open([house.path]), client_of(house) as client:
        waiting = asyncio.create_task(client.call("wait", {}))
        await house.waiting.wait()
        client.close()
        with pytest.raises(DaemonNotRunningError, match="stopped in the meantime"):
            await waiting
        with pytest.raises(DaemonNotRunningError):
            await client.call("greet", {"name": "anna"})


async def test_only_the_daemon_of_the_database_is_a_daemon(tmp_path: Path) -> None:
    house = House(tmp_path)
    async with house.open([house.path]):
        for paths, database in (
            ([house.path], tmp_path / "other.db"),
            ([tmp_path / "none"], house.database),
            ([], house.database),
        ):
            with pytest.raises(DaemonNotRunningError):
                await AsyncControlClient.connect(paths, database)


async def test_a_peer_that_talks_no_json_is_no_daemon(tmp_path: Path) -> None:
    async def chatter(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\n")
        writer.close()

    async with await asyncio.start_unix_server(chatter, tmp_path / "control"):
        with pytest.raises(DaemonNotRunningError):
            await AsyncControlClient.connect([tmp_path / "control"], tmp_path / "talkpace.db")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def kept(client: ReconnectingClient) -> AsyncIterator[None]:
    task = asyncio.create_task(client.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_client_comes_back_with_the_daemon_and_watches_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    seen: list[object] = []
    client = ReconnectingClient(
        lambda: [house.path], house.database, on_connection=seen.append, on_notification=seen.append
    )
    house.feed.state("anna/session", '{"state": "idle"}')
    state = DaemonNotification("state", {"topic": "anna/session", "payload": {"state": "idle"}})
    async with kept(client):
        with pytest.raises(DaemonNotRunningError, match="systemctl start talkpace"):
            await client.call("greet", {"name": "anna"})
        async with house.open([house.path]):
            await until(lambda: seen == [False, True, state])
            assert await client.call("greet", {"name": "anna"}) == "hello anna"
        await until(lambda: seen == [False, True, state, False])
        async with house.open([house.path]):
            await until(lambda: seen == [False, True, state, False, True, state])


async def test_a_client_without_a_listener_watches_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    client = ReconnectingClient(lambda: [house.path], house.database)
    async with house.open([house.path]), kept(client):
        await until(lambda: client.is_connected)
        assert await ask(client.call("count", {})) == 2


async def ask(answer: Awaitable[object]) -> object:
    async with asyncio.timeout(PATIENCE_S):
        return await answer
