"""What changed between two verdicts on the same trade, and why: for a replay under a new rulebook or a new day."""

import json
from dataclasses import dataclass

from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import CriterionOutcome, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that turned out differently; None before or after means that it was not asked then."""

    rule_id: str
    article: str
    before: Outcome | None
    after: Outcome | None
    limit_before: str | None
    limit_after: str | None


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """The difference between two verdicts. `changed` says whether anybody has to be told."""

    before: LegalStatus
    after: LegalStatus
    blockers_added: tuple[str, ...]
    blockers_removed: tuple[str, ...]
    duties_added: tuple[str, ...]
    duties_removed: tuple[str, ...]
    rules: tuple[RuleChange, ...]
    law_files: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the status, a blocker or a duty is different."""
        lists = (self.blockers_added, self.blockers_removed, self.duties_added, self.duties_removed)
        return self.before is not self.after or any(lists)


def compare(before: Verdict, after: Verdict) -> VerdictChange:
    """What is different in `after`, with the rules and law files that made the difference."""
    return VerdictChange(
        before=before.status,
        after=after.status,
        blockers_added=_only_in(after.blockers, before.blockers),
        blockers_removed=_only_in(before.blockers, after.blockers),
        duties_added=_only_in(after.duties, before.duties),
        duties_removed=_only_in(before.duties, after.duties),
        rules=_rules(before, after),
        law_files=_law_files(before, after),
    )


def _only_in(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item for item in one if item not in other)


def _rules(before: Verdict, after: Verdict) -> tuple[RuleChange, ...]:
    old = {finding.rule_id: finding for finding in before.criteria}
    new = {finding.rule_id: finding for finding in after.criteria}
    names = dict.fromkeys([*old, *new])
    return tuple(_rule(name, old.get(name), new.get(name)) for name in names if _differs(old.get(name), new.get(name)))


def _differs(one: CriterionOutcome | None, other: CriterionOutcome | None) -> bool:
    if one is None or other is None:
        return True
    return (one.outcome, one.operator, one.limit, one.article) != (
        other.outcome,
        other.operator,
        other.limit,
        other.article,
    )


def _rule(name: str, old: CriterionOutcome | None, new: CriterionOutcome | None) -> RuleChange:
    known = new or old
    assert known is not None
    return RuleChange(
        rule_id=name,
        article=known.article,
        before=old.outcome if old else None,
        after=new.outcome if new else None,
        limit_before=_limit(old),
        limit_after=_limit(new),
    )


def _limit(finding: CriterionOutcome | None) -> str | None:
    if finding is None or finding.operator is None:
        return None
    return f"{finding.operator} {finding.limit} {finding.unit}"


def _law_files(before: Verdict, after: Verdict) -> tuple[str, ...]:
    """Law files whose bytes differ, or that are used in one of the two only."""
    old: dict[str, str] = json.loads(before.receipt["law_files"])
    new: dict[str, str] = json.loads(after.receipt["law_files"])
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))
