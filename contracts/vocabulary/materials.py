"""The material concept tree: what a listing is about, from a family ("wood") down to a grade ("wood_grade_b").

Source: contracts/reference/materials, one YAML file per family (fields: README.md there). The tree is read once.
The family is the partition key of the event log: listings of one family meet in one matcher.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import yaml

from contracts.vocabulary.material_labels import Hit, PhraseIndex

MAX_DEPTH = 6
MAX_ANSWERS = 5
# These name a concept only when the text names nothing better: "verontreinigd ijzer" is iron, not soil.
_QUALIFYING = """
    afkeur afval afvalstoffen aw ba bda bouw brandbaar brandschade categorie composteerbaar diversen gekleurd grof
    hoogcalorisch industrie klasse medisch minerale niet nt onbrandbaar ongekeurd organisch overig residu rest
    restmateriaal rollen sanering schoon schuim shreds sloop stort teer teerhoudend teervrij tuin verontreinigd
    vernietiging vernietigingskosten vloeibaar vot wonen
"""
_QUALIFIERS = frozenset(_QUALIFYING.split())


class ConceptKind(StrEnum):
    """What a concept stands for."""

    MATERIAL = "material"
    PRODUCT = "product"
    GRADE = "grade"
    MIXTURE = "mixture"
    RESIDUE = "residue"


class Confidence(StrEnum):
    """How far a figure may be trusted: read in the source itself, read in a quotation of it, or estimated by us."""

    READ = "read"
    SECONDARY = "secondary"
    OWN_ESTIMATE = "own_estimate"


class Basis(StrEnum):
    """What a figure is about: loose material as it is moved, the solid without air, or one piece."""

    BULK = "bulk"
    SOLID = "solid"
    PIECE = "piece"


class UnknownConcept(ValueError):
    """The text is no id of the tree. `nearby` holds up to three ids that may have been meant."""

    def __init__(self, got: str, nearby: tuple[str, ...]) -> None:
        self.got = got
        self.nearby = nearby
        advice = f"perhaps you mean {', '.join(nearby)}" if nearby else "look it up in the material tree"
        super().__init__(f"got material concept {got[:60]!r}, expected an id of the material tree; {advice}")


class BrokenTree(ValueError):
    """The packaged tree is not what it should be; nothing of it may be used."""


@dataclass(frozen=True, slots=True)
class Figure:
    """kg per m3, or kg per piece. `low` and `high` are None where the source gives no range."""

    value: float
    low: float | None
    high: float | None
    source: str
    confidence: Confidence
    basis: Basis


@dataclass(frozen=True, slots=True)
class Concept:
    """One node. Its descendants are exactly the other concepts whose `first` lies in first..last (preorder)."""

    id: str
    label_nl: str
    label_en: str
    synonyms_nl: tuple[str, ...]
    synonyms_en: tuple[str, ...]
    kind: ConceptKind
    family: str
    parent: str | None
    depth: int
    eural: tuple[str, ...]
    density_kg_per_m3: Figure | None
    density_inherits: bool
    unit_weight_kg: Figure | None
    first: int
    last: int

    @property
    def phrases(self) -> tuple[str, ...]:
        """Both labels and all synonyms."""
        return (self.label_nl, self.label_en, *self.synonyms_nl, *self.synonyms_en)


class MaterialTree:
    """All concepts in preorder: families by id, each before its own descendants."""

    def __init__(self, concepts: tuple[Concept, ...]) -> None:
        self._concepts = concepts
        self._by_id = {concept.id: concept for concept in concepts}
        if len(self._by_id) != len(concepts):
            raise BrokenTree("an id stands twice in the material tree; ids are unique over all families")

    def __len__(self) -> int:
        return len(self._concepts)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts)

    def concept(self, concept_id: str) -> Concept:
        """Raises UnknownConcept, which names ids that look alike."""
        found = self._by_id.get(concept_id)
        if found is None:
            raise UnknownConcept(concept_id, tuple(get_close_matches(concept_id, self._by_id, n=3)))
        return found

    def families(self) -> tuple[str, ...]:
        """The ids of the roots, sorted."""
        return tuple(concept.id for concept in self._concepts if concept.parent is None)

    def children(self, concept_id: str) -> tuple[Concept, ...]:
        """The concepts right below, in the order of the table."""
        return tuple(concept for concept in self.descendants(concept_id) if concept.parent == concept_id)

    def ancestors(self, concept_id: str) -> tuple[Concept, ...]:
        """All concepts above, the nearest first; empty for a family."""
        above = []
        parent = self.concept(concept_id).parent
        while parent is not None:
            above.append(self._by_id[parent])
            parent = above[-1].parent
        return tuple(above)

    def descendants(self, concept_id: str) -> tuple[Concept, ...]:
        """All concepts below, without the concept itself, in preorder."""
        concept = self.concept(concept_id)
        return self._concepts[concept.first + 1 : concept.last + 1]

    def is_within(self, concept_id: str, ancestor_id: str) -> bool:
        """Whether the concept is the other one or one of its descendants."""
        ancestor = self.concept(ancestor_id)
        return ancestor.first <= self.concept(concept_id).first <= ancestor.last

    def families_of(self, concept_ids: Iterable[str]) -> tuple[str, ...]:
        """The families of these concepts, sorted, each once."""
        return tuple(sorted({self.concept(concept_id).family for concept_id in concept_ids}))

    def density_of(self, concept_id: str) -> Figure | None:
        """Bulk density, kg per m3: its own, else that of the nearest ancestor with one if it says it passes it on.

        A solid density is passed over: a container of steel scrap is mostly air, and tonnes would be promised that
        are not there. The solid figure stands in the concept itself.
        """
        concept = self.concept(concept_id)
        if _is_bulk(concept):
            return concept.density_kg_per_m3
        nearest = next(filter(_is_bulk, self.ancestors(concept_id)), None)
        return nearest.density_kg_per_m3 if nearest is not None and nearest.density_inherits else None

    def unit_weight_of(self, concept_id: str) -> Figure | None:
        """kg per piece, only where the concept has its own figure: a kind of chair does not weigh what chairs weigh."""
        return self.concept(concept_id).unit_weight_kg


def _is_bulk(concept: Concept) -> bool:
    figure = concept.density_kg_per_m3
    return figure is not None and figure.basis is Basis.BULK


@cache
def material_tree() -> MaterialTree:
    """The packaged tree. Raises BrokenTree when a family file is not what the README says."""
    folder = resources.files("contracts.reference") / "materials"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    concepts: list[Concept] = []
    for file in files:
        family = yaml.load(file.read_text(encoding="utf-8"), Loader=_loader())  # noqa: S506 - a safe loader
        _append(concepts, family["concept"], None, family["figure_sources"])
    return MaterialTree(tuple(concepts))


def _loader() -> type[yaml.SafeLoader] | type[yaml.CSafeLoader]:
    """The C loader reads the tree in a tenth of the time; not every platform has it."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _append(concepts: list[Concept], node: Mapping[str, Any], above: Concept | None, sources: Mapping[str, str]) -> int:
    """Append the node and its descendants in preorder; give the position of the last of them."""
    place = len(concepts)
    concept = _parsed(node, above, sources, place)
    concepts.append(concept)
    last = place
    for child in node.get("children", ()):
        last = _append(concepts, child, concept, sources)
    object.__setattr__(concept, "last", last)
    return last


_TEXT_KEYS = ("id", "nl", "en", "kind", "synonyms_nl", "synonyms_en")
_KEYS = frozenset((*_TEXT_KEYS, "eural", "density", "density_inherits", "unit_weight", "children"))


def _parsed(node: Mapping[str, Any], above: Concept | None, sources: Mapping[str, str], place: int) -> Concept:
    depth = 1 if above is None else above.depth + 1
    if not set(node) <= _KEYS or depth > MAX_DEPTH:
        raise BrokenTree(
            f"concept {node.get('id')}: got keys {sorted(node)} at level {depth}, "
            f"expected keys of {sorted(_KEYS)} and at most {MAX_DEPTH} levels"
        )
    return Concept(
        id=node["id"],
        label_nl=node["nl"],
        label_en=node["en"],
        synonyms_nl=tuple(node.get("synonyms_nl", ())),
        synonyms_en=tuple(node.get("synonyms_en", ())),
        kind=ConceptKind(node["kind"]),
        family=node["id"] if above is None else above.family,
        parent=None if above is None else above.id,
        depth=depth,
        eural=tuple(node.get("eural", ())),
        density_kg_per_m3=_figure(node.get("density"), sources),
        density_inherits=node.get("density_inherits", False),
        unit_weight_kg=_figure(node.get("unit_weight"), sources),
        first=place,
        last=place,
    )


def _figure(node: Mapping[str, Any] | None, sources: Mapping[str, str]) -> Figure | None:
    if node is None:
        return None
    return Figure(
        value=float(node["value"]),
        low=float(node["low"]) if "low" in node else None,
        high=float(node["high"]) if "high" in node else None,
        source=sources[node["source"]],
        confidence=Confidence(node["confidence"]),
        basis=Basis(node.get("kind", "piece")),
    )


def resolve_label(text: str, eural: str | None = None) -> tuple[Concept, ...]:
    """The concepts a Dutch or English text names, best first, at most five; empty when it names none.

    A label or synonym that is the whole text comes first. Then the phrases in the text, in this order of preference:
    not merely a qualifier ("schoon", "industrie"); more words; the given Eural code is listed by the concept, then its
    sub-chapter; named earlier in the text, where a descendant takes the place of its ancestor ("kunststof, hdpe" is
    HDPE); deeper in the tree; spelled as the phrase is; earlier in the tree. Where the text names nothing, or only
    qualifiers of something with another Eural code, the concepts that list the given code come: the most general
    first, then those that list it early. `eural` is six digits.
    """
    tree, labels, by_eural = material_tree(), _labels(), _by_eural()
    hits = labels.hits(text)
    ranked = _ranked(hits, eural, tree)
    whole = labels.exact(text)
    if whole is not None:
        ranked.insert(0, whole)
    if all(hit.text in _QUALIFIERS for hit in hits) and not (ranked and eural in tree.concept(ranked[0]).eural):
        ranked = [*by_eural.get(eural or "", ()), *ranked]
    return tuple(tree.concept(concept_id) for concept_id in dict.fromkeys(ranked))[:MAX_ANSWERS]


def _ranked(hits: tuple[Hit, ...], eural: str | None, tree: MaterialTree) -> list[str]:
    places: dict[str, int] = {}
    for hit in hits:
        places[hit.key] = min(hit.position, places.get(hit.key, hit.position))

    def preference(hit: Hit) -> tuple[int, ...]:
        concept = tree.concept(hit.key)
        above = [places[ancestor.id] for ancestor in tree.ancestors(hit.key) if ancestor.id in places]
        return (
            hit.text in _QUALIFIERS,
            -hit.words,
            _distance(concept, eural),
            min([hit.position, *above]),
            -concept.depth,
            hit.closeness,
            concept.first,
        )

    return [hit.key for hit in sorted(hits, key=preference)]


def _distance(concept: Concept, eural: str | None) -> int:
    """0 the concept lists the code, 1 it lists one of the same sub-chapter, 2 neither, or no code is given."""
    if eural is None or eural in concept.eural:
        return 0 if eural is not None else 2
    return 1 if any(code[:4] == eural[:4] for code in concept.eural) else 2


@cache
def _labels() -> PhraseIndex:
    return PhraseIndex((phrase, concept.id) for concept in material_tree() for phrase in concept.phrases)


@cache
def _by_eural() -> Mapping[str, tuple[str, ...]]:
    tree = material_tree()
    listed: dict[str, list[str]] = {}
    for concept in tree:
        for code in concept.eural:
            listed.setdefault(code, []).append(concept.id)
    return {code: tuple(sorted(ids, key=lambda one: _typical(tree.concept(one), code))) for code, ids in listed.items()}


def _typical(concept: Concept, code: str) -> tuple[int, int, int]:
    """Sorts the concepts that list a code: general before special, then where the code stands early in the list."""
    return concept.depth, concept.eural.index(code), concept.first
