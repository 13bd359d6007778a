"""What is different between two verdicts on the same pair, told in one sentence each."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from contracts.events.trades import VerdictChangeState
from contracts.vocabulary.terms import Language, LegalStatus
from contracts.vocabulary.verdict import Outcome, Verdict
from matching.end_of_waste.changes import RuleChange, compare
from matching.end_of_waste.explain import explain
from matching.end_of_waste.rules import Rulebook

Tell = Callable[[Verdict, Verdict], tuple[VerdictChangeState, ...]]
"""What changed from the first verdict to the second."""

Sentence = tuple[str, str]
"""In Dutch and in English."""

Name = Callable[[str, date], Sentence]
"""A blocker (`missing:...`) or a duty of a day, in words."""

STATUSES: dict[LegalStatus, Sentence] = {
    LegalStatus.WASTE: ("afval", "waste"),
    LegalStatus.HAZARDOUS_WASTE: ("gevaarlijk afval", "hazardous waste"),
    LegalStatus.POP_WASTE: ("POP-afval", "POP waste"),
    LegalStatus.BY_PRODUCT: ("bijproduct", "by-product"),
    LegalStatus.END_OF_WASTE: ("einde-afval", "end-of-waste"),
    LegalStatus.PRODUCT: ("product", "product"),
    LegalStatus.OUT_OF_SCOPE: ("buiten de afvalregels", "outside waste law"),
    LegalStatus.UNDETERMINED: ("nog onbekend", "not known yet"),
}
OUTCOMES: dict[Outcome | None, Sentence] = {
    Outcome.MET: ("voldaan", "met"),
    Outcome.FAILED: ("niet voldaan", "not met"),
    Outcome.UNKNOWN: ("onbekend", "unknown"),
    None: ("niet gevraagd", "not asked"),
}
KEPT_NAMES = 2_000


def plain_changes(before: Verdict, after: Verdict) -> tuple[VerdictChangeState, ...]:
    """What changed, with blockers and duties by their codes."""
    return _told(before, after, _plain, _plain)


def named_changes(rulebook: Rulebook) -> Tell:
    """A `Tell` that names blockers and duties in the words of the rulebook."""

    @lru_cache(maxsize=KEPT_NAMES)
    def blocker(code: str, on: date) -> Sentence:
        nl, en = (explain(_with(on, blockers=(code,)), rulebook, language).blockers[0].text for language in Language)
        return nl, en

    @lru_cache(maxsize=KEPT_NAMES)
    def duty(code: str, on: date) -> Sentence:
        nl, en = (explain(_with(on, duties=(code,)), rulebook, language).duties[0].text for language in Language)
        return nl, en

    return lambda before, after: _told(before, after, blocker, duty)


def _with(on: date, blockers: tuple[str, ...] = (), duties: tuple[str, ...] = ()) -> Verdict:
    return Verdict(LegalStatus.UNDETERMINED, on, "", "", blockers=blockers, duties=duties)


def _plain(code: str, _on: date) -> Sentence:
    words = code.replace("_", " ")
    return words, words


def _told(before: Verdict, after: Verdict, blocker: Name, duty: Name) -> tuple[VerdictChangeState, ...]:
    # Pairs that say the same get the same object from the check: nearly all revisions end here.
    return () if before is after or before == after else tuple(_changes(before, after, blocker, duty))


def _changes(before: Verdict, after: Verdict, blocker: Name, duty: Name) -> Iterator[VerdictChangeState]:
    change = compare(_comparable(before), _comparable(after))
    if change.before is not change.after:
        yield _of_status(change.before, change.after)
    for code in change.blockers_removed:
        yield _gone("blocker", code, blocker(code, before.on))
    for code in change.blockers_added:
        yield _new("blocker", code, blocker(code, after.on))
    for code in change.duties_removed:
        yield _gone("duty", code, duty(code, before.on))
    for code in change.duties_added:
        yield _new("duty", code, duty(code, after.on))
    yield from (_of_rule(rule) for rule in change.rules if rule.before is not None and rule.after is not None)


def _comparable(verdict: Verdict) -> Verdict:
    """A verdict without a receipt rests on no law file."""
    return verdict if "law_files" in verdict.receipt else replace(verdict, receipt={"law_files": "{}"})


def _of_status(before: LegalStatus, after: LegalStatus) -> VerdictChangeState:
    (old_nl, old_en), (new_nl, new_en) = STATUSES[before], STATUSES[after]
    return VerdictChangeState(
        about="status",
        name="status",
        before=before.value,
        after=after.value,
        nl=f"De voorgestelde status was {old_nl} en is nu {new_nl}.",
        en=f"The proposed status was {old_en} and is now {new_en}.",
    )


def _gone(about: str, code: str, words: Sentence) -> VerdictChangeState:
    nl, en = words
    return VerdictChangeState(about=about, name=code, before=code, nl=f"Vervallen: {nl}", en=f"No longer: {en}")


def _new(about: str, code: str, words: Sentence) -> VerdictChangeState:
    nl, en = words
    return VerdictChangeState(about=about, name=code, after=code, nl=f"Nieuw: {nl}", en=f"New: {en}")


def _of_rule(rule: RuleChange) -> VerdictChangeState:
    (old_nl, old_en), (new_nl, new_en) = OUTCOMES[rule.before], OUTCOMES[rule.after]
    return VerdictChangeState(
        about="rule",
        name=rule.rule_id,
        before=_shown(rule.before, rule.limit_before),
        after=_shown(rule.after, rule.limit_after),
        nl=f"{rule.article}: was {old_nl}{_limit(rule.limit_before)}, is nu {new_nl}{_limit(rule.limit_after)}.",
        en=f"{rule.article}: was {old_en}{_limit(rule.limit_before)}, is now {new_en}{_limit(rule.limit_after)}.",
    )


def _shown(outcome: Outcome | None, limit: str | None) -> str | None:
    return None if outcome is None else f"{outcome.value}{_limit(limit)}"


def _limit(limit: str | None) -> str:
    return f" ({limit})" if limit else ""
