"""The table [web]: an address with a port, names, both files of a certificate or none."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from talkpace.config.web import ListenAddress, WebConfig


@pytest.mark.parametrize("text", ["127.0.0.1:8080", "0.0.0.0:80", "[::1]:8080", "[::]:65535"])
def test_an_address_has_a_port_and_is_written_as_it_was(text: str) -> None:
    assert str(ListenAddress.parse(text)) == text
    assert WebConfig(listen=text).address.port == int(text.rpartition(":")[2])


@pytest.mark.parametrize(
    "text",
    ["", "8080", ":8080", "localhost:8080", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:+1",
     "127.0.0.1:\u0661", "::1:8080", "[127.0.0.1]:80", "[::1]", "[fe80::1%eth0]:80", "127.0.0.1:80\n"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 127"):
        ListenAddress.parse(text)


@pytest.mark.parametrize(
    "values",
    [
        {"names": ["gym:80"]},
        {"names": ["https://gym"]},
        {"names": [""]},
        {"key_file": "k"},
        {"certificate_file": "c"},
    ],
)
def test_a_name_has_no_port_and_files_come_in_pairs(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WebConfig.model_validate(values)
    assert not WebConfig().enabled
