"""The criteria of a verdict as people read them: what was asked, what came out, and the article with its link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from contracts.vocabulary.terms import Language
from matching.end_of_waste import packaged_rulebook
from matching.end_of_waste.rules import Rule
from services.checks.pages import safe_link


@dataclass(frozen=True, slots=True)
class CriterionTold:
    """One criterion: its subject, the outcome (`met`, `failed`, `unknown`), the article and where to read it."""

    about: str
    outcome: str
    article: str
    link: str


def criteria_told(criteria: Iterable[Mapping[str, Any]], language: Language) -> list[CriterionTold]:
    """The criteria in their order; what failed or is unknown first, for that is what somebody can mend."""
    told = [_told(item, language) for item in criteria]
    order = {"failed": 0, "unknown": 1, "met": 2}
    return sorted(told, key=lambda item: order.get(item.outcome, 3))


def _told(item: Mapping[str, Any], language: Language) -> CriterionTold:
    rule = _rules().get(str(item["rule_id"]))
    about = getattr(rule.title, language.value) if rule else str(item["rule_id"])
    link = safe_link(rule.law.link) if rule else ""
    return CriterionTold(about, str(item["outcome"]), str(item["article"]), link)


@cache
def _rules() -> Mapping[str, Rule]:
    return {rule.id: rule for rule in packaged_rulebook().rules}
