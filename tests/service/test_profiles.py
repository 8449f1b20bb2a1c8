"""What athletes set and answer by command: it holds at once, is kept, and is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from talkpace.config.model import Configuration
from talkpace.errors import CommandError
from talkpace.service.profiles import MAX_CHANGES_PER_MINUTE
from talkpace.storage.athletes import AthleteHistory
from talkpace.storage.records import AthleteChange, TalkTestAnswered
from talkpace.storage.store import Store

from ..fake_clock import FakeClock
from .manager_harness import ManagerHarness

ZONES = {"easy": 0, "conversational": 0.5, "hard": 0.7, "very_hard": 0.85}


@pytest.fixture
def harness() -> ManagerHarness:
    return ManagerHarness()


def test_the_session_tells_where_the_athlete_s_zones_begin(harness: ManagerHarness) -> None:
    assert harness.states["anna/session"]["zones_from"] == ZONES
    change = AthleteChange("anna", "conversational_to", 0.75, harness.clock.wall(), "command line")
    harness.manager.load(AthleteHistory([*harness.stored, change]), [])
    assert harness.states["anna/session"]["zones_from"] == {**ZONES, "hard": 0.75}


class TestCeiling:
    def test_holds_from_the_next_session_on(self, harness: ManagerHarness) -> None:
        harness.registry.command("anna", "ceiling", 0.65)
        assert harness.states["anna/athlete"]["ceiling"] == 0.65
        session = harness.states["anna/session"]
        assert (session["ceiling"], session["ceiling_heart_rate"]) == (0.65, 130)

    def test_leaves_the_session_under_way_as_it_is_judged(self, harness: ManagerHarness) -> None:
        harness.beat(100)
        harness.registry.command("anna", "ceiling", 0.65)
        assert harness.states["anna/session"]["ceiling"] == 0.7
        harness.registry.command("anna", "session", "end")
        assert harness.states["anna/session"]["ceiling"] == 0.65

    def test_is_kept_with_its_date_and_source_and_may_be_taken_back(self, harness: ManagerHarness) -> None:
        harness.registry.command("anna", "ceiling", 0.65)
        harness.registry.command("anna", "ceiling", None)
        changes = harness.of(AthleteChange)
        assert [(one.key, one.value, one.source) for one in changes] == [
            ("ceiling", 0.65, "mqtt"),
            ("ceiling", None, "mqtt"),
        ]
        assert changes[0].changed_at == harness.clock.wall()
        assert harness.states["anna/session"]["ceiling"] == 0.7

    def test_survives_a_reload_of_the_store_before_it_is_written(self, harness: ManagerHarness) -> None:
        harness.registry.command("anna", "ceiling", 0.65)
        harness.manager.load(AthleteHistory(harness.stored), [])
        assert harness.states["anna/session"]["ceiling"] == 0.65

    def test_gives_way_to_what_another_command_has_set_since(self, harness: ManagerHarness) -> None:
        harness.registry.command("anna", "ceiling", 0.65)
        later = AthleteChange("anna", "ceiling", 0.6, harness.clock.wall(), "command")
        harness.manager.load(AthleteHistory([*harness.stored, *harness.of(AthleteChange), later]), [])
        assert harness.states["anna/session"]["ceiling"] == 0.6

    @pytest.mark.parametrize(
        "value", [0, -0.1, 1.6, 70, "0.7", True, float("nan"), float("inf"), {"value": "x"}]
    )
    def test_an_invalid_ceiling_is_refused(self, harness: ManagerHarness, value: object) -> None:
        with pytest.raises(CommandError):
            harness.registry.command("anna", "ceiling", value)
        assert harness.of(AthleteChange) == []
        assert harness.states["anna/athlete"]["ceiling"] is None

    async def test_there_is_an_end_to_how_often_it_can_change(self, harness: ManagerHarness) -> None:
        """Every change is kept for good."""
        for number in range(MAX_CHANGES_PER_MINUTE):
            harness.registry.command("anna", "ceiling", 0.5 + number / 100)
        with pytest.raises(CommandError, match="later"):
            harness.registry.command("anna", "ceiling", 0.7)
        assert len(harness.of(AthleteChange)) == MAX_CHANGES_PER_MINUTE
        await harness.clock.advance(60)
        harness.registry.command("anna", "ceiling", 0.7)


class TestMute:
    async def test_lasts_as_long_as_the_athlete_has_set(self, harness: ManagerHarness) -> None:
        harness.registry.command("anna", "mute", None)
        harness.registry.command("anna", "mute_time", 90)
        harness.registry.command("anna", "mute", None)
        assert harness.muted == [300, 90]
        assert harness.states["anna/athlete"]["mute_s"] == 90

    async def test_is_shown_until_it_is_over(self, harness: ManagerHarness) -> None:
        harness.registry.command("anna", "mute", 60)
        assert harness.states["anna/session"]["muted_until"] is not None
        await harness.clock.advance(59)
        harness.registry.advance()
        assert harness.states["anna/session"]["muted_until"] is not None
        await harness.clock.advance(1)
        harness.registry.advance()
        assert harness.states["anna/session"]["muted_until"] is None

    def test_can_be_ended(self, harness: ManagerHarness) -> None:
        harness.registry.command("anna", "mute", 60)
        harness.registry.command("anna", "mute", 0)
        assert harness.states["anna/session"]["muted_until"] is None

    @pytest.mark.parametrize("value", [59, 86_401, "90", None])
    def test_a_time_that_nobody_means_is_refused(self, harness: ManagerHarness, value: object) -> None:
        with pytest.raises(CommandError):
            harness.registry.command("anna", "mute_time", value)


class TestTalkTest:
    async def test_is_stored_with_heart_rate_effort_and_ceiling(self, harness: ManagerHarness) -> None:
        harness.beat(130)
        harness.registry.command("anna", "talk_test", "strained")
        [answered] = harness.of(TalkTestAnswered)
        assert answered == TalkTestAnswered(
            athlete="anna",
            session=harness.states["anna/session"]["session"],
            at=harness.clock.wall(),
            answer="strained",
            heart_rate=130,
            effort=0.65,
            ceiling=0.7,
        )
        assert harness.states["anna/athlete"]["talk_tests"] == 1

    async def test_is_stored_with_whether_effort_was_steady(self, harness: ManagerHarness) -> None:
        steady = {}
        for second in range(0, 180, 6):
            harness.beat(130 if second < 150 else 100 + second // 3)
            if second in {0, 120, 174}:
                harness.registry.command("anna", "talk_test", "comfortable")
                steady[second] = harness.of(TalkTestAnswered)[-1].steady
            await harness.clock.advance(6)
        assert steady == {0: None, 120: True, 174: False}

    async def test_is_refused_without_a_fresh_heart_rate(self, harness: ManagerHarness) -> None:
        with pytest.raises(CommandError, match="no current heart rate"):
            harness.registry.command("anna", "talk_test", "comfortable")
        harness.beat(130)
        await harness.clock.advance(6)
        with pytest.raises(CommandError, match="no current heart rate"):
            harness.registry.command("anna", "talk_test", "comfortable")
        assert harness.of(TalkTestAnswered) == []

    async def test_counts_once_where_the_button_was_pressed_twice(self, harness: ManagerHarness) -> None:
        harness.beat(130)
        harness.registry.command("anna", "talk_test", "comfortable")
        with pytest.raises(CommandError, match="less than 5 s old"):
            harness.registry.command("anna", "talk_test", "comfortable")
        assert len(harness.of(TalkTestAnswered)) == 1

    @pytest.mark.parametrize("value", ["fine", "", None, 3, ["comfortable"], {"answer": "comfortable"}])
    def test_refuses_what_is_no_answer(self, harness: ManagerHarness, value: object) -> None:
        harness.beat(130)
        with pytest.raises(CommandError):
            harness.registry.command("anna", "talk_test", value)

    async def test_enough_answers_suggest_a_ceiling_without_adopting_it(
        self, harness: ManagerHarness
    ) -> None:
        for rate in (120, 126, 130, 134):
            await harness.answer("comfortable", rate)
            assert harness.states["anna/athlete"]["suggested_ceiling"] is None
        await harness.answer("comfortable", 131)
        assert harness.states["anna/athlete"]["suggested_ceiling"] == 0.67
        assert harness.states["anna/athlete"]["ceiling"] is None
        assert harness.states["anna/session"]["ceiling"] == 0.7

    async def test_answers_of_earlier_runs_count(self, harness: ManagerHarness) -> None:
        for rate in (120, 126, 130, 134):
            await harness.answer("comfortable", rate)
        after = ManagerHarness()
        await after.clock.advance(3600)
        after.manager.profiles.restore_talk_tests(harness.of(TalkTestAnswered))
        await after.answer("comfortable", 140)
        assert after.states["anna/athlete"]["suggested_ceiling"] == 0.67


class TestKept:
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        with Store.open(tmp_path / "talkpace.db") as store:
            yield store

    async def test_settings_and_answers_are_restored_from_the_store(
        self, harness: ManagerHarness, store: Store
    ) -> None:
        harness.registry.command("anna", "ceiling", 0.65)
        harness.registry.command("anna", "mute_time", 90)
        await harness.answer("unable", 150)
        store.write(harness.items)
        assert store.athlete_changes() == harness.of(AthleteChange)
        assert store.talk_tests("anna") == harness.of(TalkTestAnswered)
        assert store.talk_tests("ben") == []

    async def test_an_answer_outlasts_its_session(self, harness: ManagerHarness, store: Store) -> None:
        await harness.answer("comfortable", 120)
        harness.registry.command("anna", "session", "end")
        store.write(harness.items)
        assert [row.discarded for row in store.sessions()] == [True]
        store.delete_session(store.sessions()[0].id)
        assert len(store.talk_tests()) == 1


class TestWhoIsHere:
    def know(self, *changes: AthleteChange) -> ManagerHarness:
        harness = ManagerHarness()
        harness.manager.load(AthleteHistory([*harness.stored, *changes]), [])
        return harness

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
        harness = self.know(*gone)
        assert harness.announced[-1] == "anna"
        with pytest.raises(CommandError, match="no athlete"):
            harness.registry.command("ben", "mute", 1)


class TestCondition:
    def test_is_published_and_ends_hrv_from_the_next_session_on(self, harness: ManagerHarness) -> None:
        harness.registry.command("anna", "heart_rate_drug", argument=True)
        assert harness.states["anna/athlete"]["heart_rate_drug"]
        reason = "HRV and readiness do not apply with a drug that limits the heart rate"
        pipeline = harness.registry.pipelines["anna"]
        assert pipeline.profile().hrv_reason == reason
        harness.registry.command("anna", "heart_rate_drug", argument=False)
        assert not harness.states["anna/athlete"]["heart_rate_drug"]
        assert pipeline.profile().hrv_reason is None

    def test_is_refused_where_the_maximum_comes_from_age(self) -> None:
        harness = ManagerHarness(
            configuration=Configuration.model_validate({"athletes": [{"id": "anna", "birth_year": 1960}]})
        )
        with pytest.raises(CommandError, match="max_heart_rate is needed"):
            harness.registry.command("anna", "irregular_rhythm", argument=True)
        assert not harness.states["anna/athlete"]["irregular_rhythm"]

    @pytest.mark.parametrize("argument", ["yes", 1, None, {}])
    def test_is_true_or_false(self, harness: ManagerHarness, argument: object) -> None:
        with pytest.raises(CommandError):
            harness.registry.command("anna", "irregular_rhythm", argument)


class TestCalibratedCeiling:
    async def strain(self, harness: ManagerHarness, times: int) -> None:
        """Answer in one session so often that talking is strained at 130 bpm, 65 %."""
        harness.registry.command("anna", "session", "start")
        for _ in range(times):
            harness.beat(130)
            harness.registry.command("anna", "talk_test", "strained")
            await harness.clock.advance(5)
        harness.registry.command("anna", "session", "end")

    async def test_goes_stale_when_talk_tests_of_two_sessions_contradict_it(
        self, harness: ManagerHarness
    ) -> None:
        now = harness.clock.wall()
        source = f"calibration, {now.date().isoformat()}"
        adopted = AthleteChange("anna", "ceiling", 0.66, now, source)
        harness.manager.load(AthleteHistory([*harness.stored, adopted]), [])
        await harness.clock.advance(1)
        await self.strain(harness, 2)
        status = harness.states["anna/habits"]["calibration"]
        assert (status["adopted_ceiling"], status["stale"]) == (0.66, None)
        await self.strain(harness, 1)
        assert harness.states["anna/habits"]["calibration"]["stale"] == "too_high"
        harness.registry.command("anna", "ceiling", 0.6)
        assert harness.states["anna/habits"]["calibration"]["adopted_ceiling"] is None
