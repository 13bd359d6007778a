"""The joint trade of a chain: holder, processors or depots, seeker; one leg each with a verdict of its own."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from contracts.events.joint_trades import JointLegState, JointPartyState, JointTradeState
from contracts.events.trades import QuestionState
from contracts.vocabulary.joint_terms import CapabilityKind, PartyRole
from contracts.vocabulary.quantities import Unit
from matching.chains.capabilities import Capability
from matching.chains.chaining import Chain, Step
from matching.model import OfferEntry, WantEntry
from matching.proposing import Check
from matching.questions import question_of
from matching.verdicts import verdict_state

ROLES = {CapabilityKind.PROCESSING: PartyRole.PROCESSOR, CapabilityKind.STORAGE: PartyRole.DEPOT}


def chained_trade(chain: Chain, check: Check, today: date) -> JointTradeState:
    """The joint trade of a chain, with the verdict on each leg: on what goes in, and on what comes out."""
    return JointTradeState(
        joint_id=chain.joint_id,
        kind=chain.kind,
        family=chain.derived.entry.concept.family,
        concept=chain.derived.entry.concept.id,
        want_id=chain.want.key,
        quantity=chain.received[-1],
        minimum=chain.want.state.minimum,
        unit=chain.want.state.unit,
        parties=tuple(_parties(chain)),
        legs=tuple(_leg(number, step, chain, check, today) for number, step in enumerate(chain.steps)),
        landed=chain.landed,
        questions=_questions(chain),
    )


def _parties(chain: Chain) -> Iterator[JointPartyState]:
    source = chain.derived.source
    yield _party(PartyRole.HOLDER, source, chain.steps[0].quantity, source.state.unit)
    for capability, tonnes in zip(chain.derived.capabilities, chain.received, strict=False):
        yield _party(ROLES[capability.state.kind], capability.asked, tonnes, Unit.TONNE)
    yield _party(PartyRole.SEEKER, chain.want, chain.received[-1], chain.want.state.unit)


def _party(role: PartyRole, entry: OfferEntry | WantEntry, quantity: Decimal, unit: Unit) -> JointPartyState:
    return JointPartyState(
        role=role,
        organisation_id=entry.organisation_id,
        listing_id=entry.key,
        listing_revision=entry.revision,
        quantity=quantity,
        unit=unit,
    )


def _leg(number: int, step: Step, chain: Chain, check: Check, today: date) -> JointLegState:
    places: list[Capability | None] = [*chain.derived.capabilities, None]
    before = places[number - 1] if number else None
    receiver = places[number]
    offer, asked = step.fit.offer, step.fit.want
    from_day = max(filter(None, (offer.state.available_from, asked.state.available_from)), default=None)
    until_day = min(filter(None, (offer.state.available_until, asked.state.available_until)), default=None)
    return JointLegState(
        number=number + 1,
        sender_id=chain.derived.source.key if before is None else before.key,
        receiver_id=chain.want.key if receiver is None else receiver.key,
        concept=offer.concept.id,
        quantity=step.quantity,
        unit=offer.state.unit,
        distance_km=step.fit.measured.distance_km,
        transport_eur_per_tonne=step.transport,
        fee_eur_per_tonne=None if receiver is None else step.fee,
        from_day=from_day,
        until_day=until_day,
        verdict=verdict_state(check(offer, asked, today)),
    )


def _questions(chain: Chain) -> tuple[QuestionState, ...]:
    """Each question once, whichever step raises it."""
    asked = {doubt.about: question_of(doubt) for step in chain.steps for doubt in step.fit.doubts}
    return tuple(asked.values())
