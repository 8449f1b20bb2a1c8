"""Who may see the page: password, set-up code, links and sessions, as one frozen value in a file."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

MOST_SESSIONS = 50
"""of each kind; a new one then ends the oldest"""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SetupCode(_Record):
    """The one-time code with which the first visitor sets a password."""

    hash: str
    expires: float
    """seconds since 1970, as all times here"""
    tries: int


class View(_Record):
    """What a read-only link shows."""

    athletes: tuple[str, ...] | None = None
    """all where None"""
    topics: tuple[str, ...] = ("live", "event", "session")
    """last parts of topics, such as `live`"""

    def shows(self, topic: str) -> bool:
        """Whether a topic such as `anna/live` is shown; a topic of the node, such as `node`, never is."""
        athlete, separator, name = topic.partition("/")
        return bool(separator) and name in self.topics and (self.athletes is None or athlete in self.athletes)


class PageLink(_Record):
    """A read-only link."""

    name: str
    hash: str
    created: float
    view: View


class PageSession(_Record):
    """A browser that has signed in, or opened a link."""

    hash: str
    created: float
    expires: float
    link: str | None = None
    """the hash of the link that it came by; None where it signed in"""


class AccessState(_Record):
    """Everything that the file holds; none of it lets anybody in."""

    password: str | None = None
    """argon2's hash with its parameters"""
    code: SetupCode | None = None
    links: tuple[PageLink, ...] = ()
    sessions: tuple[PageSession, ...] = ()

    def session(self, secret_hash: str, now: float) -> PageSession | None:
        """The session of a cookie, while it is valid."""
        return next((one for one in self.sessions if one.hash == secret_hash and one.expires > now), None)

    def link(self, secret_hash: str) -> PageLink | None:
        """The link with this hash."""
        return next((one for one in self.links if one.hash == secret_hash), None)

    def with_session(self, session: PageSession, now: float) -> AccessState:
        """Add a session; drop those that have expired, and the oldest beyond the limit."""
        valid = [one for one in self.sessions if one.expires > now]
        alike = [one for one in valid if (one.link is None) == (session.link is None)]
        others = [one for one in valid if one not in alike]
        remaining = [*others, *alike[-(MOST_SESSIONS - 1) :], session]
        return self.model_copy(update={"sessions": tuple(remaining)})

    def without_session(self, secret_hash: str) -> AccessState:
        """Remove a session."""
        remaining = tuple(one for one in self.sessions if one.hash != secret_hash)
        return self.model_copy(update={"sessions": remaining})

    def without_link(self, name: str) -> AccessState:
        """Remove a link with all sessions that came by it."""
        gone = {one.hash for one in self.links if one.name == name}
        return self.model_copy(
            update={
                "links": tuple(one for one in self.links if one.hash not in gone),
                "sessions": tuple(one for one in self.sessions if one.link not in gone),
            }
        )
