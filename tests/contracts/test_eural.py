"""The Eural table and the reading of a code."""

import csv
import re
from collections import Counter
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reference.tables import read_source
from contracts.vocabulary.eural import (
    EuralCode,
    EuralKind,
    UnknownEuralCode,
    eural_codes,
    eural_headings,
    parse_eural,
)
from tests.support.shared_data import shared_data

ENTRIES = st.sampled_from(list(eural_codes().values()))
KIND_OF_ENTRY_TYPE = {
    "Absolute hazardous": EuralKind.ABSOLUTE_HAZARDOUS,
    "Absolute non-hazardous": EuralKind.ABSOLUTE_NON_HAZARDOUS,
    "Mirror hazardous": EuralKind.MIRROR_HAZARDOUS,
    "Mirror non-hazardous": EuralKind.MIRROR_NON_HAZARDOUS,
}
HAZARDOUS_KINDS = {EuralKind.ABSOLUTE_HAZARDOUS, EuralKind.MIRROR_HAZARDOUS}

# Codes per chapter and how many of them are hazardous, counted in the Decision apart from the table.
CHAPTERS = {
    "01": (24, 7),
    "02": (38, 1),
    "03": (19, 6),
    "04": (21, 4),
    "05": (24, 14),
    "06": (48, 29),
    "07": (78, 60),
    "08": (38, 17),
    "09": (13, 8),
    "10": (173, 69),
    "11": (27, 17),
    "12": (23, 13),
    "13": (34, 34),
    "14": (5, 5),
    "15": (12, 3),
    "16": (72, 44),
    "17": (38, 16),
    "18": (16, 7),
    "19": (99, 40),
    "20": (40, 14),
}


def test_codes_flags_and_kinds_equal_the_open_list() -> None:
    with (shared_data("eural-list") / "eural_nl_en.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {
            row["euralcode"]: (row["hazardous"] == "true", KIND_OF_ENTRY_TYPE[row["entry_type"]])
            for row in csv.DictReader(file)
        }
    assert {code: (entry.hazardous, entry.kind) for code, entry in eural_codes().items()} == expected


def test_the_list_has_842_codes_of_which_408_are_hazardous() -> None:
    assert len(eural_codes()) == 842
    assert sum(entry.hazardous for entry in eural_codes().values()) == 408
    assert Counter(entry.kind for entry in eural_codes().values()) == {
        EuralKind.ABSOLUTE_HAZARDOUS: 235,
        EuralKind.ABSOLUTE_NON_HAZARDOUS: 256,
        EuralKind.MIRROR_HAZARDOUS: 173,
        EuralKind.MIRROR_NON_HAZARDOUS: 178,
    }


def test_every_chapter_has_the_codes_of_the_decision() -> None:
    counted = {
        chapter: (
            sum(entry.chapter == chapter for entry in eural_codes().values()),
            sum(entry.chapter == chapter and entry.hazardous for entry in eural_codes().values()),
        )
        for chapter in CHAPTERS
    }
    assert counted == CHAPTERS


@given(ENTRIES)
def test_the_flag_and_the_kind_of_an_entry_agree(entry: EuralCode) -> None:
    assert entry.hazardous == (entry.kind in HAZARDOUS_KINDS)
    assert entry.kind.is_mirror == entry.kind.value.startswith("mirror")


def test_names_are_clean_text_and_never_contradict_the_flag() -> None:
    for entry in eural_codes().values():
        for name in (entry.name_nl, entry.name_en):
            assert name == " ".join(name.split()) != ""
            assert not any(mark in name for mark in ("Ã", "â€", "�", "&amp;", "&gt;", "*"))
        assert not (entry.hazardous and "niet-gevaarlijk" in entry.name_nl)


def test_names_refer_only_to_codes_that_exist() -> None:
    names = (name for entry in eural_codes().values() for name in (entry.name_nl, entry.name_en))
    referred = {found.replace(" ", "") for name in names for found in re.findall(r"\d\d \d\d \d\d", name)}
    assert len(referred) > 100
    assert referred <= set(eural_codes())


def test_both_languages_refer_to_the_same_codes() -> None:
    for entry in eural_codes().values():
        in_dutch, in_english = (set(re.findall(r"\d\d \d\d \d\d", name)) for name in (entry.name_nl, entry.name_en))
        assert in_dutch == in_english, entry.display


def test_headings_are_exactly_those_that_hold_a_code() -> None:
    used = {entry.chapter for entry in eural_codes().values()} | {e.subchapter for e in eural_codes().values()}
    assert set(eural_headings()) == used
    assert Counter(len(code) for code in eural_headings()) == {2: 20, 4: 111}
    assert all(heading.name_nl and heading.name_en for heading in eural_headings().values())


@given(ENTRIES)
def test_a_displayed_code_reads_back_as_itself(entry: EuralCode) -> None:
    assert parse_eural(entry.display) is entry
    assert parse_eural(entry.code) is entry
    assert parse_eural(f" {entry.code[:2]}.{entry.code[2:4]}.{entry.code[4:]} ") is entry


@given(ENTRIES)
def test_a_lost_leading_zero_is_put_back(entry: EuralCode) -> None:
    as_number = str(int(entry.code))
    assert parse_eural(as_number) is entry


@pytest.mark.parametrize("text", ["170204", "17 02 04*", "17.02.04", "17 02 04", "170204*", "\t17\u00a002\u00a004 *\n"])
def test_every_usual_way_of_writing_is_read(text: str) -> None:
    entry = parse_eural(text)
    assert (entry.display, entry.hazardous, entry.kind) == ("17 02 04*", True, EuralKind.MIRROR_HAZARDOUS)


@pytest.mark.parametrize(
    "text", ["", "*", "hout", "1702", "17020", "1702041", "99 99 99", "17-02-04", "-70204", "٠١٠١٠١"]
)
def test_a_text_that_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(UnknownEuralCode, match="expected") as refusal:
        parse_eural(text)
    assert refusal.value.got == text
    assert len(refusal.value.nearby) <= 3


def test_a_refusal_says_what_was_got_what_is_expected_and_what_may_be_meant() -> None:
    with pytest.raises(UnknownEuralCode) as refusal:
        parse_eural("17 02 05")
    assert "'17 02 05'" in str(refusal.value)
    assert "a code of the List of Waste" in str(refusal.value)
    assert "17 02 04* glas, kunststof en hout" in str(refusal.value)
    assert [entry.code for entry in refusal.value.nearby] == ["170204", "170203", "170202"]


def test_swapped_digits_are_recognised() -> None:
    with pytest.raises(UnknownEuralCode) as refusal:
        parse_eural("170240")
    assert "170204" in [entry.code for entry in refusal.value.nearby]


def test_an_incomplete_code_is_answered_with_the_start_of_its_sub_chapter() -> None:
    with pytest.raises(UnknownEuralCode) as refusal:
        parse_eural("1702")
    assert [entry.code for entry in refusal.value.nearby] == ["170201", "170202", "170203"]


def test_an_asterisk_the_list_does_not_give_is_refused_with_the_hazardous_entry_beside_it() -> None:
    with pytest.raises(UnknownEuralCode, match="17 02 01 without an asterisk") as refusal:
        parse_eural("17 02 01*")
    assert [entry.display for entry in refusal.value.nearby] == ["17 02 04*"]


def test_a_very_long_text_is_not_repeated_in_full() -> None:
    with pytest.raises(UnknownEuralCode) as refusal:
        parse_eural("x" * 100_000)
    assert len(str(refusal.value)) < 200


@given(st.text(max_size=30))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    with suppress(UnknownEuralCode):
        assert parse_eural(text).code in eural_codes()


def test_the_list_ends_where_the_battery_codes_change() -> None:
    source = read_source("eural")
    assert source.holds_on(date(2015, 6, 1))
    assert source.holds_on(date(2026, 12, 8))
    assert not source.holds_on(date(2026, 12, 9))
    assert not source.holds_on(date(2015, 5, 31))
