"""KEY=VALUE by the type of the key's field."""

from __future__ import annotations

import pytest

from talkpace.cli.typed_values import typed_values
from talkpace.errors import ConfigurationError
from talkpace.practice.entries import Breathing


def test_every_value_of_an_entry_can_be_typed() -> None:
    texts = {"minutes": "5", "pace": "5.5", "coherence": "", "suited": "6", "close": "5, 5.5 4.5"}
    assert typed_values(Breathing, texts) == {
        "minutes": 5.0,
        "pace": 5.5,
        "coherence": None,
        "suited": 6.0,
        "close": (5.0, 5.5, 4.5),
    }


@pytest.mark.parametrize(("key", "text"), [("minutes", ""), ("pace", "slow"), ("close", "5 or 6")])
def test_what_is_not_of_the_type_is_named(key: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{key}: "):
        typed_values(Breathing, {key: text})
