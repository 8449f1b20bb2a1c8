"""What an athlete's device shows of the athlete's own supplements."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from ...config.practice import OwnSupplement
from .entity import Button, Entity, Sensor


def supplement_entities(own: Sequence[OwnSupplement]) -> Iterator[Entity]:
    """A button for each, and those that are due; nothing without a list."""
    if not own:
        return
    yield Sensor(
        key="supplements_due",
        name="Supplements due",
        icon="mdi:pill",
        topic="practice",
        template="{{ (value_json.supplements.due | join(', '))[:255] if value_json.supplements else None }}",
    )
    for supplement in own:
        yield Button(
            key=f"supplement_{_key(supplement.name)}",
            name=f"Taken: {supplement.name}",
            icon="mdi:pill",
            command="supplement",
            argument=supplement.name,
        )


def _key(name: str) -> str:
    """Of a name alone, so that it stays whatever else is on the list, and no other name has it."""
    plain = name.lower().replace(" ", "_")
    if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", plain) and "_" not in name:
        return plain
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return f"{words}__{hashlib.sha256(name.casefold().encode()).hexdigest()[:8]}"
