"""A verdict in plain words: the outcome first, then the reasons, then what is missing and who can provide it."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.vocabulary.terms import Language
from contracts.vocabulary.verdict import CriterionOutcome, Outcome, Verdict
from matching.end_of_waste.engine import PROPERTY
from matching.end_of_waste.rules import Rule, Rulebook, Text


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with the link to the article it speaks of (empty when there is none)."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a reader sees, in this order."""

    outcome: str
    reasons: tuple[Line, ...]
    blockers: tuple[Line, ...]
    missing: tuple[Line, ...]
    duties: tuple[Line, ...]
    confidence: str
    advice: str

    def text(self, rulebook: Rulebook, language: Language) -> str:
        """The whole explanation as plain text with headings."""
        say = _speaker(language)
        parts = [self.outcome]
        for name in ("reasons", "blockers", "missing", "duties"):
            lines: tuple[Line, ...] = getattr(self, name)
            if lines:
                parts += ["", say(rulebook.message("heading", name))]
                parts += [f"- {line.text}" for line in lines]
        return "\n".join([*parts, "", self.confidence, self.advice])


def explain(verdict: Verdict, rulebook: Rulebook, language: Language = Language.DUTCH) -> Explanation:
    """The verdict in plain Dutch (B1) or English. `rulebook` is the one the verdict was made with."""
    say = _speaker(language)
    open_first = sorted(verdict.criteria, key=lambda finding: list(_ORDER).index(finding.outcome))
    confidence = verdict.confidence.value if verdict.confidence else ""
    certainty = say(rulebook.message("confidence", confidence)) if confidence else ""
    return Explanation(
        outcome=verdict.reason_nl if language is Language.DUTCH else verdict.reason_en,
        reasons=tuple(_reason(finding, verdict, rulebook, say) for finding in open_first),
        blockers=tuple(Line(_blocker(blocker, rulebook, say)) for blocker in verdict.blockers),
        missing=tuple(Line(_missing(what, rulebook, say)) for what in verdict.missing),
        duties=tuple(_duty(duty, verdict, rulebook, say) for duty in verdict.duties),
        confidence=say(rulebook.message("sentence", "confidence")).format(what=certainty) if certainty else "",
        advice=say(rulebook.message("sentence", "advice")),
    )


_ORDER = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.MET)
_Say = Callable[[Text], str]


def _speaker(language: Language) -> _Say:
    return lambda text: text.nl if language is Language.DUTCH else text.en


def rule_of(rule_id: str, verdict: Verdict, rulebook: Rulebook) -> Rule | None:
    """The version of the rule that held on the day of the verdict."""
    return next((rule for rule in rulebook.by_id.get(rule_id, ()) if rule.law.holds_on(verdict.on)), None)


def _reason(finding: CriterionOutcome, verdict: Verdict, rulebook: Rulebook, say: _Say) -> Line:
    rule = rule_of(finding.rule_id, verdict, rulebook)
    value = _value(finding, rule, rulebook, say)
    limit = ""
    if finding.operator:
        parts = {"operator": finding.operator, "limit": finding.limit, "unit": finding.unit}
        limit = say(rulebook.message("sentence", "limit")).format(**parts)
    sentence = say(rulebook.message("sentence", "finding")).format(
        title=say(rule.title) if rule else finding.rule_id,
        outcome=say(rulebook.message("outcome", finding.outcome.value)),
        value=value,
        limit=limit,
        article=finding.article,
    )
    told = f"{sentence} {say(rule.explanation)}" if rule else sentence
    return Line(told, rule.law.link if rule else "")


def _value(finding: CriterionOutcome, rule: Rule | None, rulebook: Rulebook, say: _Say) -> str:
    """The value that was compared, or the open admission that a paper stands in for a value nobody gave."""
    if finding.value:
        return say(rulebook.message("sentence", "value")).format(value=finding.value)
    vouched = rule is not None and rule.vouchable and finding.outcome is Outcome.MET
    return say(rulebook.message("sentence", "vouched")) if vouched else ""


def _blocker(blocker: str, rulebook: Rulebook, say: _Say) -> str:
    kind, _colon, what = blocker.partition(":")
    return f"{say(rulebook.message('blocker', kind))}: {_name(what, rulebook, say)}."


def _name(what: str, rulebook: Rulebook, say: _Say) -> str:
    """A document, a property or a condition by the name a reader knows."""
    known = rulebook.properties.get(what)
    if known is not None:
        return say(Text(known.nl, known.en))
    document = rulebook.documents.get(what)
    if document is not None:
        return say(document.name)
    if what in rulebook.messages["condition"]:
        return say(rulebook.message("condition", what))
    return what.replace("_", " ")


def _missing(what: str, rulebook: Rulebook, say: _Say) -> str:
    if what.startswith(PROPERTY):
        name = _name(what.removeprefix(PROPERTY), rulebook, say)
        thing = say(rulebook.message("sentence", "measurement")).format(what=name)
        who = say(rulebook.message("provider", "laboratory"))
    else:
        thing = _name(what, rulebook, say)
        who = say(rulebook.message("provider", rulebook.documents[what].provider))
    return say(rulebook.message("sentence", "provider")).format(what=thing[:1].upper() + thing[1:], who=who)


def _duty(duty: str, verdict: Verdict, rulebook: Rulebook, say: _Say) -> Line:
    for rule in rulebook.rules:
        if rule.duty == duty and rule.law.holds_on(verdict.on):
            return Line(f"{say(rule.title)}: {say(rule.explanation)} ({rule.article})", rule.law.link)
    return Line(duty)
