"""A refusal narrows the one term that would have kept the offer away, visibly and reversibly."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.events.preferences import NarrowedTerm, PreferenceState
from contracts.events.trades import TradeDeclined, TradesLapsed, TradeState
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import DeclineReason, Side, TradeStatus
from matching.model import OfferEntry, WantEntry
from matching.proposing import fits, trade_id_of
from matching.refusals import as_it_says, lesson_of, narrowed, with_lesson, without
from tests.unit.matching.joint.scenes import World
from tests.unit.matching.makers import HOLDER, SEEKER, offer, offer_published, place, stated, uid, want, want_published

FAR, DEAR, DIRTY, LATE = (
    DeclineReason.TOO_FAR,
    DeclineReason.TOO_DEAR,
    DeclineReason.TOO_DIRTY,
    DeclineReason.WRONG_TIME,
)
CASES: list[tuple[DeclineReason, dict[str, Any]]] = [
    (FAR, {"place": place(52.3)}),
    (DEAR, {"price_eur_per_tonne": Decimal(50)}),
    (DIRTY, {"properties": (stated("moisture", Decimal(30), "% w/w"),)}),
    (LATE, {"available_from": date(2027, 2, 1)}),
    (LATE, {"available_until": date(2027, 2, 1)}),
]


def taught(refused: OfferEntry, asked: WantEntry, reason: DeclineReason) -> PreferenceState:
    lesson = lesson_of(refused, asked, reason)
    assert lesson is not None
    return with_lesson(None, asked, "wood", lesson, reason, uid("trade"), refused.key)


@pytest.mark.parametrize(("reason", "fields"), CASES)
def test_an_offer_like_the_refused_one_fits_no_more_and_a_better_one_does(
    reason: DeclineReason, fields: dict[str, Any]
) -> None:
    refused, asked = offer("refused", **fields), want()
    preference = taught(refused, asked, reason)

    assert fits(refused, asked) is not None
    assert fits(refused, narrowed(asked, preference)) is None
    assert fits(offer("better"), narrowed(asked, preference)) is not None


@pytest.mark.parametrize(("reason", "fields"), CASES)
def test_what_was_learnt_is_said_in_both_languages_and_can_be_taken_back(
    reason: DeclineReason, fields: dict[str, Any]
) -> None:
    refused, asked = offer("refused", **fields), want()
    preference = taught(refused, asked, reason)
    (narrowing,) = preference.narrowings

    assert narrowing.nl.startswith("U vond")
    assert narrowing.en.startswith("You found")
    assert fits(refused, narrowed(asked, without(preference, [narrowing.number]))) is not None
    assert without(preference, []).narrowings == ()
    assert without(preference, [99]) is preference


def test_the_narrowest_of_several_terms_counts_and_the_want_keeps_its_own() -> None:
    asked = want(max_distance_km=10.0)
    preference = taught(offer("far", place=place(52.15)), asked, FAR)
    wide = narrowed(want(max_distance_km=3.0), preference)

    assert narrowed(asked, preference).state.max_distance_km == pytest.approx(6.6)
    assert wide.state.max_distance_km == 3.0
    assert as_it_says(narrowed(asked, preference)) == asked


def test_nothing_is_learnt_where_no_term_would_have_helped() -> None:
    asked = want()

    assert lesson_of(offer("here"), asked, FAR) is None
    assert lesson_of(offer("open", price_eur_per_tonne=None), asked, DEAR) is None
    assert lesson_of(offer("clean"), asked, DIRTY) is None
    assert lesson_of(offer("always"), asked, LATE) is None
    assert lesson_of(offer("any"), asked, DeclineReason.OTHER) is None
    assert lesson_of(offer("no fit", concept="pe"), asked, FAR) is None


def test_one_trade_teaches_once() -> None:
    refused, asked = offer("far", place=place(52.3)), want()
    preference = taught(refused, asked, FAR)
    lesson = lesson_of(refused, asked, FAR)
    assert lesson is not None

    assert with_lesson(preference, asked, "wood", lesson, FAR, uid("trade"), refused.key) is preference
    again = with_lesson(preference, asked, "wood", lesson, FAR, uid("other trade"), refused.key)
    assert [one.number for one in again.narrowings] == [1, 2]
    assert again.narrowings[0].term is NarrowedTerm.MAX_DISTANCE_KM


def declined(offer_name: str, reason: DeclineReason, by: Side = Side.SEEKER) -> TradeDeclined:
    trade = TradeState(
        trade_id=trade_id_of(uid(offer_name), 1, uid("want"), 1),
        revision=1,
        status=TradeStatus.DECLINED,
        offer_id=uid(offer_name),
        offer_organisation_id=HOLDER,
        want_id=uid("want"),
        want_organisation_id=SEEKER,
        family="wood",
        concept="wood",
        quantity=Decimal(100),
        unit=Unit.TONNE,
        ended_by=by,
        decline_reason=reason,
    )
    return TradeDeclined(trade=trade)


async def test_a_refusal_ends_other_proposals_that_are_as_far_also_after_a_restart() -> None:
    world = World()
    await world.hear(want_published(), offer_published("far", place=place(52.3)))
    await world.hear(offer_published("farther", place=place(52.4)), offer_published("near"))
    told = await world.hear(declined("far", FAR))

    assert [data.name for data in told] == ["preference.changed", "trades.lapsed"]
    (lapsed,) = [data for data in told if isinstance(data, TradesLapsed)]
    assert {one.offer_id for one in lapsed.lapsed} == {uid("far"), uid("farther")}

    await world.restart()
    told = await world.hear(offer_published("also far", place=place(52.35)))
    assert told == []
    assert await world.hear(declined("far", FAR)) == []


async def test_a_holders_refusal_teaches_the_want_nothing() -> None:
    world = World()
    await world.hear(want_published(), offer_published("far", place=place(52.3)))

    assert await world.hear(declined("far", FAR, Side.HOLDER)) == []
    assert await world.hear(declined("unknown", FAR)) == []
