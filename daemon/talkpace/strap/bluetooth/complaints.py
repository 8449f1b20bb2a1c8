"""The log of something tried for ever: loud the first time, then quiet until it works again."""

from __future__ import annotations

import logging


class Complaints:
    """What has been complained of, by whom and of what kind."""

    def __init__(self, logger: logging.Logger) -> None:
        self._log = logger
        self._known: set[tuple[str, object]] = set()

    def failed(self, who: str, kind: object, says: str) -> None:
        """The first failure of a kind is a warning, its repetitions are for debugging."""
        first = (who, kind) not in self._known
        self._known.add((who, kind))
        self._log.log(logging.WARNING if first else logging.DEBUG, "%s: %s", who, says)

    def recovered(self, who: str, says: str) -> None:
        """It works again; said only where something had been complained of."""
        if self.forget(who):
            self._log.info("%s: %s", who, says)

    def forget(self, who: str) -> bool:
        """Be loud again at the next failure; whether there was anything to forget."""
        known = {entry for entry in self._known if entry[0] == who}
        self._known -= known
        return bool(known)
