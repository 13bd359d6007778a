"""A change names the version it was made on."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.http.preconditions import VersionNeeded, WrongTag, etag, expected_revision


@given(st.integers(min_value=0, max_value=999_999_999))
def test_a_tag_reads_back_as_its_revision(revision: int) -> None:
    assert expected_revision(etag(revision)) == revision


@pytest.mark.parametrize("given_tag", ['W/"3"', ' "3" ', '"3"'])
def test_a_weak_tag_and_blanks_are_accepted(given_tag: str) -> None:
    assert expected_revision(given_tag) == 3


def test_a_change_without_a_version_is_asked_for_one() -> None:
    with pytest.raises(VersionNeeded, match="Send the ETag") as refused:
        expected_revision(None)
    assert refused.value.status == 428


@pytest.mark.parametrize("given_tag", ["", "*", "3", '"-1"', '"3", "4"', '"abc"', '"1234567890"', '"3', "“3”"])
def test_a_tag_that_no_version_has_is_refused(given_tag: str) -> None:
    with pytest.raises(WrongTag, match="expected the ETag") as refused:
        expected_revision(given_tag)
    assert refused.value.status == 412


@given(st.text(st.characters()))
def test_whatever_the_header_says_a_refusal_is_the_worst(header: str) -> None:
    with suppress(WrongTag):
        assert expected_revision(header) >= 0
