"""What the daemon tells and does: `api/stream`, `poll`, `recent`, `call`, `athletes`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..control.messages import ErrorCode, RequestError
from ..control.reconnecting_client import ReconnectingClient
from ..errors import DaemonError, TalkpaceError
from .access import Access, Visitor
from .call_list import TIMEOUTS_S, WITH_PROGRESS, check_call
from .event_stream import PAUSE_S, EventStream, closed_when_left
from .live_feed import LiveFeed
from .progress_calls import ProgressCalls
from .refusal import RefusedError
from .request_body import read_body

POLL_S = 20.0
_MOST_DIGITS = 16


class CallBody(BaseModel):
    """A call of one of the daemon's methods."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    method: str = Field(max_length=64)
    params: dict[str, Any] = Field(default={}, max_length=100)
    progress: bool = False
    """whether to answer with a stream of lines: the call's notifications, then its result"""


class DaemonRoutes:
    """Answers from the shared feed, and passes calls on."""

    def __init__(
        self,
        feed: LiveFeed,
        requests: ReconnectingClient,
        access: Access,
        *,
        progress: ProgressCalls,
        pause_s: float = PAUSE_S,
        poll_s: float = POLL_S,
    ) -> None:
        """`requests` is the connection for calls, but for those whose progress is shown."""
        self._feed = feed
        self._requests = requests
        self._access = access
        self._progress = progress
        self._pause_s = pause_s
        self._poll_s = poll_s

    def routes(self) -> list[Route]:
        """The routes with their methods."""
        return [
            Route("/api/stream", self._stream, methods=["GET"]),
            Route("/api/poll", self._poll, methods=["GET"]),
            Route("/api/recent", self._recent, methods=["GET"]),
            Route("/api/call", self._call, methods=["POST"]),
            Route("/api/athletes", self._athletes, methods=["GET"]),
        ]

    async def _stream(self, request: Request) -> Response:
        visitor: Visitor = request.scope["visitor"]
        secret = request.scope["secret"]
        return EventStream(self._feed, visitor, lambda: self._is_valid(secret), pause_s=self._pause_s)

    def _is_valid(self, secret: str) -> bool:
        try:
            return self._access.visitor(secret).has_session
        except TalkpaceError:  # of the access file
            return False

    async def _poll(self, request: Request) -> Response:
        visitor: Visitor = request.scope["visitor"]
        after = _number(request.query_params.get("after", "0"))
        if not self._feed.has_changed(after, visitor.shows):
            with self._feed.open_page(visitor.shows) as page:
                async with closed_when_left(request.receive, page):
                    await page.wait(self._poll_s)
            if not self._is_valid(request.scope["secret"]):
                raise RefusedError(401, "the session has ended: sign in again")
        messages = [
            f'{{"kind":"{update.kind}",{update.body[1:]}' for update in self._feed.since(after, visitor.shows)
        ]
        connected = "true" if self._feed.is_connected else "false"
        document = f'{{"next":{self._feed.number},"connected":{connected},"messages":[{",".join(messages)}]}}'
        return Response(document, media_type="application/json")

    async def _recent(self, request: Request) -> Response:
        visitor: Visitor = request.scope["visitor"]
        return JSONResponse(self._feed.recent.document(visitor.shows))

    async def _call(self, request: Request) -> Response:
        visitor: Visitor = request.scope["visitor"]
        if visitor.state != "signed_in":
            raise RefusedError(403, "this page may only look")
        body = await read_body(request, CallBody)
        check_call(body.method, body.params)
        if body.progress:
            if body.method not in WITH_PROGRESS:
                raise RefusedError(400, f"{body.method} tells no progress; {' and '.join(WITH_PROGRESS)} do")
            return self._progress.answer(body.method, body.params, timeout_s=TIMEOUTS_S[body.method])
        return await self._ask(body.method, body.params)

    async def _athletes(self, request: Request) -> Response:
        view = request.scope["visitor"].view
        try:
            athletes = await self._requests.call("athletes.list", {})
        except (RequestError, DaemonError) as error:
            return _failed(503, ErrorCode.REFUSED, str(error))
        shown = [
            one
            for one in athletes
            if view is None or view.athletes is None or one["athlete"] in view.athletes
        ]
        return JSONResponse(shown)

    async def _ask(self, method: str, params: dict[str, Any]) -> Response:
        try:
            result = await self._requests.call(method, params, timeout_s=TIMEOUTS_S[method])
        except RequestError as error:
            return _failed(200, error.code, str(error))
        except DaemonError as error:
            return _failed(503, ErrorCode.REFUSED, str(error))
        return JSONResponse({"result": result})


def _failed(status: int, code: ErrorCode, message: str) -> Response:
    return JSONResponse({"error": {"code": int(code), "message": message}}, status)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise RefusedError(400, "after: must be a number that `next` gave, or 0")
    return int(text)
