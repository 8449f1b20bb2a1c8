"""The shipped dashboard and automations in Home Assistant, with a talkpace daemon."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from ..broker import HOST
from .daemon_node import HARD, TALKING, DaemonNode, for_one_hour, let_home_assistant_discover
from .home_assistant import HomeAssistant

# Starts and restarts of Home Assistant are slow on a busy machine.
pytestmark = pytest.mark.timeout(900)

HARD_COLOUR = [255, 150, 0]


def test_the_shipped_configuration_is_valid(home: HomeAssistant) -> None:
    request = urllib.request.Request(
        f"http://{HOST}:{home.port}/api/config/core/check_config",
        headers={"Authorization": f"Bearer {home.token}"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer) == {"result": "valid", "errors": None, "warnings": None}


def test_every_entity_that_dashboard_and_automations_use_exists(
    home: HomeAssistant, node: DaemonNode
) -> None:
    dashboard = home.request("lovelace/config", url_path="talkpace-training")
    automations = [name for name in home.states if name.startswith("automation.talkpace_")]
    referenced = {*_entities(dashboard), *automations}
    for name in automations:
        referenced |= set(_entities(home.request("automation/config", entity_id=name)["config"]))
    assert len(automations) == 3
    node.start(for_one_hour(TALKING))
    home.until_states(sensor__anna_heart_rate=str(TALKING), binary_sensor__talkpace_gym_pi_daemon="on")
    # The automation creates the scene.
    assert referenced - home.states.keys() - {"scene.talkpace_anna_before"} == set()


def test_a_warning_is_spoken_the_lamp_shows_the_zone_and_the_summary_is_notified(
    home: HomeAssistant, node: DaemonNode
) -> None:
    let_home_assistant_discover(home, node)
    home.calls.clear()
    before = home.states["light.living_room"].attributes["rgb_color"]
    node.start([*[TALKING] * 5, *for_one_hour(HARD)])
    home.until("spoke", lambda: "Ease off, Anna. Heart rate 150." in _sentences(home))
    home.until("played the speech", lambda: "message=" in _played(home))
    home.until("coloured the lamp", lambda: _colour(home) == HARD_COLOUR)

    home.call("button.press", "button.anna_end_session")
    home.until("notified of the summary", lambda: "persistent_notification.create" in _services(home))
    notification = next(call for call in home.calls if call["domain"] == "persistent_notification")[
        "service_data"
    ]
    assert notification["title"] == "Anna's session"
    assert notification["message"].startswith(
        "0 minutes of cardio, 0 of them at talking pace and 0 over the ceiling."
    )
    assert notification["message"].endswith("150 at most.")
    home.until("restored the lamp", lambda: _colour(home) == list(before))

    home.calls.clear()
    home.restart()
    home.until_states(binary_sensor__anna_strap="on", binary_sensor__talkpace_gym_pi_daemon="on")
    home.until(
        "showed the last session", lambda: home.state("sensor.anna_last_session") not in {None, "unknown"}
    )
    home.call("button.press", "button.anna_start_session")
    home.until("spoke again", lambda: "tts.speak" in _services(home))
    assert "persistent_notification.create" not in _services(home)


def _entities(config: Any) -> Iterator[str]:
    if isinstance(config, dict):
        for key, value in config.items():
            if key in {"entity", "entity_id", "media_player_entity_id", "snapshot_entities"}:
                yield from [value] if isinstance(value, str) else _entities_of(value)
            yield from _entities(value)
    elif isinstance(config, list):
        for value in config:
            yield from _entities(value)


def _entities_of(value: Any) -> Iterator[str]:
    return (each for each in value if isinstance(each, str))


def _sentences(home: HomeAssistant) -> list[str]:
    return [call["service_data"]["message"] for call in home.calls if call["domain"] == "tts"]


def _played(home: HomeAssistant) -> str:
    return str(home.states["media_player.living_room"].attributes.get("media_content_id"))


def _colour(home: HomeAssistant) -> list[int]:
    return list(home.states["light.living_room"].attributes["rgb_color"])


def _services(home: HomeAssistant) -> list[str]:
    return [f"{call['domain']}.{call['service']}" for call in home.calls]
