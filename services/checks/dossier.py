"""What a dossier holds, in the order in which an authority reads it: the outcome, why, what is missing, the receipt."""

import json
from collections.abc import Callable
from datetime import date

from pydantic import BaseModel, ConfigDict

from contracts.vocabulary.eural import UnknownEuralCode, parse_eural
from contracts.vocabulary.terms import Language, LegalStatus
from contracts.vocabulary.verdict import Confidence, CriterionOutcome, Outcome
from matching.end_of_waste import Facts, Trade, Truth, explain
from matching.end_of_waste.explain import rule_of
from matching.end_of_waste.rules import Rule
from services.checks.checking import Checked
from services.checks.views import LineView
from services.checks.wording import number_in, speaker, truth_in, value_in, word_in


class Frozen(BaseModel):
    """A part of a dossier."""

    model_config = ConfigDict(frozen=True)


class Pair(Frozen):
    """A label and what stands behind it."""

    label: str
    text: str


class CriterionRow(Frozen):
    """One criterion with the article it stands in and where that article was read."""

    rule_id: str
    title: str
    explanation: str
    outcome: Outcome
    outcome_label: str
    value: str
    limit: str
    article: str
    source: str
    link: str
    confidence: Confidence | None
    confidence_label: str


class Dossier(Frozen):
    """A verdict to hand over, e.g. to an omgevingsdienst: a proposal, not a decision."""

    language: Language
    title: str
    notice: str
    reference: str | None
    on: date
    made_on: date
    status: LegalStatus
    status_label: str
    outcome: str
    subject: list[Pair]
    properties: list[Pair]
    evidence: list[str]
    trade: list[Pair]
    criteria: list[CriterionRow]
    blockers: list[LineView]
    missing: list[LineView]
    duties: list[LineView]
    confidence: str
    advice: str
    receipt: dict[str, str]
    law_files: list[Pair]


def dossier_of(checked: Checked, language: Language, made_on: date, reference: str | None = None) -> Dossier:
    """The dossier of a verdict."""
    say, verdict = speaker(language), checked.verdict
    told = explain(verdict, checked.rulebook, language)
    laws: dict[str, str] = json.loads(verdict.receipt["law_files"])
    return Dossier(
        language=language,
        title=say("title"),
        notice=say("notice"),
        reference=reference,
        on=verdict.on,
        made_on=made_on,
        status=verdict.status,
        status_label=say(f"status_{verdict.status.value}"),
        outcome=told.outcome,
        subject=_subject(checked.facts, language),
        properties=_properties(checked, language),
        evidence=_evidence(checked, language),
        trade=_trade(checked.facts.trade, language),
        criteria=[_row(finding, checked, language) for finding in verdict.criteria],
        blockers=[LineView(text=line.text, link=line.link) for line in told.blockers],
        missing=[LineView(text=line.text, link=line.link) for line in told.missing],
        duties=[LineView(text=line.text, link=line.link) for line in told.duties],
        confidence=told.confidence,
        advice=told.advice,
        receipt=verdict.receipt,
        law_files=[Pair(label=file, text=digest) for file, digest in laws.items()],
    )


def _subject(facts: Facts, language: Language) -> list[Pair]:
    say = speaker(language)
    texts = {
        "material": facts.material,
        "stream": facts.stream and word_in(language, facts.stream),
        "eural_code": facts.eural_code and _eural(facts.eural_code, language),
        "origin": _words(facts.origin, language),
        "processing": _words(facts.processing, language),
        "treatment_completed": truth_in(language, facts.treatment_completed),
        "intended_use": _words(facts.intended_use, language),
        "claimed_status": facts.claimed_status and say(f"status_{facts.claimed_status.value}"),
        "supplier_country": facts.supplier_country,
        "destination_country": facts.destination_country,
    }
    return [Pair(label=say(name), text=text or say("unknown")) for name, text in texts.items()]


def _words(words: frozenset[str] | None, language: Language) -> str | None:
    if words is None:
        return None
    return ", ".join(word_in(language, word) for word in sorted(words)) or speaker(language)("none")


def _eural(code: str, language: Language) -> str:
    try:
        found = parse_eural(code)
    except UnknownEuralCode:
        return code
    return f"{found.display} {found.name_nl if language is Language.DUTCH else found.name_en}"


def _properties(checked: Checked, language: Language) -> list[Pair]:
    known = checked.rulebook.properties
    dutch = language is Language.DUTCH
    return [
        Pair(label=known[name].nl if dutch else known[name].en, text=value_in(language, value))
        for name, value in checked.facts.properties.items()
    ]


def _evidence(checked: Checked, language: Language) -> list[str]:
    found = []
    for kind in sorted(checked.facts.evidence):
        document = checked.rulebook.documents.get(kind)
        if document is None:
            found.append(word_in(language, kind))
        else:
            found.append(document.name.nl if language is Language.DUTCH else document.name.en)
    return sorted(found)


def _trade(trade: Trade, language: Language) -> list[Pair]:
    known = {name: getattr(trade, name) for name in Trade.__slots__}
    return [
        Pair(label=word_in(language, name).capitalize(), text=_trade_text(value, language))
        for name, value in known.items()
        if value is not None and value is not Truth.UNKNOWN
    ]


def _trade_text(value: str, language: Language) -> str:
    return truth_in(language, value) if isinstance(value, Truth) else word_in(language, value)


def _vouched(finding: CriterionOutcome, rule: Rule | None, say: Callable[[str], str]) -> str:
    """An inspector must see at once where nobody gave a figure."""
    return say("vouched") if rule and rule.vouchable and finding.outcome is Outcome.MET else ""


def _row(finding: CriterionOutcome, checked: Checked, language: Language) -> CriterionRow:
    say, rule = speaker(language), rule_of(finding.rule_id, checked.verdict, checked.rulebook)
    dutch = language is Language.DUTCH
    values = (
        [checked.facts.properties[name] for name in rule.measures if name in checked.facts.properties] if rule else []
    )
    limit = f"{finding.operator} {number_in(language, finding.limit or '')} {finding.unit or ''}".strip()
    return CriterionRow(
        rule_id=finding.rule_id,
        title=(rule.title.nl if dutch else rule.title.en) if rule else finding.rule_id,
        explanation=(rule.explanation.nl if dutch else rule.explanation.en) if rule else "",
        outcome=finding.outcome,
        outcome_label=say(f"outcome_{finding.outcome.value}"),
        value="; ".join(value_in(language, value) for value in values) or _vouched(finding, rule, say),
        limit=limit if finding.operator else "",
        article=finding.article,
        source=rule.law.source if rule else "",
        link=rule.law.link if rule else "",
        confidence=rule.confidence if rule else None,
        confidence_label=say(f"confidence_{rule.confidence.value}") if rule else "",
    )
