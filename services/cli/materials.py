"""From a text about a material to its concept: only when there is no doubt."""

from functools import lru_cache

from contracts.vocabulary.material_labels import words_of
from contracts.vocabulary.materials import Concept, UnknownConcept, material_tree, resolve_label
from services.cli.cells import Wrong

SUGGESTIONS = 3
REMEMBERED = 4096


@lru_cache(REMEMBERED)
def concept_of(text: str, eural: str | None = None) -> str:
    """The id that is given, or the concept of which the whole text is a label or synonym; raises Wrong.

    Case, accents and punctuation do not matter. Anything less sure is offered as a choice, never filled in: a wrong
    material finds wrong partners.
    """
    try:
        return material_tree().concept(text).id
    except UnknownConcept as error:
        near = error.nearby
    found = resolve_label(text, eural)
    if found and _is_named(found[0], text):
        return found[0].id
    raise Wrong(_advice(found or tuple(map(material_tree().concept, near))))


def concepts_of(texts: list[str], eural: str | None = None) -> list[str]:
    """Each text as a concept; one that is none as a whole is tried in the parts between its commas."""
    found: list[str] = []
    for text in texts:
        try:
            found.append(concept_of(text, eural))
        except Wrong:
            parts = [part.strip() for part in text.split(",") if part.strip()]
            if len(parts) < 2:
                raise
            found.extend(concept_of(part, eural) for part in parts)
    return found


def _is_named(concept: Concept, text: str) -> bool:
    words = words_of(text)
    return any(words_of(phrase) == words for phrase in concept.phrases)


def _advice(concepts: tuple[Concept, ...]) -> str:
    choices = ", ".join(f"{concept.id} ({concept.label_nl})" for concept in concepts[:SUGGESTIONS])
    return (
        f"expected a material of the material tree; perhaps {choices}"
        if choices
        else ("expected a material of the material tree; look its id up under GET /v1/materials")
    )
