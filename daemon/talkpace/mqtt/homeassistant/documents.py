"""The discovery documents that describe the devices to Home Assistant, and their topics.

The topics of one node are `PREFIX/device/talkpace_NODE/OBJECT/config`: with a level for the node, one
subscription finds all that was announced earlier, and one line of an ACL allows it. Ids have no
underscore, so ids joined by underscores are unambiguous.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ... import __version__
from ...config.habits import HabitsConfig
from ..topics import Topics
from .entity import Entity, HomeAssistantDevice, StateEntity
from .guide_entities import guide_entities
from .habits_entities import habits_entities
from .last_session_entities import LAST_SESSION
from .node_entities import NODE, STATUS
from .pairing_entities import pairing_entities
from .training_entities import CONTROLS, TRAINING

EXPIRE_AFTER_S = 15
"""Live values are published at least every 5 s while there are any; older ones must not be shown."""

ATHLETE_ENTITIES: tuple[Entity, ...] = (*TRAINING, *CONTROLS, *LAST_SESSION)

ComponentPlatforms = Mapping[str, str]
"""the platform of each component of a document, by its key"""

_STRAP_AVAILABILITY = "{{ 'online' if value_json.connected else 'offline' }}"


@dataclass(frozen=True, slots=True)
class DiscoveryTopics:
    """The discovery topics of one node."""

    prefix: str
    """Home Assistant's discovery prefix"""
    node: str

    @property
    def birth(self) -> str:
        """The topic of Home Assistant's birth message."""
        return f"{self.prefix}/status"

    @property
    def own(self) -> str:
        """The subscription pattern of all documents of this node."""
        return self._of("+")

    def document(self, device: HomeAssistantDevice) -> str:
        """The topic of a device's document."""
        return self._of(device.object_id)

    def is_own(self, topic: str) -> bool:
        """Whether this is the topic of a document of this node."""
        start, _, end = self.own.partition("+")
        return topic.startswith(start) and topic.endswith(end) and "/" not in topic[len(start) : -len(end)]

    def _of(self, object_id: str) -> str:
        return f"{self.prefix}/device/talkpace_{self.node}/{object_id}/config"


def documents(
    topics: Topics,
    discovery: DiscoveryTopics,
    athletes: Mapping[str, str],
    habits: HabitsConfig,
    previous: Mapping[str, ComponentPlatforms],
    *,
    straps: Sequence[str] = (),
) -> dict[str, str]:
    """All documents by topic, the node's first; `athletes` has names by id, `straps` labels to choose from.

    `previous` has the components of earlier documents, by topic. A component that no longer exists is
    listed with its platform alone, which makes Home Assistant remove it; an omitted one would stay.
    """
    found = {}
    for device in devices(topics, athletes, habits, straps=straps):
        topic, document = discovery.document(device), _document(topics, device)
        components = document["components"]
        for key, platform in previous.get(topic, {}).items():
            components.setdefault(key, {"platform": platform})
        found[topic] = json.dumps(document, ensure_ascii=False)
    return found


def devices(
    topics: Topics, athletes: Mapping[str, str], habits: HabitsConfig, *, straps: Sequence[str] = ()
) -> Iterator[HomeAssistantDevice]:
    """The node's device, then those of its athletes."""
    node = f"talkpace_{topics.node}"
    yield HomeAssistantDevice(
        object_id="node",
        identifier=node,
        name=f"talkpace {topics.node}",
        model="Node",
        base=topics.of("").rstrip("/"),
        unique_prefix=f"{node}__",
        entities=(*NODE, *pairing_entities(straps, athletes)),
    )
    for athlete, name in athletes.items():
        yield HomeAssistantDevice(
            object_id=f"athlete_{athlete}",
            identifier=f"{node}_{athlete}",
            name=name,
            model="Athlete",
            base=topics.of(athlete),
            unique_prefix=f"{node}_{athlete}_",
            entities=(*ATHLETE_ENTITIES, *habits_entities(habits, athlete), *guide_entities(habits)),
            via_device=node,
        )


def _document(topics: Topics, device: HomeAssistantDevice) -> dict[str, Any]:
    description = {
        "identifiers": [device.identifier],
        "name": device.name,
        "manufacturer": "talkpace",
        "model": device.model,
        "sw_version": __version__,
    }
    if device.via_device is not None:
        description["via_device"] = device.via_device
    return {
        "device": description,
        "origin": {"name": "talkpace", "sw_version": __version__},
        "components": {entity.key: _component(topics, device, entity) for entity in device.entities},
    }


def _component(topics: Topics, device: HomeAssistantDevice, entity: Entity) -> dict[str, Any]:
    options = {
        key: f"{device.base}/{option}" if key.endswith("_topic") else option
        for key, option in entity.options().items()
        if option is not None
    }
    options["unique_id"] = f"{device.unique_prefix}{entity.key}"
    availability = [] if entity is STATUS else [{"topic": topics.status}]
    if entity.is_unavailable_without_strap:
        availability.append({"topic": f"{device.base}/strap", "value_template": _STRAP_AVAILABILITY})
    if availability:
        options |= {"availability": availability, "availability_mode": "all"}
    if isinstance(entity, StateEntity) and entity.expires:
        options["expire_after"] = EXPIRE_AFTER_S
    return options
