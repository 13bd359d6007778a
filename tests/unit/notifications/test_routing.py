"""Who hears what."""

from datetime import date
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.alerts import AlertKind
from contracts.events.trades import (
    TradeAccepted,
    TradeAgreed,
    TradeDeclined,
    TradeEvent,
    TradeLapsed,
    VerdictChangeState,
)
from contracts.vocabulary.terms import (
    DeclineReason,
    LapseReason,
    LegalStatus,
    ListingKind,
    Side,
    TradeStatus,
    Visibility,
)
from notifications import routing
from notifications.disclosure import Cards
from notifications.model import Channel, Draft, OrganisationCard, SearchCard
from tests.unit.notifications import scenes
from tests.unit.notifications.promises import a_listing
from tests.unit.notifications.scenes import (
    HOLDER,
    HOLDER_CHANNEL,
    OFFER,
    SEARCH,
    SEARCH_CHANNEL,
    SEEKER,
    SEEKER_CHANNEL,
    TRADE,
    WANT,
)

TOMORROW = date(2026, 12, 3)
NAMES = {HOLDER: OrganisationCard(HOLDER, 1, "De Beuk", "111"), SEEKER: OrganisationCard(SEEKER, 1, "Tuinhof", "222")}


def cards(offer: Visibility = Visibility.PUBLIC, want: Visibility = Visibility.PUBLIC, revision: int = 1) -> Cards:
    known = (
        a_listing(
            listing_id=OFFER, organisation_id=HOLDER, visibility=offer, revision=revision, municipality="Nijmegen"
        ),
        a_listing(listing_id=WANT, organisation_id=SEEKER, visibility=want, kind=ListingKind.WANT, title="Tuinmuur"),
    )
    return Cards({card.listing_id: card for card in known}, NAMES)


def by_channel(drafts: list[Draft]) -> dict[Channel, Draft]:
    assert len({draft.channel for draft in drafts}) == len(drafts)
    return {draft.channel: draft for draft in drafts}


def test_both_sides_hear_of_a_proposal_each_from_its_own_side() -> None:
    heard = by_channel(routing.proposed(scenes.proposed(), cards()))
    assert set(heard) == {HOLDER_CHANNEL, SEEKER_CHANNEL}
    holder, seeker = heard[HOLDER_CHANNEL].body, heard[SEEKER_CHANNEL].body
    assert (holder["side"], holder["listing"]["title"], holder["counterpart"]["title"]) == (
        "holder",
        "Gave bakstenen",
        "Tuinmuur",
    )
    assert (seeker["side"], seeker["listing"]["title"], seeker["counterpart"]["title"]) == (
        "seeker",
        "Tuinmuur",
        "Gave bakstenen",
    )
    assert holder["counterpart"]["organisation"]["name"] == "Tuinhof"
    assert seeker["quantity"] == "25"
    assert seeker["questions"][0]["nl"] == "Is er asbest gezocht?"


def test_a_body_is_ready_to_be_json() -> None:
    for draft in routing.proposed(scenes.proposed(), cards()):
        assert orjson.loads(orjson.dumps(draft.body)) == draft.body


def test_a_proposal_that_replaces_another_is_a_revision() -> None:
    older = uuid4()
    (one, two) = routing.proposed(scenes.proposed(scenes.proposal(supersedes=older)), cards())
    assert one.kind is two.kind is AlertKind.TRADE_REVISED
    assert one.body["supersedes"] == str(older)


def test_both_sides_of_a_revision_hear_what_changed_in_the_verdict() -> None:
    change = VerdictChangeState(about="status", name="status", before="waste", after="product", nl="was", en="is")
    event = scenes.proposal(supersedes=uuid4(), verdict_before=LegalStatus.WASTE, verdict_changes=(change,))
    heard = by_channel(routing.proposed(scenes.proposed(event), cards()))
    assert set(heard) == {HOLDER_CHANNEL, SEEKER_CHANNEL}
    for draft in heard.values():
        assert (draft.kind, draft.body["verdict_before"]) == (AlertKind.TRADE_REVISED, "waste")
        assert draft.body["verdict_changes"] == [change.model_dump(mode="json")]


@given(offer=st.sampled_from([Visibility.ANONYMOUS, Visibility.PARTNERS]), newer=st.integers(min_value=0, max_value=1))
def test_nothing_of_a_hidden_holder_reaches_the_seeker(offer: Visibility, newer: int) -> None:
    event = scenes.proposed(scenes.proposal(offer_revision=1 + newer))
    sent = orjson.dumps(by_channel(routing.proposed(event, cards(offer)))[SEEKER_CHANNEL].body)
    for secret in (str(HOLDER), "De Beuk", "111", "Nijmegen", "6511", "17.3", "17,3", "3.46", "3,46", "VERGUNNING-77"):
        assert secret.encode() not in sent, secret


def test_a_hidden_holder_sees_a_public_seeker() -> None:
    heard = by_channel(routing.proposed(scenes.proposed(), cards(Visibility.ANONYMOUS)))
    assert heard[HOLDER_CHANNEL].body["counterpart"]["organisation"]["name"] == "Tuinhof"
    assert heard[SEEKER_CHANNEL].body["counterpart"]["organisation"] is None


def test_an_offer_revised_to_anonymous_is_hidden_while_the_directory_still_has_the_public_revision() -> None:
    event = scenes.proposed(scenes.proposal(offer_revision=2))
    seen = by_channel(routing.proposed(event, cards(revision=1)))[SEEKER_CHANNEL].body["counterpart"]
    assert (seen["anonymous"], seen["organisation"], seen["title"]) == (True, None, None)


def test_both_sides_hear_why_a_proposal_lapsed() -> None:
    heard = by_channel(routing.lapsed(scenes.lapsed(LapseReason.TAKEN), cards()))
    assert set(heard) == {HOLDER_CHANNEL, SEEKER_CHANNEL}
    assert {draft.kind for draft in heard.values()} == {AlertKind.TRADE_LAPSED}
    assert {draft.body["reason"] for draft in heard.values()} == {"taken"}


def test_names_are_exchanged_at_agreement_and_not_before() -> None:
    hidden = cards(Visibility.ANONYMOUS, Visibility.ANONYMOUS)
    accepted = scenes.traded(TradeAccepted, TradeStatus.ACCEPTED, accepted_by=Side.SEEKER)
    for draft in routing.changed(accepted, hidden):
        assert draft.body["counterpart"]["organisation"] is None
        assert draft.body["acted_by"] == "seeker"

    heard = by_channel(routing.changed(scenes.traded(TradeAgreed, TradeStatus.AGREED), hidden))
    assert heard[SEEKER_CHANNEL].body["counterpart"]["organisation"]["name"] == "De Beuk"
    assert heard[SEEKER_CHANNEL].body["counterpart"]["municipality"] == "Nijmegen"
    assert heard[HOLDER_CHANNEL].body["counterpart"]["organisation"]["kvk_number"] == "222"
    assert heard[HOLDER_CHANNEL].body["names_exchanged"] is True


@pytest.mark.parametrize(
    ("event", "reason", "acted_by"),
    [
        (
            scenes.traded(
                TradeDeclined, TradeStatus.DECLINED, ended_by=Side.HOLDER, decline_reason=DeclineReason.TOO_FAR
            ),
            "too_far",
            "holder",
        ),
        (scenes.traded(TradeLapsed, TradeStatus.LAPSED, lapse_reason=LapseReason.HOLD_ENDED), "hold_ended", None),
    ],
)
def test_a_trade_that_ended_tells_why_and_by_whom(event: TradeEvent, reason: str, acted_by: str | None) -> None:
    for draft in routing.changed(event, cards()):
        assert (draft.body["reason"], draft.body["acted_by"]) == (reason, acted_by)


def test_the_note_of_one_side_stays_with_that_side() -> None:
    event = scenes.traded(TradeDeclined, TradeStatus.DECLINED, ended_by=Side.HOLDER, note="onze prijs was 8 EUR")
    assert all(b"8 EUR" not in orjson.dumps(draft.body) for draft in routing.changed(event, cards()))


def test_a_saved_search_hears_of_a_listing_under_the_same_rules() -> None:
    (draft,) = routing.found(scenes.matched(), cards(Visibility.ANONYMOUS))
    assert (draft.channel, draft.kind, draft.about) == (SEARCH_CHANNEL, AlertKind.LISTING_FOUND, OFFER)
    assert draft.body["listing"]["organisation"] is None
    assert draft.body["listing"]["title"] == "Gave bakstenen"
    assert b"17.3" not in orjson.dumps(draft.body)
    (shown,) = routing.found(scenes.matched(), cards())
    assert shown.body["listing"]["organisation"]["name"] == "De Beuk"


def test_keys_tell_apart_what_are_different_alerts_and_nothing_else() -> None:
    drafts = [
        *routing.proposed(scenes.proposed(), cards()),
        *routing.lapsed(scenes.lapsed(), cards()),
        *routing.changed(scenes.traded(TradeAccepted, TradeStatus.ACCEPTED), cards()),
        *routing.changed(scenes.traded(TradeAgreed, TradeStatus.AGREED, revision=2), cards()),
    ]
    assert len({(draft.channel, draft.dedupe_key) for draft in drafts}) == 8
    assert all(str(TRADE) in draft.dedupe_key for draft in drafts)


def test_an_organisation_that_trades_with_itself_hears_both_sides() -> None:
    event = scenes.proposed(scenes.proposal(want_organisation_id=HOLDER))
    drafts = routing.proposed(event, cards())
    assert {draft.channel for draft in drafts} == {HOLDER_CHANNEL}
    assert len({draft.dedupe_key for draft in drafts}) == 2


def test_an_organisation_may_hear_its_own_channels_only() -> None:
    mine = SearchCard(SEARCH, 1, SEEKER, "Bakstenen")
    assert routing.may_hear(SEEKER_CHANNEL, SEEKER, None)
    assert not routing.may_hear(SEEKER_CHANNEL, HOLDER, None)
    assert routing.may_hear(SEARCH_CHANNEL, SEEKER, mine)
    assert not routing.may_hear(SEARCH_CHANNEL, HOLDER, mine)
    assert not routing.may_hear(SEARCH_CHANNEL, SEEKER, None)
    assert not routing.may_hear(Channel.of_search(uuid4()), SEEKER, mine)


def test_both_sides_hear_that_the_law_and_not_a_listing_changed_the_verdict() -> None:
    heard = by_channel(routing.reassessed(scenes.reassessed(), cards(offer=Visibility.ANONYMOUS)))
    assert set(heard) == {HOLDER_CHANNEL, SEEKER_CHANNEL}
    for draft in heard.values():
        assert (draft.kind, draft.about) == (AlertKind.TRADE_REVISED, TRADE)
        assert draft.body["verdict_before"] == "end_of_waste"
        assert [(cause["name"], cause["nl"] != cause["en"]) for cause in draft.body["causes"]] == [
            ("qms_certificate", True)
        ]
    seen = heard[SEEKER_CHANNEL].body["counterpart"]
    assert seen["distance_km"] % 5 == 0


def test_a_reassessment_is_told_once_per_law_and_side() -> None:
    keys = {draft.dedupe_key for draft in routing.reassessed(scenes.reassessed(), cards())}
    again = {draft.dedupe_key for draft in routing.reassessed(scenes.reassessed(), cards())}
    later = {draft.dedupe_key for draft in routing.reassessed(scenes.reassessed(day_after=TOMORROW), cards())}
    assert keys == again
    assert keys.isdisjoint(later)
