"""FIT files as others read them: fitdecode, and the official SDK's decoder."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import fitdecode
import pytest
from fitdecode import FIT_FRAME_DATA, FIT_FRAME_DEFINITION, FitReader
from fitdecode.reader import CrcCheck, ErrorHandling
from garmin_fit_sdk import Decoder, Stream

from talkpace.formats import open_recording
from talkpace.sources.events import StrapInfo
from talkpace.training.profile import Activity

from .stored_sessions import START, Beat, stored_session, workout, written


def sdk(path: Path) -> Any:
    """All messages, by the official decoder; not one error."""
    checked = Decoder(Stream.from_file(str(path)))
    assert checked.is_fit()
    assert checked.check_integrity()
    messages, errors = Decoder(Stream.from_file(str(path))).read()
    assert errors == []
    return messages


@pytest.mark.parametrize(
    "beats", [workout(), workout(200, rr=False), [Beat(0, 300)]], ids=["rr", "no rr", "one"]
)
def test_two_independent_decoders_read_a_written_fit_file_without_error(
    tmp_path: Path, beats: list[Beat]
) -> None:
    with stored_session(tmp_path, beats) as session:
        path, _ = written(tmp_path, session, "fit")
        measurements = list(session.measurements())
    messages: dict[str, list[object]] = sdk(path)
    with FitReader(str(path), check_crc=CrcCheck.RAISE, error_handling=ErrorHandling.RAISE) as frames:
        names = Counter(frame.name for frame in frames if frame.frame_type == FIT_FRAME_DATA)
    assert {f"{name}_mesgs": count for name, count in names.items()} == {
        name: len(found) for name, found in messages.items()
    }
    assert names["record"] == len(measurements)
    assert names["hrv"] == sum(-(-len(one.rr_ms) // 5) for one in measurements)


def test_each_message_layout_is_defined_once(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout()) as session:
        path, _ = written(tmp_path, session, "fit")
    with FitReader(str(path)) as frames:
        defined = [frame.local_mesg_num for frame in frames if frame.frame_type == FIT_FRAME_DEFINITION]
    assert len(defined) == len(set(defined))


def test_records_and_intervals_are_those_of_the_session(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout()) as session:
        path, _ = written(tmp_path, session, "fit")
        measurements = list(session.measurements())
    messages = sdk(path)
    start = START.replace(microsecond=480_000)
    for record, one in zip(messages["record_mesgs"], measurements, strict=True):
        at = start + timedelta(milliseconds=one.offset_ms)
        assert record["timestamp"] == at.replace(microsecond=0)
        assert record["developer_fields"] == {0: at.microsecond // 1000, 1: 5000}
        assert record["heart_rate"] == one.heart_rate
    intervals = [rr for message in messages["hrv_mesgs"] for rr in message["time"] if rr is not None]
    assert intervals == [pytest.approx(rr / 1000, abs=0.000_501) for one in measurements for rr in one.rr_ms]


def test_session_lap_and_activity_agree_with_the_summary(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout(), Activity.STRENGTH) as session:
        path, _ = written(tmp_path, session, "fit")
        summary = session.summary
    messages = sdk(path)
    for kind in ("session_mesgs", "lap_mesgs"):
        [whole] = messages[kind]
        assert whole["start_time"] == START.replace(microsecond=0)
        assert whole["total_timer_time"] == pytest.approx(summary["duration_s"], abs=0.05)
        assert whole["min_heart_rate"] == summary["heart_rate"]["min"]
        assert whole["max_heart_rate"] == summary["heart_rate"]["max"]
        assert whole["avg_heart_rate"] == round(summary["heart_rate"]["mean"])
        assert (whole["sport"], whole["sub_sport"]) == ("training", "strength_training")
    [activity] = messages["activity_mesgs"]
    assert (activity["num_sessions"], activity["event_type"]) == (1, "stop")
    [file_id] = messages["file_id_mesgs"]
    assert (file_id["type"], file_id["manufacturer"]) == ("activity", "development")
    assert file_id["time_created"] == START.replace(microsecond=0)


def test_a_warning_is_an_alert_that_starts_and_stops(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout()) as session:
        path, _ = written(tmp_path, session, "fit")
        warnings = session.summary["warnings"]
        first = next(event for event in session.events if event.name == "over")
    events = sdk(path)["event_mesgs"]
    assert [event["event_type"] for event in events if event["event"] == "timer"] == ["start", "stop_all"]
    alerts = [event for event in events if event["event"] == "hr_high_alert"]
    assert [alert["event_type"] for alert in alerts] == ["start", "stop"] * warnings
    assert {alert["hr_high_alert"] for alert in alerts} == {133}
    at = START.replace(microsecond=480_000) + timedelta(milliseconds=first.offset_ms)
    assert alerts[0]["timestamp"] == at.replace(microsecond=0)


def test_a_warning_that_lasts_to_the_end_stops_there(tmp_path: Path) -> None:
    with stored_session(tmp_path, [Beat(second * 1000, 160) for second in range(130)]) as session:
        path, _ = written(tmp_path, session, "fit")
    alerts = [event for event in sdk(path)["event_mesgs"] if event["event"] == "hr_high_alert"]
    assert [alert["event_type"] for alert in alerts] == ["start", "stop"]


def test_messages_are_in_the_order_of_time(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout()) as session:
        path, _ = written(tmp_path, session, "fit")
    with FitReader(str(path), processor=None) as frames:
        times = [
            frame.get_raw_value("timestamp")
            for frame in frames
            if frame.frame_type == FIT_FRAME_DATA and frame.has_field("timestamp")
        ]
    assert times == sorted(times)


@pytest.mark.parametrize("name", ["Polar H10 Ä", "", "\N{SNOWMAN}" * 100, "a\x00b\nc"])
def test_any_name_of_a_strap_is_written_and_read_again(tmp_path: Path, name: str) -> None:
    with stored_session(tmp_path, workout(130), strap=StrapInfo("A0:9E:1A:00:00:01", name)) as session:
        path, _ = written(tmp_path, session, "fit")
    [_, strap] = sdk(path)["device_info_mesgs"]
    expected = {"": "heart-rate strap", "a\x00b\nc": "abc"}.get(name, name[:20])
    assert strap["product_name"] == expected
    assert strap["source_type"] == "bluetooth_low_energy"
    assert open_recording(path).strap.name == expected
    assert b"A0:9E" not in path.read_bytes()


def test_dates_of_another_zone_are_the_same_instants(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout(130)) as session:
        path, _ = written(tmp_path, session, "fit")
        offset = session.start.utcoffset()
    assert offset is not None
    [activity] = sdk(path)["activity_mesgs"]
    fit_epoch = datetime(1989, 12, 31, tzinfo=UTC)
    assert activity["local_timestamp"] == (activity["timestamp"] + offset - fit_epoch).total_seconds()


def test_the_local_time_is_that_of_the_chosen_time_zone(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout(130)) as session:
        path, _ = written(tmp_path, session.in_zone(ZoneInfo("Pacific/Auckland")), "fit")
        csv, _ = written(tmp_path, session.in_zone(ZoneInfo("Pacific/Auckland")), "csv")
    [activity] = sdk(path)["activity_mesgs"]
    fit_epoch = datetime(1989, 12, 31, tzinfo=UTC)
    ahead = activity["local_timestamp"] - (activity["timestamp"] - fit_epoch).total_seconds()
    assert ahead in {12 * 3600, 13 * 3600}
    first = datetime.fromisoformat(csv.read_text().splitlines()[1].split(",")[0])
    assert first.utcoffset() == timedelta(seconds=ahead)
    assert abs(first - session.start) < timedelta(milliseconds=1)


def test_fitdecode_shows_the_developer_fields_by_name(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout(130)) as session:
        path, _ = written(tmp_path, session, "fit")
    with fitdecode.FitReader(str(path)) as frames:
        named = {
            frame.name: {field.name for field in frame.fields}
            for frame in frames
            if frame.frame_type == FIT_FRAME_DATA
        }
    assert "milliseconds" in named["record"]
    assert "rr_1024" in named["hrv"]
