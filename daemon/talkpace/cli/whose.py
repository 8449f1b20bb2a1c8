"""Whose: the athlete that a command is about."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..config.model import Configuration
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from ..record.store import Store

OPTION = "--athlete"


def chosen_athlete(configuration: Configuration, asked: str | None) -> str:
    """Of those who train here the one named, or the only one. Raises ConfigurationError, or StoreError."""
    from ..service.known import known_athletes

    everyone = known_athletes(configuration, os.environ).everyone
    if asked is not None:
        must_be_known(asked, everyone)
        return asked
    if not everyone:
        raise ConfigurationError("nobody trains here yet; see `talkpace athlete add --help`")
    return only(everyone)


def athlete_on_record(configuration: Configuration, store: Store | None, asked: str | None) -> str | None:
    """For what only looks back: the one named, or the only one who has sessions; None where nobody has.

    Whoever is on record may be named, also one who trains here no longer. Raises ConfigurationError, or
    StoreError.
    """
    if asked is not None:
        must_be_on_record(configuration, store, asked)
        return asked
    trained = store.trained() if store is not None else []
    return only(trained) if trained else None


def must_be_on_record(configuration: Configuration, store: Store | None, asked: str) -> None:
    """Raises ConfigurationError for one who neither trains here nor is on record, or StoreError."""
    from ..service.known import known_athletes

    everyone = known_athletes(configuration, os.environ).everyone
    others = store.athletes_on_record() if store is not None else []
    must_be_known(asked, [*everyone, *(who for who in others if who not in everyone)])


def must_be_known(asked: str, known: Sequence[str], where: str = OPTION) -> None:
    """Raises ConfigurationError for somebody else, which tells who is known."""
    if asked not in known:
        who = f"known: {', '.join(known)}" if known else "known: nobody; see `talkpace athlete add --help`"
        raise ConfigurationError(f"{where}: nobody here is {asked!r}; {who}")


def only(several: Sequence[str]) -> str:
    """The one that there is of one or more. Raises ConfigurationError, which asks for a choice."""
    if len(several) > 1:
        raise ConfigurationError(f"{OPTION}: which of {', '.join(several)}?")
    return several[0]
