"""Addresses of ntfy are read as apprise reads them; no error has a part of an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.errors import ConfigurationError
from talkpace.notifications.address import AppriseAddress, NtfyAddress, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://ntfy.sh/gym_1", NtfyAddress("ntfy.sh", None, True, "gym_1", None)),
        (" HTTPS://ntfy.sh/Gym/ ", NtfyAddress("ntfy.sh", None, True, "Gym", None)),
        ("http://10.0.0.5:8080/gym", NtfyAddress("10.0.0.5", 8080, False, "gym", None)),
        ("ntfy://Gym-1", NtfyAddress("ntfy.sh", None, True, "Gym-1", None)),
        ("ntfy://gym.lan/gym", NtfyAddress("gym.lan", None, False, "gym", None)),
        ("ntfys://gym.lan/gym", NtfyAddress("gym.lan", None, True, "gym", None)),
        ("https://[::1]:1/gym", NtfyAddress("::1", 1, True, "gym", None)),
        ("https://a:b%40c@ntfy.sh/gym", NtfyAddress("ntfy.sh", None, True, "gym", "Basic YTpiQGM=")),
        ("https://tk_1@ntfy.sh/gym", NtfyAddress("ntfy.sh", None, True, "gym", "Bearer tk_1")),
        ("https://:tk_1@ntfy.sh/gym", NtfyAddress("ntfy.sh", None, True, "gym", "Bearer tk_1")),
        ("tgram://bot/chat", AppriseAddress("tgram://bot/chat")),
    ],
)
def test_an_address_is_one_of_ntfy_or_of_apprise(text: str, address: object) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("gym-secret", "this is no address"),
        ("https://", "this is no address"),
        ("https://ntfy.sh/secret topic", "this is no address"),
        ("https://ntfy.sh/", "must end with a topic"),
        ("https://ntfy.sh/secret/more", "must end with a topic"),
        ("https://ntfy.sh/secret?auth=x", "must end with a topic"),
        ("https:///secret", "has no host"),
        ("https://ntfy.sh:port/secret", "host or port"),
        ("https://[secret/gym", "host or port"),
        ("https://secret..b/gym", "host or port"),
        (f"https://{64 * 'a'}.secret/gym", "host or port"),
    ],
)
def test_an_invalid_address_is_refused_without_being_shown(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason) as raised:
        parse_address(text)
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


@given(st.text() | st.tuples(st.sampled_from(["http", "ntfys"]), st.text()).map("://".join))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        address = parse_address(text)
    except ConfigurationError:
        return
    assert isinstance(address, AppriseAddress) or (address.host and address.topic.isprintable())


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("http://10.0.0.5/gym", True),
        ("http://gym.lan/gym", True),
        ("http://127.0.0.1/gym", False),
        ("http://localhost/gym", False),
        ("https://10.0.0.5/gym", False),
    ],
)
def test_plain_http_to_another_host_can_be_read_on_the_way(text: str, readable: bool) -> None:
    address = parse_address(text)
    assert isinstance(address, NtfyAddress)
    assert address.is_readable_on_the_way is readable
