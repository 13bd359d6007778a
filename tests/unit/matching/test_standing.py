"""What stands is what a plain comparison of all with all says, whatever happened before and in whatever order."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.terms import LegalStatus, Weighting
from contracts.vocabulary.verdict import Verdict
from matching.index import ListingIndex
from matching.model import OfferEntry, Taken, WantEntry, entry_of_listing
from matching.ranking import Ranking
from tests.unit.matching.brief import Drawn
from tests.unit.matching.makers import TODAY, TREE, offer, uid, verdict, want
from tests.unit.matching.plain_index import PlainIndex
from tests.unit.matching.strategies import offers, wants

STATUSES = list(LegalStatus)
NAMES = [f"{kind}-{number}" for kind in ("offer", "want") for number in range(6)]


def some_check(offered: OfferEntry, wanted: WantEntry, today: date) -> Verdict:
    """A verdict that differs by what the offer claims and what the want is for, as that of the law does."""
    place = STATUSES.index(offered.state.claimed_status or LegalStatus.WASTE) + len(wanted.state.intended_use or "")
    return verdict(STATUSES[place % len(STATUSES)])


wood_wants = wants().filter(lambda state: "wood" in state.families)
wood_offers = offers().filter(lambda state: "wood" in state.families)
steps = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.booleans(),
        st.sampled_from([Decimal(0), Decimal(0), Decimal("0.5"), Decimal(9)]),
        st.sampled_from(Weighting),
        wood_offers,
        wood_wants,
    ),
    max_size=30,
).map(Drawn)


@dataclass
class Both:
    """The fast index beside the plain one."""

    fast: ListingIndex = field(default_factory=ListingIndex)
    plain: PlainIndex = field(default_factory=PlainIndex)

    def apply(self, step: Any) -> None:
        """One change in both."""
        name, goes, taken, weighting, offered, wanted = step
        if goes:
            self.fast.remove(uid(name))
            self.plain.remove(uid(name))
            return
        state = offered if name.startswith("offer") else wanted.model_copy(update={"weighting": weighting})
        entry = entry_of_listing(state.model_copy(update={"listing_id": uid(name)}), TREE, Taken(taken))
        self.fast.put(entry)
        self.plain.put(entry)

    def compare(self, ranking: Ranking) -> None:
        """Fails where the two differ."""
        fast, plain = self.fast.standing(ranking), self.plain.standing(ranking)
        for listing in self.plain.listings():
            assert [fit.pair for fit in fast.best(listing)] == [fit.pair for fit in plain.best(listing)]
            assert fast.around(listing).keys() == plain.around(listing).keys()
            assert fast.kept_out(listing).keys() == plain.kept_out(listing).keys()


@settings(max_examples=100, deadline=None)
@given(steps, st.integers(1, 3))
def test_after_every_change_the_same_pairs_stand_as_in_a_plain_comparison(changes: Any, k: int) -> None:
    both = Both()
    for step in changes:
        both.apply(step)
        both.compare(Ranking(some_check, TODAY, k))


def many(count: int, chance: Random) -> list[OfferEntry | WantEntry]:
    """Offers and wants of wood all over the country, of which many fit."""
    made: list[OfferEntry | WantEntry] = []
    for number in range(count):
        lat, lon = 51.5 + chance.random() * 1.5, 4.5 + chance.random() * 2
        place = offer().state.place.model_copy(update={"lat": lat, "lon": lon})
        amount = Decimal(chance.randrange(1, 200))
        if number % 2:
            made.append(
                want(
                    f"want-{number}",
                    place=place,
                    quantity=amount,
                    max_distance_km=chance.choice((None, 30.0, 90.0)),
                    max_landed_eur_per_tonne=chance.choice((None, Decimal(20), Decimal(5))),
                    concepts=chance.choice((("wood",), ("wood_grade_a",), ("wood", "wood_grade_a"))),
                    weighting=chance.choice(list(Weighting)),
                    r_step=chance.choice((None, 3, 8)),
                )
            )
        else:
            price = chance.choice((None, Decimal(chance.randrange(-30, 15))))
            concept = chance.choice(("wood_grade_a", "wood_pallet_offcuts"))
            made.append(
                offer(f"offer-{number}", place=place, quantity=amount, price_eur_per_tonne=price, concept=concept)
            )
    return made


def test_a_thousand_listings_with_churn_stand_as_in_a_plain_comparison_of_a_sample() -> None:
    chance, both = Random(7), Both()
    ranking = Ranking(some_check, TODAY, 5)
    for entry in many(1000, chance):
        both.fast.put(entry)
        both.plain.put(entry)
    for entry in chance.sample(both.plain.listings(), 40):
        both.fast.standing(ranking).around(entry)
        both.fast.remove(entry.key)
        both.plain.remove(entry.key)
    plain, fast = both.plain.standing(ranking), both.fast.standing(ranking)
    for entry in chance.sample(both.plain.listings(), 25):
        assert [fit.pair for fit in fast.best(entry)] == [fit.pair for fit in plain.best(entry)]
        assert fast.around(entry).keys() == plain.around(entry).keys()
        assert fast.kept_out(entry).keys() == plain.kept_out(entry).keys()


def test_what_stands_does_not_depend_on_the_order_of_arrival_nor_on_what_was_asked_in_between() -> None:
    entries = many(300, Random(3))
    ranking = Ranking(some_check, TODAY, 4)
    answers = []
    for seed in range(3):
        index, order = ListingIndex(), entries[:]
        Random(seed).shuffle(order)
        for number, entry in enumerate(order):
            index.put(entry)
            if seed and number % 7 == 0:
                index.standing(ranking).around(entry)
        answers.append([sorted(index.standing(ranking).around(entry)) for entry in entries])
    assert answers[0] == answers[1] == answers[2]


def test_another_k_another_day_or_another_check_is_answered_anew() -> None:
    index = ListingIndex()
    index.put(offer())
    for number in range(3):
        index.put(want(f"want-{number}", quantity=Decimal(100 + number)))
    assert len(index.standing(Ranking(some_check, TODAY, 1)).best(offer())) == 1
    assert len(index.standing(Ranking(some_check, TODAY, 2)).best(offer())) == 2

    def other_check(*_pair: Any) -> Verdict:
        return verdict(LegalStatus.POP_WASTE)

    ranking = Ranking(other_check, TODAY, 2)
    best = index.standing(ranking).best(offer())
    assert [ranking.score(fit) for fit in best] == sorted((ranking.score(fit) for fit in best), reverse=True)


def test_a_listing_that_is_not_in_the_index_or_not_open_stands_in_nothing() -> None:
    index = ListingIndex()
    index.put(want())
    standing = index.standing(Ranking(some_check, TODAY, 2))
    assert standing.best(offer()) == []
    assert standing.around(offer()) == standing.kept_out(offer()) == {}
    assert standing.around(None) == standing.kept_out(None) == {}


def test_the_keys_of_an_offer_and_a_want_are_expected_in_this_order() -> None:
    index = ListingIndex()
    index.put(want())
    index.put(offer())
    standing = index.standing(Ranking(some_check, TODAY, 2))
    with pytest.raises(TypeError, match="in this order"):
        standing.fits(uid("want"), uid("offer"))
