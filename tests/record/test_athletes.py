"""The latest change holds, wherever it came from; the configuration speaks only when it says news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from talkpace.config.model import Athlete
from talkpace.effort.athlete import AthleteValues, MaximumFormula, Sex
from talkpace.effort.scale import EffortMethod
from talkpace.errors import StoreError
from talkpace.record.athletes import AthleteBook, declare
from talkpace.record.rows import AthleteChange

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def change(key: str, value: object, at: datetime = MONDAY, source: str = "command") -> AthleteChange:
    return AthleteChange("anna", key, value, at, source)


class TestBook:
    def test_of_an_unknown_athlete_nothing_is_known(self) -> None:
        book = AthleteBook([])
        assert book.values("anna", MONDAY) == AthleteValues()
        assert book.name("anna") == "anna"
        assert book.athletes == []

    def test_the_latest_change_at_or_before_a_date_holds(self) -> None:
        book = AthleteBook([change("max_heart_rate", 190), change("max_heart_rate", 185, MONDAY + DAY)])
        assert book.values("anna", MONDAY).max_heart_rate == 190
        assert book.values("anna", MONDAY + DAY - timedelta(microseconds=1)).max_heart_rate == 190
        assert book.values("anna", MONDAY + DAY).max_heart_rate == 185

    def test_before_the_first_change_the_first_value_of_each_key_holds(self) -> None:
        book = AthleteBook([change("birth_year", 1980), change("ceiling", 0.65, MONDAY + DAY)])
        values = book.values("anna", MONDAY - 1000 * DAY)
        assert (values.birth_year, values.ceiling) == (1980, 0.65)

    def test_changes_are_ordered_by_date_and_of_the_same_date_the_one_written_last_holds(self) -> None:
        book = AthleteBook(
            [
                change("ceiling", 0.6, MONDAY + DAY),
                change("ceiling", 0.7, MONDAY),
                change("ceiling", 0.65, MONDAY + DAY),
            ]
        )
        assert book.values("anna", MONDAY).ceiling == 0.7
        assert book.values("anna", MONDAY + DAY).ceiling == 0.65

    def test_null_takes_a_value_back_to_its_default(self) -> None:
        book = AthleteBook([change("hard_to", 0.9), change("hard_to", None, MONDAY + DAY)])
        assert book.values("anna", MONDAY).hard_to == 0.9
        assert book.values("anna", MONDAY + DAY).hard_to == AthleteValues().hard_to

    def test_words_become_what_they_stand_for(self) -> None:
        book = AthleteBook(
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

    def test_names_are_the_latest_ones(self) -> None:
        book = AthleteBook([change("name", "Anna"), change("name", "Anna Ö.", MONDAY + DAY)])
        assert book.name("anna") == "Anna Ö."
        assert book.athletes == ["anna"]
        assert AthleteBook([change("name", "Anna"), change("name", None)]).name("anna") == "anna"

    def test_a_value_that_cannot_be_is_named_at_once(self) -> None:
        with pytest.raises(StoreError, match=r"anna's max_heart_rate is 'fast'"):
            AthleteBook([change("max_heart_rate", "fast")])

    def test_keys_of_a_later_version_are_passed_over(self) -> None:
        book = AthleteBook([change("shoe_size", 41), change("birth_year", 1980)])
        assert book.values("anna", MONDAY) == AthleteValues(birth_year=1980)


class TestDeclare:
    def test_every_value_of_a_new_athlete_is_declared_with_the_name(self) -> None:
        athlete = Athlete(id="anna", name="Anna", max_heart_rate=190, sex=Sex.FEMALE)
        new = declare([athlete], [], MONDAY)
        assert {each.key: each.value for each in new} == {
            "name": "Anna",
            "max_heart_rate": 190,
            "sex": "female",
        }
        assert {(each.athlete, each.changed_at, each.source) for each in new} == {
            ("anna", MONDAY, "configuration")
        }
        assert AthleteBook(new).values("anna", MONDAY) == AthleteValues(max_heart_rate=190, sex=Sex.FEMALE)

    def test_the_same_file_says_nothing_new(self) -> None:
        athlete = Athlete(id="anna", name="Anna", max_heart_rate=190)
        assert declare([athlete], declare([athlete], [], MONDAY), MONDAY + DAY) == []

    def test_a_change_by_command_holds_until_the_file_is_edited(self) -> None:
        declared = declare([Athlete(id="anna", max_heart_rate=190)], [], MONDAY)
        changes = [*declared, change("max_heart_rate", 185, MONDAY + DAY)]
        assert declare([Athlete(id="anna", max_heart_rate=190)], changes, MONDAY + 2 * DAY) == []
        edited = declare([Athlete(id="anna", max_heart_rate=188)], changes, MONDAY + 2 * DAY)
        book = AthleteBook([*changes, *edited])
        assert book.values("anna", MONDAY + DAY).max_heart_rate == 185
        assert book.values("anna", MONDAY + 2 * DAY).max_heart_rate == 188

    def test_a_key_removed_from_the_file_is_taken_back_once(self) -> None:
        declared = declare([Athlete(id="anna", max_heart_rate=190, birth_year=1980)], [], MONDAY)
        removed = declare([Athlete(id="anna", birth_year=1980)], declared, MONDAY + DAY)
        assert [(each.key, each.value) for each in removed] == [("max_heart_rate", None)]
        assert declare([Athlete(id="anna", birth_year=1980)], [*declared, *removed], MONDAY + 2 * DAY) == []

    def test_what_was_set_by_command_alone_is_not_the_files_to_take_back(self) -> None:
        assert declare([Athlete(id="anna")], [change("max_heart_rate", 185)], MONDAY) == []

    def test_of_an_athlete_whom_the_file_no_longer_names_everything_is_kept(self) -> None:
        declared = declare([Athlete(id="anna", max_heart_rate=190)], [], MONDAY)
        assert declare([Athlete(id="ben")], declared, MONDAY + DAY) == []


def test_the_order_in_which_changes_were_made_decides_not_their_dates() -> None:
    behind = MONDAY - timedelta(days=20_000)
    book = AthleteBook(
        [
            AthleteChange("anna", "max_heart_rate", 170, MONDAY, "command"),
            AthleteChange("anna", "max_heart_rate", 190, behind, "command"),
        ]
    )
    assert book.latest("anna").max_heart_rate == 190


def test_a_key_taken_out_of_the_file_takes_nothing_back_that_a_command_has_set_since() -> None:
    declared = declare([Athlete(id="anna", max_heart_rate=180)], [], MONDAY)
    by_command = AthleteChange("anna", "max_heart_rate", 190, MONDAY, "command")
    assert declare([Athlete(id="anna")], [*declared, by_command], MONDAY) == []
