"""Looks at every request before anything else does, and puts the security headers on every answer."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import StoreError
from .access import Access
from .host_names import HostNames, is_own_origin
from .ingress import Ingress
from .refusal import RefusedError
from .refusal_answer import refusal_answer
from .secret_text import is_same

COOKIE = "talkpace"
TOKEN_HEADER = "X-Talkpace-Token"  # noqa: S105 - a name
API = "/api/"
_WITHOUT_SESSION = frozenset({"/api/session", "/api/setup", "/api/login", "/api/link"})
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


_IN_A_FRAME: Mapping[str, str] = {
    **_SECURITY_HEADERS,
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""Home Assistant shows the page in a frame, from its own address"""


class Guard:
    """Refuses what comes from elsewhere, what has no session, and changes without the session's token."""

    def __init__(
        self, app: ASGIApp, *, names: HostNames, access: Access, ingress: Ingress | None = None
    ) -> None:
        self._app = app
        self._names = names
        self._access = access
        self._ingress = ingress

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a permitted request on, with its `visitor` in the scope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        by_ingress = self._ingress is not None and self._ingress.carries(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (_IN_A_FRAME if by_ingress else _SECURITY_HEADERS).items():
                    headers.setdefault(name, value)  # a report has a policy of its own
                if scope["path"].startswith(API):
                    headers["Cache-Control"] = "no-store, no-transform"
            await send(message)

        try:
            self._check(scope)
        except RefusedError as error:
            await refusal_answer(error, Headers(scope=scope))(scope, receive, send_with_headers)
        except StoreError as error:
            answer = refusal_answer(RefusedError(503, str(error)), Headers(scope=scope))
            await answer(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _check(self, scope: Scope) -> None:
        headers, path, method = Headers(scope=scope), str(scope["path"]), str(scope["method"])
        is_api = path.startswith(API)
        scope["cookie_path"] = "/"
        if self._ingress is not None and self._ingress.carries(scope):
            self._ingress.check(scope)
            scope["cookie_path"] = self._ingress.path(scope)
        elif not self._names.allow(headers.get("host", "")):
            raise RefusedError(403, "this host is not called so; its names are set by `names` in [web]")
        _check_source(headers, is_navigation_possible=not is_api)
        if method not in ({"GET", "POST"} if is_api else {"GET", "HEAD"}):
            raise RefusedError(405, f"{method} is not possible here")
        if method == "POST" and _media_type(headers) != "application/json":
            raise RefusedError(400, "the content must be application/json")
        scope["secret"] = cookie_parser(headers.get("cookie", "")).get(COOKIE)
        if not is_api:
            return
        scope["visitor"] = visitor = self._access.visitor(scope["secret"])
        if path in _WITHOUT_SESSION:
            return
        if visitor.token is None:
            raise RefusedError(401, "sign in first")
        if method == "POST" and not is_same(headers.get(TOKEN_HEADER, ""), visitor.token):
            raise RefusedError(403, f"the session's token is missing: send it as {TOKEN_HEADER}")


def _check_source(headers: Headers, *, is_navigation_possible: bool) -> None:
    """Check Origin and Sec-Fetch-Site where they are present."""
    origin = headers.get("origin")
    if origin is not None and not is_own_origin(origin, headers.get("host", "")):
        raise RefusedError(403, "the request comes from another site")
    is_navigation = is_navigation_possible and headers.get("sec-fetch-mode") == "navigate"
    if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"} and not is_navigation:
        raise RefusedError(403, "the request comes from another site")


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()
