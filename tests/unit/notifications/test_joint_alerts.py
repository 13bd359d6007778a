"""Every party of a joint trade hears of it, with only what it may see."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.events.alerts import AlertKind
from contracts.events.joint_trades import (
    JointLandedState,
    JointLegState,
    JointPartyState,
    JointTradeAccepted,
    JointTradeAgreed,
    JointTradeDeclined,
    JointTradeLapsed,
    JointTradesProposed,
    JointTradeState,
)
from contracts.vocabulary.joint_terms import JointKind, JointStatus, PartyAnswer, PartyRole
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingKind, Visibility
from notifications.disclosure import Cards
from notifications.joint_alerts import joint_body, joint_changed, joint_mentions, joint_proposed
from notifications.model import ListingCard, OrganisationCard
from tests.unit.notifications.scenes import HOLDER, OFFER, SEEKER, VERDICT, WANT

PROCESSOR, CAPABILITY, JOINT = UUID(int=0xC3), UUID(int=0x0C), UUID(int=0x71)


def party(role: PartyRole, owner: UUID, listing: UUID) -> JointPartyState:
    return JointPartyState(
        role=role, organisation_id=owner, listing_id=listing, listing_revision=1, quantity=Decimal(20), unit=Unit.TONNE
    )


def leg(number: int, sender: UUID, receiver: UUID) -> JointLegState:
    return JointLegState(
        number=number,
        sender_id=sender,
        receiver_id=receiver,
        concept="brick",
        quantity=Decimal(20),
        unit=Unit.TONNE,
        distance_km=17.31,
        transport_eur_per_tonne=Decimal("17.40"),
        verdict=VERDICT,
    )


def trade(**changes: Any) -> JointTradeState:
    fields: dict[str, Any] = {
        "joint_id": JOINT,
        "kind": JointKind.CHAINED,
        "family": "mineral",
        "concept": "brick",
        "want_id": WANT,
        "quantity": Decimal(20),
        "unit": Unit.TONNE,
        "parties": (
            party(PartyRole.HOLDER, HOLDER, OFFER),
            party(PartyRole.PROCESSOR, PROCESSOR, CAPABILITY),
            party(PartyRole.SEEKER, SEEKER, WANT),
        ),
        "legs": (leg(1, OFFER, CAPABILITY), leg(2, CAPABILITY, WANT)),
        "landed": JointLandedState(price_eur_per_tonne=Decimal("1.25"), landed_eur_per_tonne=Decimal("11.15")),
    }
    return JointTradeState(**{**fields, **changes})


def card(listing: UUID, owner: UUID, visibility: Visibility = Visibility.PUBLIC) -> ListingCard:
    return ListingCard(
        listing_id=listing,
        revision=1,
        organisation_id=owner,
        kind=ListingKind.OFFER,
        title=f"title {listing.int}",
        concepts=("brick",),
        quantity=Decimal(20),
        unit=Unit.TONNE,
        municipality="Nijmegen",
        province="Gelderland",
        visibility=visibility,
    )


def cards(holder: Visibility = Visibility.PUBLIC) -> Cards:
    owners = {OFFER: HOLDER, CAPABILITY: PROCESSOR, WANT: SEEKER}
    listings = {key: card(key, owner, holder if key == OFFER else Visibility.PUBLIC) for key, owner in owners.items()}
    return Cards(listings, {owner: OrganisationCard(owner, 1, f"name {owner.int}") for owner in owners.values()})


def test_every_organisation_is_told_once_of_a_proposal() -> None:
    event = JointTradesProposed(because_of=OFFER, proposals=(trade(),))
    drafts = joint_proposed(event, cards())

    assert {draft.channel.id for draft in drafts} == {HOLDER, PROCESSOR, SEEKER}
    assert {draft.kind for draft in drafts} == {AlertKind.TRADE_PROPOSED}
    assert joint_mentions(event).listings == {OFFER, CAPABILITY, WANT}


def test_an_alert_has_the_readers_own_listing_where_alerts_of_pairs_have_it() -> None:
    event = JointTradesProposed(because_of=OFFER, proposals=(trade(),))
    (draft,) = [one for one in joint_proposed(event, cards()) if one.channel.id == PROCESSOR]

    assert draft.body["listing"] == {
        "listing_id": str(CAPABILITY),
        "kind": "capability",
        "title": f"title {CAPABILITY.int}",
    }
    assert draft.body["status"] == "proposed"


@pytest.mark.parametrize(
    ("event", "status", "kind"),
    [
        (JointTradeAccepted, JointStatus.ACCEPTED, AlertKind.TRADE_CHANGED),
        (JointTradeDeclined, JointStatus.DECLINED, AlertKind.TRADE_CHANGED),
        (JointTradeLapsed, JointStatus.LAPSED, AlertKind.TRADE_LAPSED),
    ],
)
def test_every_step_is_told_under_its_own_key(event: Any, status: JointStatus, kind: AlertKind) -> None:
    first = joint_changed(event(trade=trade(status=status, revision=1)), cards())
    second = joint_changed(event(trade=trade(status=status, revision=2)), cards())

    assert {draft.kind for draft in first} == {kind}
    assert not {draft.dedupe_key for draft in first} & {draft.dedupe_key for draft in second}


def test_an_anonymous_holder_is_a_role_and_a_province_and_figures_that_lead_to_him_are_coarse() -> None:
    body = joint_body(trade(), SEEKER, cards(Visibility.ANONYMOUS))

    hidden, processor, own = body["parties"]
    assert [hidden["organisation"], hidden["municipality"], hidden["province"]] == [None, None, "Gelderland"]
    assert [processor["organisation"]["name"], own["mine"]] == [f"name {PROCESSOR.int}", True]
    assert [one["distance_km"] for one in body["legs"]] == [15.0, 17.3]
    assert [one["transport_eur_per_tonne"] for one in body["legs"]] == ["15", "17.40"]
    assert body["landed"]["landed_eur_per_tonne"] == "15"


def test_names_are_exchanged_when_all_agreed() -> None:
    parties = tuple(one.model_copy(update={"answer": PartyAnswer.ACCEPTED}) for one in trade().parties)
    agreed = JointTradeAgreed(trade=trade(status=JointStatus.AGREED, parties=parties))
    (draft,) = [one for one in joint_changed(agreed, cards(Visibility.ANONYMOUS)) if one.channel.id == SEEKER]
    body = draft.body["joint"]

    assert body["names_exchanged"]
    assert body["parties"][0]["organisation"]["name"] == f"name {HOLDER.int}"
    assert body["legs"][0]["distance_km"] == 17.3


def test_who_ended_it_is_told_by_number() -> None:
    assert joint_body(trade(ended_by=PROCESSOR), SEEKER, cards())["ended_by"] == 2
    assert joint_body(trade(), SEEKER, cards())["ended_by"] is None


def test_a_listing_the_directory_does_not_know_is_hidden() -> None:
    body = joint_body(trade(), SEEKER, Cards())

    assert [one["organisation"] is None for one in body["parties"]] == [True, True, False]
