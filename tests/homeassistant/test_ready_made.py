"""The shipped dashboard and automations in a real Home Assistant, with the real daemon."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

from ..broker import HOST
from .node import HARD, TALKING, Node, for_an_hour, introduce
from .running import HomeAssistant

HARD_COLOUR = [255, 150, 0]


def test_home_assistant_finds_the_configuration_valid(home: HomeAssistant) -> None:
    request = urllib.request.Request(
        f"http://{HOST}:{home.port}/api/config/core/check_config",
        headers={"Authorization": f"Bearer {home.token}"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer) == {"result": "valid", "errors": None, "warnings": None}


def test_every_entity_of_the_dashboard_and_the_automations_is_there(home: HomeAssistant, node: Node) -> None:
    dashboard = home.ask("lovelace/config", url_path="talkpace-training")
    automations = [name for name in home.states if name.startswith("automation.talkpace_")]
    asked_for = {*_entities(dashboard), *automations}
    for name in automations:
        asked_for |= set(_entities(home.ask("automation/config", entity_id=name)["config"]))
    assert len(automations) == 3
    node.on(for_an_hour(TALKING))
    home.until_states(sensor__anna_heart_rate=str(TALKING), binary_sensor__talkpace_gym_pi_daemon="on")
    # The scene is made by the automation itself.
    assert asked_for - home.states.keys() - {"scene.talkpace_anna_before"} == set()


def test_a_warning_is_spoken_once_the_lamp_shows_the_zone_and_the_summary_is_told(
    home: HomeAssistant, node: Node
) -> None:
    introduce(home, node)
    home.calls.clear()
    before = home.states["light.living_room"].attributes["rgb_color"]
    node.on([*[TALKING] * 5, *for_an_hour(HARD)])
    home.until("spoke", lambda: "Ease off, Anna. Heart rate 150." in _sentences(home))
    home.until("was heard", lambda: "message=" in _played(home))
    home.until("coloured the lamp", lambda: _colour(home) == HARD_COLOUR)

    home.call("button.press", "button.anna_end_session")
    home.until("told of the session", lambda: "persistent_notification.create" in _services(home))
    told = next(call for call in home.calls if call["domain"] == "persistent_notification")["service_data"]
    assert told["title"] == "Anna's session"
    assert told["message"].startswith(
        "0 minutes of cardio, 0 of them at talking pace and 0 over the ceiling."
    )
    assert told["message"].endswith("150 at most.")
    home.until("left the lamp as it was", lambda: _colour(home) == list(before))

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
