"""Commands as processes: output, messages, exit codes."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from talkpace.storage.store import Store

from ..service.daemon_process import talkpace

RIDE = "time,heart_rate,rr_ms\n" + "".join(f"{t},{100 + t % 50},600 590\n" for t in range(300))


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def database(folder: Path) -> Path:
    return folder / "talkpace" / "talkpace.db"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dmeo"], "Did you mean 'demo'?"),
        (["replay"], "Missing argument 'FILE...'"),
        (["replay", "--speed", "fast", "--max-hr", "190", "x.csv"], "neither max nor a number"),
        (["replay", "x.csv"], "give --max-hr BPM, or configure the athlete"),
        (["forget", "12:34"], "'12:34' is not a Bluetooth address"),
        (["pair", "nonsense", "--athlete", "anna"], "'nonsense' is not a Bluetooth address"),
        (["pair", "A0:9E:1A:00:00:01", "--athlete", "nobody"], "there is no athlete 'nobody'"),
        (["athlete", "set", "nobody", "ceiling=0.6"], "there is no athlete 'nobody'"),
        (["athlete", "add", "anna", "birthyear=1980"], "not KEY=VALUE with a key of"),
        (["athlete", "add", "anna", "birth_year=soon"], "birth_year: Input should be a valid integer"),
        (["athlete", "add", "anna"], "neither max_heart_rate nor birth_year"),
        (["run", "--config", "/nowhere/talkpace.toml"], "no such file"),
        (["replay", "--max-hr", "190", "--athlete", "x/#", "x.csv"], "'x/#' is not an id"),
        (["athlete", "add", "x/#", "max_heart_rate=190"], "id: String should match pattern"),
        (["athlete", "add", "anna", "max_heart_rate=nan"], "max_heart_rate: Input should be a finite number"),
        (["athlete", "add", "anna", "birth_year=2099"], "birth_year: 2099 is in the future"),
        (["athlete", "add", "anna", "max_heart_rate=180", "name=a\nb"], "name: must be printable"),
        (["replay", "--max-hr", "nan", "x.csv"], "'nan' is not a valid number"),
        (["scan", "--seconds", "nan"], "'nan' is not a valid number"),
        (["demo", "--speed", "nan"], "'nan' is not a valid number"),
    ],
)
def test_wrong_usage_ends_with_exit_code_2_and_the_reason(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = talkpace(tmp_path, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory"),
        ("", "is empty"),
        (b"\x7fELF\0\1\2\3", "is not a recording"),
        ("dear diary", "is not a recording"),
        ("time,power\n1,200\n", "without a heart-rate column"),
        ("time,hr\n1,\n2,0\n", "without a single heart rate"),
    ],
)
def test_an_unusable_file_is_named_and_the_others_are_replayed(
    tmp_path: Path, content: str | bytes | None, message: str
) -> None:
    bad = tmp_path / "bad.csv" if content is None else write(tmp_path, "bad.csv", content)
    good = write(tmp_path, "good.csv", RIDE)
    done = talkpace(tmp_path, "replay", "--max-hr", "190", "--json", str(bad), str(good))
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    document = json.loads(done.stdout)
    assert [summary["measurements"] for summary in document["sessions"]] == [300]
    assert [file["file"] for file in document["files"]] == [str(good)]


def test_the_readable_part_of_a_broken_file_is_replayed_and_the_rest_reported(tmp_path: Path) -> None:
    rows = "time,hr\n0,100\n1,254\n2,0\n1.5,101\n0.5,99\n3,x\n4,102\n"
    done = talkpace(tmp_path, "replay", "--max-hr", "190", "--json", str(write(tmp_path, "a.csv", rows)))
    assert done.returncode == 0
    document = json.loads(done.stdout)
    [file] = document["files"]
    assert (file["measurements"], file["skipped"]) == (5, 2)
    assert any("rows were not in order of time" in problem for problem in file["problems"])
    [summary] = document["sessions"]
    assert summary["heart_rate"]["max"] == 254, "a rate over the maximum is never dropped"
    assert summary["discarded"]


@pytest.mark.parametrize("activity", ["cardio", "strength", "mindful", "recovery"])
def test_the_activity_of_a_replay_can_be_chosen(tmp_path: Path, activity: str) -> None:
    ride = write(tmp_path, "ride.csv", RIDE)
    done = talkpace(tmp_path, "replay", "--max-hr", "190", "--activity", activity, "--json", str(ride))
    assert done.returncode == 0, done.stderr
    assert [summary["activity"] for summary in json.loads(done.stdout)["sessions"]] == [activity]


def test_bytes_of_a_raw_capture_that_are_no_measurement_are_counted(tmp_path: Path) -> None:
    capture = write(tmp_path, "a.capture", "0.0,0050\n1.0,00\n2.0,1650e803\n3.0,\n4.0,0051\n")
    done = talkpace(tmp_path, "replay", "--max-hr", "190", "--json", str(capture))
    [file] = json.loads(done.stdout)["files"]
    assert (done.returncode, file["measurements"]) == (0, 3)
    assert any("not a valid Heart Rate Measurement" in problem for problem in file["problems"])


def test_the_same_recording_gives_the_same_document_at_any_speed(tmp_path: Path) -> None:
    ride = write(tmp_path, "ride.csv", RIDE)
    documents = [
        talkpace(tmp_path, "replay", "--max-hr", "190", "--json", "--speed", speed, str(ride)).stdout
        for speed in ("max", "400")
    ]
    assert documents[0] == documents[1]


def test_a_replay_is_of_the_only_athlete_or_of_a_guest(tmp_path: Path) -> None:
    assert talkpace(tmp_path, "athlete", "add", "anna", "max_heart_rate=181").returncode == 0
    ride = str(write(tmp_path, "ride.csv", RIDE))
    for arguments, expected in (
        ([], ("anna", 181)),
        (["--athlete", "gast", "--max-hr", "170"], ("gast", 170)),
    ):
        done = talkpace(tmp_path, "replay", "--json", *arguments, ride)
        assert done.returncode == 0, done.stderr
        [summary] = json.loads(done.stdout)["sessions"]
        assert (summary["athlete"], summary["max_heart_rate"]) == expected


def test_saved_sessions_are_listed_and_shown_and_a_recording_is_stored_once(tmp_path: Path) -> None:
    ride = write(tmp_path, "ride.csv", RIDE)
    for _ in range(2):
        done = talkpace(tmp_path, "replay", "--max-hr", "190", "--save", str(ride))
        assert done.returncode == 0, done.stderr
    assert "  already in the history; left unchanged" in done.stdout.splitlines()
    [listed] = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    shown = talkpace(tmp_path, "show", "last")
    assert listed["session"] in shown.stdout
    assert "heart rate in bpm" in shown.stdout
    assert "\x1b" not in shown.stdout, "no colours in a pipe"
    document = json.loads(talkpace(tmp_path, "show", listed["session"][:13], "--json").stdout)
    assert document["events"][0] == {"time": 0.0, "name": "session_started", "heart_rate": 100}
    unknown = talkpace(tmp_path, "show", "ffff")
    assert (unknown.returncode, unknown.stderr) == (1, "talkpace: there is no session 'ffff'\n")
    assert database(tmp_path).stat().st_mode & 0o077 == 0, "heart data is private"


def test_a_replay_without_save_stores_nothing(tmp_path: Path) -> None:
    assert (
        talkpace(tmp_path, "replay", "--max-hr", "190", str(write(tmp_path, "a.csv", RIDE))).returncode == 0
    )
    assert not database(tmp_path).exists()


def test_a_database_of_a_newer_version_is_refused_and_left_untouched(tmp_path: Path) -> None:
    ride = write(tmp_path, "ride.csv", RIDE)
    talkpace(tmp_path, "replay", "--max-hr", "190", "--save", str(ride))
    with sqlite3.connect(database(tmp_path)) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    before = database(tmp_path).read_bytes()
    for arguments in (["sessions"], ["athlete", "add", "anna", "birth_year=1980"]):
        done = talkpace(tmp_path, *arguments)
        assert done.returncode == 1
        assert "newer talkpace" in done.stderr
    assert database(tmp_path).read_bytes() == before


def test_athletes_are_added_changed_and_shown_with_their_history(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = talkpace(tmp_path, "athlete", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("add", "anna", "name=Anna", "birth_year=1986", "max_heart_rate_formula=nes")
    run("set", "anna", "max_heart_rate=181")
    run("set", "anna", "max_heart_rate=", "resting_heart_rate=55")
    shown = json.loads(run("show", "anna", "--json"))
    assert shown["name"] == "Anna"
    assert shown["max_heart_rate_source"] == "nes"
    values = [change["value"] for change in shown["history"] if change["key"] == "max_heart_rate"]
    assert values == [181.0, None]
    refused = talkpace(tmp_path, "athlete", "set", "anna", "resting_heart_rate=200")
    assert refused.returncode == 2
    assert "resting_heart_rate must be below max_heart_rate" in refused.stderr
    assert json.loads(run("show", "anna", "--json")) == shown, "a refused change changes nothing"


def test_an_athlete_is_removed_and_what_was_recorded_stays(tmp_path: Path) -> None:
    talkpace(tmp_path, "athlete", "add", "anna", "max_heart_rate=150")
    talkpace(tmp_path, "replay", "--athlete", "anna", "--save", str(write(tmp_path, "a.csv", RIDE)))
    done = talkpace(tmp_path, "athlete", "remove", "anna")
    assert (done.returncode, done.stdout) == (0, "athlete anna removed; sessions and log stay on record\n")
    assert json.loads(talkpace(tmp_path, "athlete", "list", "--json").stdout) == []
    refused = talkpace(tmp_path, "athlete", "remove", "anna")
    assert (refused.returncode, "there is no athlete 'anna'" in refused.stderr) == (2, True)
    assert [one["athlete"] for one in json.loads(talkpace(tmp_path, "sessions", "--json").stdout)] == ["anna"]
    assert talkpace(tmp_path, "athlete", "add", "anna", "birth_year=1984").returncode == 0
    shown = json.loads(talkpace(tmp_path, "athlete", "show", "anna", "--json").stdout)
    assert shown["max_heart_rate_source"] == "tanaka", "the value of before is gone"


@pytest.mark.parametrize("enabled", [True, False])
def test_without_a_daemon_the_last_summary_of_whom_is_removed_is_cleared_once_it_runs(
    tmp_path: Path, enabled: bool
) -> None:
    mqtt = f'mqtt = {{ enabled = {str(enabled).lower()}, host = "broker.lan" }}'
    file = write(tmp_path, "a.toml", mqtt)
    talkpace(tmp_path, "athlete", "add", "anna", "max_heart_rate=150", "--config", str(file))
    talkpace(tmp_path, "athlete", "remove", "anna", "--config", str(file))
    with Store.open(database(tmp_path), read_only=True) as store:
        waiting = [(one.message.topic, one.message.payload, one.message.retain) for one in store.outbox(9)]
    assert waiting == ([("anna/summary", "", True)] if enabled else [])


def test_an_athlete_of_the_configuration_is_removed_there(tmp_path: Path) -> None:
    file = write(tmp_path, "a.toml", 'athletes = [{ id = "anna", max_heart_rate = 180 }]')
    talkpace(tmp_path, "athlete", "set", "anna", "ceiling=0.6", "--config", str(file))
    refused = talkpace(tmp_path, "athlete", "remove", "anna", "--config", str(file))
    assert refused.returncode == 2
    assert "is in the configuration: remove their [[athletes]] table there" in " ".join(
        refused.stderr.split()
    )


def test_an_athlete_is_shown_with_all_thresholds(tmp_path: Path) -> None:
    values = ("resting_heart_rate=60", "effort_method=reserve", "ceiling=0.6", "sex=female", "weight_kg=64")
    talkpace(tmp_path, "athlete", "add", "anna", "max_heart_rate=180", "hard_to=0.9", *values)
    shown = json.loads(talkpace(tmp_path, "athlete", "show", "anna", "--json").stdout)
    expected = {
        "max_heart_rate": 180,
        "resting_heart_rate": 60,
        "effort_method": "reserve",
        "zones": {"conversational_from": 0.5, "conversational_to": 0.7, "hard_to": 0.9},
        "ceilings": {"cardio": 0.6, "strength": 0.5, "mindful": 0.5, "recovery": 0.6},
        "sex": "female",
        "weight_kg": 64,
    }
    assert {key: shown[key] for key in expected} == expected
    lines = talkpace(tmp_path, "athlete", "show", "anna").stdout.splitlines()
    assert "zones: conversational 50% (120 bpm) to 70% (144 bpm), hard to 90% (168 bpm)" in lines
    [ceilings] = [line for line in lines if line.startswith("ceilings: ")]
    assert ceilings.startswith("ceilings: cardio 60% (132 bpm), ")


def test_an_athlete_without_a_profile_is_shown_with_the_reason(tmp_path: Path) -> None:
    declared = {"TALKPACE_ATHLETES": '[{"id": "anna", "weight_kg": 64}]'}
    shown = json.loads(talkpace(tmp_path, "athlete", "show", "anna", "--json", **declared).stdout)
    assert (shown["max_heart_rate"], shown["ceilings"], shown["weight_kg"]) == (None, None, 64)
    lines = talkpace(tmp_path, "athlete", "show", "anna", **declared).stdout.splitlines()
    assert lines[1].startswith("maximum heart rate: unknown; athlete anna: ")


def test_a_higher_measured_maximum_is_suggested_and_not_adopted(tmp_path: Path) -> None:
    talkpace(tmp_path, "athlete", "add", "anna", "max_heart_rate=150")
    rates = [100 + min(t, 60) for t in range(300)]
    ride = "t_s,hr\n" + "".join(f"{t},{rate}\n" for t, rate in enumerate(rates))
    done = talkpace(tmp_path, "replay", "--athlete", "anna", "--save", str(write(tmp_path, "a.csv", ride)))
    assert done.returncode == 0, done.stderr
    shown = json.loads(talkpace(tmp_path, "athlete", "show", "anna", "--json").stdout)
    assert (shown["max_heart_rate"], shown["suggested_max_heart_rate"]) == (150, 160)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "athletes = [{id='a'}]\nsources = [{kind='recording', athlete='a', file='/nowhere/ride.fit'}]",
            "sources.0.file: ride.fit: cannot be read: No such file",
        ),
        (
            "mqtt = {enabled = true, password_file = '/nowhere/secret'}",
            "mqtt.password_file: /nowhere/secret: No",
        ),
    ],
)
def test_config_check_reports_files_that_the_daemon_cannot_use(
    tmp_path: Path, text: str, message: str
) -> None:
    done = talkpace(tmp_path, "config", "check", str(write(tmp_path, "t.toml", text)))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_publish_without_a_broker_in_the_configuration_is_refused(tmp_path: Path) -> None:
    ride = write(tmp_path, "ride.csv", RIDE)
    done = talkpace(tmp_path, "replay", "--max-hr", "190", "--publish", str(ride))
    assert done.returncode == 2
    assert "no broker is configured" in done.stderr


def test_two_athletes_with_one_strap_are_refused(tmp_path: Path) -> None:
    strap = "straps = ['A0:9E:1A:00:00:01']"
    configuration = write(
        tmp_path, "t.toml", f"[[athletes]]\nid = 'a'\n{strap}\n[[athletes]]\nid = 'b'\n{strap}\n"
    )
    for command in ("run", "doctor", "straps"):
        done = talkpace(tmp_path, command, "--config", str(configuration))
        assert done.returncode == 2
        assert "is listed for 'a' and for 'b'" in done.stderr


def test_scan_without_bluetooth_fails_with_one_line(tmp_path: Path) -> None:
    done = talkpace(
        tmp_path, "scan", "--seconds", "1", DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={tmp_path}/no-bus"
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "D-Bus" in done.stderr


def test_doctor_prints_one_document_and_fails_where_a_check_failed(tmp_path: Path) -> None:
    done = talkpace(tmp_path, "doctor", "--json", DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={tmp_path}/no-bus")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert not document["ok"]
    wrong = {one["check"]: one["remedy"] for one in document["findings"] if not one["ok"]}
    assert wrong["athletes"] is not None
    assert wrong["D-Bus"] is not None
