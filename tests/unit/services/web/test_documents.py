"""Kinds of documents, and what a verdict misses, by the names that people know."""

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import Language
from services.web.documents import kinds_in, name_of


def test_every_kind_has_a_name_in_both_languages() -> None:
    for language in Language:
        assert set(kinds_in(language)) == {kind.value for kind in EvidenceKind}
    assert kinds_in(Language.DUTCH)["acceptance_regulation"] == "acceptatieregeling"


def test_what_is_missing_has_a_name_whatever_it_is() -> None:
    assert name_of("missing:begeleidingsbrief", Language.ENGLISH) == "accompanying letter"
    assert "_" not in name_of("property:foreign_materials", Language.DUTCH)
    assert name_of("iets_nieuws", Language.DUTCH) == "iets nieuws"
