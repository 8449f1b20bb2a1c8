"""What the command line changes: the one-time code, and read-only links."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..errors import ConfigurationError
from .access_file import AccessFile
from .access_state import AccessState, PageLink, SetupCode, View
from .secret_text import hash_of, new_code, new_secret, plain_code

CODE_S = 600
CODE_TRIES = 5
MOST_LINKS = 20


class AccessAdmin:
    """Changes the access file for who may run commands as the daemon's user."""

    def __init__(self, file: AccessFile, *, now: Callable[[], float] = time.time) -> None:
        """`now` returns seconds since 1970."""
        self._file = file
        self._now = now

    @property
    def state(self) -> AccessState:
        """The state as it is on the disk."""
        return self._file.read()

    def make_code(self, *, forget_password: bool) -> str | None:
        """Make a code to set the first password with; None where one is set and is not to be forgotten.

        With the password those who signed in are forgotten, and links stay.
        """
        if self._file.read().password is not None and not forget_password:
            return None
        text = new_code()
        code = SetupCode(hash=hash_of(plain_code(text)), expires=self._now() + CODE_S, tries=CODE_TRIES)

        def with_code(state: AccessState) -> AccessState:
            watching = tuple(one for one in state.sessions if one.link is not None)
            return state.model_copy(update={"code": code, "password": None, "sessions": watching})

        self._file.change(with_code)
        return text

    def end_sessions(self) -> None:
        """Sign everybody out, and forget the code."""
        self._file.change(lambda state: state.model_copy(update={"sessions": (), "code": None}))

    def make_link(self, name: str, view: View) -> str:
        """Make a read-only link; return its secret, which is not stored. Raises ConfigurationError."""
        secret = new_secret()
        link = PageLink(name=name, hash=hash_of(secret), created=self._now(), view=view)

        def with_link(state: AccessState) -> AccessState:
            if any(one.name == name for one in state.links):
                raise ConfigurationError(f"there is a link {name!r}: revoke it first, or choose another name")
            if len(state.links) >= MOST_LINKS:
                raise ConfigurationError(f"there are {MOST_LINKS} links already: revoke one first")
            return state.model_copy(update={"links": (*state.links, link)})

        self._file.change(with_link)
        return secret

    def revoke_link(self, name: str) -> None:
        """Remove a link; who looks by it sees nothing more. Raises ConfigurationError."""

        def without(state: AccessState) -> AccessState:
            if all(one.name != name for one in state.links):
                names = ", ".join(one.name for one in state.links) or "none"
                raise ConfigurationError(f"there is no link {name!r}; there are: {names}")
            return state.without_link(name)

        self._file.change(without)
