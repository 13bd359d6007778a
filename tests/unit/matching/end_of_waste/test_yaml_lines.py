"""YAML of which every value knows its line, so that an error can say where it is."""

from datetime import date

import pytest

from matching.end_of_waste.yaml_lines import LawFileError, read_block

TEXT = """\
act: one
limit: 1.50
valid_from: 2026-11-21
valid_to: null
rules:
  - id: A
    test: {op: <=}
"""


def test_a_block_knows_its_line_and_that_of_each_key() -> None:
    block = read_block("law.yaml", TEXT)
    rule = block["rules"][0]
    assert block.lines == {"act": 1, "limit": 2, "valid_from": 3, "valid_to": 4, "rules": 5}
    assert (rule.line, rule["test"].lines["op"]) == (6, 7)


def test_a_number_with_decimals_stays_the_text_that_was_written() -> None:
    assert read_block("law.yaml", TEXT)["limit"] == "1.50"


def test_days_and_empty_values_are_read_as_such() -> None:
    block = read_block("law.yaml", TEXT)
    assert (block["valid_from"], block["valid_to"]) == (date(2026, 11, 21), None)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "'a' is written twice (also on line 1)"),
        ("a: 1\nb: {c: 1, c: 2}\n", 2, "'c' is written twice"),
        ("a: 1\nb: 2026-02-30\n", 2, "'2026-02-30' cannot be read"),
        ("a: 1\nb: !!python/name:os.system x\n", 2, "'x' cannot be read"),
        ("a: [1\nb: 2\n", 2, "not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
        ("- a\n- b\n", 1, "expected 'name: value' lines"),
        ("", 1, "expected 'name: value' lines"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(LawFileError) as caught:
        read_block("law.yaml", text)
    assert (caught.value.file, caught.value.line) == ("law.yaml", line)
    assert str(caught.value).startswith(f"law.yaml, line {line}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize("content", [b"a: caf\xe9\n", b"a: \xff\n", b"a: \x00\n", "a: \x07\n"])
def test_what_is_no_text_is_refused_by_file(content: str | bytes) -> None:
    with pytest.raises(LawFileError, match=r"^law\.yaml: this is not text in UTF-8: .*save the file as UTF-8"):
        read_block("law.yaml", content)


def test_a_file_may_start_with_a_byte_order_mark() -> None:
    assert read_block("law.yaml", "\ufeffact: één".encode()) == {"act": "één"}


@pytest.mark.parametrize("text", ["b: 1", "a: null", "a: ''"])
def test_a_value_that_is_required_may_not_be_absent_or_empty(text: str) -> None:
    with pytest.raises(LawFileError, match=r"'a' is missing; add a line 'a: \.\.\.'"):
        read_block("law.yaml", text).required("a")


@pytest.mark.parametrize(("text", "value"), [("a: 0", 0), ("a: false", False), ("a: []", [])])
def test_zero_no_and_an_empty_list_are_values(text: str, value: object) -> None:
    assert read_block("law.yaml", text).required("a") == value


def test_a_key_without_a_meaning_is_refused_with_those_that_have_one() -> None:
    block = read_block("law.yaml", "a: 1\nc: 2\n")
    block.only(frozenset({"a", "b", "c"}))
    with pytest.raises(LawFileError, match="line 2: 'c' is not known here; accepted are a, b"):
        block.only(frozenset({"b", "a"}))
