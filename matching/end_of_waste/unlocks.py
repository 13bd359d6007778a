"""One document away: which papers or measurements, when they arrive, would change the status for the better.

A missing measurement is taken to meet its limit: the answer says what is worth asking for, not what it will show.

How the smallest sets are found. A set helps only when it opens every open criterion of one question. So the search
takes the first criterion of that question that is still open and tries, one by one, what that criterion asks for:
every set that helps holds one of those. Sets are tried from small to large, so what is found first is smallest, and
a set around one that was found is left out. What it costs grows with the alternatives per criterion, not with the
number of things that are missing; `settings.most_tries` ends a search that has too many alternatives.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Outcome, Verdict
from matching.end_of_waste.engine import PROPERTY, evaluate
from matching.end_of_waste.facts import Facts
from matching.end_of_waste.parsing import facts_to_text
from matching.end_of_waste.rules import Part, Question, Rule, Rulebook

Things = frozenset[str]
"""Documents by code, and measurements as `property:<name>`."""

NOTHING: Things = frozenset()


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
    """A trade of an offer, as far as the totals need it; `tonnes` is None when the weight is not known."""

    trade_id: str
    facts: Facts
    tonnes: Decimal | None


@dataclass(frozen=True, slots=True)
class UnlockTotal:
    """What a set of documents and measurements would do for an offer: which trades, and how many tonnes at least."""

    documents: tuple[EvidenceKind, ...]
    measurements: tuple[str, ...]
    trades: tuple[str, ...]
    tonnes: Decimal
    statuses: tuple[LegalStatus, ...]


def unlocks(facts: Facts, rulebook: Rulebook, on: date) -> tuple[Unlock, ...]:
    """The smallest sets of missing papers and measurements that improve the verdict, best first.

    Better is a better status, or with the same status fewer blockers. When the search for a better status ends before
    it found a set, everything that is missing is tried at once.
    """
    return Search(facts, rulebook, on).best()


@dataclass(slots=True)
class Search:
    """One search, with the verdicts it has asked for."""

    facts: Facts
    rulebook: Rulebook
    on: date
    tries: int = 0
    _asked: dict[Things, Verdict] = field(default_factory=dict)

    def best(self) -> tuple[Unlock, ...]:
        """All unlocks, best first."""
        now = self.verdict(NOTHING)
        sets = list(dict.fromkeys([*self._singles(now), *self._better_status(now)]))
        found: list[tuple[Things, Unlock]] = []
        for things in sorted(sets, key=lambda one: (len(one), sorted(one))):
            unlock = self._unlock(things)
            if self._worth(unlock) < self._rank(now) and not self._covered(things, unlock, found):
                found.append((things, unlock))
        return tuple(sorted((unlock for _things, unlock in found), key=lambda one: (*self._worth(one), one.size)))

    def verdict(self, things: Things) -> Verdict:
        """The verdict when these things have arrived."""
        known = self._asked.get(things)
        if known is None:
            self.tries += 1
            documents, measurements = split(things)
            facts = replace(self.facts, evidence=self.facts.evidence.union(documents))
            known = self._asked[things] = evaluate(facts, self.rulebook, self.on, frozenset(measurements))
        return known

    def _singles(self, now: Verdict) -> Iterator[Things]:
        for what in now.missing:
            yield frozenset({what})
        if len(now.missing) > 1:
            yield frozenset(now.missing)

    def _better_status(self, now: Verdict) -> list[Things]:
        order = self.rulebook.settings.better
        found: list[Things] = []
        for question in self.rulebook.questions:
            leads = question.part is Part.STATUS and question.leads_to is not None
            if leads and order.index(question.leads_to) < order.index(now.status):
                found.extend(self._smallest(question, now))
        return found or [self._pared(self.everything())]

    def _smallest(self, question: Question, now: Verdict) -> list[Things]:
        waiting, seen, found = deque([NOTHING]), {NOTHING}, list[Things]()
        while waiting and self.tries < self.rulebook.settings.most_tries:
            things = waiting.popleft()
            if any(small <= things for small in found):
                continue
            verdict = self.verdict(things)
            if self._is_better(verdict, now):
                found.append(things)
                continue
            for what in self._asked_for(question, verdict, things):
                larger = things | {what}
                if larger not in seen:
                    seen.add(larger)
                    waiting.append(larger)
        return found

    def _asked_for(self, question: Question, verdict: Verdict, things: Things) -> Iterator[str]:
        """What the first open criterion of the question asks for; nothing when the question cannot be opened."""
        own = [(self._rule(found.rule_id, question), found.outcome) for found in verdict.criteria]
        outcomes = [(rule, outcome) for rule, outcome in own if rule is not None]
        if any(outcome is Outcome.FAILED for _rule, outcome in outcomes):
            return
        for rule, outcome in outcomes:
            if outcome is Outcome.UNKNOWN:
                yield from sorted(rule.papers - self.facts.evidence - things)
                names = (PROPERTY + name for name in rule.measures if name not in self.facts.properties)
                yield from (name for name in dict.fromkeys(names) if name not in things)
                return

    def _rule(self, rule_id: str, question: Question) -> Rule | None:
        for rule in self.rulebook.by_id.get(rule_id, ()):
            if question.id in rule.law.questions and rule.law.holds_on(self.on):
                return rule
        return None

    def everything(self) -> Things:
        """What is missing, also what is only asked once the first papers are there."""
        missing = frozenset(self.verdict(NOTHING).missing)
        while True:
            more = missing.union(self.verdict(missing).missing)
            if more == missing:
                return missing
            missing = more

    def _pared(self, things: Things) -> Things:
        """Without what makes no difference; what is left is needed, though there may be a smaller set elsewhere."""
        wanted = self._rank(self.verdict(things))
        for what in sorted(things, reverse=True):
            if self._rank(self.verdict(things - {what})) <= wanted:
                things = things - {what}
        return things

    def _unlock(self, things: Things) -> Unlock:
        documents, measurements = split(things)
        then = self.verdict(things)
        return Unlock(documents, measurements, then.status, then.blockers)

    def _is_better(self, verdict: Verdict, now: Verdict) -> bool:
        order = self.rulebook.settings.better
        return order.index(verdict.status) < order.index(now.status)

    def _rank(self, verdict: Verdict) -> tuple[int, int]:
        return self.rulebook.settings.better.index(verdict.status), len(verdict.blockers)

    def _worth(self, unlock: Unlock) -> tuple[int, int]:
        return self.rulebook.settings.better.index(unlock.status), len(unlock.blockers_left)

    def _covered(self, things: Things, unlock: Unlock, found: list[tuple[Things, Unlock]]) -> bool:
        worth = self._worth(unlock)
        return any(part < things and self._worth(other) <= worth for part, other in found)


def split(things: Iterable[str]) -> tuple[tuple[EvidenceKind, ...], tuple[str, ...]]:
    """The documents and the measurements among these things, each in order."""
    documents = sorted(EvidenceKind(what) for what in things if not what.startswith(PROPERTY))
    measurements = sorted(what.removeprefix(PROPERTY) for what in things if what.startswith(PROPERTY))
    return tuple(documents), tuple(measurements)


def unlock_totals(trades: Iterable[ProposedTrade], rulebook: Rulebook, on: date) -> tuple[UnlockTotal, ...]:
    """For an offer with many proposed trades: what each smallest set unlocks; most tonnes first, then fewest things.

    A trade counts when the set changes its status for the better or takes its last blocker away. Trades with equal
    facts are searched once.
    """
    known: dict[str, tuple[Unlock, ...]] = {}
    helped: dict[tuple[tuple[EvidenceKind, ...], tuple[str, ...]], list[tuple[ProposedTrade, LegalStatus]]] = {}
    for trade in trades:
        text = facts_to_text(trade.facts)
        if text not in known:
            known[text] = _opening(trade.facts, rulebook, on)
        for unlock in known[text]:
            helped.setdefault((unlock.documents, unlock.measurements), []).append((trade, unlock.status))
    totals = [_total(*key, found) for key, found in helped.items()]
    return tuple(sorted(totals, key=lambda one: (-one.tonnes, -len(one.trades), _size(one), one.documents)))


def _opening(facts: Facts, rulebook: Rulebook, on: date) -> tuple[Unlock, ...]:
    now = evaluate(facts, rulebook, on)
    order = rulebook.settings.better
    return tuple(
        unlock
        for unlock in unlocks(facts, rulebook, on)
        if order.index(unlock.status) < order.index(now.status) or (now.blockers and not unlock.blockers_left)
    )


def _size(total: UnlockTotal) -> int:
    return len(total.documents) + len(total.measurements)


def _total(
    documents: tuple[EvidenceKind, ...],
    measurements: tuple[str, ...],
    found: list[tuple[ProposedTrade, LegalStatus]],
) -> UnlockTotal:
    tonnes = sum((trade.tonnes for trade, _status in found if trade.tonnes is not None), Decimal(0))
    statuses = tuple(dict.fromkeys(status for _trade, status in found))
    return UnlockTotal(documents, measurements, tuple(trade.trade_id for trade, _status in found), tonnes, statuses)
