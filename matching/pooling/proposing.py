"""The joint trade of a pool: its parties, one leg per lot with a verdict of its own, and what is still asked."""

from datetime import date

from contracts.events.joint_trades import JointLegState, JointPartyState, JointTradeState
from contracts.events.trades import QuestionState
from contracts.vocabulary.joint_terms import JointKind, PartyRole
from matching.joint.road import transport_for
from matching.pooling.pools import Pool, Share
from matching.proposing import Check
from matching.verdicts import verdict_state


def pooled_trade(pool: Pool, check: Check, today: date) -> JointTradeState:
    """The joint trade of a pool."""
    want = pool.want
    holders = [holder_party(share) for share in pool.shares]
    seeker = JointPartyState(
        role=PartyRole.SEEKER,
        organisation_id=want.organisation_id,
        listing_id=want.key,
        listing_revision=want.revision,
        quantity=pool.amount,
        unit=want.state.unit,
    )
    return JointTradeState(
        joint_id=pool.joint_id,
        kind=JointKind.POOLED,
        family=pool.shares[0].lot.fit.offer.concept.family,
        concept=pool.shares[0].lot.fit.offer.state.concept,
        want_id=want.key,
        quantity=pool.amount,
        minimum=want.state.minimum,
        unit=want.state.unit,
        parties=(*holders, seeker),
        legs=legs_of(pool, check, today),
        landed=pool.landed,
        questions=_questions(pool),
    )


def holder_party(share: Share) -> JointPartyState:
    """The party of one lot."""
    offer = share.lot.fit.offer
    return JointPartyState(
        role=PartyRole.HOLDER,
        organisation_id=offer.organisation_id,
        listing_id=offer.key,
        listing_revision=offer.revision,
        quantity=share.offered,
        unit=offer.state.unit,
    )


def legs_of(pool: Pool, check: Check, today: date) -> tuple[JointLegState, ...]:
    """One leg per lot, in the order of the tour; the days are those on which all lots are there."""
    want = pool.want
    load_kg = float(pool.load_kg)
    from_day = max([share.lot.first_day for share in pool.shares] + [want.state.available_from or date.min])
    until_day = min([share.lot.last_day for share in pool.shares] + [want.state.available_until or date.max])
    return tuple(
        JointLegState(
            number=number,
            sender_id=share.lot.key,
            receiver_id=want.key,
            concept=share.lot.fit.offer.state.concept,
            quantity=share.offered,
            unit=share.lot.fit.offer.state.unit,
            distance_km=share.km,
            transport_eur_per_tonne=transport_for(share.km, load_kg),
            from_day=None if from_day == date.min else from_day,
            until_day=None if until_day == date.max else until_day,
            verdict=verdict_state(check(share.lot.fit.offer, want, today)),
        )
        for number, share in enumerate(pool.shares, 1)
    )


def _questions(pool: Pool) -> tuple[QuestionState, ...]:
    """Each question once, whichever lots raise it."""
    asked = {question.about: question for share in pool.shares for question in share.lot.fit.questions}
    return tuple(asked.values())
