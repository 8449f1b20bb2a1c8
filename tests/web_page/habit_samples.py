"""States of the habits' topics, and a log, as the daemon sends them; for the stand-in of the web process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .fake_web import FakeWeb, Json

DAY = "2026-11-27"
"""a Friday"""


def message(code: str, text: str = "in English", **values: float | str) -> Json:
    return {"code": code, "values": values, "text": text}


def habits(*, water_ml: float = 750, **changes: object) -> Json:
    """A Friday on which everything is switched on."""
    work = message("work", day=2, days=3)
    status: Json = {
        "day": DAY,
        "today": {
            "kind": "work",
            "why": None,
            "day_on": 2,
            "days_on": 1,
            "worked": False,
            "hard": False,
            "words": work["text"],
            "reason": work,
        },
        "say": [],
        "messages": [
            work,
            message("sleep_average_short", hours=6.4, nights=5),
            message("no_strength"),
            message("a_code_of_a_later_version", "Something that this page has no words for."),
        ],
        "week": {
            "start": "2026-11-23",
            "cardio_sessions": 1,
            "cardio_target": 2,
            "session_band_s": 1800.0,
            "share_at_or_under_ceiling": 0.91,
            "days": [
                {"day": f"2026-11-{23 + number}", "exercise_s": minutes * 60.0, "band_s": band * 60.0}
                for number, (minutes, band) in enumerate([(48, 36), (0, 0), (30, 0), (25, 14), (0, 0)])
            ],
        },
        "sleep": {
            "last_night_h": 6.5,
            "week_mean_h": 6.4,
            "nights": 5,
            "nap_today_min": 0,
            "target_h": [7.0, 9.0],
        },
        "water": {"today_ml": water_ml, "target_ml": 2119.0, "kept": True},
        "symptoms": {"today": None, "heeded_until": None},
        "beside_symptoms": {"symptom_days": 0, "noted": {}},
        "supplements": {"taken": [], "due": ["collagen"], "own": ["collagen", "vitamin D"]},
        "readiness": {
            "measured_today": True,
            "advice": "take it easy",
            "why": "",
            "reason": message("rate_high"),
            "ln_rmssd": {"today": 3.9, "week": 3.95, "low": 3.8, "high": 4.1},
            "heart_rate": {"today": 59.0, "week": 58.2, "low": 53.1, "high": 56.4},
            "days": 24,
        },
        "breathing": {"today_min": 5.0, "week_min": 20.0, "last_coherence": 0.71, "suited_pace": 5.5},
    }
    return {**status, **changes}


def breathing(phase: str = "inhale", elapsed_s: float = 30.0, phase_left_s: float = 4.0) -> Json:
    """An exercise of five minutes at six breaths a minute, with the clock of whoever takes it."""
    return {
        "state": "breathing",
        "began": "2026-11-27T18:00:00.000+01:00",
        "phase": phase,
        "phase_s": 4.0 if phase == "inhale" else 6.0,
        "phase_left_s": phase_left_s,
        "pace": 6.0,
        "ratio": "4:6",
        "step": 1,
        "steps": 1,
        "elapsed_s": elapsed_s,
        "left_s": 300.0 - elapsed_s,
        "coherence": 0.62,
        "peak_pace": 6.0,
        "heart_rate": 61,
        "last": None,
    }


IDLE_BREATHING: Json = {**dict.fromkeys(breathing()), "state": "idle"}
IDLE_NAP: Json = {"state": "idle", "started": None, "until": None, "minutes": None}


def nap(minutes: float = 25) -> Json:
    now = datetime.now(UTC)
    until = now + timedelta(minutes=minutes)
    return {"state": "napping", "started": now.isoformat(), "until": until.isoformat(), "minutes": minutes}


def readiness(state: str = "idle", **changes: object) -> Json:
    """Where it is measuring, a minute is left."""
    measuring = state != "idle"
    return {
        "state": state,
        "left_s": 60.0 if measuring else None,
        "ends": (datetime.now(UTC) + timedelta(seconds=60)).isoformat() if measuring else None,
        "stage_s": 120.0 if measuring else None,
        "beats": 57 if measuring else None,
        "coverage_now": 0.98 if measuring else None,
        "artifact_ratio_now": 0.0 if measuring else None,
        "measured": None,
        "failure": None,
        "coverage": None,
        "artifact_ratio": None,
        **changes,
    }


def entry(number: int, at: str, **content: object) -> Json:
    """An entry of the day."""
    time = f"{DAY}T{at}:00.000+01:00"
    return {
        "id": f"{number:010x}",
        "at": time,
        "recorded_at": time,
        "words": "in English",
        "content": content,
    }


ENTRIES: list[Json] = [
    entry(3, "17:40", kind="water", ml=250.0),
    entry(2, "12:10", kind="activity", activity="strength", minutes=30.0, hard=False),
    entry(1, "07:05", kind="sleep", hours=6.5),
]


def show_household(web: FakeWeb) -> None:
    """Publish Anna's and Ben's states; Anna has a log."""
    for athlete in ("anna", "ben"):
        web.state(f"{athlete}/habits", habits())
        web.state(f"{athlete}/breathing", IDLE_BREATHING)
        web.state(f"{athlete}/nap", IDLE_NAP)
        web.state(f"{athlete}/readiness", readiness())
    web.results["log.list"] = ENTRIES
