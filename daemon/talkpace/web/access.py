"""Who may see the page: set-up, sign-in, read-only links and sessions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .access_file import AccessFile
from .access_state import AccessState, PageSession, SetupCode, View
from .passwords import Passwords
from .refusal import RefusedError
from .secret_text import change_token, hash_of, is_same, new_secret, plain_code

SIGNED_IN_S = 30 * 86_400
WATCHING_S = 365 * 86_400
_NO_CODE = "the code is not valid, or no longer: run `sudo talkpace web enable` for a new one"

VisitorState = Literal["setup", "login", "signed_in", "watching"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request."""

    state: VisitorState
    token: str | None = None
    """what a session sends with every change"""
    view: View | None = None
    """what is shown; None for everything"""

    @property
    def has_session(self) -> bool:
        """Whether anything is shown to this visitor."""
        return self.token is not None

    def shows(self, topic: str) -> bool:
        """Whether this visitor sees a topic."""
        return self.has_session and (self.view is None or self.view.shows(topic))


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has just begun: its cookie, and who has it."""

    secret: str
    seconds: int
    visitor: Visitor


class Access:
    """Decides on visitors by the access file. Methods that change it raise StoreError where they cannot."""

    def __init__(self, file: AccessFile, *, now: Callable[[], float] = time.time) -> None:
        """`now` returns seconds since 1970."""
        self._file = file
        self._passwords = Passwords()
        self._now = now

    def visitor(self, secret: str | None) -> Visitor:
        """Who has this cookie."""
        state = self._file.read()
        session = state.session(hash_of(secret), self._now()) if secret else None
        if session is None or not secret:
            return Visitor("setup" if state.password is None else "login")
        if session.link is None:
            return Visitor("signed_in", change_token(secret))
        link = state.link(session.link)
        return Visitor("login") if link is None else Visitor("watching", change_token(secret), link.view)

    async def set_up(self, code: str, password: str) -> NewSession:
        """Set the first password with the one-time code. Raises RefusedError."""
        if self._file.read().password is not None:
            raise RefusedError(403, "a password is set already; sign in with it")
        await self._try_code(hash_of(plain_code(code)))
        password_hash = await self._passwords.hash(password)

        def with_password(state: AccessState) -> AccessState:
            if state.password is not None or state.code is None:
                raise RefusedError(403, "a password was set in the meantime; sign in with it")
            return state.model_copy(update={"password": password_hash, "code": None})

        return await self._begin(None, SIGNED_IN_S, before=with_password)

    async def _try_code(self, code_hash: str) -> None:
        """Take one of the code's tries. Raises RefusedError where it is wrong, or not valid any more."""
        tried: list[SetupCode] = []

        def with_one_try_less(state: AccessState) -> AccessState:
            code = state.code
            if code is None or code.tries <= 0 or code.expires <= self._now():
                return state.model_copy(update={"code": None})
            tried.append(code)
            return state.model_copy(update={"code": code.model_copy(update={"tries": code.tries - 1})})

        await asyncio.to_thread(self._file.change, with_one_try_less)
        if not tried or not is_same(code_hash, tried[0].hash):
            raise RefusedError(403, _NO_CODE)

    async def log_in(self, password: str) -> NewSession:
        """Begin a session with the password. Raises RefusedError."""
        password_hash = self._file.read().password
        if password_hash is None:
            raise RefusedError(403, "no password is set yet: run `sudo talkpace web enable` for a code")
        if not await self._passwords.verify(password_hash, password):
            raise RefusedError(401, "that is not the password")

        def require_same(state: AccessState) -> AccessState:
            if state.password != password_hash:
                raise RefusedError(401, "the password was changed in the meantime")
            return state

        return await self._begin(None, SIGNED_IN_S, before=require_same)

    async def open_link(self, link_secret: str) -> NewSession:
        """Begin a session that may only look. Raises RefusedError."""
        link_hash = hash_of(link_secret)

        def require_link(state: AccessState) -> AccessState:
            if state.link(link_hash) is None:
                raise RefusedError(401, "this link is not valid, or was revoked")
            return state

        return await self._begin(link_hash, WATCHING_S, before=require_link)

    async def log_out(self, secret: str) -> None:
        """End a session."""
        secret_hash = hash_of(secret)
        await asyncio.to_thread(self._file.change, lambda state: state.without_session(secret_hash))

    async def _begin(
        self, link: str | None, seconds: int, *, before: Callable[[AccessState], AccessState]
    ) -> NewSession:
        """Store a new session, in one step with what has to be so before."""
        secret, now = new_secret(), self._now()
        session = PageSession(hash=hash_of(secret), created=now, expires=now + seconds, link=link)
        await asyncio.to_thread(self._file.change, lambda state: before(state).with_session(session, now))
        return NewSession(secret, seconds, self.visitor(secret))
