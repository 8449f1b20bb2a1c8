"""Sparse recordings give what a strap that sends every second would have given."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from ..formats.small_fit_files import FIT_EPOCH_S, fit_file, hrv, message, record, uint8, uint32
from .program import document

START_S = 1_700_000_000


def replayed(home: Path, content: bytes) -> list[dict[str, Any]]:
    (home / "a.fit").write_bytes(content)
    sessions: list[dict[str, Any]] = document(home, "replay", "a.fit", "--max-hr", "190")["sessions"]
    return sessions


def test_a_warning_of_a_sparse_recording_is_raised_once_and_cleared(tmp_path: Path) -> None:
    rates = [(second, 100 if second < 60 or second > 180 else 150) for second in range(0, 301, 9)]
    [summary] = replayed(tmp_path, fit_file(record(START_S + second, rate) for second, rate in rates))
    names = [event["name"] for event in summary["events"]]
    assert (summary["warnings"], names.count("easy_again"), names.count("signal_lost")) == (1, 1, 0)
    assert names.count("over_repeat") == 4
    assert summary["measurements"] == len(rates)
    assert (summary["over_ceiling_s"], summary["gap_s"]) == (126.0, 0.0)


def test_a_sparse_recording_gives_the_figures_of_one_with_a_record_every_second(tmp_path: Path) -> None:
    rng = random.Random(7)
    dense: list[bytes] = []
    sparse: list[bytes] = []
    second = 0
    while second < 1200:
        wait, rate = rng.randint(1, 60), rng.randint(112, 148)
        sparse.append(record(START_S + second, rate))
        dense += [record(START_S + second + offset, rate) for offset in range(wait)]
        second += wait
    end = record(START_S + second, 100)
    [one] = replayed(tmp_path, fit_file([*sparse, end]))
    [other] = replayed(tmp_path, fit_file([*dense, end]))
    different = {key for key in other if one[key] != other[key]}
    assert different <= {"measurements"}


def test_sparse_intervals_agree_between_hrv_replay_and_text(tmp_path: Path) -> None:
    rng = random.Random(3)
    rr_ms: list[int] = []
    value = 0.0
    while sum(rr_ms) < 1_500_000:
        value = 0.9 * value + rng.gauss(0, 12)
        rr_ms.append(round(700 + value + rng.gauss(0, 8)))
    (tmp_path / "a.txt").write_text("\n".join(map(str, rr_ms)), encoding="utf-8")
    messages: list[bytes] = []
    beats, passed_ms, second = iter(rr_ms), 0, 0
    while second < 1_490:
        messages.append(record(START_S + second, 86))
        second += rng.randint(1, 12)
        batch: list[int] = []
        while passed_ms < second * 1000:
            batch.append(next(beats))
            passed_ms += batch[-1]
        messages += [hrv(*batch[place : place + 5]) for place in range(0, len(batch), 5)]
    messages.append(record(START_S + second, 86))
    [summary] = replayed(tmp_path, fit_file(messages))
    of_file, of_text = document(tmp_path, "hrv", "a.fit"), document(tmp_path, "hrv", "a.txt")
    assert of_file["gaps"] == 0
    assert of_file["rr_coverage"] >= 0.99
    assert summary["hrv"]["rr_coverage"] >= 0.99
    assert of_file["dfa_alpha1"] == pytest.approx(of_text["dfa_alpha1"], abs=0.02)
    assert summary["hrv"]["dfa_alpha1"] == pytest.approx(of_text["dfa_alpha1"], abs=0.02)
    assert summary["hrv"]["rmssd_ms"] == pytest.approx(of_text["corrected"]["rmssd_ms"], rel=0.02)


def session(start_s: int, sport: int, sub_sport: int = 0) -> bytes:
    start = uint32(2, START_S + start_s - FIT_EPOCH_S)
    return message(
        18, uint32(253, START_S + start_s - FIT_EPOCH_S), start, uint8(5, sport), uint8(6, sub_sport)
    )


def test_each_sport_of_a_multisport_file_is_a_session_with_its_activity(tmp_path: Path) -> None:
    messages = [record(START_S + second, 110) for second in range(900)]
    messages += [session(0, 1), session(300, 10, 20), session(600, 10, 43)]
    found = replayed(tmp_path, fit_file(messages))
    assert [each["duration_s"] for each in found] == [299.0, 299.0, 299.0]
    assert [each["activity"] for each in found] == ["cardio", "strength", "mindful"]
