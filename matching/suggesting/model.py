"""What is known to suggest with, and what a suggestion is. Scores are 0 to 1."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.vocabulary.eural import EuralCode
from contracts.vocabulary.materials import Concept
from matching.suggesting.features import FeatureTable
from matching.suggesting.linear import Linear
from matching.suggesting.phrasebook import Phrasebook

ELSEWHERE = "elsewhere"
"""The key of a text whose code is none of those in the labelled examples."""


class Certainty(StrEnum):
    """How far the first suggestion may be leant on."""

    LIKELY = "likely"
    NOT_SURE = "not_sure"
    NOTHING_KNOWN = "nothing_known"


@dataclass(frozen=True, slots=True)
class HazardScale:
    """From a margin to a probability (logistic), and the probability from which there is a warning."""

    slope: float
    start: float
    warn_at: float


@dataclass(frozen=True, slots=True)
class Scale:
    """How margins become shares, and the share from which the first code is likely."""

    temperature: float
    likely_at: float


@dataclass(frozen=True, slots=True, eq=False)
class SuggestionModel:
    """Everything to suggest with. `codes` is None when there were no labelled examples to fit it on.

    `examples` counts them; `tables` is the fingerprint of our own tables at the time of fitting.
    """

    features: FeatureTable
    phrasebook: Phrasebook
    hazard: Linear
    hazard_scale: HazardScale
    scale: Scale
    codes: Linear | None
    examples: int
    tables: str


@dataclass(frozen=True, slots=True)
class CodeSuggestion:
    """A code that may fit, its share, and the words that led to it."""

    code: EuralCode
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConceptSuggestion:
    """A material concept that may fit, its share, and the words that led to it."""

    concept: Concept
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HazardWarning:
    """Whether the material may be hazardous waste. No warning does not say that it is safe."""

    warns: bool
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """At most three of each, best first. Nobody fills them in but the person who reads them."""

    certainty: Certainty
    codes: tuple[CodeSuggestion, ...]
    concepts: tuple[ConceptSuggestion, ...]
    hazard: HazardWarning
