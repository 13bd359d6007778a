"""One document away: which papers or measurements, when they arrive, would change the status for the better.

A missing measurement is taken to meet its limit: the answer says what is worth asking for, not what it will show.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Verdict
from matching.end_of_waste.engine import PROPERTY, evaluate
from matching.end_of_waste.facts import Facts
from matching.end_of_waste.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Unlock:
    """A smallest set that helps: documents by code and measurements by property, and the verdict it leads to."""

    documents: tuple[EvidenceKind, ...]
    measurements: tuple[str, ...]
    status: LegalStatus
    blockers_left: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many things have to arrive."""
        return len(self.documents) + len(self.measurements)


@dataclass(frozen=True, slots=True)
class ProposedTrade:
    """A trade of an offer, as far as the totals need it."""

    trade_id: str
    facts: Facts
    tonnes: Decimal


@dataclass(frozen=True, slots=True)
class UnlockTotal:
    """What one document or measurement would do for an offer: how many trades, how many tonnes."""

    what: str
    trades: tuple[str, ...]
    tonnes: Decimal


def unlocks(facts: Facts, rulebook: Rulebook, on: date) -> tuple[Unlock, ...]:
    """The smallest sets of missing papers and measurements that improve the verdict, best first.

    Better is a better status, or with the same status fewer blockers. Sets are tried up to the size the rulebook
    sets (settings.largest_unlock), and then all that is missing at once; a set that holds a smaller answer of the
    same worth is left out.
    """
    now = evaluate(facts, rulebook, on)
    missing = _all_missing(facts, now, rulebook, on)
    if not missing:
        return ()
    found: list[tuple[frozenset[str], Unlock]] = []
    largest = min(rulebook.settings.largest_unlock, len(missing))
    sizes = [*range(1, largest + 1), *([len(missing)] if len(missing) > largest else [])]
    for size in sizes:
        for chosen in combinations(missing, size):
            unlock = _try(facts, rulebook, on, chosen)
            if _worth(unlock, rulebook) < _rank(now, rulebook) and not _covered(chosen, unlock, found, rulebook):
                found.append((frozenset(chosen), unlock))
    return tuple(sorted((unlock for _set, unlock in found), key=lambda one: (*_worth(one, rulebook), one.size)))


def _all_missing(facts: Facts, now: Verdict, rulebook: Rulebook, on: date) -> tuple[str, ...]:
    """What is missing, also what is only asked once the first papers are there."""
    missing = dict.fromkeys(now.missing)
    while True:
        documents, measurements = _split(tuple(missing))
        then = evaluate(_with(facts, documents), rulebook, on, frozenset(measurements))
        new = [what for what in then.missing if what not in missing]
        if not new:
            return tuple(missing)
        missing.update(dict.fromkeys(new))


def _try(facts: Facts, rulebook: Rulebook, on: date, chosen: Sequence[str]) -> Unlock:
    documents, measurements = _split(chosen)
    then = evaluate(_with(facts, documents), rulebook, on, frozenset(measurements))
    return Unlock(documents, measurements, then.status, then.blockers)


def _split(chosen: Sequence[str]) -> tuple[tuple[EvidenceKind, ...], tuple[str, ...]]:
    documents = tuple(EvidenceKind(what) for what in chosen if not what.startswith(PROPERTY))
    measurements = tuple(what.removeprefix(PROPERTY) for what in chosen if what.startswith(PROPERTY))
    return documents, measurements


def _with(facts: Facts, documents: Iterable[EvidenceKind]) -> Facts:
    return replace(facts, evidence=facts.evidence.union(documents))


def _rank(verdict: Verdict, rulebook: Rulebook) -> tuple[int, int]:
    return rulebook.settings.better.index(verdict.status), len(verdict.blockers)


def _worth(unlock: Unlock, rulebook: Rulebook) -> tuple[int, int]:
    return rulebook.settings.better.index(unlock.status), len(unlock.blockers_left)


def _covered(
    chosen: Sequence[str], unlock: Unlock, found: list[tuple[frozenset[str], Unlock]], rulebook: Rulebook
) -> bool:
    whole = frozenset(chosen)
    return any(part < whole and _worth(other, rulebook) <= _worth(unlock, rulebook) for part, other in found)


def unlock_totals(trades: Iterable[ProposedTrade], rulebook: Rulebook, on: date) -> tuple[UnlockTotal, ...]:
    """For an offer with many proposed trades: what each single document or measurement unlocks, most tonnes first.

    A trade counts when that one thing changes its status for the better or takes its last blocker away.
    """
    trades_by: dict[str, list[ProposedTrade]] = {}
    for trade in trades:
        now = evaluate(trade.facts, rulebook, on)
        for what in now.missing:
            if _opens(_try(trade.facts, rulebook, on, (what,)), now, rulebook):
                trades_by.setdefault(what, []).append(trade)
    totals = [
        UnlockTotal(what, tuple(one.trade_id for one in helped), sum((one.tonnes for one in helped), Decimal(0)))
        for what, helped in trades_by.items()
    ]
    return tuple(sorted(totals, key=lambda total: (-total.tonnes, -len(total.trades), total.what)))


def _opens(unlock: Unlock, now: Verdict, rulebook: Rulebook) -> bool:
    better = rulebook.settings.better.index(unlock.status) < rulebook.settings.better.index(now.status)
    return better or (not unlock.blockers_left and bool(now.blockers))
