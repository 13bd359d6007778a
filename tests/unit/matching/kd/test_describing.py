"""Entries in numbers. That the numbers decide as the entries do is tested with the index."""

from decimal import Decimal
from math import inf, isnan

from contracts.vocabulary.terms import LegalStatus, Visibility, Weighting
from matching.kd.describing import concepts_of, described, search_described, stock_of
from matching.kd.extras import Extras
from matching.kd.lots import ANY_STATUS, CHAIN, DOUBTFUL, EVER, NEVER, PARTNERS, SEVERAL
from matching.kd.stock import CONCEPT
from tests.unit.matching.makers import SEEKER, TODAY, TREE, offer, search, want


def test_the_tree_by_preorder_number() -> None:
    concepts, wood = concepts_of(TREE), TREE.concept("wood")
    assert concepts.parent[wood.first] == -1
    assert concepts.last[wood.first] == wood.last
    assert concepts.depth[TREE.concept("wood_grade_a").first] == 2
    assert len(concepts.usual) == len(TREE)


def test_an_offer_says_what_it_claims_or_anything() -> None:
    extras = Extras()
    one = stock_of(described(offer(), extras)).lots[0]
    assert (one["statuses"], one["opens"], one["ends"], one["reach"]) == (ANY_STATUS, NEVER, EVER, inf)
    claimed = stock_of(described(offer(claimed_status=LegalStatus.WASTE), extras)).lots[0]
    assert claimed["statuses"] == 1


def test_a_want_over_several_concepts_that_weighs_the_chain_first() -> None:
    entry = want(concepts=("wood", "glass", "wood"), weighting=Weighting.CHAIN_FIRST, available_until=TODAY)
    stock = stock_of(described(entry, Extras()))
    assert stock.lots[0]["flags"] == CHAIN | SEVERAL
    assert stock.lots[0]["ends"] == TODAY.toordinal()
    assert stock.codes.tolist() == [CONCEPT + TREE.concept("glass").first]


def test_partners_and_amounts_that_no_float_holds_are_flagged() -> None:
    hidden = stock_of(described(offer(visibility=Visibility.PARTNERS, partners=(SEEKER,)), Extras()))
    assert hidden.lots[0]["flags"] == PARTNERS
    assert hidden.codes[0] < 0
    exact = stock_of(described(offer(quantity=Decimal("1.0000000000000001")), Extras())).lots[0]
    assert exact["flags"] == DOUBTFUL


def test_a_search_without_a_place_is_everywhere() -> None:
    one = stock_of(search_described(search())).lots[0]
    assert one["reach"] == inf
    assert isnan(one["money"])
