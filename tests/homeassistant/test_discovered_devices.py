"""Home Assistant discovers the daemon's devices and shows their states; real programs on both sides."""

from __future__ import annotations

import pytest

from talkpace.config.habits import HabitsConfig
from talkpace.mqtt.homeassistant.documents import devices
from talkpace.mqtt.topics import Topics

from .daemon_node import HARD, MAX_HEART_RATE, TALKING, DaemonNode, for_one_hour, let_home_assistant_discover
from .home_assistant import HomeAssistant

# The first test may have to install Home Assistant.
pytestmark = [pytest.mark.long(3), pytest.mark.timeout(900)]


def test_every_entity_of_node_and_athlete_is_discovered_with_its_state(
    home: HomeAssistant, node: DaemonNode
) -> None:
    let_home_assistant_discover(home, node)
    node.start(for_one_hour(HARD))
    home.until_states(
        sensor__anna_heart_rate=str(HARD),
        sensor__anna_effort="83.3",
        sensor__anna_zone="hard",
        sensor__anna_warning="over",
        sensor__anna_elapsed="0",
        binary_sensor__anna_over_the_ceiling="on",
        binary_sensor__anna_strap="on",
        binary_sensor__anna_session="on",
        sensor__anna_ceiling_in_force="70.0",
        sensor__anna_ceiling_heart_rate="126",
        sensor__anna_maximum_heart_rate=f"{MAX_HEART_RATE}.0",
        select__anna_activity="cardio",
        number__anna_ceiling="100.0",  # without a personal ceiling
        binary_sensor__talkpace_gym_pi_daemon="on",
        binary_sensor__talkpace_gym_pi_recording="off",
        sensor__talkpace_gym_pi_straps_connected="1",
    )
    home.until("showed the warning", lambda: _event(home) in {"over", "over_repeat"})

    found = [one for one in home.request("config/entity_registry/list") if one["platform"] == "mqtt"]
    expected = {
        f"{device.unique_prefix}{entity.key}": entity
        for device in devices(Topics("talkpace", "gym-pi"), {"anna": "Anna"}, HabitsConfig())
        for entity in device.entities
    }
    assert {one["unique_id"] for one in found} == expected.keys()
    for one in found:
        entity = expected[one["unique_id"]]
        assert one["entity_id"].startswith(f"{entity.platform}.")
        assert one["entity_category"] == entity.category
        assert (one["disabled_by"] is None) is entity.enabled_by_default
    shown = {one["entity_id"]: home.state(one["entity_id"]) for one in found if one["disabled_by"] is None}
    assert [entity for entity, state in shown.items() if state in {None, "unavailable"}] == []

    of_node, of_anna = sorted(
        (one for one in home.request("config/device_registry/list") if one["manufacturer"] == "talkpace"),
        key=lambda one: one["model"] != "Node",
    )
    assert (of_node["name"], of_node["via_device_id"]) == ("talkpace gym-pi", None)
    assert (of_anna["name"], of_anna["via_device_id"]) == ("Anna", of_node["id"])


def test_all_entities_are_unavailable_after_the_daemon_is_killed(
    home: HomeAssistant, node: DaemonNode
) -> None:
    node.start(for_one_hour(TALKING))
    home.until_states(sensor__anna_heart_rate=str(TALKING), binary_sensor__talkpace_gym_pi_daemon="on")
    node.kill()
    home.until_states(binary_sensor__talkpace_gym_pi_daemon="off", sensor__anna_heart_rate="unavailable")
    ours = [
        one["entity_id"] for one in home.request("config/entity_registry/list") if one["platform"] == "mqtt"
    ]
    home.until(
        "showed all as unavailable",
        lambda: (
            {state for entity, state in ((each, home.state(each)) for each in ours) if not _is_daemon(entity)}
            <= {None, "unavailable"}
        ),
    )


def test_live_values_of_a_frozen_daemon_expire(home: HomeAssistant, node: DaemonNode) -> None:
    node.start(for_one_hour(TALKING))
    home.until_states(sensor__anna_heart_rate=str(TALKING), sensor__anna_zone="conversational")
    node.freeze()
    home.until_states(sensor__anna_heart_rate="unavailable", sensor__anna_zone="unavailable")
    # The broker has not noticed yet: the values expired by `expire_after`.
    assert home.state("binary_sensor.talkpace_gym_pi_daemon") == "on"
    assert home.state("binary_sensor.anna_session") == "on"


def test_a_lost_heart_rate_becomes_unavailable(home: HomeAssistant, node: DaemonNode) -> None:
    node.start([TALKING] * 15)
    home.until_states(sensor__anna_heart_rate=str(TALKING))
    home.until_states(sensor__anna_heart_rate="unavailable", binary_sensor__anna_strap="off")


def test_buttons_selects_and_numbers_of_training_send_their_commands(
    home: HomeAssistant, node: DaemonNode
) -> None:
    node.start(for_one_hour(TALKING))
    home.until_states(binary_sensor__anna_session="on", select__anna_activity="cardio")

    home.call("select.select_option", "select.anna_activity", option="strength")
    home.until_states(select__anna_activity="strength")
    home.call("number.set_value", "number.anna_ceiling", value=65)
    home.until_states(number__anna_ceiling="65.0")
    home.call("number.set_value", "number.anna_mute_time", value=20)
    home.until_states(number__anna_mute_time="20.0")
    home.call("button.press", "button.anna_mute")
    home.until("showed until when it is mute", lambda: _has_value(home.state("sensor.anna_muted_until")))
    home.call("button.press", "button.anna_end_mute")
    home.until_states(sensor__anna_muted_until="unknown")

    home.call("button.press", "button.anna_end_session")
    home.until_states(binary_sensor__anna_session="off", sensor__anna_last_session_activity="strength")
    home.until("showed the last session", lambda: _has_value(home.state("sensor.anna_last_session")))
    home.call("button.press", "button.anna_start_session")
    home.until_states(binary_sensor__anna_session="on", sensor__anna_ceiling_in_force="65.0")


def test_log_entries_are_shown_and_can_be_corrected(home: HomeAssistant, node: DaemonNode) -> None:
    node.start([], ("anna",), "[habits]", 'timezone = "UTC"')
    home.until_states(number__anna_nap_today="0.0", sensor__anna_water_today="0.0", text__anna_note="")
    home.call("button.press", "button.anna_a_glass_of_water")
    home.call("number.set_value", "number.anna_sleep_last_night", value=7.5)
    for minutes in (40, 25):  # the second value replaces the first
        home.call("number.set_value", "number.anna_strength_without_a_strap_today", value=minutes)
        home.call("number.set_value", "number.anna_nap_today", value=minutes)
        home.until_states(
            number__anna_strength_without_a_strap_today=f"{minutes}.0",
            number__anna_nap_today=f"{minutes}.0",
            sensor__anna_water_today="250.0",
            number__anna_sleep_last_night="7.5",
        )
    home.call("select.select_option", "select.anna_symptom_today", option="mild")
    home.until_states(select__anna_symptom_today="mild", sensor__anna_today_is_for="rest")
    for severity in ("severe", "moderate", "mild"):  # a changed severity is no further symptom
        home.call("select.select_option", "select.anna_symptom_today", option=severity)
        home.until_states(select__anna_symptom_today=severity, sensor__anna_recent_symptoms="1")
    home.call("button.press", "button.anna_undo_last_entry")
    home.until_states(select__anna_symptom_today="unknown", sensor__anna_today_is_for="work")
    home.call("text.set_value", "text.anna_note", value='slept "well"')
    home.until_states(text__anna_note='slept "well"')
    home.call("button.press", "button.anna_a_glass_of_water")
    home.until_states(text__anna_note="", sensor__anna_water_today="500.0")


def test_entities_of_a_disabled_habit_are_removed_and_restored_when_it_is_enabled(
    home: HomeAssistant, node: DaemonNode
) -> None:
    off = ("[habits.water]", "enabled = false")
    node.start([])
    home.until_states(sensor__anna_water_today="0.0", number__anna_nap_today="0.0")
    node.stop()
    node.start([], ("anna",), *off)
    home.until_states(sensor__anna_water_today=None, button__anna_a_glass_of_water=None)
    ids = {one["entity_id"] for one in home.request("config/entity_registry/list")}
    assert "sensor.anna_water_today" not in ids
    assert "number.anna_nap_today" in ids
    home.restart()
    home.until_states(number__anna_nap_today="0.0")
    node.stop()
    node.start([])
    home.until_states(sensor__anna_water_today="0.0", number__anna_nap_today="0.0")


def test_entities_and_states_are_restored_after_a_restart_of_home_assistant(
    home: HomeAssistant, node: DaemonNode
) -> None:
    node.start(for_one_hour(TALKING))
    home.until_states(sensor__anna_heart_rate=str(TALKING), binary_sensor__talkpace_gym_pi_daemon="on")
    before = {one["entity_id"]: one["unique_id"] for one in home.request("config/entity_registry/list")}
    home.restart()
    home.until_states(
        sensor__anna_heart_rate=str(TALKING),
        sensor__anna_zone="conversational",
        binary_sensor__anna_session="on",
        binary_sensor__anna_strap="on",
        binary_sensor__talkpace_gym_pi_daemon="on",
        select__anna_activity="cardio",
    )
    after = {one["entity_id"]: one["unique_id"] for one in home.request("config/entity_registry/list")}
    assert after == before


def test_the_device_of_a_removed_athlete_is_deleted(home: HomeAssistant, node: DaemonNode) -> None:
    node.start(for_one_hour(TALKING), ("anna", "bea"))
    home.until_states(sensor__anna_heart_rate=str(TALKING), select__bea_activity="cardio")
    node.stop()
    node.start(for_one_hour(TALKING), ("anna",))
    home.until_states(select__bea_activity=None, sensor__anna_heart_rate=str(TALKING))
    names = {one["name"] for one in home.request("config/device_registry/list")}
    assert "Bea" not in names
    assert "Anna" in names


def _event(home: HomeAssistant) -> object:
    return home.states["event.anna_event"].attributes.get("event_type")


def _is_daemon(entity: str) -> bool:
    return entity == "binary_sensor.talkpace_gym_pi_daemon"


def _has_value(state: str | None) -> bool:
    return state not in {None, "unknown", "unavailable"}
