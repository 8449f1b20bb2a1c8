"""First use goes on where it was interrupted, whoever asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from talkpace.service import tasks as tasks_module
from talkpace.service.diagnostics_to_share import without_secrets
from talkpace.service.first_use import next_step

from .control_harness import ANNA, STRAP, Air, daemon, household


def test_the_next_step_follows_from_what_there_is_and_what_was_answered() -> None:
    there: dict[str, Any] = {"athletes": True, "straps": True, "outputs": ["buzzer", "led"], "broker": True}
    assert next_step({}, **{**there, "athletes": False}) == "athlete"
    assert next_step({}, **{**there, "straps": False}) == "strap"
    assert next_step({"strap": "later"}, **{**there, "straps": False}) == "alerts"
    assert next_step({"buzzer": "yes"}, **there) == "alerts"
    assert next_step({"buzzer": "yes", "led": "no"}, **there) == "alerts"
    assert next_step({"alerts": "later"}, **there) == "done"
    assert next_step({"buzzer": "yes", "led": "yes"}, **{**there, "broker": False}) == "broker"
    assert next_step({}, **{**there, "outputs": []}) == "alerts"


async def test_answers_outlive_the_daemon(tmp_path: Path) -> None:
    file = household(tmp_path, "alerts = { buzzer = { kind = 'active' } }")
    async with daemon(file) as call:
        assert (await call("first_use"))["step"] == "athlete"
        await call("first_use.set", open=True)
        await call("athletes.add", athlete="anna", values={"name": "Anna", "max_heart_rate": 180})
        state = await call("first_use.set", answers={"strap": "later", "buzzer": "no"})
        assert (state["step"], state["athletes"], state["outputs"]) == (
            "alerts",
            {"anna": "Anna"},
            ["buzzer"],
        )
    async with daemon(file) as call:
        state = await call("first_use")
        assert (state["open"], state["step"], state["answers"]) == (
            True,
            "alerts",
            {"strap": "later", "buzzer": "no"},
        )
        state = await call("first_use.set", answers={"buzzer": "yes", "strap": None})
        assert state["step"] == "strap"


async def test_a_paired_strap_is_told_with_its_owner_and_when_it_was_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    air = Air()
    monkeypatch.setattr(tasks_module, "_open_radio", lambda _adapter: air)
    async with daemon(household(tmp_path, ANNA, bluetooth=True)) as call:
        await call("scan", seconds=2)
        await call("pair", address=STRAP, athlete="anna", seconds=1)
        state = await call("first_use")
        assert state["straps"] == {"anna": [STRAP]}
        [strap] = (await call("straps.list"))["owned"]
        assert (strap["name"], strap["last_seen"] is None) == ("Polar H10 12345678", False)


def test_what_is_shared_names_no_device_and_no_person() -> None:
    text = "Polar H10 12345678 (A0:9E:1A:00:00:01) at mqtt://anna:secret@gym:1883, /home/anna/ride.fit, 12 MB"
    assert without_secrets(text) == "Polar H10 … (A0:9E:1A:…) at mqtt://…@gym:1883, /home/…/ride.fit, 12 MB"
