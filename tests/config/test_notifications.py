"""`[[notify]]`: off by default, valid or refused with a reason, and set in the household's file only."""

from __future__ import annotations

from pathlib import Path

import pytest

from talkpace.config.layers import Layers
from talkpace.config.load import validate, validate_usable
from talkpace.config.model import Configuration
from talkpace.config.notifications import NotificationKind, NotifyConfig
from talkpace.config.settings_tables import check_settings, is_set_on_host
from talkpace.errors import ConfigurationError

PHONE = {"name": "phone", "address_file": "/etc/talkpace/notify-phone", "events": ["summary"]}


ADDRESS = "https://ntfy.sh/SECRET"


def layers(notify: object) -> Layers:
    return Layers(Path("talkpace.toml"), {"notify": notify})


def test_there_is_no_address_by_default() -> None:
    assert Configuration().notify == []


def test_an_address_has_no_heart_data_and_all_athletes_by_default() -> None:
    [phone] = validate(layers([PHONE])).notify
    assert (phone.heart_data, phone.athletes, phone.language.value) == (False, [], "en")


@pytest.mark.parametrize(
    ("notify", "reason"),
    [
        ([PHONE, PHONE], "notify: two [[notify]] tables have the name 'phone': names must be unique"),
        ([{**PHONE, "events": ["over"]}], "notify.0.events.0: must be 'summary', 'strap_battery_low' or"),
        ([{**PHONE, "events": []}], "notify.0.events: "),
        ([{**PHONE, "name": "My phone"}], "notify.0.name: must be 1 to 32 lower-case letters"),
        ([{**PHONE, "address": ADDRESS}], "notify.0.address: unknown key: write the address into a file"),
        ([{**PHONE, "address_file": ADDRESS}], "notify.0.address_file: this is an address: write it into a"),
        ([{**PHONE, "address_file": "ntfy.sh/SECRET"}], "notify.0.address_file: must be the whole path of a"),
        ([{**PHONE, "name": ADDRESS}], "notify.0.name: must be 1 to 32 lower-case letters"),
        ([{**PHONE, "language": ADDRESS}], "notify.0.language: must be 'en' or 'de'"),
        ([{**PHONE, "athletes": [ADDRESS]}], "notify.0.athletes.0: must be 1 to 32 lower-case letters"),
        (ADDRESS, "notify: "),
        ([{**PHONE, "name": f"phone-{number}"} for number in range(11)], "notify: "),
    ],
)
def test_an_invalid_address_is_refused_and_the_daemon_does_without(notify: object, reason: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        validate(layers(notify))
    assert reason in str(raised.value)
    usable = validate_usable(layers(notify))
    assert usable.configuration.notify == []
    for text in (str(raised.value), *usable.invalid, *usable.problems):
        assert "SECRET" not in text
    assert "the table [[notify]] is ignored: no notification is sent" in usable.problems[0]


def test_addresses_are_set_neither_by_a_page_nor_by_command() -> None:
    assert is_set_on_host(["notify"])
    with pytest.raises(ConfigurationError, match="notify: cannot be set here"):
        check_settings({"notify": [PHONE]}, "settings.toml")


@pytest.mark.parametrize(
    ("kind", "athlete", "heart_data", "permitted"),
    [
        (NotificationKind.SUMMARY, "anna", False, True),
        (NotificationKind.SUMMARY, "ben", False, False),
        (NotificationKind.SUMMARY, "anna", True, False),
        (NotificationKind.STRAP_BATTERY_LOW, "anna", False, False),
        (NotificationKind.NODE_FAULT, None, False, True),
    ],
)
def test_an_address_permits_its_events_and_athletes(
    kind: NotificationKind, athlete: str | None, heart_data: bool, permitted: bool
) -> None:
    events = [NotificationKind.SUMMARY, NotificationKind.NODE_FAULT]
    settings = NotifyConfig(name="phone", events=events, athletes=["anna"])
    assert settings.permits(kind, athlete, heart_data=heart_data) is permitted
