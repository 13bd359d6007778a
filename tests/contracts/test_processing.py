"""The LMA processing methods."""

import csv
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.processing import (
    MappingConfidence,
    ProcessingGroup,
    ProcessingMethod,
    UnknownProcessingMethod,
    parse_processing_method,
    processing_methods,
)
from tests.support.shared_data import shared_data

METHODS = st.sampled_from(list(processing_methods().values()))
GROUP_OF_LETTER = dict(zip("ABCDEFG", ProcessingGroup, strict=True))


def test_the_list_holds_every_code_of_the_open_list() -> None:
    with (shared_data("lma-codes") / "verwerkingsmethoden.csv").open(encoding="utf-8-sig", newline="") as file:
        open_list = {row["code"] for row in csv.DictReader(file)}
    assert set(processing_methods()) - open_list == {"D03", "F04", "G02"}
    assert open_list <= set(processing_methods())


def test_the_list_is_complete_from_a01_to_g02() -> None:
    per_letter = Counter(code[0] for code in processing_methods())
    assert per_letter == {"A": 2, "B": 5, "C": 4, "D": 6, "E": 5, "F": 7, "G": 2}
    assert list(processing_methods()) == [
        f"{letter}{n:02}" for letter, top in per_letter.items() for n in range(1, top + 1)
    ]


@given(METHODS)
def test_the_group_follows_from_the_letter(method: ProcessingMethod) -> None:
    assert method.group is GROUP_OF_LETTER[method.code[0]]


@given(METHODS)
def test_operations_are_codes_of_the_directive_and_unknown_means_none(method: ProcessingMethod) -> None:
    for operation in method.operations + method.operations_when_final:
        assert re.fullmatch(r"R([1-9]|1[0-3])|D([1-9]|1[0-5])", operation)
    assert (method.operations == ()) == (method.confidence is MappingConfidence.UNKNOWN)


@pytest.mark.parametrize(
    ("code", "operations", "when_final"),
    [
        ("A01", ("R13", "D15"), ()),
        ("B04", ("R1",), ()),
        ("C03", ("R12",), ("R3", "R4", "R5")),
        ("D04", ("R4",), ()),
        ("F03", (), ()),
        ("G01", ("D1", "D5"), ()),
    ],
)
def test_our_reading_in_r_and_d_codes(code: str, operations: tuple[str, ...], when_final: tuple[str, ...]) -> None:
    method = processing_methods()[code]
    assert (method.operations, method.operations_when_final) == (operations, when_final)


@given(METHODS)
def test_a_code_reads_back_as_itself(method: ProcessingMethod) -> None:
    assert parse_processing_method(method.code) is method
    assert parse_processing_method(f" {method.code.lower()} ") is method
    assert parse_processing_method(f"{method.code[0]} {method.code[2:]}") is method


@pytest.mark.parametrize("text", ["", "A", "A00", "A03", "H01", "01", "A012", "R13", "A٠١", "Breken"])
def test_a_text_that_is_no_method_is_refused(text: str) -> None:
    with pytest.raises(UnknownProcessingMethod, match="expected a letter and two digits of the LMA list"):
        parse_processing_method(text)


def test_a_refusal_offers_the_methods_of_the_same_letter() -> None:
    with pytest.raises(UnknownProcessingMethod, match=r"got processing method 'A03', .* choose one of A01, A02$"):
        parse_processing_method("A03")
