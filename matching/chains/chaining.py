"""The chains of a want: offers that fit it once a processor or a depot has done its part, and the cost of each step.

A chain is a pure function of the want and of the derived offers around it. Where the offer itself fits the want, the
pair is proposed and no chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from uuid import UUID, uuid5

from contracts.events.joint_trades import JointLandedState
from contracts.vocabulary.joint_terms import CapabilityKind, JointKind
from contracts.vocabulary.quantities import KG_PER_TONNE
from matching.chains.deriving import Derived, storage_fee, weeks_of_storage
from matching.comparing import STEP, scale_between
from matching.joint.road import cents, transport_for
from matching.model import WantEntry
from matching.proposing import TRADES, Fit, fits

CHAINS_PER_WANT = 3
"""Chains that stand for one want at a time: the cheapest at the door."""
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Step:
    """One movement of a chain. `quantity` is as the sender counts, `tonnes` the same as a weight.

    `share`: tonnes that reach the want for each tonne that moves here. `fee` is EUR per tonne that moves.
    """

    fit: Fit
    quantity: Decimal
    tonnes: Decimal
    share: Decimal
    transport: Decimal
    fee: Decimal | None


@dataclass(frozen=True, slots=True)
class Chain:
    """A want and the steps by which a derived offer reaches it. `received` is what each receiver gets, as it counts."""

    want: WantEntry
    derived: Derived
    steps: tuple[Step, ...]
    received: tuple[Decimal, ...]
    landed: JointLandedState

    @property
    def kind(self) -> JointKind:
        """Bridged when a depot takes part."""
        kinds = {capability.state.kind for capability in self.derived.capabilities}
        return JointKind.BRIDGED if CapabilityKind.STORAGE in kinds else JointKind.CHAINED

    @property
    def members(self) -> frozenset[UUID]:
        """The derived offer it is made of."""
        return frozenset({self.derived.key})

    @property
    def joint_id(self) -> UUID:
        """The same for the same revisions and quantities, so that replay creates nothing twice."""
        source, want = self.derived.source, self.want
        capabilities = [f"{one.key}:{one.state.revision}" for one in self.derived.capabilities]
        taken = ",".join(str(step.quantity.normalize()) for step in self.steps)
        name = f"{self.kind}:{want.key}:{want.revision}:{source.key}:{source.revision}:{','.join(capabilities)}:{taken}"
        return uuid5(TRADES, name)


def chain_between(derived: Derived | None, want: WantEntry) -> Chain | None:
    """The chain by which a derived offer reaches a want; None when it does not fit or is not needed."""
    fit = fits(derived.entry, want) if derived is not None else None
    return chain_of(derived, fit) if derived is not None and fit is not None else None


def chain_of(derived: Derived, fit: Fit) -> Chain | None:
    """The chain of a derived offer that fits a want by its cheapest terms; None when the real terms are too dear."""
    want, scale = fit.want, scale_between(fit.offer.measure, fit.want.measure)
    if scale is None or fit.quantity is None or _is_not_needed(derived, want):
        return None
    part = min(ONE, fit.quantity / derived.entry.remaining)
    steps = _steps(derived, fit, part)
    received = (*(_into(step) for step in steps[:-1]), min(want.remaining, scale.to_want(steps[-1].quantity)))
    landed = _landed(steps, derived)
    if not _worthwhile(steps, derived) or not _affordable(landed, want) or min(received) <= 0:
        return None
    return Chain(want, derived, steps, received, landed)


def chains_of(_want: WantEntry, chains: Mapping[UUID, Chain]) -> tuple[Chain, ...]:
    """The cheapest at the door; those of which a price is open come last."""

    def rank(chain: Chain) -> tuple[bool, Decimal, UUID]:
        landed = chain.landed.landed_eur_per_tonne
        return landed is None, landed or ZERO, chain.derived.key

    return tuple(sorted(chains.values(), key=rank)[:CHAINS_PER_WANT])


def _is_not_needed(derived: Derived, want: WantEntry) -> bool:
    """The pair itself fits, or a party of the chain is the seeker and needs no marketplace for its own material."""
    owners = {capability.state.organisation_id for capability in derived.capabilities}
    return want.organisation_id in owners or fits(derived.source, want) is not None


def _steps(derived: Derived, fit: Fit, part: Decimal) -> tuple[Step, ...]:
    """Each movement with the share of its full quantity that this want takes."""
    steps: list[Step] = []
    weeks = weeks_of_storage(derived, fit.want.state.available_from)
    shares = _shares(derived)
    for leg, share in zip(derived.legs, shares, strict=True):
        quantity = _part_of(leg.quantity, part)
        tonnes = leg.tonnes * part
        transport = transport_for(leg.fit.measured.distance_km, float(tonnes * KG_PER_TONNE))
        stored = leg.capability.state.kind is CapabilityKind.STORAGE
        fee = storage_fee(leg.capability.state, weeks) if stored else leg.fee
        steps.append(Step(leg.fit, quantity, tonnes, share, transport, fee))
    quantity = fit.quantity or ZERO
    last = transport_for(fit.measured.distance_km, float(quantity * KG_PER_TONNE))
    return (*steps, Step(fit, quantity, quantity, ONE, last, ZERO))


def _part_of(quantity: Decimal, part: Decimal) -> Decimal:
    return quantity if part == ONE else (quantity * part).quantize(STEP, ROUND_DOWN).normalize() + ZERO


def _shares(derived: Derived) -> list[Decimal]:
    """Tonnes that come out at the end for a tonne that goes into each step."""
    shares: list[Decimal] = []
    left = ONE
    for capability in reversed(derived.capabilities):
        left *= capability.state.yield_share
        shares.insert(0, left)
    return shares


def _into(step: Step) -> Decimal:
    """What a processor receives, in tonnes and in its own rhythm."""
    scale = scale_between(step.fit.offer.measure, step.fit.want.measure)
    return step.tonnes if scale is None else min(step.fit.want.remaining, scale.to_want(step.quantity))


def _worthwhile(steps: tuple[Step, ...], derived: Derived) -> bool:
    """Whether each processor gets at least its own minimum, now that only a part may be needed."""
    least = [capability.state.minimum or ZERO for capability in derived.capabilities]
    return all(_into(step) >= minimum for step, minimum in zip(steps, least, strict=False))


def _landed(steps: tuple[Step, ...], derived: Derived) -> JointLandedState:
    price = derived.source.state.price_eur_per_tonne
    bought = None if price is None else cents(price / steps[0].share)
    transport = cents(sum((step.transport / step.share for step in steps), ZERO))
    treatment = _fees(steps, derived, CapabilityKind.PROCESSING)
    storage = _fees(steps, derived, CapabilityKind.STORAGE)
    parts = (bought, transport, treatment, storage)
    known = [part for part in parts if part is not None]
    return JointLandedState(
        price_eur_per_tonne=bought,
        transport_eur_per_tonne=transport,
        treatment_eur_per_tonne=treatment,
        storage_eur_per_tonne=storage,
        landed_eur_per_tonne=sum(known, ZERO) if len(known) == len(parts) else None,
    )


def _fees(steps: tuple[Step, ...], derived: Derived, kind: CapabilityKind) -> Decimal | None:
    """The fees of all steps of a kind, per delivered tonne; None when one is not stated."""
    paired = zip(steps, derived.capabilities, strict=False)
    fees = [(step.fee, step.share) for step, capability in paired if capability.state.kind is kind]
    known = [fee / share for fee, share in fees if fee is not None]
    return cents(sum(known, ZERO)) if len(known) == len(fees) else None


def _affordable(landed: JointLandedState, want: WantEntry) -> bool:
    limit, total = want.state.max_landed_eur_per_tonne, landed.landed_eur_per_tonne
    return limit is None or total is None or total <= limit
