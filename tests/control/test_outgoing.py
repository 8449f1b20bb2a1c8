"""What waits for one client: bounded, with the newest state of each topic."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from talkpace.control.outgoing import MOST_EVENTS, MOST_MESSAGES, OutgoingQueue
from talkpace.control.state_feed import Change, Payload, StateFeed


class Rate(BaseModel):
    heart_rate: int


def taken(queue: OutgoingQueue) -> list[dict[str, Any]]:
    return [json.loads(message) for message in queue.take()]


def state(topic: str, heart_rate: int) -> dict[str, Any]:
    return {
        "jsonrpc": "2.0",
        "method": "state",
        "params": {"topic": topic, "payload": {"heart_rate": heart_rate}},
    }


def test_only_the_newest_state_of_each_topic_waits() -> None:
    queue = OutgoingQueue()
    for heart_rate in (120, 121, 122):
        queue.put_state(Change("anna/live", Rate(heart_rate=heart_rate)))
    queue.put_state(Change("ben/live", '{"heart_rate":90}'))
    assert taken(queue) == [state("anna/live", 122), state("ben/live", 90)]
    assert taken(queue) == []


@given(st.lists(st.tuples(st.sampled_from(["a/live", "b/live", "a/session"]), st.integers(30, 220))))
def test_a_slow_client_gets_the_last_state_of_every_topic(changes: list[tuple[str, int]]) -> None:
    queue = OutgoingQueue()
    for topic, heart_rate in changes:
        queue.put_state(Change(topic, Rate(heart_rate=heart_rate)))
    got = {m["params"]["topic"]: m["params"]["payload"]["heart_rate"] for m in taken(queue)}
    assert got == dict(changes)


def test_of_too_many_events_the_oldest_are_dropped_and_counted() -> None:
    queue = OutgoingQueue()
    for number in range(MOST_EVENTS + 3):
        queue.put_event(Change("anna/event", f'{{"number":{number}}}'))
    messages = taken(queue)
    assert [m["params"]["payload"]["number"] for m in messages[:-1]] == list(range(3, MOST_EVENTS + 3))
    assert (messages[-1]["method"], messages[-1]["params"]) == ("lost", {"events": 3})
    assert taken(queue) == []


def test_answers_come_first_and_are_never_dropped() -> None:
    queue = OutgoingQueue()
    queue.put_state(Change("node", Rate(heart_rate=1)))
    for number in range(MOST_MESSAGES):
        assert not queue.stalled
        queue.put_message(b"%d\n" % number)
    assert queue.stalled
    assert [*queue.take()][:MOST_MESSAGES] == [b"%d\n" % number for number in range(MOST_MESSAGES)]


class Watching:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str, Payload]] = []

    def state_changed(self, change: Change) -> None:
        self.seen.append(("state", change.topic, change.payload))

    def event_raised(self, change: Change) -> None:
        self.seen.append(("event", change.topic, change.payload))


def test_a_watcher_gets_changes_until_it_is_removed() -> None:
    feed, watching = StateFeed(), Watching()
    feed.state("node", "{}")
    feed.add(watching)
    feed.live("anna", Rate(heart_rate=100))
    feed.event("anna/event", "{}")
    feed.remove(watching)
    feed.state("node", "{}")
    assert watching.seen == [("state", "anna/live", Rate(heart_rate=100)), ("event", "anna/event", "{}")]


def test_the_feed_has_the_latest_states_but_no_events() -> None:
    feed = StateFeed()
    feed.state("anna/session", "1")
    feed.state("anna/session", "2")
    feed.event("anna/event", "{}")
    assert [(change.topic, change.payload) for change in feed.latest] == [("anna/session", "2")]
