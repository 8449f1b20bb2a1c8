"""Names and delivery of topics."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from talkpace.mqtt.topics import DELIVERY, Topics

TOPICS = Topics("talkpace", "gym-pi")


def test_a_command_topic_has_athlete_and_name() -> None:
    assert TOPICS.command_in("talkpace/gym-pi/anna/command/talk_test") == ("anna", "talk_test")


@given(st.text(max_size=80))
def test_any_other_topic_is_no_command(topic: str) -> None:
    found = TOPICS.command_in(topic)
    assert found is None or topic == TOPICS.of(f"{found.athlete}/command/{found.name}")


def test_a_command_topic_of_the_node_has_a_name_alone() -> None:
    assert TOPICS.command_in("talkpace/gym-pi/command/scan") == (None, "scan")
    assert TOPICS.result(None) == "talkpace/gym-pi/result"


def test_topics_of_an_athlete_whose_id_is_command_are_no_commands_to_the_node() -> None:
    assert TOPICS.command_in(TOPICS.live("command")) is None
    assert TOPICS.command_in("talkpace/gym-pi/command/command/mute") == ("command", "mute")
    assert TOPICS.command_in("talkpace/gym-pi/command/command") is None


def test_all_but_instants_is_retained_and_only_live_values_have_qos_0() -> None:
    assert {name for name, delivery in DELIVERY.items() if not delivery.retain} == {
        "live",
        "event",
        "command",
        "result",
    }
    assert {name for name, delivery in DELIVERY.items() if delivery.qos == 0} == {"live"}
