"""What the broker is to retain of an athlete once their last session is deleted, or restored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talkpace.storage.last_summary import delete_with_summary, restore_with_summary
from talkpace.storage.records import OutgoingMessage, SessionClosed, SessionOpened
from talkpace.storage.store import Store

NOW = datetime(2026, 11, 30, 18, tzinfo=UTC)
FIRST, SHORT, LAST, OPEN = (letter * 32 for letter in "abcd")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Anna's record: a session, one that was discarded, the last one, and one that still runs; and Ben's."""
    with Store.open(tmp_path / "talkpace.db") as store:
        for number, session in enumerate((FIRST, SHORT, LAST, OPEN)):
            store.write([opened(session, "anna", NOW + timedelta(hours=number))])
            if session is not OPEN:
                store.write([closed(session, "anna", discarded=session is SHORT)])
        store.write([opened("e" * 32, "ben", NOW + timedelta(days=1)), closed("e" * 32, "ben")])
        yield store


def opened(session: str, athlete: str, start: datetime) -> SessionOpened:
    return SessionOpened(
        session=session,
        athlete=athlete,
        node="gym",
        activity="cardio",
        start=start,
        clock_synchronised=True,
        boot="",
        origin_ms=0,
        profile="{}",
        strap_name="",
        strap_address="",
    )


def closed(session: str, athlete: str, *, discarded: bool = False) -> SessionClosed:
    return SessionClosed(
        session=session,
        athlete=athlete,
        end=NOW + timedelta(days=2),
        summary=f'"summary of {session[0]}"',
        digest=None,
        discarded=discarded,
        suggested_maximum=None,
    )


def retained(payload: str) -> OutgoingMessage:
    return OutgoingMessage("anna/summary", payload, retain=True)


def test_the_last_summary_is_replaced_by_that_of_the_session_before(store: Store) -> None:
    assert delete_with_summary(store, LAST, NOW) == (LAST, retained('"summary of a"'))
    assert restore_with_summary(store, LAST) == (LAST, retained('"summary of c"'))


def test_without_another_session_nothing_is_retained(store: Store) -> None:
    delete_with_summary(store, LAST, NOW)
    assert delete_with_summary(store, FIRST, NOW) == (FIRST, retained(""))
    assert restore_with_summary(store, FIRST) == (FIRST, retained('"summary of a"'))


@pytest.mark.parametrize("session", [FIRST, SHORT])
def test_an_earlier_or_discarded_session_changes_nothing(store: Store, session: str) -> None:
    assert delete_with_summary(store, session, NOW) == (session, None)
    assert restore_with_summary(store, session) == (session, None)
