"""Kinds of documents: names that verdicts, listings and law files share."""

import re

import pytest

from contracts.vocabulary.evidence import EvidenceKind


@pytest.mark.parametrize("kind", EvidenceKind)
def test_a_kind_is_named_as_a_verdict_writes_it(kind: EvidenceKind) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", kind)
    assert kind.name == kind.value.upper()


def test_a_missing_document_is_found_by_the_name_in_the_verdict() -> None:
    assert EvidenceKind("missing:annex_vii".removeprefix("missing:")) is EvidenceKind.ANNEX_VII


def test_every_kind_is_listed_once() -> None:
    assert len(EvidenceKind.__members__) == len(list(EvidenceKind))


def test_a_document_that_has_no_kind_of_its_own_is_other() -> None:
    with pytest.raises(ValueError, match="birthday_card"):
        EvidenceKind("birthday_card")
    assert EvidenceKind("other") is EvidenceKind.OTHER
