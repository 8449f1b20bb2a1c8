"""The device documents: what Home Assistant is told, as JSON, and on which topics.

The topics of one node lie below a level of its own, `PREFIX/device/talkpace_NODE/OBJECT/config`, so
that what was announced earlier can be found again, and one line of an ACL can allow it. No id has
an underscore in it, so ids joined by one name one thing only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ... import __version__
from ...config.practice import Practice
from ..topics import Topics
from .controls import CONTROLS
from .entity import Device, Entity, Shown
from .former import Former
from .guides import guide_entities
from .last_session import LAST_SESSION
from .node import NODE, STATUS
from .practice import practice_entities
from .training import TRAINING

EXPIRE_AFTER_S = 15
"""Live values come every 5 s at least while there are any; one that is as old as this is worth nothing."""

ATHLETE_ENTITIES: tuple[Entity, ...] = (*TRAINING, *CONTROLS, *LAST_SESSION)

_CONNECTED = "{{ 'online' if value_json.connected else 'offline' }}"


@dataclass(frozen=True, slots=True)
class DiscoveryTopics:
    """Where one node announces itself and its athletes."""

    prefix: str
    """Home Assistant's discovery prefix"""
    node: str

    @property
    def birth(self) -> str:
        """Where Home Assistant says that it has started."""
        return f"{self.prefix}/status"

    @property
    def own(self) -> str:
        """The pattern of all documents of this node."""
        return self._of("+")

    def document(self, device: Device) -> str:
        """The topic of a device's document."""
        return self._of(device.object_id)

    def is_own(self, topic: str) -> bool:
        """Whether a topic is one of this node's documents."""
        start, _, end = self.own.partition("+")
        return topic.startswith(start) and topic.endswith(end) and "/" not in topic[len(start) : -len(end)]

    def _of(self, object_id: str) -> str:
        return f"{self.prefix}/device/talkpace_{self.node}/{object_id}/config"


def documents(
    topics: Topics,
    discovery: DiscoveryTopics,
    athletes: Mapping[str, str],
    practice: Practice,
    former: Mapping[str, Former],
) -> dict[str, str]:
    """All documents by their topics, the node's first; `athletes` gives names by id.

    `former` are components of earlier documents, by topic. What is no longer there is told with its
    platform alone, which has Home Assistant remove it; what is merely left out would stay.
    """
    found = {}
    for device in devices(topics, athletes, practice):
        topic, document = discovery.document(device), _document(topics, device)
        here = document["components"]
        here |= {
            key: {"platform": platform} for key, platform in former.get(topic, {}).items() if key not in here
        }
        found[topic] = json.dumps(document, ensure_ascii=False)
    return found


def devices(topics: Topics, athletes: Mapping[str, str], practice: Practice) -> Iterator[Device]:
    """The node, then its athletes."""
    node = f"talkpace_{topics.node}"
    yield Device(
        object_id="node",
        identifier=node,
        name=f"talkpace {topics.node}",
        model="Node",
        base=topics.of("").rstrip("/"),
        unique_prefix=f"{node}__",
        entities=NODE,
    )
    for athlete, name in athletes.items():
        yield Device(
            object_id=f"athlete_{athlete}",
            identifier=f"{node}_{athlete}",
            name=name,
            model="Athlete",
            base=topics.of(athlete),
            unique_prefix=f"{node}_{athlete}_",
            entities=(*ATHLETE_ENTITIES, *practice_entities(practice, athlete), *guide_entities(practice)),
            via=node,
        )


def _document(topics: Topics, device: Device) -> dict[str, Any]:
    described = {
        "identifiers": [device.identifier],
        "name": device.name,
        "manufacturer": "talkpace",
        "model": device.model,
        "sw_version": __version__,
    }
    if device.via is not None:
        described["via_device"] = device.via
    return {
        "device": described,
        "origin": {"name": "talkpace", "sw_version": __version__},
        "components": {entity.key: _component(topics, device, entity) for entity in device.entities},
    }


def _component(topics: Topics, device: Device, entity: Entity) -> dict[str, Any]:
    options = {
        key: f"{device.base}/{option}" if key.endswith("_topic") else option
        for key, option in entity.options().items()
        if option is not None
    }
    options["unique_id"] = f"{device.unique_prefix}{entity.key}"
    availability = [] if entity is STATUS else [{"topic": topics.status}]
    if entity.needs_strap:
        availability.append({"topic": f"{device.base}/strap", "value_template": _CONNECTED})
    if availability:
        options |= {"availability": availability, "availability_mode": "all"}
    if isinstance(entity, Shown) and entity.expires:
        options["expire_after"] = EXPIRE_AFTER_S
    return options
