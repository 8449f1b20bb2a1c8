"""What athletes set and answer by command: it holds at once, is kept, and is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from talkpace.errors import CommandError
from talkpace.record.athletes import AthleteBook
from talkpace.record.items import TalkTestAnswered
from talkpace.record.rows import AthleteChange
from talkpace.record.store import Store
from talkpace.service.profiles import MOST_IN_A_MINUTE

from ..fake_clock import FakeClock
from .home import Home


@pytest.fixture
def home() -> Home:
    return Home()


class TestCeiling:
    def test_holds_from_the_next_session_on(self, home: Home) -> None:
        home.room.command("anna", "ceiling", 0.65)
        assert home.states["anna/athlete"]["ceiling"] == 0.65
        session = home.states["anna/session"]
        assert (session["ceiling"], session["ceiling_heart_rate"]) == (0.65, 130)

    def test_leaves_the_session_under_way_as_it_is_judged(self, home: Home) -> None:
        home.beat(100)
        home.room.command("anna", "ceiling", 0.65)
        assert home.states["anna/session"]["ceiling"] == 0.7
        home.room.command("anna", "session", "end")
        assert home.states["anna/session"]["ceiling"] == 0.65

    def test_is_kept_with_its_date_and_source_and_may_be_taken_back(self, home: Home) -> None:
        home.room.command("anna", "ceiling", 0.65)
        home.room.command("anna", "ceiling", None)
        changes = home.of(AthleteChange)
        assert [(one.key, one.value, one.source) for one in changes] == [
            ("ceiling", 0.65, "mqtt"),
            ("ceiling", None, "mqtt"),
        ]
        assert changes[0].changed_at == home.clock.wall()
        assert home.states["anna/session"]["ceiling"] == 0.7

    def test_holds_though_the_store_is_read_again_before_it_was_written(self, home: Home) -> None:
        home.room.command("anna", "ceiling", 0.65)
        home.household.know(AthleteBook(home.stored), [])
        assert home.states["anna/session"]["ceiling"] == 0.65

    def test_gives_way_to_what_another_command_has_set_since(self, home: Home) -> None:
        home.room.command("anna", "ceiling", 0.65)
        later = AthleteChange("anna", "ceiling", 0.6, home.clock.wall(), "command")
        home.household.know(AthleteBook([*home.stored, *home.of(AthleteChange), later]), [])
        assert home.states["anna/session"]["ceiling"] == 0.6

    @pytest.mark.parametrize(
        "value", [0, -0.1, 1.6, 70, "0.7", True, float("nan"), float("inf"), {"value": "x"}]
    )
    def test_refuses_what_is_no_effort_and_changes_nothing(self, home: Home, value: object) -> None:
        with pytest.raises(CommandError):
            home.room.command("anna", "ceiling", value)
        assert home.of(AthleteChange) == []
        assert home.states["anna/athlete"]["ceiling"] is None

    async def test_there_is_an_end_to_how_often_it_can_change(self, home: Home) -> None:
        """Every change is kept for good."""
        for number in range(MOST_IN_A_MINUTE):
            home.room.command("anna", "ceiling", 0.5 + number / 100)
        with pytest.raises(CommandError, match="later"):
            home.room.command("anna", "ceiling", 0.7)
        assert len(home.of(AthleteChange)) == MOST_IN_A_MINUTE
        await home.clock.advance(60)
        home.room.command("anna", "ceiling", 0.7)


class TestMute:
    async def test_lasts_as_long_as_the_athlete_has_set(self, home: Home) -> None:
        home.room.command("anna", "mute", None)
        home.room.command("anna", "mute_time", 90)
        home.room.command("anna", "mute", None)
        assert home.muted == [300, 90]
        assert home.states["anna/athlete"]["mute_s"] == 90

    async def test_is_shown_until_it_is_over(self, home: Home) -> None:
        home.room.command("anna", "mute", 60)
        assert home.states["anna/session"]["muted_until"] is not None
        await home.clock.advance(59)
        home.room.advance()
        assert home.states["anna/session"]["muted_until"] is not None
        await home.clock.advance(1)
        home.room.advance()
        assert home.states["anna/session"]["muted_until"] is None

    def test_can_be_ended(self, home: Home) -> None:
        home.room.command("anna", "mute", 60)
        home.room.command("anna", "mute", 0)
        assert home.states["anna/session"]["muted_until"] is None

    @pytest.mark.parametrize("value", [59, 86_401, "90", None])
    def test_a_time_that_nobody_means_is_refused(self, home: Home, value: object) -> None:
        with pytest.raises(CommandError):
            home.room.command("anna", "mute_time", value)


class TestTalkTest:
    async def test_is_kept_with_heart_rate_effort_and_ceiling_at_that_moment(self, home: Home) -> None:
        home.beat(130)
        home.room.command("anna", "talk_test", "strained")
        [answered] = home.of(TalkTestAnswered)
        assert answered == TalkTestAnswered(
            athlete="anna",
            session=home.states["anna/session"]["session"],
            at=home.clock.wall(),
            answer="strained",
            heart_rate=130,
            effort=0.65,
            ceiling=0.7,
        )
        assert home.states["anna/athlete"]["talk_tests"] == 1

    async def test_is_refused_without_a_fresh_heart_rate(self, home: Home) -> None:
        with pytest.raises(CommandError, match="no heart rate"):
            home.room.command("anna", "talk_test", "comfortable")
        home.beat(130)
        await home.clock.advance(6)
        with pytest.raises(CommandError, match="no heart rate"):
            home.room.command("anna", "talk_test", "comfortable")
        assert home.of(TalkTestAnswered) == []

    async def test_counts_once_where_the_button_was_pressed_twice(self, home: Home) -> None:
        home.beat(130)
        home.room.command("anna", "talk_test", "comfortable")
        with pytest.raises(CommandError, match="moment ago"):
            home.room.command("anna", "talk_test", "comfortable")
        assert len(home.of(TalkTestAnswered)) == 1

    @pytest.mark.parametrize("value", ["fine", "", None, 3, ["comfortable"], {"answer": "comfortable"}])
    def test_refuses_what_is_no_answer(self, home: Home, value: object) -> None:
        home.beat(130)
        with pytest.raises(CommandError):
            home.room.command("anna", "talk_test", value)

    async def test_enough_answers_suggest_a_ceiling_that_is_shown_and_not_adopted(self, home: Home) -> None:
        for rate in (120, 126, 130, 134):
            await home.answer("comfortable", rate)
            assert home.states["anna/athlete"]["suggested_ceiling"] is None
        await home.answer("comfortable", 131)
        assert home.states["anna/athlete"]["suggested_ceiling"] == 0.67
        assert home.states["anna/athlete"]["ceiling"] is None
        assert home.states["anna/session"]["ceiling"] == 0.7

    async def test_answers_of_earlier_runs_count(self, home: Home) -> None:
        for rate in (120, 126, 130, 134):
            await home.answer("comfortable", rate)
        after = Home()
        await after.clock.advance(3600)
        after.household.profiles.talk_tests_were(home.of(TalkTestAnswered))
        await after.answer("comfortable", 140)
        assert after.states["anna/athlete"]["suggested_ceiling"] == 0.67


class TestKept:
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        with Store.open(tmp_path / "talkpace.db") as store:
            yield store

    async def test_what_was_set_and_answered_is_read_back_as_it_was(self, home: Home, store: Store) -> None:
        home.room.command("anna", "ceiling", 0.65)
        home.room.command("anna", "mute_time", 90)
        await home.answer("unable", 150)
        store.write(home.items)
        assert store.athlete_changes() == home.of(AthleteChange)
        assert store.talk_tests("anna") == home.of(TalkTestAnswered)
        assert store.talk_tests("ben") == []

    async def test_an_answer_outlasts_its_session(self, home: Home, store: Store) -> None:
        await home.answer("comfortable", 120)
        home.room.command("anna", "session", "end")
        store.write(home.items)
        assert [row.discarded for row in store.sessions()] == [True]
        store.remove(store.sessions()[0].id)
        assert len(store.talk_tests()) == 1


class TestWhoIsHere:
    def know(self, *changes: AthleteChange) -> Home:
        home = Home()
        home.household.know(AthleteBook([*home.stored, *changes]), [])
        return home

    def change(self, athlete: str, key: str, source: str) -> AthleteChange:
        return AthleteChange(
            athlete, key, 190 if key == "max_heart_rate" else None, FakeClock().wall(), source
        )

    def test_whoever_was_added_by_command_is_announced(self) -> None:
        assert self.know(self.change("ben", "max_heart_rate", "command")).announced[-1] == "anna, ben"

    def test_whom_the_configuration_no_longer_names_is_not(self) -> None:
        gone = [
            self.change("ben", "max_heart_rate", "configuration"),
            self.change("ben", "ceiling", "mqtt"),
        ]
        home = self.know(*gone)
        assert home.announced[-1] == "anna"
        with pytest.raises(CommandError, match="no athlete"):
            home.room.command("ben", "mute", 1)
