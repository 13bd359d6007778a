"""Kinds of documents by the name that people know, as the rulebook of the check writes them."""

from functools import cache

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import Language
from matching.end_of_waste import packaged_rulebook


@cache
def kinds_in(language: Language) -> dict[str, str]:
    """Name by kind, by alphabet."""
    documents = packaged_rulebook().documents
    named = {}
    for kind in EvidenceKind:
        text = documents.get(kind.value)
        named[kind.value] = _text(text.name, language) if text else kind.value.replace("_", " ")
    return dict(sorted(named.items(), key=lambda item: item[1].casefold()))


def name_of(what: str, language: Language) -> str:
    """What a verdict misses, by the name that people know: a document, a measured property or a condition."""
    bare = what.removeprefix("missing:").removeprefix("property:")
    rulebook = packaged_rulebook()
    measured, document = rulebook.properties.get(bare), rulebook.documents.get(bare)
    if measured is not None:
        return _text(measured, language)
    return _text(document.name, language) if document is not None else bare.replace("_", " ")


def _text(text: object, language: Language) -> str:
    return str(getattr(text, language.value))
