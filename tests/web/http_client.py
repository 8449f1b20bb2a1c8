"""HTTP by hand on a real connection, so that tests can send what a well-behaved client never would."""

from __future__ import annotations

import asyncio
import json
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

PATIENCE_S = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes = b""

    @property
    def document(self) -> Any:
        return json.loads(self.content)

    @property
    def message(self) -> str:
        """Why a request was refused."""
        return str(self.document["error"]["message"])


async def read_head(reader: StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = [line.partition(": ") for line in head[1:] if line]
    return Answer(int(head[0].split()[1]), {name.lower(): value for name, _, value in pairs})


async def read_answer(reader: StreamReader, method: str = "GET") -> Answer:
    answer = await read_head(reader)
    if method == "HEAD" or answer.status == 304:
        return answer
    if answer.headers.get("transfer-encoding") == "chunked":
        content = b"".join([chunk async for chunk in read_chunks(reader)])
    else:
        content = await reader.readexactly(int(answer.headers["content-length"]))
    return Answer(answer.status, answer.headers, content)


async def read_chunks(reader: StreamReader) -> AsyncIterator[bytes]:
    while size := int(await reader.readline(), 16):
        yield await reader.readexactly(size)
        await reader.readline()
    await reader.readline()


@dataclass
class Browser:
    """A client with a cookie and a token; `headers` are sent with every request."""

    port: int
    cookie: str | None = None
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=self.tls)
        try:
            async with asyncio.timeout(PATIENCE_S):
                yield reader, writer
        finally:
            writer.close()

    def head(self, method: str, path: str, headers: dict[str, str | None]) -> bytes:
        """The head of a request; a header whose value is None is left out."""
        sent: dict[str, str | None] = {"Host": f"127.0.0.1:{self.port}", **self.headers}
        if self.cookie is not None:
            sent["Cookie"] = f"talkpace={self.cookie}"
        if self.token is not None and method == "POST":
            sent["X-Talkpace-Token"] = self.token
        lines = [f"{name}: {value}" for name, value in {**sent, **headers}.items() if value is not None]
        return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")

    async def send(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str | None] | None = None
    ) -> Answer:
        """Send a request on a connection of its own, and read the answer."""
        more: dict[str, str | None] = dict(headers or {})
        if body is not None:
            more = {"Content-Type": "application/json", "Content-Length": str(len(body)), **more}
        async with self.connected() as (reader, writer):
            writer.write(self.head(method, path, more) + (body or b""))
            answer = await read_answer(reader, method)
        self._keep_cookie(answer)
        return answer

    async def get(self, path: str, **headers: str | None) -> Answer:
        return await self.send("GET", path, headers=headers)

    async def post(self, path: str, document: object, **headers: str | None) -> Answer:
        answer = await self.send("POST", path, json.dumps(document).encode(), headers)
        if answer.status == 200 and path in {"/api/setup", "/api/login", "/api/link", "/api/logout"}:
            self.token = answer.document["token"]
        return answer

    async def call(self, method: str, **params: object) -> Answer:
        return await self.post("/api/call", {"method": method, "params": params})

    def _keep_cookie(self, answer: Answer) -> None:
        if cookie := answer.headers.get("set-cookie"):
            value = cookie.partition(";")[0].partition("=")[2].strip('"')
            self.cookie = value or None

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[Stream]:
        async with self.connected() as (reader, writer):
            writer.write(self.head("GET", "/api/stream", {}))
            answer = await read_head(reader)
            assert answer.status == 200, answer
            yield Stream(reader, answer)


@dataclass
class Stream:
    """Server-sent events, as a browser parses them."""

    reader: StreamReader
    head: Answer
    unread: bytes = b""

    def __post_init__(self) -> None:
        self._frames = self._parse()

    def frames(self) -> AsyncIterator[tuple[str, Any]]:
        """Event name and document of each from here on; comments as (":", text)."""
        return self._frames

    async def _parse(self) -> AsyncIterator[tuple[str, Any]]:
        async for chunk in read_chunks(self.reader):
            *blocks, self.unread = (self.unread + chunk).split(b"\n\n")
            for block in blocks:
                lines = dict(line.partition(": ")[::2] for line in block.decode().split("\n"))
                if "event" in lines:
                    yield lines["event"], json.loads(lines["data"])
                elif block.startswith(b":"):
                    yield ":", block.decode()

    async def until(self, kind: str, **values: object) -> list[tuple[str, Any]]:
        """Read up to the first such event, with these values of its payload or document."""
        seen = []
        async for name, document in self.frames():
            seen.append((name, document))
            found = document.get("payload", document) if isinstance(document, dict) else {}
            if name == kind and all(found.get(key) == value for key, value in values.items()):
                return seen
        raise AssertionError(f"the stream ended: {seen}")
