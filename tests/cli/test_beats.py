"""`talkpace hrv` and `talkpace threshold`, as a person types them."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talkpace.record.items import TalkTestAnswered
from talkpace.record.store import Store

from ..rr.series import heart, with_artifacts
from ..service.running import talkpace
from .terminal import on_terminal

CONFIGURATION = """
athletes = [{ id = "anna", max_heart_rate = 190 }]
node = { id = "gym-pi" }
"""


@pytest.fixture
def intervals(tmp_path: Path) -> Path:
    path = tmp_path / "morning.txt"
    rr = with_artifacts(heart(600), every=97)[0]
    path.write_text("\n".join(f"{one:.1f}" for one in rr), encoding="ascii")
    return path


class TestHrv:
    def test_a_file_of_intervals(self, tmp_path: Path, intervals: Path) -> None:
        done = talkpace(tmp_path, "hrv", "--json", str(intervals))
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert document["raw"]["beats"] > 590
        assert document["raw"]["rmssd_ms"] > 2 * document["corrected"]["rmssd_ms"]
        assert set(document["artifacts"]) == {"ectopic", "missed", "extra", "long", "short"}
        assert sum(document["artifacts"].values()) >= 5
        assert document["bands"]["lf_ms2"] > 0
        assert 0.3 < document["dfa_alpha1"] < 1.5
        assert document["gaps"] == 0

    def test_seconds_and_a_named_column_give_the_same(self, tmp_path: Path, intervals: Path) -> None:
        lines = intervals.read_text(encoding="ascii").split()
        seconds, table = tmp_path / "s.txt", tmp_path / "table.csv"
        seconds.write_text("\r\n".join(f"{float(one) / 1000:.4f}" for one in lines), encoding="ascii")
        table.write_text("since_start;rr_ms\n" + "\n".join(f"0;{one}" for one in lines), encoding="ascii")
        figures = [
            {key: value for key, value in json.loads(done.stdout).items() if key not in {"file", "kind"}}
            for done in (
                talkpace(tmp_path, "hrv", "--json", str(path)) for path in (intervals, seconds, table)
            )
        ]
        assert figures[1] == figures[2] == figures[0]

    def test_a_recording_and_its_gap(self, tmp_path: Path) -> None:
        rows = [f"{t},120,500 500" for t in range(300) if not 100 <= t < 130]
        path = tmp_path / "ride.csv"
        path.write_text("time,heart_rate,rr_ms\n" + "\n".join(rows), encoding="ascii")
        document = json.loads(talkpace(tmp_path, "hrv", "--json", str(path)).stdout)
        assert document["kind"] == "CSV recording"
        assert document["gaps"] == 1
        assert document["lost_s"] == pytest.approx(30, abs=1)
        assert document["rr_coverage"] == pytest.approx(0.9, abs=0.02)

    def test_on_a_terminal_it_is_a_table(self, tmp_path: Path, intervals: Path) -> None:
        shown = on_terminal(tmp_path, "hrv", str(intervals))
        text = "\n".join(shown)
        for words in ("raw", "corrected", "RMSSD", "artifacts:", "LF ", "DFA alpha 1", "advice"):
            assert words in text
        assert max(map(len, shown)) <= 80

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            ("", "is empty"),
            ("hello\nworld\n", "is no recording"),
            ("time,heart_rate\n0,120\n1,121\n", "has no RR intervals"),
            ("0\n0\n0\n", "has no RR intervals"),
        ],
    )
    def test_a_file_without_intervals_is_one_line(self, tmp_path: Path, content: str, says: str) -> None:
        path = tmp_path / "x.txt"
        path.write_text(content, encoding="ascii")
        done = talkpace(tmp_path, "hrv", str(path))
        assert done.returncode == 1
        assert says in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_numbers_that_no_heart_has_are_borne(self, tmp_path: Path) -> None:
        path = tmp_path / "x.txt"
        wild = ["0", "nan", "-5", "1e300", "inf", "800", "1e9", "65000"] + ["800", "810"] * 40
        path.write_text("\n".join(wild), encoding="ascii")
        done = talkpace(tmp_path, "hrv", "--json", str(path))
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["raw"]["beats"] == 81


class TestThreshold:
    @pytest.fixture
    def configuration(self, tmp_path: Path) -> Path:
        path = tmp_path / "talkpace.toml"
        path.write_text(CONFIGURATION, encoding="utf-8")
        return path

    def test_with_nothing_on_record_there_is_the_fixed_one(self, tmp_path: Path, configuration: Path) -> None:
        done = talkpace(tmp_path, "threshold", "--json", "--config", str(configuration))
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert document["fixed"] == {"effort": 0.7, "heart_rate": 133.0, "max_heart_rate_source": "given"}
        assert document["alpha1"]["effort"] is None
        assert document["talk_test"]["effort"] is None

    def test_all_three_side_by_side(self, tmp_path: Path, configuration: Path) -> None:
        ride = tmp_path / "ramp.csv"
        ride.write_text(ramp(), encoding="ascii")
        saved = talkpace(tmp_path, "replay", "--save", "--config", str(configuration), str(ride))
        assert saved.returncode == 0, saved.stderr
        at = datetime(2026, 11, 23, 18, tzinfo=UTC)
        answers = [("comfortable", 125, 0.66), ("strained", 141, 0.74), ("unable", 152, 0.8)]
        with Store.open(tmp_path / "talkpace" / "talkpace.db") as store:
            store.write([TalkTestAnswered("anna", None, at, *answer, ceiling=0.7) for answer in answers])

        done = talkpace(tmp_path, "threshold", "--json", "--config", str(configuration))
        document = json.loads(done.stdout)
        assert document["talk_test"]["effort"] == pytest.approx(0.70)
        assert document["alpha1"]["sessions"] == 1
        assert document["alpha1"]["rises"] == 1
        assert 120 < document["alpha1"]["heart_rate"] < 150
        assert document["alpha1"]["effort"] == pytest.approx(document["alpha1"]["heart_rate"] / 190, abs=1e-3)
        assert document["alpha1"]["heart_rate_spread"] > 0

        text = talkpace(tmp_path, "threshold", "--config", str(configuration)).stdout
        for words in ("DFA alpha 1 = 0.75", "talk test", "fixed", "Studies disagree", "Nothing is adopted"):
            assert words in text

    def test_whose_has_to_be_clear(self, tmp_path: Path, configuration: Path) -> None:
        done = talkpace(tmp_path, "threshold", "--config", str(configuration), "--athlete", "bert")
        assert done.returncode == 2
        assert "nobody here is 'bert'" in done.stderr


def ramp() -> str:
    """Half an hour: heart rate rises from 110 to 160, and what the beats remember of each other fades."""
    chance = random.Random(3)
    rows, time_s, second, waiting = ["time,heart_rate,rr_ms"], 0.0, 0, []
    slow = 0.0
    while time_s < 1800:
        bpm = 110 + 50 * time_s / 1800
        memory = max(0.0, 1 - time_s / 1500)
        slow = 0.97 * slow + chance.gauss(0, 1.5)
        rr = 60_000 / bpm + 2 * memory * slow + chance.gauss(0, 4)
        time_s += rr / 1000
        waiting.append(f"{rr:.0f}")
        if int(time_s) > second:
            second = int(time_s)
            rows.append(f"2026-11-20T18:{second // 60:02}:{second % 60:02}Z,{bpm:.0f},{' '.join(waiting)}")
            waiting = []
    return "\n".join(rows) + "\n"
