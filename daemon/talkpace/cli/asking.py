"""Asks the daemon on this host to do something, by way of the store, and follows how it stands."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..config.model import Configuration
from ..errors import ConfigurationError, DaemonError

if TYPE_CHECKING:
    from ..record.store import Store

PATIENCE_S = 10.0
_LOOK_S = 0.1


@dataclass
class Asked:
    """A request that the daemon has taken up."""

    store: Store
    number: int
    athlete: str
    says: dict[str, Any]
    """the guide's payload, as last looked at"""
    done: bool = False

    def look(self) -> None:
        """How it stands now. Raises DaemonError where the daemon has gone."""
        request = self.store.request(self.number)
        if request is None:
            raise DaemonError("the daemon has been restarted meanwhile")
        if request.state == "failed":
            raise DaemonError(request.says or "the daemon could not do it")
        self.says = json.loads(request.says or "{}")
        self.done = request.state == "done"

    def tell(self, name: str, argument: object) -> dict[str, Any]:
        """Ask for something else for the same athlete, and answer with how it stands then."""
        with _request(self.store, self.athlete, name, argument) as other:
            return other.says


@contextmanager
def asked(configuration: Configuration, athlete: str, name: str, argument: object) -> Iterator[Asked]:
    """Ask, and wait until it is taken up. Raises DaemonError where it is refused, or nobody answers."""
    from ..record.store import Store
    from ..service.paths import store_path

    with (
        Store.open(store_path(configuration, os.environ)) as store,
        _request(store, athlete, name, argument) as following,
    ):
        yield following


@contextmanager
def _request(store: Store, athlete: str, name: str, argument: object) -> Iterator[Asked]:
    number = store.add_request(athlete, name, json.dumps(argument), datetime.now().astimezone())
    try:
        until = time.monotonic() + PATIENCE_S
        while (request := store.request(number)) is not None and request.state == "new":
            if time.monotonic() > until:
                raise DaemonError(
                    "the daemon does not answer; `systemctl status talkpace` says whether it runs"
                )
            time.sleep(_LOOK_S)
        following = Asked(store, number, athlete, {})
        following.look()
        yield following
    finally:
        store.remove_request(number)


def tell(configuration: Configuration, athlete: str, name: str, argument: object) -> dict[str, Any]:
    """Ask, and answer with how it stands then."""
    with asked(configuration, athlete, name, argument) as following:
        return following.says


def must_have(configuration: Configuration, piece: str) -> None:
    """Raises ConfigurationError where a piece of the practice is switched off."""
    if not configuration.practice.has(piece):
        raise ConfigurationError(f"this is switched off in the configuration ([practice.{piece}])")
