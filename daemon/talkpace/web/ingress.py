"""Home Assistant's ingress: a listener of its own, on which its Supervisor alone is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from starlette.datastructures import Headers
from starlette.types import Scope

from ..config.web import ListenAddress, WebConfig
from .refusal import RefusedError

PATH_HEADER = "X-Ingress-Path"
_PATH = re.compile(r"(/[A-Za-z0-9_-]{1,100}){1,6}/?")


@dataclass(frozen=True, slots=True)
class Ingress:
    """The listener, by its port, and who may connect to it."""

    port: int
    peer: str

    @classmethod
    def of(cls, settings: WebConfig) -> Self | None:
        """The listener of the settings, if they have one."""
        if settings.ingress is None:
            return None
        return cls(ListenAddress.parse(settings.ingress).port, settings.ingress_from)

    def carries(self, scope: Scope) -> bool:
        """Whether a request came in on this listener: by its socket, not by what it says."""
        server = scope.get("server")
        return server is not None and server[1] == self.port

    def check(self, scope: Scope) -> None:
        """Raise RefusedError for everybody but the Supervisor."""
        client = scope.get("client")
        if client is None or client[0] != self.peer:
            raise RefusedError(403, "only Home Assistant's Supervisor is answered here")

    @staticmethod
    def path(scope: Scope) -> str:
        """The path below which the browser sees the page, for the cookie. Raises RefusedError."""
        path = Headers(scope=scope).get(PATH_HEADER, "/")
        if path != "/" and not _PATH.fullmatch(path):
            raise RefusedError(400, f"{PATH_HEADER} is no path")
        return path
