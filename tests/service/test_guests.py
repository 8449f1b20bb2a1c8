"""A guest trains for a day, with a strap that is lent to them, and is forgotten a week later."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from talkpace.errors import CommandError, ConfigurationError
from talkpace.storage.athletes import AthleteHistory
from talkpace.storage.guests import add_guest, give_strap, purge_guests
from talkpace.storage.records import OutgoingMessage, SessionClosed, SessionOpened, StrapSeen
from talkpace.storage.store import Store
from talkpace.training.events import EventName

from .manager_harness import CONFIGURATION, STRAP, ManagerHarness

EVENING = timedelta(hours=2)
CARLAS = "A0:9E:1A:00:00:07"


class House:
    """A household's store with Anna, and a daemon that follows it."""

    def __init__(self, folder: Path) -> None:
        self.daemon = ManagerHarness()
        self.store = Store.open(folder / "talkpace.db")
        self.store.add_athlete_changes(self.daemon.stored)

    def add(self, strap: str | None = None, **values: object) -> str:
        now = self.daemon.clock.wall()
        guest = add_guest(
            self.store,
            CONFIGURATION,
            {"name": "Carla", **values},
            strap=strap,
            until=now + EVENING,
            now=now,
            used=list(self.daemon.registry.pipelines),
        )
        self.load()
        return guest

    def load(self) -> None:
        straps = [(strap.address, strap.athlete) for strap in self.store.straps() if strap.paired_at]
        self.daemon.manager.load(AthleteHistory(self.store.athlete_changes()), straps)

    def owner(self, strap: str = STRAP) -> str | None:
        return self.daemon.manager.strap_owners.get(strap)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.parametrize(
    ("values", "maximum", "source"),
    [
        ({"max_heart_rate": 181}, 181, "given"),
        ({"birth_year": 1986}, 180, "tanaka"),
        ({}, 166, "guest_default"),
    ],
)
def test_a_guest_has_a_given_or_an_estimated_maximum_or_a_low_one_that_is_labelled(
    house: House, values: dict[str, int], maximum: float, source: str
) -> None:
    profile = house.daemon.registry.pipelines[house.add(None, **values)].profile()
    assert (float(profile.max_heart_rate), profile.max_heart_rate_source) == (maximum, source)


def test_invalid_values_of_a_guest_are_refused_and_nothing_is_written(house: House) -> None:
    before = house.store.athlete_changes()
    for values in ({"max_heart_rate": 5}, {"birth_year": 1700}, {"name": "\x1b[31m"}):
        with pytest.raises(ConfigurationError):
            house.add(**values)
    assert house.store.athlete_changes() == before


def test_each_guest_has_a_number_of_their_own(house: House) -> None:
    assert [house.add(), house.add()] == ["guest-1", "guest-2"]
    house.store.delete_athlete("guest-2")
    assert house.add() == "guest-3", "the running daemon still knows the second"


async def test_a_strap_is_lent_for_the_day_and_then_its_owners_again(house: House) -> None:
    guest = house.add(STRAP)
    assert house.owner() == guest
    assert not house.daemon.manager.end_guests()
    house.daemon.clock.correct_wall(EVENING)
    assert house.daemon.manager.end_guests()
    assert house.owner() == "anna"
    assert house.daemon.manager.names == {"anna": "Anna"}
    with pytest.raises(CommandError, match="there is no athlete 'guest-1'"):
        house.daemon.registry.command(guest, "mute", 60)
    house.daemon.registry.remind(guest, EventName.DRINK)
    assert "drink" not in house.daemon.events
    house.load()
    assert house.owner() == "anna"


async def test_a_guests_session_is_not_cut_off_at_the_end_of_the_day(house: House) -> None:
    guest = house.add(STRAP)
    house.daemon.beat(120)
    house.daemon.clock.correct_wall(EVENING)
    house.daemon.beat(121)
    assert not house.daemon.manager.end_guests()
    [opened] = house.daemon.of(SessionOpened)
    assert opened.athlete == guest
    await house.daemon.clock.advance(200)
    house.daemon.registry.advance()
    assert house.daemon.of(SessionClosed)
    assert house.daemon.manager.end_guests()


def test_a_strap_has_one_wearer_whoever_got_it_last(house: House) -> None:
    first, second = house.add(CARLAS), house.add(CARLAS)
    assert (house.owner(CARLAS), first) == (second, "guest-1")
    give_strap(house.store, CARLAS, "anna", "H10", house.daemon.clock.wall())
    house.load()
    assert house.owner(CARLAS) == "anna"
    give_strap(house.store, CARLAS, first, "H10", house.daemon.clock.wall())
    house.load()
    assert house.owner(CARLAS) == first


async def test_a_strap_of_a_former_guest_alone_is_a_strangers(house: House) -> None:
    house.add(CARLAS)
    assert CARLAS in house.daemon.manager.all_straps
    house.daemon.clock.correct_wall(EVENING)
    house.daemon.manager.end_guests()
    assert CARLAS not in house.daemon.manager.all_straps


async def test_after_a_restart_a_former_guest_is_not_there(house: House) -> None:
    guest = house.add(STRAP)
    later = ManagerHarness()
    later.clock.correct_wall(EVENING)
    later.manager.load(AthleteHistory(house.store.athlete_changes()), [])
    assert guest not in later.registry.pipelines
    assert later.manager.strap_owners[STRAP] == "anna"


def test_a_week_later_everything_of_a_guest_is_deleted_and_nothing_of_others(house: House) -> None:
    guest, now = house.add(CARLAS), house.daemon.clock.wall()
    sessions = {athlete: session_of(athlete, now) for athlete in (guest, "anna")}
    house.store.write(
        [
            *sessions.values(),
            *(closed(one, now) for one in sessions.values()),
            StrapSeen(CARLAS, guest, "H10", now),
            OutgoingMessage(f"{guest}/summary", "{}", retain=True),
            OutgoingMessage("anna/summary", "{}", retain=True),
        ]
    )
    assert purge_guests(house.store, now + EVENING) == []
    assert purge_guests(house.store, now + EVENING + timedelta(seconds=1)) == [guest]
    history = AthleteHistory(house.store.athlete_changes())
    assert history.athletes == ["anna"]
    assert [row.athlete for row in house.store.sessions()] == ["anna"]
    assert [one.athlete for one in house.store.suggestions()] == ["anna"]
    assert house.store.straps() == []
    assert [queued.message.topic for queued in house.store.outbox(9)] == ["anna/summary"]


async def test_a_guest_who_was_deleted_is_still_one_who_was_removed_in_this_run(house: House) -> None:
    guest = house.add()
    house.daemon.clock.correct_wall(EVENING + timedelta(days=7))
    house.daemon.manager.end_guests()
    assert purge_guests(house.store, house.daemon.clock.wall()) == [guest]
    house.load()
    assert house.daemon.manager.removed == {guest}
    assert house.daemon.manager.names == {"anna": "Anna"}


def session_of(athlete: str, at: datetime) -> SessionOpened:
    return SessionOpened(f"session of {athlete}", athlete, "gym", "cardio", at, True, "", 0, "{}")


def closed(opened: SessionOpened, at: datetime) -> SessionClosed:
    return SessionClosed(
        opened.session, opened.athlete, at, "{}", None, discarded=False, suggested_maximum=190
    )


def test_a_strap_of_the_configuration_can_be_lent(house: House) -> None:
    assert house.owner() == "anna"
    guest = house.add()
    give_strap(house.store, STRAP, guest, "", house.daemon.clock.wall())
    house.load()
    assert house.owner() == guest
