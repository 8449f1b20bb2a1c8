"""The document of the control socket agrees with what the daemon validates with."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from talkpace.control.method_definitions import METHODS
from talkpace.control.openrpc import openrpc

DOCUMENT = Path(__file__).parents[2] / "docs" / "openrpc.json"


def test_the_published_document_is_the_generated_one() -> None:
    assert json.loads(DOCUMENT.read_text(encoding="utf-8")) == json.loads(json.dumps(openrpc()))


def test_every_method_is_described() -> None:
    methods = openrpc()["methods"]
    assert [one["name"] for one in methods] == list(METHODS)
    assert all(one["summary"].endswith(".") for one in methods)


@pytest.mark.parametrize("method", openrpc()["methods"], ids=lambda method: method["name"])
def test_the_schemas_of_a_method_are_valid_and_its_references_exist(method: dict[str, object]) -> None:
    components = openrpc()["components"]
    text = json.dumps(method)
    for name in [part.split('"')[0] for part in text.split("#/components/schemas/")[1:]]:
        assert name in components["schemas"]
    for param in method["params"]:  # type: ignore[attr-defined]
        jsonschema.Draft202012Validator.check_schema(param["schema"])
