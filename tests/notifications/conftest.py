"""A host without a network, for tests that must not ask the real resolver."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest


@pytest.fixture
def unresolvable(monkeypatch: pytest.MonkeyPatch) -> None:
    """No host's name resolves in this process."""

    def fail(*_query: object, **_options: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
