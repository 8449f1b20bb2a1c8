"""`talkpace hrv` and `talkpace threshold`."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talkpace.cli.output import clock_time
from talkpace.storage.records import TalkTestAnswered
from talkpace.storage.store import Store

from ..hrv.series import heart, with_artifacts
from ..service.daemon_process import talkpace
from .pseudo_terminal import run_on_terminal

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
    def test_a_file_of_intervals_gives_raw_and_corrected_figures(
        self, tmp_path: Path, intervals: Path
    ) -> None:
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

    def test_seconds_and_a_named_column_give_the_same_figures(self, tmp_path: Path, intervals: Path) -> None:
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

    def test_a_gap_in_a_recording_is_counted(self, tmp_path: Path) -> None:
        rows = [f"{t},120,500 500" for t in range(300) if not 100 <= t < 130]
        path = tmp_path / "ride.csv"
        path.write_text("time,heart_rate,rr_ms\n" + "\n".join(rows), encoding="ascii")
        document = json.loads(talkpace(tmp_path, "hrv", "--json", str(path)).stdout)
        assert document["kind"] == "CSV recording"
        assert document["gaps"] == 1
        assert document["lost_s"] == pytest.approx(30, abs=1)
        assert document["rr_coverage"] == pytest.approx(0.9, abs=0.02)

    def test_on_a_terminal_the_figures_are_a_table(self, tmp_path: Path, intervals: Path) -> None:
        shown = run_on_terminal(tmp_path, "hrv", str(intervals))
        document = json.loads(talkpace(tmp_path, "hrv", "--json", str(intervals)).stdout)
        raw, corrected = document["raw"], document["corrected"]
        assert shown[0].split() == [
            intervals.name,
            "RR",
            "intervals",
            "in",
            "ms",
            clock_time(document["duration_s"]),
            str(raw["beats"]),
            "beats",
        ]
        assert shown[1].split() == ["raw", "corrected"]
        rows = [line.split() for line in shown[2:6]]
        assert rows[2] == ["RMSSD", f"{raw['rmssd_ms']:g}", "ms", f"{corrected['rmssd_ms']:g}", "ms"]
        assert [row[0] for row in rows] == ["mean", "SDNN", "RMSSD", "pNN50"]
        assert shown[6].startswith(f"artifacts: {document['artifact_ratio']:.1%}  (")
        assert shown[8].startswith(f"LF {document['bands']['lf_ms2']:g} ms²")
        assert shown[9].startswith(f"DFA alpha 1: {document['dfa_alpha1']:g} (median of")
        assert max(map(len, shown)) <= 80

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", "is empty"),
            ("hello\nworld\n", "is not a recording"),
            ("time,heart_rate\n0,120\n1,121\n", "has no RR intervals"),
            ("0\n0\n0\n", "has no RR intervals"),
        ],
    )
    def test_a_file_without_intervals_fails_with_one_line(
        self, tmp_path: Path, content: str, message: str
    ) -> None:
        path = tmp_path / "x.txt"
        path.write_text(content, encoding="ascii")
        done = talkpace(tmp_path, "hrv", str(path))
        assert done.returncode == 1
        assert message in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_implausible_numbers_are_skipped(self, tmp_path: Path) -> None:
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

    def test_without_sessions_only_the_fixed_estimate_is_known(
        self, tmp_path: Path, configuration: Path
    ) -> None:
        done = talkpace(tmp_path, "threshold", "--json", "--config", str(configuration))
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert document["fixed"] == {"effort": 0.7, "heart_rate": 133.0, "max_heart_rate_source": "given"}
        assert document["alpha1"]["effort"] is None
        assert document["talk_test"]["effort"] is None

    def test_three_estimates_are_shown(self, tmp_path: Path, configuration: Path) -> None:
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
        personal = document["alpha1_personal"]
        assert personal["alpha1"] > 0.75
        assert personal["heart_rate"] < document["alpha1"]["heart_rate"]
        assert personal["heart_rate_spread"] > 0
        assert document["favoured"] == "alpha1_personal"

        shown = talkpace(tmp_path, "threshold", "--config", str(configuration)).stdout.splitlines()
        assert shown[0] == "anna, the last 90 days"
        alpha1, talk_test, fixed = (re.split(r" {2,}", line.strip()) for line in shown[2:5])
        assert alpha1[0] == "DFA alpha 1 = 0.75"
        assert alpha1[1].startswith(f"{document['alpha1']['effort']:.0%} ± ")
        assert talk_test[0] == "talk test"
        assert talk_test[1].startswith("70% ± ")
        assert fixed[:3] == ["fixed", "70%", "133 bpm"]
        personal_row = re.split(r" {2,}", shown[5].strip())
        assert personal_row[0] == "DFA alpha 1, personal"
        assert personal_row[1].startswith(f"{personal['effort']:.0%} ± ")
        assert "studies favour the personal one" in " ".join(shown)
        assert shown[-1] == (
            "No estimate is adopted by itself. To use one: talkpace athlete set anna ceiling=0.xx"
        )

    def test_an_unknown_athlete_is_refused(self, tmp_path: Path, configuration: Path) -> None:
        done = talkpace(tmp_path, "threshold", "--config", str(configuration), "--athlete", "bert")
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1] == (
            "Error: Invalid value for '--athlete': there is no athlete 'bert'; choose from anna"
        )


def ramp() -> str:
    """Half an hour: heart rate rises from 110 to 160 bpm, and the correlation between beats fades."""
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


def test_hrv_readiness_and_threshold_say_that_hrv_does_not_apply_to_an_athlete(
    tmp_path: Path, intervals: Path
) -> None:
    added = talkpace(tmp_path, "athlete", "add", "anna", "birth_year=1960", "irregular_rhythm=true")
    assert added.returncode == 2
    assert "max_heart_rate is needed" in added.stderr
    added = talkpace(tmp_path, "athlete", "add", "anna", "max_heart_rate=118", "irregular_rhythm=true")
    assert added.returncode == 0, added.stderr
    reason = "HRV and readiness do not apply with an irregular heart rhythm"
    document = json.loads(talkpace(tmp_path, "hrv", "--athlete", "anna", "--json", str(intervals)).stdout)
    assert (document["hrv"], document["hrv_reason"]) == (None, reason)
    document = json.loads(talkpace(tmp_path, "readiness", "--json").stdout)
    assert (document["advice"], document["why"]) == (None, reason)
    document = json.loads(talkpace(tmp_path, "threshold", "--json").stdout)
    assert (document["favoured"], document["hrv_reason"]) == ("talk_test", reason)
    assert "anna should have a ceiling of their own" in talkpace(tmp_path, "doctor").stdout
    assert talkpace(tmp_path, "athlete", "set", "anna", "ceiling=0.6").returncode == 0
    assert "a ceiling of their own" not in talkpace(tmp_path, "doctor").stdout
