"""Discovery documents: Home Assistant's rules for each platform, and its templates rendered with Jinja."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import jinja2
import pytest
from pydantic import BaseModel

from talkpace.config.habits import HabitsConfig
from talkpace.mqtt.homeassistant.documents import DiscoveryTopics, documents
from talkpace.mqtt.payloads import (
    Choice,
    EventPayload,
    LivePayload,
    NodePayload,
    NodeResultPayload,
    SessionPayload,
    StrapInRange,
    StrapPayload,
    StrapsPayload,
)
from talkpace.mqtt.topics import DELIVERY, Topics
from talkpace.training.effort_zones import Zone
from talkpace.training.events import EventName
from talkpace.training.profile import Activity
from talkpace.training.warning import WarningState

TOPICS = Topics("talkpace", "gym-pi")
DISCOVERY = DiscoveryTopics("homeassistant", "gym-pi")
NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)

DOCUMENTS = {
    topic: json.loads(text)
    for topic, text in documents(
        TOPICS, DISCOVERY, {"anna": "Anna", "node": "Node"}, HabitsConfig(), {}
    ).items()
}
NODE = DOCUMENTS["homeassistant/device/talkpace_gym-pi/node/config"]
ANNA = DOCUMENTS["homeassistant/device/talkpace_gym-pi/athlete_anna/config"]

MEASURED = LivePayload(
    time=NOW,
    heart_rate=133,
    effort=0.7389,
    zone=Zone.HARD,
    warning=WarningState.OVER,
    contact="yes",
    session="019f",
    elapsed_s=125.4,
    zones_s={Zone.EASY: 0.0, Zone.CONVERSATIONAL: 61.0, Zone.HARD: 64.4, Zone.VERY_HARD: 0.0},
    rmssd_ms=8.1,
    dfa_alpha1=0.81,
)
SILENT = LivePayload(
    time=NOW,
    heart_rate=None,
    effort=None,
    zone=None,
    warning=WarningState.SIGNAL_LOST,
    contact="unknown",
    session=None,
    elapsed_s=None,
    zones_s=None,
    rmssd_ms=None,
    dfa_alpha1=None,
)
IDLE = SessionPayload(
    state="idle",
    session=None,
    start=None,
    activity=Activity.CARDIO,
    ceiling=0.7,
    ceiling_heart_rate=126,
    muted_until=None,
)


def rendered(component: dict[str, Any], payload: BaseModel | dict[str, Any] | str) -> str:
    """The state that Home Assistant renders from a payload."""
    text = payload if isinstance(payload, str) else None
    document = payload.model_dump(mode="json") if isinstance(payload, BaseModel) else payload
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    return environment.from_string(component["value_template"]).render(value_json=document, value=text)


COMPONENTS = [
    pytest.param(each, id=each["unique_id"])
    for document in (NODE, ANNA)
    for each in document["components"].values()
]


class TestDevices:
    def test_the_node_is_first_as_athletes_refer_to_it_by_via_device(self) -> None:
        assert list(DOCUMENTS) == [
            "homeassistant/device/talkpace_gym-pi/node/config",
            "homeassistant/device/talkpace_gym-pi/athlete_anna/config",
            "homeassistant/device/talkpace_gym-pi/athlete_node/config",
        ]
        assert ANNA["device"]["via_device"] in NODE["device"]["identifiers"]
        assert "via_device" not in NODE["device"]

    def test_an_athletes_device_has_the_athletes_name_and_its_entities_do_not_repeat_it(self) -> None:
        assert ANNA["device"]["name"] == "Anna"
        assert not [
            each["name"] for each in ANNA["components"].values() if "Anna" in each["name"] or not each["name"]
        ]

    def test_the_origin_has_name_and_version(self) -> None:
        for document in DOCUMENTS.values():
            assert document["origin"]["name"] == "talkpace"
            assert document["origin"]["sw_version"]

    def test_ids_are_unique_for_any_ids_of_node_and_athlete(self) -> None:
        """`gym` with `pi-anna` is not `gym-pi` with `anna`."""
        everything = [
            document
            for node, athlete in [
                ("gym", "pi-anna"),
                ("gym-pi", "anna"),
                ("gym", "node"),
                ("gym", "heart-rate"),
            ]
            for document in documents(
                Topics("talkpace", node),
                DiscoveryTopics("homeassistant", node),
                {athlete: "A"},
                HabitsConfig(),
                {},
            ).items()
        ]
        parsed = [json.loads(text) for _, text in everything]
        athletes = [document for document in parsed if "via_device" in document["device"]]
        assert len({tuple(document["device"]["identifiers"]) for document in athletes}) == 4
        ids = [each["unique_id"] for document in athletes for each in document["components"].values()]
        nodes = {each["unique_id"] for document in parsed if document not in athletes
                 for each in document["components"].values()}  # fmt: skip
        assert max(Counter(ids).values()) == 1
        assert not nodes & set(ids)

    def test_every_document_is_on_a_topic_of_its_node(self) -> None:
        assert all(DISCOVERY.is_own(topic) for topic in DOCUMENTS)
        assert not DISCOVERY.is_own("homeassistant/device/talkpace_gym/node/config")
        assert not DISCOVERY.is_own("homeassistant/device/talkpace_gym-pi/a/b/config")


class TestComponents:
    @pytest.mark.parametrize("component", COMPONENTS)
    def test_a_component_follows_home_assistants_rules(self, component: dict[str, Any]) -> None:
        assert None not in component.values()
        if component["platform"] == "button":
            json.loads(component["payload_press"])
        else:
            assert component["state_topic"].rpartition("/")[2] in DELIVERY
        if "options" in component and component["platform"] == "sensor":
            assert component["device_class"] == "enum"
            assert not component.keys() & {"state_class", "unit_of_measurement"}
        if component.get("device_class") in {"timestamp", "enum"}:
            assert not component.keys() & {"state_class", "unit_of_measurement"}
        assert component.get("entity_category") != "config" or component["platform"] in {
            "button",
            "number",
            "select",
        }
        if "command_topic" in component:
            of_node = component["unique_id"].startswith("talkpace_gym-pi__")
            owner = "talkpace/gym-pi" if of_node else "talkpace/gym-pi/anna"
            assert component["command_topic"].startswith(f"{owner}/command/")
            assert component["qos"] == 1

    @pytest.mark.parametrize("component", COMPONENTS)
    def test_no_component_has_attributes_which_would_be_stored_with_each_state(
        self, component: dict[str, Any]
    ) -> None:
        assert "json_attributes_topic" not in component
        assert "force_update" not in component

    def test_all_entities_but_the_nodes_status_are_unavailable_while_it_is_offline(self) -> None:
        for document in DOCUMENTS.values():
            for key, component in document["components"].items():
                topics = [each["topic"] for each in component.get("availability", [])]
                assert key == "status" or topics[0] == "talkpace/gym-pi/status"
                assert key == "status" or component["availability_mode"] == "all"
        assert "availability" not in NODE["components"]["status"]

    def test_live_values_require_a_strap_and_expire(self) -> None:
        live = {key: each for key, each in ANNA["components"].items()
                if each.get("state_topic", "").endswith("/live")}  # fmt: skip
        assert {"heart_rate", "effort", "zone", "over_ceiling", "skin_contact", "elapsed"} <= live.keys()
        for component in live.values():
            assert component["expire_after"] == 15
            assert component["availability"][1]["topic"] == "talkpace/gym-pi/anna/strap"

    def test_retained_states_do_not_expire(self) -> None:
        """After its restart Home Assistant would take an old retained state for a new one."""
        for document in DOCUMENTS.values():
            for component in document["components"].values():
                if "expire_after" in component:
                    assert not DELIVERY[component["state_topic"].rpartition("/")[2]].retain

    def test_the_strap_is_available_only_while_it_is_connected(self) -> None:
        battery = ANNA["components"]["strap_battery"]
        available = {"value_template": battery["availability"][1]["value_template"]}
        strap = StrapPayload(connected=True, name="H10", address="A", battery_percent=87, signal=-60)
        assert rendered(available, strap) == "online"
        assert rendered(available, strap.model_copy(update={"connected": False})) == "offline"
        assert rendered(battery, strap) == "87"
        assert rendered(ANNA["components"]["strap"], strap) == "ON"


class TestStates:
    @pytest.mark.parametrize(
        ("key", "measured", "silent"),
        [
            ("heart_rate", "133", "None"),
            ("effort", "73.9", "None"),
            ("zone", "hard", "None"),
            ("warning", "over", "signal_lost"),
            ("over_ceiling", "ON", "None"),
            ("skin_contact", "ON", "None"),
            ("elapsed", "2", "None"),
            ("band_session", "1", "None"),
            ("rmssd", "8.1", "None"),
            ("dfa_alpha1", "0.81", "None"),
        ],
    )
    def test_live_values_are_rendered(self, key: str, measured: str, silent: str) -> None:
        component = ANNA["components"][key]
        assert rendered(component, MEASURED) == measured
        assert rendered(component, SILENT) == silent

    def test_durations_change_their_state_once_a_minute(self) -> None:
        """Otherwise the recorder would store a state each second."""
        later = MEASURED.model_copy(
            update={"elapsed_s": 150.0, "zones_s": {**(MEASURED.zones_s or {}), Zone.CONVERSATIONAL: 75.0}}
        )
        for component in ANNA["components"].values():
            if component.get("state_topic", "").endswith("/live"):
                assert rendered(component, later) == rendered(component, MEASURED)

    @pytest.mark.parametrize(
        ("key", "state"),
        [
            ("session", "OFF"),
            ("session_start", "None"),
            ("activity", "cardio"),
            ("ceiling_in_force", "70.0"),
            ("ceiling_heart_rate", "126"),
            ("muted_until", "None"),
        ],
    )
    def test_an_idle_session_is_rendered(self, key: str, state: str) -> None:
        assert rendered(ANNA["components"][key], IDLE) == state

    def test_an_active_session_is_rendered(self) -> None:
        active = IDLE.model_copy(update={"state": "active", "session": "019f", "start": NOW})
        assert rendered(ANNA["components"]["session"], active) == "ON"
        start = datetime.fromisoformat(rendered(ANNA["components"]["session_start"], active))
        assert start == NOW, "with its offset, or Home Assistant refuses it"

    @pytest.mark.parametrize("name", EventName)
    def test_every_event_is_rendered_with_its_time(self, name: EventName) -> None:
        component = ANNA["components"]["event"]
        payload = EventPayload(event=name, time=NOW, heart_rate=None, effort=0.71, level=2, session="019f")
        event = json.loads(rendered(component, payload))
        assert event.pop("event_type") in component["event_types"]
        assert event == {"time": NOW.isoformat(timespec="milliseconds"), "heart_rate": None,
                         "effort": 0.71, "level": 2}  # fmt: skip

    def test_the_nodes_problems_are_rendered_with_255_characters_at_most(self) -> None:
        ill = NodePayload(
            version="1",
            adapter="x" * 300,
            broker="connected",
            store="disk full",
            clock="unknown",
            alerts="none",
            straps_connected=0,
        )
        components = NODE["components"]
        assert len(rendered(components["adapter"], ill)) == 255
        assert rendered(components["store"], ill) == "disk full"
        assert rendered(components["store_problem"], ill) == "ON"
        assert rendered(components["adapter_problem"], ill) == "ON"
        well = ill.model_copy(update={"adapter": "ok", "store": "ok"})
        assert rendered(components["store_problem"], well) == "OFF"
        assert rendered(components["adapter_problem"], well) == "OFF"
        assert rendered(components["status"], "online") == "ON"
        assert rendered(components["status"], "offline") == "OFF"


SUMMARY: dict[str, Any] = {
    "start": "2026-11-23T18:02:11.480+01:00",
    "activity": "cardio",
    "duration_s": 2410.0,
    "zones_s": {"easy": 130.2, "conversational": 2101.0, "hard": 167.2, "very_hard": 0.0},
    "over_ceiling_s": 167.2,
    "warnings": 3,
    "target": {"band_s": 1800, "reached": True},
    "heart_rate": {"min": 71, "mean": 118.4, "max": 139},
    "effort": {"mean": 0.6652, "max": 0.7809},
    "heart_rate_recovery_60s": None,
    "heart_rate_recovery_120s": None,
    "heart_rate_recovery_300s": None,
    "implausible": None,
    "load": {"banister_trimp": None, "edwards_trimp": 80.11},
    "hrv": {"rmssd_ms": 8.1, "sdnn_ms": 30.2, "dfa_alpha1": None},
}


class TestSummary:
    @pytest.mark.parametrize(
        ("key", "state"),
        [
            ("last_start", "2026-11-23T18:02:11.480+01:00"),
            ("last_activity", "cardio"),
            ("last_duration", "40.2"),
            ("last_band", "35.0"),
            ("last_over_ceiling", "2.8"),
            ("last_warnings", "3"),
            ("last_target", "ON"),
            ("last_heart_rate_mean", "118.4"),
            ("last_heart_rate_max", "139"),
            ("last_effort_mean", "66.5"),
            ("last_recovery", "None"),
            ("last_load", "80.11"),
            ("last_load_banister", "None"),
            ("last_rmssd", "8.1"),
            ("last_sdnn", "30.2"),
            ("last_dfa_alpha1", "None"),
        ],
    )
    def test_the_last_session_is_rendered(self, key: str, state: str) -> None:
        assert rendered(ANNA["components"][key], SUMMARY) == state

    def test_hrv_is_unknown_without_rr_intervals(self) -> None:
        for key in ("last_rmssd", "last_sdnn", "last_dfa_alpha1"):
            assert rendered(ANNA["components"][key], {**SUMMARY, "hrv": None}) == "None"


HOSTILE_NAME = "{{ states }} ') \u202e(A0:00:00:00:00:00"
STRAPS = [
    StrapInRange(
        address=address,
        name=name,
        signal_dbm=-60,
        battery_percent=None,
        connected=False,
        athlete=None,
    )
    for address, name in (
        ("A0:9E:1A:00:00:01", "Polar H10 12345678"),
        ("A0:9E:1A:00:00:02", None),
        ("A0:9E:1A:00:00:03", HOSTILE_NAME),
    )
]


class TestPairing:
    @pytest.fixture
    def components(self) -> dict[str, Any]:
        labels = [Choice.of(strap.address, strap.name).label for strap in STRAPS]
        found = documents(
            TOPICS, DISCOVERY, {"anna": "Anna", "ben": 'Ben ("B")'}, HabitsConfig(), {}, straps=labels
        )
        components: dict[str, Any] = json.loads(next(iter(found.values())))["components"]
        return components

    def test_what_is_chosen_is_sent_by_address_and_id(self, components: dict[str, Any]) -> None:
        strap, athlete = components["strap_choice"], components["athlete_choice"]
        assert strap["options"][:2] == ["Polar H10 12345678 (A0:9E:1A:00:00:01)", "A0:9E:1A:00:00:02"]
        assert [command_of(strap, each) for each in strap["options"]] == [
            {"address": each.address} for each in STRAPS
        ]
        assert [command_of(athlete, each) for each in athlete["options"]] == [
            {"athlete": "anna"},
            {"athlete": "ben"},
        ]

    def test_the_state_of_a_select_is_one_of_its_options(self, components: dict[str, Any]) -> None:
        strap, athlete = components["strap_choice"], components["athlete_choice"]
        for each in STRAPS:
            choice = StrapsPayload(in_range=STRAPS, strap_choice=Choice.of(each.address, each.name))
            assert rendered(strap, choice).strip() in strap["options"]
            assert rendered(athlete, choice) == "None"
        chosen = StrapsPayload(athlete_choice=Choice.of("ben", 'Ben ("B")'))
        assert rendered(athlete, chosen) == athlete["options"][1]
        assert rendered(strap, chosen) == "None"

    def test_buttons_send_commands_without_parameters(self, components: dict[str, Any]) -> None:
        for key, name in (("scan", "scan"), ("pair", "pair_choice"), ("test_alert", "alerts_test")):
            assert components[key]["command_topic"] == f"talkpace/gym-pi/command/{name}"
            assert components[key]["payload_press"] == "null"

    @pytest.mark.parametrize(
        ("name", "error", "result", "text"),
        [
            ("scan", None, [{}, {}], "scan: 2 found"),
            ("pair_choice", None, {}, "pair_choice: done"),
            ("scan", "Bluetooth is disabled", None, "scan: Bluetooth is disabled"),
            ("forget", None, None, "forget: done"),
        ],
    )
    def test_the_result_of_the_last_command_is_told(
        self, components: dict[str, Any], name: str, error: str | None, result: object, text: str
    ) -> None:
        payload = NodeResultPayload(name=name, ok=error is None, error=error, result=result)
        assert rendered(components["result"], payload) == text
        long = NodeResultPayload(name=name, ok=False, error="x" * 500)
        assert len(rendered(components["result"], long)) == 255


def command_of(component: dict[str, Any], option: str) -> Any:
    """The payload that Home Assistant sends when an option is selected."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    return json.loads(environment.from_string(component["command_template"]).render(value=option))


def test_keys_never_change() -> None:
    """Home Assistant identifies entities by them: a renamed one would lose its history.

    Add new keys, and never remove one.
    """
    assert {key: each["platform"] for key, each in NODE["components"].items()}.items() >= {
        "status": "binary_sensor",
        "adapter": "sensor",
        "broker": "sensor",
        "store": "sensor",
        "alerts": "sensor",
        "lamps": "sensor",
        "notifications": "sensor",
        "clock": "sensor",
        "store_problem": "binary_sensor",
        "adapter_problem": "binary_sensor",
        "straps_connected": "sensor",
        "scan": "button",
        "strap_choice": "select",
        "athlete_choice": "select",
        "pair": "button",
        "test_alert": "button",
        "result": "sensor",
    }.items()
    assert {key: each["platform"] for key, each in ANNA["components"].items()}.items() >= {
        "heart_rate": "sensor",
        "effort": "sensor",
        "zone": "sensor",
        "warning": "sensor",
        "over_ceiling": "binary_sensor",
        "skin_contact": "binary_sensor",
        "elapsed": "sensor",
        "band_session": "sensor",
        "rmssd": "sensor",
        "dfa_alpha1": "sensor",
        "strap": "binary_sensor",
        "strap_battery": "sensor",
        "strap_signal": "sensor",
        "session": "binary_sensor",
        "session_start": "sensor",
        "ceiling_in_force": "sensor",
        "ceiling_heart_rate": "sensor",
        "muted_until": "sensor",
        "event": "event",
        "start": "button",
        "end": "button",
        "activity": "select",
        "mute": "button",
        "unmute": "button",
        "mute_time": "number",
        "ceiling": "number",
        "talk_comfortable": "button",
        "talk_strained": "button",
        "talk_unable": "button",
        "suggested_ceiling": "sensor",
        "suggested_ceiling_lowest": "sensor",
        "suggested_ceiling_highest": "sensor",
        "talk_tests": "sensor",
        "max_heart_rate": "sensor",
        "last_start": "sensor",
        "last_activity": "sensor",
        "last_duration": "sensor",
        "last_band": "sensor",
        "last_over_ceiling": "sensor",
        "last_warnings": "sensor",
        "last_target": "binary_sensor",
        "last_heart_rate_mean": "sensor",
        "last_heart_rate_max": "sensor",
        "last_effort_mean": "sensor",
        "last_recovery": "sensor",
        "last_recovery_120s": "sensor",
        "last_recovery_300s": "sensor",
        "last_load": "sensor",
        "last_load_banister": "sensor",
        "last_rmssd": "sensor",
        "last_sdnn": "sensor",
        "last_dfa_alpha1": "sensor",
        "band_today": "sensor",
        "band_week": "sensor",
    }.items()  # fmt: skip
    assert ANNA["components"]["heart_rate"]["unique_id"] == "talkpace_gym-pi_anna_heart_rate"
    assert NODE["components"]["store"]["unique_id"] == "talkpace_gym-pi__store"
