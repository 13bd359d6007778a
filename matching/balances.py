"""What is free of one listing: its total, less what trades hold and what they were promised.

Taking more than is free is impossible here, so nothing is ever promised twice.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.listings import OfferState, RemainingChanged, WantState
from contracts.vocabulary.joint_terms import CapabilityKind
from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import ListingKind, ListingStatus
from matching.comparing import Measure

ZERO = Decimal(0)
TRADABLE = (ListingStatus.OPEN, ListingStatus.RESERVED)
"""A reserved listing is not over: what is held of it may still be agreed to."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What trades did to one listing, in `unit`, and what trading needs to know of it.

    `minimum` is the least that is of use to a seeker. `held` and `promised` may exceed `total` only after a revision
    made the total smaller. `sequence` grows by one with each change that others are told of.
    """

    listing_id: UUID
    kind: ListingKind | CapabilityKind
    revision: int
    status: ListingStatus
    families: tuple[str, ...]
    unit: Unit
    kg_per_unit: Decimal | None
    recurrence: Recurrence
    total: Decimal
    minimum: Decimal | None = None
    held: Decimal = ZERO
    promised: Decimal = ZERO
    sequence: int = 0

    @property
    def taken(self) -> Decimal:
        """What is not free."""
        return self.held + self.promised

    @property
    def remaining(self) -> Decimal:
        """What is free, never below 0."""
        return max(ZERO, self.total - self.taken)

    @property
    def measure(self) -> Measure:
        """How the listing counts."""
        return Measure(self.unit, self.kg_per_unit, self.recurrence)

    @property
    def is_tradable(self) -> bool:
        """Whether the listing has not ended."""
        return self.status in TRADABLE


class Overdrawn(ValueError):
    """More was taken than is free, or more was given back than was taken: a mistake of the caller."""


def balance_of(state: OfferState | WantState) -> Balance:
    """The balance of a listing of which nothing is taken yet."""
    return Balance(
        listing_id=state.listing_id,
        kind=ListingKind(state.kind),
        revision=state.revision,
        status=state.status,
        families=state.families,
        unit=state.unit,
        kg_per_unit=state.kg_per_unit,
        recurrence=state.recurrence,
        total=state.quantity,
        minimum=state.minimum if isinstance(state, WantState) else None,
    )


def hold(balance: Balance, amount: Decimal) -> Balance:
    """Keep a free amount apart for one trade; raises Overdrawn when less is free."""
    _require(amount, balance.remaining, "free")
    return _told(replace(balance, held=balance.held + amount))


def promise(balance: Balance, amount: Decimal) -> Balance:
    """Promise a free amount to one trade; raises Overdrawn when less is free."""
    _require(amount, balance.remaining, "free")
    return _told(replace(balance, promised=balance.promised + amount))


def promise_held(balance: Balance, amount: Decimal) -> Balance:
    """Turn a held amount into a promised one; raises Overdrawn when less is held."""
    _require(amount, balance.held, "held")
    return _told(replace(balance, held=balance.held - amount, promised=balance.promised + amount))


def give_back_held(balance: Balance, amount: Decimal) -> Balance:
    """Free a held amount; raises Overdrawn when less is held."""
    _require(amount, balance.held, "held")
    return _told(replace(balance, held=balance.held - amount))


def give_back_promised(balance: Balance, amount: Decimal) -> Balance:
    """Free a promised amount; raises Overdrawn when less is promised."""
    _require(amount, balance.promised, "promised")
    return _told(replace(balance, promised=balance.promised - amount))


def rebase(balance: Balance, new_total: Decimal) -> Balance:
    """The balance after its listing's total changed; what is held and promised stands."""
    if new_total == balance.total:
        return balance
    return _told(replace(balance, total=new_total))


def follow_revision(balance: Balance, state: OfferState | WantState) -> Balance:
    """The balance after a change of its listing; the same one when the change is older. Ending keeps the revision.

    While something is taken the balance keeps counting in its old unit, because that is what the trades agreed on.
    """
    if state.revision < balance.revision:
        return balance
    fresh = balance_of(state)
    if not balance.taken:
        changed = (fresh.total, fresh.unit, fresh.families) != (balance.total, balance.unit, balance.families)
        sequence = balance.sequence + 1 if changed and balance.sequence else balance.sequence
        return replace(fresh, sequence=sequence)
    kept = replace(
        fresh,
        unit=balance.unit,
        kg_per_unit=balance.kg_per_unit if fresh.unit is not balance.unit else fresh.kg_per_unit,
        total=_in_unit_of(balance, fresh, fresh.total, balance.taken),
        minimum=None if fresh.minimum is None else _in_unit_of(balance, fresh, fresh.minimum, ZERO),
        held=balance.held,
        promised=balance.promised,
        sequence=balance.sequence,
    )
    # A family that has just received the listing has never heard what is taken of it.
    told_before = (balance.total, balance.unit, balance.families)
    return kept if (kept.total, kept.unit, kept.families) == told_before else _told(kept)


def remaining_changed(balance: Balance, cause: UUID) -> NewEvent:
    """The event that tells what is free now of an offer or want."""
    data = RemainingChanged(
        listing_id=balance.listing_id,
        kind=ListingKind(balance.kind.value),
        families=balance.families,
        unit=balance.unit,
        total=balance.total,
        held=balance.held,
        promised=balance.promised,
        remaining=balance.remaining,
        sequence=balance.sequence,
    )
    return NewEvent(
        data=data,
        # Not the listing's own subject: a compacted topic would keep only this event, and lose what the listing says.
        subject=f"remaining:{balance.listing_id}",
        partition_keys=balance.families,
        id=uuid5(cause, f"remaining:{balance.listing_id}:{balance.sequence}"),
    )


def _in_unit_of(balance: Balance, fresh: Balance, amount: Decimal, otherwise: Decimal) -> Decimal:
    """An amount of the revised listing in the balance's unit; `otherwise` when no weight connects the two."""
    if fresh.unit is balance.unit:
        return amount
    source, target = fresh.measure.known_kg_per_unit, balance.measure.known_kg_per_unit
    return otherwise if source is None or target is None else amount * source / target


def _told(balance: Balance) -> Balance:
    return replace(balance, sequence=balance.sequence + 1)


def _require(amount: Decimal, available: Decimal, what: str) -> None:
    if not 0 < amount <= available:
        raise Overdrawn(f"got {amount}; expected an amount above 0 and at most the {available} that is {what}")
