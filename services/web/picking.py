"""Choosing a material: suggestions for a free text, and the whole tree by family. Nothing is ever chosen silently."""

from dataclasses import dataclass
from functools import cache

from contracts.vocabulary.eural import UnknownEuralCode, parse_eural
from contracts.vocabulary.materials import Concept, material_tree, resolve_label
from contracts.vocabulary.terms import Language
from infra.settings import Settings
from matching.suggesting.suggest import suggest
from services.suggestions.model_in_use import model_in_use
from services.suggestions.views import suggestions_view
from services.web.wording import Wording

MOST = 3
LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Three materials and three Eural codes at most, each with its name, best first."""

    concepts: tuple[tuple[str, str], ...] = ()
    eural_codes: tuple[tuple[str, str], ...] = ()
    warning: str = ""


def learned(text: str, chosen: str, language: Language, settings: Settings) -> Suggestions:
    """What the model of suggestions makes of a text, with its warning for hazardous waste.

    The first question of a process takes seconds, because the model is read or made then: call it beside the loop.
    """
    if not text.strip():
        return suggestions(text, chosen, language)
    model = model_in_use(settings)
    view = suggestions_view(suggest(model, text[:LONGEST_TEXT]), model, language)
    concepts = tuple((one.id, one.label) for one in view.materials)
    if chosen in known_concepts() and chosen not in dict(concepts):
        concepts = ((chosen, Wording(language).material(chosen)), *concepts)[:MOST]
    codes = tuple((one.code, f"{one.display} {one.name}") for one in view.codes)
    return Suggestions(concepts, codes, view.hazard.text if view.hazard.warns else "")


def suggestions(text: str, chosen: str, language: Language) -> Suggestions:
    """What a text may mean; codes are those of the material that was chosen, or of the best guess."""
    found = list(resolve_label(text[:LONGEST_TEXT])) if text.strip() else []
    if found and len(found) < MOST:
        found += [child for child in material_tree().children(found[0].id) if child not in found]
    concepts = found[:MOST]
    if chosen and chosen not in {concept.id for concept in concepts} and chosen in known_concepts():
        concepts = [material_tree().concept(chosen), *concepts][:MOST]
    basis = material_tree().concept(chosen) if chosen in known_concepts() else (found[0] if found else None)
    wording = Wording(language)
    named = tuple((concept.id, wording.material(concept.id)) for concept in concepts)
    return Suggestions(named, tuple((code, wording.eural(code)) for code in _codes(basis)))


def _codes(concept: Concept | None) -> list[str]:
    codes = concept.eural[:MOST] if concept else ()
    return [code for code in codes if _is_known(code)]


def _is_known(code: str) -> bool:
    try:
        parse_eural(code)
    except UnknownEuralCode:
        return False
    return True


@cache
def known_concepts() -> frozenset[str]:
    """The ids of all concepts."""
    return frozenset(concept.id for concept in material_tree())


@cache
def tree_of(language: Language) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Every material by the name of its family, indented by depth, for a list to choose from."""
    tree, wording = material_tree(), Wording(language)
    groups = []
    for family in tree.families():
        below = (tree.concept(family), *tree.descendants(family))
        rows = tuple((one.id, "\u2003" * max(0, one.depth - 1) + wording.material(one.id)) for one in below)
        groups.append((wording.material(family), rows))
    return tuple(sorted(groups, key=lambda group: group[0].casefold()))
