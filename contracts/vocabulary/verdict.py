"""The outcome of an end-of-waste check, in the words that events, API and pages share."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.vocabulary.terms import LegalStatus

ADVICE_NL = "voorstel, geen besluit"
ADVICE_EN = "proposed, not a decision"


class Outcome(StrEnum):
    """What the check found about one criterion."""

    MET = "met"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How sure the text of a rule is, best first."""

    READ = "read"
    READ_OLD = "read_old"
    SECONDARY = "secondary"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class CriterionOutcome:
    """One criterion of one article: what was needed, what was found. `value` and `limit` carry their unit."""

    rule_id: str
    article: str
    outcome: Outcome
    value: str | None = None
    operator: str | None = None
    limit: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A proposed legal status of this material in this use on this date, with everything that led to it."""

    status: LegalStatus
    on: date
    reason_nl: str
    reason_en: str
    criteria: tuple[CriterionOutcome, ...] = ()
    blockers: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    confidence: Confidence | None = None
    receipt: dict[str, str] = field(default_factory=dict)
