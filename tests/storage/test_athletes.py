"""The latest change holds, wherever it came from; the configuration speaks only when it says news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from talkpace.config.model import AthleteConfig, Configuration
from talkpace.errors import StoreError
from talkpace.storage.athletes import AthleteHistory, configuration_changes
from talkpace.storage.records import AthleteChange
from talkpace.training.effort_zones import EffortMethod
from talkpace.training.profile import AthleteValues, MaximumFormula, Sex

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def change(key: str, value: object, at: datetime = MONDAY, source: str = "command") -> AthleteChange:
    return AthleteChange("anna", key, value, at, source)


class TestHistory:
    def test_an_unknown_athlete_has_default_values(self) -> None:
        book = AthleteHistory([])
        assert book.values("anna", MONDAY) == AthleteValues()
        assert book.name("anna") == "anna"
        assert book.athletes == []

    def test_values_on_a_date_come_from_the_last_change_up_to_it(self) -> None:
        book = AthleteHistory([change("max_heart_rate", 190), change("max_heart_rate", 185, MONDAY + DAY)])
        assert book.values("anna", MONDAY).max_heart_rate == 190
        assert book.values("anna", MONDAY + DAY - timedelta(microseconds=1)).max_heart_rate == 190
        assert book.values("anna", MONDAY + DAY).max_heart_rate == 185

    def test_before_its_first_change_a_key_has_its_first_value(self) -> None:
        book = AthleteHistory([change("birth_year", 1980), change("ceiling", 0.65, MONDAY + DAY)])
        values = book.values("anna", MONDAY - 1000 * DAY)
        assert (values.birth_year, values.ceiling) == (1980, 0.65)

    def test_of_changes_of_one_date_the_one_written_last_wins(self) -> None:
        book = AthleteHistory(
            [
                change("ceiling", 0.6, MONDAY + DAY),
                change("ceiling", 0.7, MONDAY),
                change("ceiling", 0.65, MONDAY + DAY),
            ]
        )
        assert book.values("anna", MONDAY).ceiling == 0.7
        assert book.values("anna", MONDAY + DAY).ceiling == 0.65

    def test_a_change_to_none_resets_a_value_to_its_default(self) -> None:
        book = AthleteHistory([change("hard_to", 0.9), change("hard_to", None, MONDAY + DAY)])
        assert book.values("anna", MONDAY).hard_to == 0.9
        assert book.values("anna", MONDAY + DAY).hard_to == AthleteValues().hard_to

    def test_stored_text_becomes_enum_values(self) -> None:
        book = AthleteHistory(
            [
                change("sex", "female"),
                change("effort_method", "reserve"),
                change("max_heart_rate_formula", "nes"),
            ]
        )
        values = book.values("anna", MONDAY)
        assert values.sex is Sex.FEMALE
        assert values.effort_method is EffortMethod.RESERVE
        assert values.max_heart_rate_formula is MaximumFormula.NES

    def test_the_name_is_the_last_one_set(self) -> None:
        book = AthleteHistory([change("name", "Anna"), change("name", "Anna Ö.", MONDAY + DAY)])
        assert book.name("anna") == "Anna Ö."
        assert book.athletes == ["anna"]
        assert AthleteHistory([change("name", "Anna"), change("name", None)]).name("anna") == "anna"

    def test_an_invalid_value_raises_an_error_that_names_athlete_and_key(self) -> None:
        with pytest.raises(StoreError, match=r"anna's max_heart_rate is 'fast'"):
            AthleteHistory([change("max_heart_rate", "fast")])

    def test_unknown_keys_of_a_newer_version_are_ignored(self) -> None:
        book = AthleteHistory([change("shoe_size", 41), change("birth_year", 1980)])
        assert book.values("anna", MONDAY) == AthleteValues(birth_year=1980)


def configured(
    athletes: list[AthleteConfig], changes: Sequence[AthleteChange], now: datetime
) -> list[AthleteChange]:
    """The changes that a configuration with these athletes makes."""
    return configuration_changes(Configuration(athletes=athletes).athlete_values(), changes, now)


class TestChangesByTheConfiguration:
    def test_a_new_athlete_gets_a_change_for_each_value_and_the_name(self) -> None:
        athlete = AthleteConfig(id="anna", name="Anna", max_heart_rate=190, sex=Sex.FEMALE)
        new = configured([athlete], [], MONDAY)
        assert {each.key: each.value for each in new} == {
            "name": "Anna",
            "max_heart_rate": 190,
            "sex": "female",
        }
        assert {(each.athlete, each.changed_at, each.source) for each in new} == {
            ("anna", MONDAY, "configuration")
        }
        assert AthleteHistory(new).values("anna", MONDAY) == AthleteValues(max_heart_rate=190, sex=Sex.FEMALE)

    def test_an_unchanged_configuration_makes_no_change(self) -> None:
        athlete = AthleteConfig(id="anna", name="Anna", max_heart_rate=190)
        assert configured([athlete], configured([athlete], [], MONDAY), MONDAY + DAY) == []

    def test_a_value_set_by_command_wins_until_the_file_is_edited(self) -> None:
        declared = configured([AthleteConfig(id="anna", max_heart_rate=190)], [], MONDAY)
        changes = [*declared, change("max_heart_rate", 185, MONDAY + DAY)]
        assert configured([AthleteConfig(id="anna", max_heart_rate=190)], changes, MONDAY + 2 * DAY) == []
        edited = configured([AthleteConfig(id="anna", max_heart_rate=188)], changes, MONDAY + 2 * DAY)
        book = AthleteHistory([*changes, *edited])
        assert book.values("anna", MONDAY + DAY).max_heart_rate == 185
        assert book.values("anna", MONDAY + 2 * DAY).max_heart_rate == 188

    def test_a_key_removed_from_the_file_is_removed_once(self) -> None:
        declared = configured([AthleteConfig(id="anna", max_heart_rate=190, birth_year=1980)], [], MONDAY)
        removed = configured([AthleteConfig(id="anna", birth_year=1980)], declared, MONDAY + DAY)
        assert [(each.key, each.value) for each in removed] == [("max_heart_rate", None)]
        assert (
            configured([AthleteConfig(id="anna", birth_year=1980)], [*declared, *removed], MONDAY + 2 * DAY)
            == []
        )

    def test_a_value_set_by_command_alone_is_not_removed_by_the_file(self) -> None:
        assert configured([AthleteConfig(id="anna")], [change("max_heart_rate", 185)], MONDAY) == []

    def test_an_athlete_removed_from_the_file_keeps_all_values(self) -> None:
        declared = configured([AthleteConfig(id="anna", max_heart_rate=190)], [], MONDAY)
        assert configured([AthleteConfig(id="ben")], declared, MONDAY + DAY) == []


def test_the_last_change_is_the_one_written_last_whatever_its_date() -> None:
    behind = MONDAY - timedelta(days=20_000)
    book = AthleteHistory(
        [
            AthleteChange("anna", "max_heart_rate", 170, MONDAY, "command"),
            AthleteChange("anna", "max_heart_rate", 190, behind, "command"),
        ]
    )
    assert book.latest("anna").max_heart_rate == 190


def test_a_key_removed_from_the_file_keeps_a_value_that_a_command_has_set_since() -> None:
    declared = configured([AthleteConfig(id="anna", max_heart_rate=180)], [], MONDAY)
    by_command = AthleteChange("anna", "max_heart_rate", 190, MONDAY, "command")
    assert configured([AthleteConfig(id="anna")], [*declared, by_command], MONDAY) == []
