"""The reference tables as a family: found by name, whole, and each with a note of its source."""

from datetime import date
from importlib import resources

import pytest

from contracts.reference.tables import (
    BrokenTable,
    TableSource,
    UnknownTable,
    parse_source,
    parse_table,
    read_source,
    read_table,
    table_names,
)

WHOLE_NOTE = """
title: T
source: S
licence: L
read_on: 2026-11-21
valid_from: 2015-06-01
valid_to: 2026-12-08
notes: N
"""


@pytest.mark.parametrize("name", table_names())
def test_every_reference_table_has_rows_and_a_whole_source_note(name: str) -> None:
    assert read_table(name)
    source = read_source(name)
    assert "\ufffd" not in source.licence + source.source + source.notes
    if source.valid_from and source.valid_to:
        assert source.valid_from <= source.valid_to


def test_every_source_note_belongs_to_a_table() -> None:
    files = (entry.name for entry in resources.files("contracts.reference").iterdir())
    notes = {name.removesuffix(".source.yaml") for name in files if name.endswith(".source.yaml")}
    assert notes == set(table_names())


@pytest.mark.parametrize("name", ["", "nothing", "../reference/eural", "eural.csv", "EURAL"])
def test_a_table_that_is_not_there_is_named_with_the_ones_that_are(name: str) -> None:
    with pytest.raises(UnknownTable, match="r_ladder"):
        read_table(name)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "a,a\n1,2\n", "a,\n1,2\n", "a,b\n1\n", "a,b\n1,2,3\n", "a,b\n1,2\n\n3,4\n", "a,b\n1,2\n\n"],
)
def test_a_line_that_would_be_lost_silently_breaks_the_table(text: str) -> None:
    with pytest.raises(BrokenTable, match="table t"):
        parse_table("t", text)


def test_cells_keep_commas_quotes_and_line_breaks() -> None:
    assert parse_table("t", 'a,b\n"x, ""y""","1\u20282\n3"\n') == [{"a": 'x, "y"', "b": "1\u20282\n3"}]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: T\n", ""),
        ("title: T", "title: ' '"),
        ("title: T", "title: 3"),
        ("notes: N", "notes: N\nmore: M"),
        ("read_on: 2026-11-21", "read_on: null"),
        ("valid_from: 2015-06-01", "valid_from: long ago"),
        ("valid_to: 2026-12-08", "valid_to: 2026-12-08 10:00:00"),
    ],
)
def test_a_source_note_with_a_gap_or_a_wrong_value_is_refused(old: str, new: str) -> None:
    assert parse_source("t", WHOLE_NOTE).valid_to == date(2026, 12, 8)
    with pytest.raises(BrokenTable, match="source note of t"):
        parse_source("t", WHOLE_NOTE.replace(old, new))


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "holding"),
    [
        (date(2015, 6, 1), date(2026, 12, 8), [False, True, True, False]),
        (None, date(2026, 12, 8), [True, True, True, False]),
        (date(2015, 6, 1), None, [False, True, True, True]),
        (None, None, [True, True, True, True]),
    ],
)
def test_a_table_holds_on_its_first_and_last_day_and_without_a_limit_always(
    valid_from: date | None, valid_to: date | None, holding: list[bool]
) -> None:
    source = TableSource("T", "S", "L", date(2026, 11, 21), valid_from, valid_to, "N")
    days = (date(2015, 5, 31), date(2015, 6, 1), date(2026, 12, 8), date(2026, 12, 9))
    assert [source.holds_on(day) for day in days] == holding


def test_a_line_that_is_too_short_is_named_with_what_to_do() -> None:
    with pytest.raises(BrokenTable, match="table t, line 3: got 1 cells, expected 2; correct the line or remove it"):
        parse_table("t", "a,b\n1,2\n3\n")


@pytest.mark.parametrize("note", ["", "- a", "text", "title: T"])
def test_a_note_that_is_no_note_is_refused_with_the_keys_it_needs(note: str) -> None:
    with pytest.raises(BrokenTable, match=r"source note of t: got .*, expected exactly the keys .*valid_from"):
        parse_source("t", note)
