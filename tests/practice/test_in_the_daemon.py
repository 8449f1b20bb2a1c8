"""The practice in a running daemon: commands and their abuse, signals, reminders, the lower ceiling."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from talkpace.effort.events import PRACTICE_EVENTS
from talkpace.practice.entries import Water
from talkpace.practice.log import Entry
from talkpace.record.store import Store

from ..broker import Mosquitto
from .diary import BERLIN, Session
from .household import BAND, HARD, Home, SetClock, at_home, configuration

MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=BERLIN)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(MORNING)


def entries(folder: Path) -> list[Entry]:
    with Store.open(folder / "talkpace.db", read_only=True) as store:
        return store.log_entries()


def events(home: Home) -> list[str]:
    return [payload["event"] for topic, payload in home.seen if topic == "anna/event"]


ABUSE: list[tuple[str, object, str]] = [
    ("water", -250, "ml: Input should be greater than or equal to 1"),
    ("water", 1e300, "ml: Input should be less than or equal to 5000"),
    ("water", "much", "ml: Input should be a valid number"),
    ("water", True, "ml: Input should be a valid number"),
    ("water", {"ml": 250, "athlete": "ben"}, "athlete: Extra inputs are not permitted"),
    ("water", {"ml": 250, "at": "2099-01-01 10:00"}, "2099-01-01 10:00 is yet to come"),
    ("water", {"ml": 250, "at": "2026-11-24T07:30:00+01:00"}, "2026-11-24 07:30 is yet to come"),
    ("water", {"ml": 250, "at": "1970-01-01 10:00"}, "1970-01-01 is too long ago"),
    ("water", {"ml": 250, "at": "soon"}, "'soon' is no time"),
    ("water", {"ml": 250, "at": 12}, "at: a text such as"),
    ("water", {}, "ml: Field required"),
    ("sleep", 25, "hours: "),
    ("sleep", "NaN", "hours: "),
    ("log_nap", 0, "minutes: "),
    ("symptom", "deadly", "severity: Input should be 'mild', 'moderate' or 'severe'"),
    ("symptom", {"severity": "mild", "what": "x" * 1000}, "what: "),
    ("supplement", "", "name: "),
    ("log_activity", 40, "an object is wanted"),
    ("log_activity", {"activity": "skydiving", "minutes": 40}, "activity: "),
    ("log_activity", {"activity": "cardio", "minutes": 1e6}, "minutes: "),
    ("note", {"text": "a\nb"}, "text: must be printable"),
    ("context", {"heat": False}, "at least one of"),
    ("context", "heat", "an object is wanted"),
    ("undo", "", "there is nothing to undo"),
    ("log_edit", {"id": "BEN", "ml": 1}, "there is no entry"),
    ("log_edit", "BEN", "an object with"),
    ("log_delete", "BEN", "there is no entry"),
    ("log_delete", {"id": "BEN", "sure": True}, 'must have the key "id" and no other'),
    ("log_delete", {"id": None}, "the id of an entry is wanted"),
    ("mood", 3, "there is no command 'mood'"),
]


async def test_nonsense_gets_a_clear_answer_and_changes_nothing(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    async with at_home(configuration(tmp_path, mosquitto.port), clock) as home:
        assert (await home.command("water", 300, "ben"))["ok"]
        ben = await home.practice(lambda document: document["last_entry"], "ben")
        anna = await home.practice(lambda _document: True)
        for name, argument, says in ABUSE:
            text = json.dumps(argument).replace("BEN", ben["last_entry"]["id"])
            result = await home.command(name, text)
            assert not result["ok"], (name, argument)
            assert says in result["error"], (name, argument)
            assert "\n" not in result["error"]
        assert await home.practice(lambda _document: True) == anna
        assert await home.practice(lambda _document: True, "ben") == ben
        assert not (await home.command("water", 250, "zoe"))["ok"]
    assert [entry.what for entry in entries(tmp_path)] == [Water(ml=300)]


async def test_a_log_is_corrected_by_command(tmp_path: Path, mosquitto: Mosquitto, clock: SetClock) -> None:
    def drunk(ml: float) -> Any:
        return lambda document: document["water"]["today_ml"] == ml

    async with at_home(configuration(tmp_path, mosquitto.port), clock) as home:
        assert (await home.command("water", ""))["ok"], "a glass"
        assert (await home.command("water", {"ml": 500, "at": "06:30"}))["ok"]
        last = (await home.practice(drunk(750)))["last_entry"]
        assert last["words"] == "500 ml of water"
        assert (await home.command("log_edit", {"id": last["id"], "ml": 400}))["ok"]
        await home.practice(drunk(650))
        assert (await home.command("log_edit", {"id": last["id"], "at": "2026-11-23 20:00"}))["ok"]
        await home.practice(drunk(250))
        assert (await home.command("log_delete", last["id"]))["ok"]
        assert (await home.command("undo", "PRESS"))["ok"]
        await home.practice(drunk(0))
        assert (await home.command("sleep", {"hours": 7, "replace": True}))["ok"]
        assert (await home.command("sleep", {"hours": 7.5, "replace": True}))["ok"]
        await home.practice(lambda document: document["sleep"]["last_night_h"] == 7.5)
    assert [entry.words for entry in entries(tmp_path)] == ["7.5 h of sleep"]


async def test_what_a_number_of_the_dashboard_is_set_to_is_all_of_that_day(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    async with at_home(configuration(tmp_path, mosquitto.port), clock) as home:
        for name, argument in (
            ("log_nap", {"minutes": 20, "at": "2026-11-23 14:00"}),
            ("log_nap", 20),
            ("log_nap", 10),
            ("log_activity", {"activity": "strength", "minutes": 20}),
            ("log_activity", {"activity": "mindful", "minutes": 15}),
            ("log_activity", {"activity": "strength", "minutes": 10}),
        ):
            assert (await home.command(name, argument))["ok"]
        await home.practice(lambda document: document["sleep"]["nap_today_min"] == 30)
        await home.practice(lambda document: document["without_strap_today_min"]["strength"] == 30)
        assert (await home.command("log_nap", {"minutes": 25, "replace": True}))["ok"]
        strength = {"activity": "strength", "minutes": 40.0, "replace": True}
        assert (await home.command("log_activity", strength))["ok"]
        document = await home.practice(lambda document: document["sleep"]["nap_today_min"] == 25)
        assert document["without_strap_today_min"] == {
            "cardio": 0,
            "strength": 40,
            "mindful": 15,
            "recovery": 0,
        }
        assert not (await home.command("log_nap", {"minutes": 999, "replace": True}))["ok"]
        assert not (await home.command("log_nap", {"minutes": 9, "replace": "no"}))["ok"]
        assert (await home.command("log_nap", {"minutes": 0, "replace": True}))["ok"]
        await home.practice(lambda document: document["sleep"]["nap_today_min"] == 0)
        for nonsense in (
            {"minutes": 0, "replace": True, "bogus": [1]},
            {"minutes": 0, "replace": True, "activity": "chess"},
            {"minutes": 5, "replace": True, "activity": "strength", "at": "2024-01-01 08:00"},
        ):
            assert not (await home.command("log_activity", nonsense))["ok"], nonsense
        result = await home.command("note", {"text": "a", "replace": True})
        assert not result["ok"], "notes do not add up"
        assert "replace" in result["error"]
    assert sorted(entry.words for entry in entries(tmp_path)) == [
        "15 min of mindful",
        "40 min of strength",
        "a nap of 20 min",
    ]


async def test_what_another_process_writes_is_followed(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    async with at_home(configuration(tmp_path, mosquitto.port), clock) as home:
        await home.command("water", 250)
        await home.practice(lambda document: document["water"]["today_ml"] == 250)
        with Store.open(tmp_path / "talkpace.db") as store:
            store.add_log_entry(Entry("cli", "anna", MORNING, MORNING, Water(ml=100)))
        await home.practice(lambda document: document["water"]["today_ml"] == 350)


async def test_thirty_and_forty_five_minutes_in_the_band_are_signalled_once_over_a_restart_too(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    settings = configuration(tmp_path, mosquitto.port)
    async with at_home(settings, clock) as home:
        home.put_on()
        home.beats(BAND, 29.9)
        await home.until(lambda topic, _: topic == "anna/event")
        assert events(home) == ["session_started"]
        home.beats(BAND, 0.5)
        await home.until(lambda topic, payload: topic == "anna/event" and payload["event"] == "band_reached")
        before = [message for message in home.seen if message[0] == "anna/event"]
    clock.at(clock.wall() + timedelta(seconds=5))
    async with at_home(settings, clock) as home:
        home.put_on()
        home.beats(BAND, 20)
        summary = await home.train(Session(MORNING.time(), "cardio", 0, 0, 0))
        # A stop may come before the broker's acknowledgement: then the same message goes out once more.
        home.seen = [message for message in home.seen if message not in before]
        assert events(home) == ["band_enough", "session_ended"]
        assert summary["zones_s"]["conversational"] > 2700
    with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
        names = [event.name for event in store.events(summary["session"])]
    assert names == ["session_started", "band_reached", "band_enough", "session_ended"]


async def test_after_symptoms_the_ceiling_is_lower_for_three_days_and_the_summary_shows_it(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    ride = Session(MORNING.time(), "cardio", 1, 2, 0)
    ceilings = {}
    async with at_home(configuration(tmp_path, mosquitto.port), clock) as home:
        assert (await home.train(ride))["ceiling"] == 0.7
        assert (await home.command("symptom", "mild"))["ok"]
        for days in range(5):
            clock.at(MORNING + timedelta(days=days, hours=10))
            ceilings[days] = (await home.train(ride))["ceiling"]
        assert (await home.train(Session(MORNING.time(), "strength", 1, 2, 0)))["ceiling"] == 0.5
    assert ceilings == {0: 0.6, 1: 0.6, 2: 0.6, 3: 0.6, 4: 0.7}


async def test_who_keeps_a_water_log_and_has_drunk_little_is_reminded_as_a_session_starts(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    ride = Session(MORNING.time(), "cardio", 1, 2, 0)
    async with at_home(configuration(tmp_path, mosquitto.port), clock) as home:
        await home.train(ride)
        assert "drink" not in events(home), "no log is kept"
        await home.command("water", 250)
        await home.train(ride)
        assert events(home)[-3:] == ["session_started", "drink", "session_ended"]
        await home.command("water", 250)
        await home.train(ride)
        assert events(home)[-2:] == ["session_started", "session_ended"]


async def test_a_supplement_s_time_is_told_once_by_light_alone(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    own = [{"athlete": "anna", "supplements": [{"name": "collagen", "times": ["08:00:00", "20:00:00"]}]}]
    settings = configuration(tmp_path, mosquitto.port, athletes=own)

    def due(*names: str) -> Any:
        return lambda document: document["supplements"]["due"] == list(names)

    async with at_home(settings, clock) as home:
        await home.practice(due())
        clock.at(MORNING + timedelta(hours=1, minutes=1))
        document = await home.practice(due("collagen"))
        assert "Due of your supplements: collagen." in document["say"]
        await home.command("supplement", "Collagen")
        await home.practice(due())
        while events(home) != ["supplement_due"]:
            await home.until(lambda topic, _: topic == "anna/event")
        assert [lit for _, lit in home.outputs.lights][:1] == ["white"]
        assert [tone for _, tone in home.outputs.sounds if tone is not None] == []
        clock.at(MORNING + timedelta(hours=13, minutes=1))
        await home.practice(due("collagen"))
        while events(home) != ["supplement_due"] * 2:
            await home.until(lambda topic, _: topic == "anna/event")
    async with at_home(settings, clock) as home:
        await home.practice(due("collagen"))
        clock.at(MORNING + timedelta(hours=14))
        await home.command("undo", "")
        assert events(home) == [], "it was told before the restart"


async def test_what_is_written_down_before_the_clock_is_right_gets_its_right_date(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    clock.right = False
    clock.move_wall(timedelta(days=-200))
    async with at_home(configuration(tmp_path, mosquitto.port), clock) as home:
        assert (await home.command("water", 250))["ok"]
        clock.move_wall(timedelta(days=200))
        clock.right = True
        clock.at(MORNING + timedelta(minutes=10))
        await home.practice(lambda document: document["water"]["today_ml"] == 250)
    assert [entry.at.astimezone(UTC) for entry in entries(tmp_path)] == [MORNING.astimezone(UTC)]


async def test_with_the_practice_off_nothing_of_it_shows(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    async with at_home(configuration(tmp_path, mosquitto.port, enabled=False), clock) as home:
        for name in ("water", "sleep", "symptom", "undo", "log_activity"):
            result = await home.command(name, 1)
            assert f"there is no command '{name}'" in result["error"]
            assert "water" not in result["error"].replace("'water'", "")
        await home.train(Session(MORNING.time(), "cardio", 1, 50, 1))
        assert "session_ended" in events(home)
        assert not set(events(home)) & PRACTICE_EVENTS
        assert not [topic for topic, _ in home.seen if topic.endswith("/practice")]


async def test_switched_off_later_what_the_broker_remembers_of_it_is_taken_back(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock
) -> None:
    async with at_home(configuration(tmp_path, mosquitto.port), clock) as home:
        await home.practice(lambda document: document["day"] == "2026-11-24", "ben")
    async with at_home(configuration(tmp_path, mosquitto.port, enabled=False), clock) as home:
        gone: set[str] = set()
        while len(gone) < 2:
            await home.until(lambda topic, payload: topic.endswith("/practice") and payload == "")
            gone.add(home.seen[-1][0])
    async with aiomqtt.Client("127.0.0.1", mosquitto.port) as later:
        await later.subscribe("talkpace/gym/#", qos=1)
        remembered = {str((await anext(later.messages)).topic).rpartition("/")[2] for _ in range(5)}
    assert remembered
    assert "practice" not in remembered


async def test_a_disk_that_takes_nothing_is_named_and_tried_again(
    tmp_path: Path, mosquitto: Mosquitto, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talkpace.errors import StoreFullError

    def full(*_: object) -> None:
        raise StoreFullError("no room is left")

    async with at_home(configuration(tmp_path, mosquitto.port), clock) as home:
        with monkeypatch.context() as disk:
            disk.setattr(Store, "write", full)
            disk.setattr(Store, "try_writing", full)
            home.put_on()
            home.beats(HARD, 1)
            await home.until(lambda topic, payload: topic == "node" and payload["store"] == "disk full")
            result = await home.command("water", 250)
            assert result == {"name": "water", "ok": False, "error": "nothing can be kept: disk full"}
        clock.at(clock.wall() + timedelta(seconds=10))
        await home.until(lambda topic, payload: topic == "node" and payload["store"] == "ok")
        assert (await home.command("water", 250))["ok"]
    assert [entry.words for entry in entries(tmp_path)] == ["250 ml of water"]
