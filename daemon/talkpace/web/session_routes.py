"""Set-up, sign-in, sign-out and links: `api/session`, `setup`, `login`, `logout`, `link`."""

from __future__ import annotations

import logging

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .access import Access, NewSession, Visitor
from .guard import COOKIE
from .passwords import LONGEST
from .rate_limit import RateLimit
from .refusal import RefusedError
from .request_body import read_body

_log = logging.getLogger(__name__)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SetupBody(_Body):
    """What the first visitor sends."""

    code: str = Field(max_length=40)
    password: str = Field(max_length=LONGEST)


class LoginBody(_Body):
    """A sign-in."""

    password: str = Field(max_length=LONGEST)


class LinkBody(_Body):
    """The secret of a read-only link."""

    link: str = Field(max_length=200)


class NoBody(_Body):
    """An empty object."""


class SessionRoutes:
    """Begins and ends sessions."""

    def __init__(self, access: Access, limit: RateLimit, *, node: str) -> None:
        """`node` is the node's id."""
        self._access = access
        self._limit = limit
        self._node = node

    def routes(self) -> list[Route]:
        """The routes with their methods."""
        return [
            Route("/api/session", self._session, methods=["GET"]),
            Route("/api/setup", self._set_up, methods=["POST"]),
            Route("/api/login", self._log_in, methods=["POST"]),
            Route("/api/link", self._open_link, methods=["POST"]),
            Route("/api/logout", self._log_out, methods=["POST"]),
        ]

    async def _session(self, request: Request) -> Response:
        return self._document(request.scope["visitor"])

    async def _set_up(self, request: Request) -> Response:
        self._count(request)
        body = await read_body(request, SetupBody)
        session = await self._access.set_up(body.code, body.password)
        _log.warning("a password for the page was set from %s", _address(request))
        return self._begin(request, session)

    async def _log_in(self, request: Request) -> Response:
        self._count(request)
        body = await read_body(request, LoginBody)
        try:
            session = await self._access.log_in(body.password)
        except RefusedError as error:
            _log.warning("a sign-in from %s failed: %s", _address(request), error)
            raise
        _log.info("signed in from %s", _address(request))
        return self._begin(request, session)

    async def _open_link(self, request: Request) -> Response:
        self._count(request)
        body = await read_body(request, LinkBody)
        return self._begin(request, await self._access.open_link(body.link))

    async def _log_out(self, request: Request) -> Response:
        await read_body(request, NoBody)
        await self._access.log_out(request.scope["secret"])
        response = self._document(self._access.visitor(None))
        response.delete_cookie(
            COOKIE,
            path=request.scope["cookie_path"],
            httponly=True,
            samesite="strict",
            secure=_is_https(request),
        )
        return response

    def _count(self, request: Request) -> None:
        self._limit.count(_address(request))

    def _begin(self, request: Request, session: NewSession) -> Response:
        response = self._document(session.visitor)
        response.set_cookie(
            COOKIE,
            session.secret,
            max_age=session.seconds,
            path=request.scope["cookie_path"],
            httponly=True,
            samesite="strict",
            secure=_is_https(request),
        )
        return response

    def _document(self, visitor: Visitor) -> JSONResponse:
        node = self._node if visitor.has_session else None
        return JSONResponse({"state": visitor.state, "token": visitor.token, "node": node})


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _is_https(request: Request) -> bool:
    return request.url.scheme == "https"
