"""The outcome in one sentence, in plain Dutch (B1) and English, from the message catalogue of the rulebook."""

from functools import cache

from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.rules import Rule, Rulebook, Text


def reason(rulebook: Rulebook, status: LegalStatus, decisive: list[Rule], claimed: LegalStatus | None) -> Text:
    """The first sentence of a verdict: the status, and the rule that decided it."""
    return _reason(rulebook, status, decisive[0] if decisive else None, status is claimed)


@cache
def _reason(rulebook: Rulebook, status: LegalStatus, rule: Rule | None, as_claimed: bool) -> Text:
    outcome = rulebook.message("status", status.value)
    if rule is None:
        none = rulebook.message("reason", "as_stated" if as_claimed else "no_question")
        return Text(f"{outcome.nl} {none.nl}", f"{outcome.en} {none.en}")
    because = rulebook.message("reason", "because")
    return Text(
        f"{outcome.nl} {because.nl.format(title=rule.title.nl, article=rule.article)}",
        f"{outcome.en} {because.en.format(title=rule.title.en, article=rule.article)}",
    )
