"""The habits in a running daemon: commands, invalid commands, signals, reminders, the lowered ceiling."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from talkpace.habits.entries import Water
from talkpace.habits.log import Entry
from talkpace.storage.store import Store
from talkpace.training.events import HABIT_EVENTS

from ..broker import Mosquitto
from ..fake_clock import FakeClock
from .daemon_harness import BAND, HARD, DaemonHarness, configuration, running_daemon
from .four_weeks import BERLIN, Session

MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=BERLIN)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MORNING, zone=BERLIN)


def entries(folder: Path) -> list[Entry]:
    with Store.open(folder / "talkpace.db", read_only=True) as store:
        return store.log_entries()


def events(harness: DaemonHarness) -> list[str]:
    return [payload["event"] for topic, payload in harness.seen if topic == "anna/event"]


INVALID_COMMANDS: list[tuple[str, object, str]] = [
    ("water", -250, "ml: Input should be greater than or equal to 1"),
    ("water", 1e300, "ml: Input should be less than or equal to 5000"),
    ("water", "much", "ml: Input should be a valid number"),
    ("water", True, "ml: Input should be a valid number"),
    ("water", {"ml": 250, "athlete": "ben"}, "athlete: Extra inputs are not permitted"),
    ("water", {"ml": 250, "at": "2099-01-01 10:00"}, "2099-01-01 10:00 is in the future"),
    ("water", {"ml": 250, "at": "2026-11-24T07:30:00+01:00"}, "2026-11-24 07:30 is in the future"),
    ("water", {"ml": 250, "at": "1970-01-01 10:00"}, "1970-01-01 is too long ago"),
    ("water", {"ml": 250, "at": "soon"}, "'soon' is not a time"),
    ("water", {"ml": 250, "at": 12}, "at: expected a text"),
    ("water", {}, "ml: Field required"),
    ("sleep", 25, "hours: "),
    ("sleep", "NaN", "hours: "),
    ("log_nap", 0, "minutes: "),
    ("symptom", "deadly", "severity: Input should be 'mild', 'moderate' or 'severe'"),
    ("symptom", {"severity": "mild", "what": "x" * 1000}, "what: "),
    ("supplement", "", "name: "),
    ("log_activity", 40, "expected an object"),
    ("log_activity", {"activity": "skydiving", "minutes": 40}, "activity: "),
    ("log_activity", {"activity": "cardio", "minutes": 1e6}, "minutes: "),
    ("note", {"text": "a\nb"}, "text: must be printable"),
    ("context", {"heat": False}, "at least one of"),
    ("context", "heat", "expected an object"),
    ("undo", "", "there is nothing to undo"),
    ("log_edit", {"id": "BEN", "ml": 1}, "there is no entry"),
    ("log_edit", "BEN", "expected an object with"),
    ("log_delete", "BEN", "there is no entry"),
    ("log_delete", {"id": "BEN", "sure": True}, 'expected an object with the key "id" only'),
    ("log_delete", {"id": None}, "expected the id of an entry"),
    ("mood", 3, "there is no command 'mood'"),
]


async def test_invalid_commands_are_refused_with_a_reason_and_change_nothing(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    async with running_daemon(configuration(tmp_path, mosquitto.port), clock) as harness:
        await harness.run("water", 300, "ben")
        ben = await harness.habits(lambda document: document["last_entry"], "ben")
        anna = await harness.habits(lambda _document: True)
        for name, argument, message in INVALID_COMMANDS:
            text = json.dumps(argument).replace("BEN", ben["last_entry"]["id"])
            result = await harness.command(name, text)
            assert not result["ok"], (name, argument)
            assert message in result["error"], (name, argument)
            assert "\n" not in result["error"]
        assert await harness.habits(lambda _document: True) == anna
        assert await harness.habits(lambda _document: True, "ben") == ben
        assert not (await harness.command("water", 250, "zoe"))["ok"]
    assert [entry.content for entry in entries(tmp_path)] == [Water(ml=300)]


async def test_entries_are_edited_deleted_and_undone_by_command(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    def drunk(ml: float) -> Any:
        return lambda document: document["water"]["today_ml"] == ml

    async with running_daemon(configuration(tmp_path, mosquitto.port), clock) as harness:
        await harness.run("water", "")
        await harness.run("water", {"ml": 500, "at": "06:30"})
        last = (await harness.habits(drunk(750)))["last_entry"]
        assert last["words"] == "500 ml of water"
        await harness.run("log_edit", {"id": last["id"], "ml": 400})
        await harness.habits(drunk(650))
        await harness.run("log_edit", {"id": last["id"], "at": "2026-11-23 20:00"})
        await harness.habits(drunk(250))
        await harness.run("log_delete", last["id"])
        await harness.run("undo", "PRESS")
        await harness.habits(drunk(0))
        await harness.run("sleep", {"hours": 7, "replace": True})
        await harness.run("sleep", {"hours": 7.5, "replace": True})
        await harness.habits(lambda document: document["sleep"]["last_night_h"] == 7.5)
    assert [entry.words for entry in entries(tmp_path)] == ["7.5 h of sleep"]


async def test_a_command_with_replace_sets_the_total_of_the_day(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    async with running_daemon(configuration(tmp_path, mosquitto.port), clock) as harness:
        for name, argument in (
            ("log_nap", {"minutes": 20, "at": "2026-11-23 14:00"}),
            ("log_nap", 20),
            ("log_nap", 10),
            ("log_activity", {"activity": "strength", "minutes": 20}),
            ("log_activity", {"activity": "mindful", "minutes": 15}),
            ("log_activity", {"activity": "strength", "minutes": 10}),
        ):
            await harness.run(name, argument)
        await harness.habits(lambda document: document["sleep"]["nap_today_min"] == 30)
        await harness.habits(lambda document: document["without_strap_today_min"]["strength"] == 30)
        await harness.run("log_nap", {"minutes": 25, "replace": True})
        strength = {"activity": "strength", "minutes": 40.0, "replace": True}
        await harness.run("log_activity", strength)
        document = await harness.habits(lambda document: document["sleep"]["nap_today_min"] == 25)
        assert document["without_strap_today_min"] == {
            "cardio": 0,
            "strength": 40,
            "mindful": 15,
            "recovery": 0,
        }
        assert not (await harness.command("log_nap", {"minutes": 999, "replace": True}))["ok"]
        assert not (await harness.command("log_nap", {"minutes": 9, "replace": "no"}))["ok"]
        await harness.run("log_nap", {"minutes": 0, "replace": True})
        await harness.habits(lambda document: document["sleep"]["nap_today_min"] == 0)
        for nonsense in (
            {"minutes": 0, "replace": True, "bogus": [1]},
            {"minutes": 0, "replace": True, "activity": "chess"},
            {"minutes": 5, "replace": True, "activity": "strength", "at": "2024-01-01 08:00"},
        ):
            assert not (await harness.command("log_activity", nonsense))["ok"], nonsense
        result = await harness.command("note", {"text": "a", "replace": True})
        assert not result["ok"], "notes do not add up"
        assert "replace" in result["error"]
    assert sorted(entry.words for entry in entries(tmp_path)) == [
        "15 min of mindful",
        "40 min of strength",
        "a nap of 20 min",
    ]


async def test_entries_written_by_another_process_are_published(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    async with running_daemon(configuration(tmp_path, mosquitto.port), clock) as harness:
        await harness.command("water", 250)
        await harness.habits(lambda document: document["water"]["today_ml"] == 250)
        with Store.open(tmp_path / "talkpace.db") as store:
            store.add_log_entry(Entry("cli", "anna", MORNING, MORNING, Water(ml=100)))
        await harness.habits(lambda document: document["water"]["today_ml"] == 350)


async def test_30_and_45_minutes_in_the_band_are_signalled_once_even_with_a_restart_between(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    settings = configuration(tmp_path, mosquitto.port)
    async with running_daemon(settings, clock) as harness:
        harness.put_on()
        harness.beats(BAND, 29.9)
        await harness.until(lambda topic, _: topic == "anna/event")
        assert events(harness) == ["session_started"]
        harness.beats(BAND, 0.5)
        await harness.until(
            lambda topic, payload: topic == "anna/event" and payload["event"] == "band_reached"
        )
        before = [message for message in harness.seen if message[0] == "anna/event"]
    clock.set_wall(clock.wall() + timedelta(seconds=5))
    async with running_daemon(settings, clock) as harness:
        harness.put_on()
        harness.beats(BAND, 20)
        summary = await harness.train(Session(MORNING.time(), "cardio", 0, 0, 0))
        # A stop may come before the broker's acknowledgement: then the same message goes out once more.
        harness.seen = [message for message in harness.seen if message not in before]
        assert events(harness) == ["band_enough", "session_ended"]
        assert summary["zones_s"]["conversational"] > 2700
    with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
        names = [event.name for event in store.events(summary["session"])]
    assert names == ["session_started", "band_reached", "band_enough", "session_ended"]


async def test_a_symptom_lowers_the_ceiling_on_its_day_and_three_days_after(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    ride = Session(MORNING.time(), "cardio", 1, 2, 0)
    ceilings = {}
    async with running_daemon(configuration(tmp_path, mosquitto.port), clock) as harness:
        assert (await harness.train(ride))["ceiling"] == 0.7
        await harness.run("symptom", "mild")
        for days in range(5):
            clock.set_wall(MORNING + timedelta(days=days, hours=10))
            ceilings[days] = (await harness.train(ride))["ceiling"]
        assert (await harness.train(Session(MORNING.time(), "strength", 1, 2, 0)))["ceiling"] == 0.5
    assert ceilings == {0: 0.6, 1: 0.6, 2: 0.6, 3: 0.6, 4: 0.7}


async def test_an_athlete_with_a_water_log_who_has_drunk_little_is_reminded_when_a_session_starts(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    ride = Session(MORNING.time(), "cardio", 1, 2, 0)
    async with running_daemon(configuration(tmp_path, mosquitto.port), clock) as harness:
        await harness.train(ride)
        assert "drink" not in events(harness), "no log is kept"
        await harness.command("water", 250)
        await harness.train(ride)
        assert events(harness)[-3:] == ["session_started", "drink", "session_ended"]
        await harness.command("water", 250)
        await harness.train(ride)
        assert events(harness)[-2:] == ["session_started", "session_ended"]


async def test_a_due_supplement_is_shown_once_by_light_without_sound(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    own = [{"athlete": "anna", "supplements": [{"name": "collagen", "times": ["08:00:00", "20:00:00"]}]}]
    settings = configuration(tmp_path, mosquitto.port, athletes=own)

    def due(*names: str) -> Any:
        return lambda document: document["supplements"]["due"] == list(names)

    async with running_daemon(settings, clock) as harness:
        await harness.habits(due())
        clock.set_wall(MORNING + timedelta(hours=1, minutes=1))
        document = await harness.habits(due("collagen"))
        assert "Due of your supplements: collagen." in document["say"]
        await harness.command("supplement", "Collagen")
        await harness.habits(due())
        while events(harness) != ["supplement_due"]:
            await harness.until(lambda topic, _: topic == "anna/event")
        assert [lit for _, lit in harness.outputs.lights][:1] == ["white"]
        assert [tone for _, tone in harness.outputs.sounds if tone is not None] == []
        clock.set_wall(MORNING + timedelta(hours=13, minutes=1))
        await harness.habits(due("collagen"))
        while events(harness) != ["supplement_due"] * 2:
            await harness.until(lambda topic, _: topic == "anna/event")
    async with running_daemon(settings, clock) as harness:
        await harness.habits(due("collagen"))
        clock.set_wall(MORNING + timedelta(hours=14))
        await harness.command("undo", "")
        assert events(harness) == [], "it was told before the restart"


async def test_entries_logged_before_the_clock_is_synchronised_get_the_corrected_date(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    clock.in_sync = False
    clock.correct_wall(timedelta(days=-200))
    async with running_daemon(configuration(tmp_path, mosquitto.port), clock) as harness:
        await harness.run("water", 250)
        clock.correct_wall(timedelta(days=200))
        clock.in_sync = True
        clock.set_wall(MORNING + timedelta(minutes=10))
        await harness.habits(lambda document: document["water"]["today_ml"] == 250)
    assert [entry.at.astimezone(UTC) for entry in entries(tmp_path)] == [MORNING.astimezone(UTC)]


async def test_with_habits_disabled_there_are_no_habits_commands_events_or_documents(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    async with running_daemon(configuration(tmp_path, mosquitto.port, enabled=False), clock) as harness:
        for name in ("water", "sleep", "symptom", "undo", "log_activity"):
            result = await harness.command(name, 1)
            assert f"there is no command '{name}'" in result["error"]
            assert "water" not in result["error"].replace("'water'", "")
        await harness.train(Session(MORNING.time(), "cardio", 1, 50, 1))
        assert "session_ended" in events(harness)
        assert not set(events(harness)) & HABIT_EVENTS
        assert not [topic for topic, _ in harness.seen if topic.endswith("/habits")]


async def test_disabling_habits_clears_their_retained_messages(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock
) -> None:
    async with running_daemon(configuration(tmp_path, mosquitto.port), clock) as harness:
        await harness.habits(lambda document: document["day"] == "2026-11-24", "ben")
    async with running_daemon(configuration(tmp_path, mosquitto.port, enabled=False), clock) as harness:
        gone: set[str] = set()
        while len(gone) < 2:
            await harness.until(lambda topic, payload: topic.endswith("/habits") and payload == "")
            gone.add(harness.seen[-1][0])
    async with aiomqtt.Client("127.0.0.1", mosquitto.port) as later:
        await later.subscribe("talkpace/gym/#", qos=1)
        remembered = {str((await anext(later.messages)).topic).rpartition("/")[2] for _ in range(5)}
    assert remembered
    assert "habits" not in remembered


async def test_a_full_disk_is_reported_and_retried(
    tmp_path: Path, mosquitto: Mosquitto, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talkpace.errors import StoreFullError

    def full(*_: object) -> None:
        raise StoreFullError("no room is left")

    async with running_daemon(configuration(tmp_path, mosquitto.port), clock) as harness:
        with monkeypatch.context() as disk:
            disk.setattr(Store, "write", full)
            disk.setattr(Store, "check_writable", full)
            harness.put_on()
            harness.beats(HARD, 1)
            await harness.until(lambda topic, payload: topic == "node" and payload["store"] == "disk full")
            result = await harness.command("water", 250)
            assert result == {"name": "water", "ok": False, "error": "the log cannot be written: disk full"}
        clock.set_wall(clock.wall() + timedelta(seconds=10))
        await harness.until(lambda topic, payload: topic == "node" and payload["store"] == "ok")
        await harness.run("water", 250)
    assert [entry.words for entry in entries(tmp_path)] == ["250 ml of water"]
