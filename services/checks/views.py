"""The answer of a check, and a row of the list of articles."""

from dataclasses import asdict
from datetime import date

from pydantic import BaseModel

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import Language, LegalStatus
from contracts.vocabulary.verdict import ADVICE_EN, ADVICE_NL, Confidence, Outcome
from matching.end_of_waste import Article, Explanation, Unlock, explain, unlocks
from services.checks.checking import Checked


class CriterionView(BaseModel):
    """One criterion: what the article needs, what was stated or measured."""

    rule_id: str
    article: str
    outcome: Outcome
    value: str | None
    operator: str | None
    limit: str | None
    unit: str | None


class Bilingual(BaseModel):
    """The same sentence in Dutch and English."""

    nl: str
    en: str


class LineView(BaseModel):
    """One sentence; `link` leads to the article, empty when there is none."""

    text: str
    link: str


class ExplanationView(BaseModel):
    """A verdict in plain words: outcome, reasons, what stands in the way, what is missing, what has to be done."""

    outcome: str
    reasons: list[LineView]
    blockers: list[LineView]
    missing: list[LineView]
    duties: list[LineView]
    confidence: str
    advice: str


class Explanations(BaseModel):
    """The explanation in both languages."""

    nl: ExplanationView
    en: ExplanationView


class UnlockView(BaseModel):
    """Papers and measurements that together would improve the status, if the measurements meet their limits."""

    documents: list[EvidenceKind]
    measurements: list[str]
    status: LegalStatus
    blockers_left: list[str]


class CheckView(BaseModel):
    """A proposed status with everything that led to it; the authority decides. `text` is in the language asked."""

    status: LegalStatus
    on: date
    advice: Bilingual
    reason: Bilingual
    text: str
    criteria: list[CriterionView]
    blockers: list[str]
    duties: list[str]
    missing: list[str]
    confidence: Confidence | None
    explanation: Explanations
    unlocks: list[UnlockView]
    receipt: dict[str, str]


def check_view(checked: Checked, language: Language) -> CheckView:
    """The answer of a check."""
    verdict = checked.verdict
    told = {one: explain(verdict, checked.rulebook, one) for one in Language}
    return CheckView(
        status=verdict.status,
        on=verdict.on,
        advice=Bilingual(nl=ADVICE_NL, en=ADVICE_EN),
        reason=Bilingual(nl=verdict.reason_nl, en=verdict.reason_en),
        text=told[language].text(checked.rulebook, language),
        criteria=[CriterionView(**asdict(finding)) for finding in verdict.criteria],
        blockers=list(verdict.blockers),
        duties=list(verdict.duties),
        missing=list(verdict.missing),
        confidence=verdict.confidence,
        explanation=Explanations(nl=_explained(told[Language.DUTCH]), en=_explained(told[Language.ENGLISH])),
        unlocks=[_unlock_view(unlock) for unlock in unlocks(checked.facts, checked.rulebook, checked.verdict.on)],
        receipt=verdict.receipt,
    )


def _explained(explanation: Explanation) -> ExplanationView:
    return ExplanationView.model_validate(asdict(explanation))


def _unlock_view(unlock: Unlock) -> UnlockView:
    return UnlockView(
        documents=list(unlock.documents),
        measurements=list(unlock.measurements),
        status=unlock.status,
        blockers_left=list(unlock.blockers_left),
    )


class ArticleView(BaseModel):
    """One version of one article. `confidence` is that of its weakest rule; open dates are null."""

    act: str
    place: str
    title: Bilingual
    link: str
    source: str
    confidence: Confidence
    last_checked: date
    valid_from: date | None
    valid_to: date | None
    start_from_memory: bool
    rules: list[str]
    file: str
    digest: str


class ArticleList(BaseModel):
    """Every article of the rulebook of this version."""

    rulebook: str
    items: list[ArticleView]


def article_view(article: Article) -> ArticleView:
    """A row of the list."""
    return ArticleView.model_validate(asdict(article))
