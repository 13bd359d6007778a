"""The order of candidates: the higher score first, equals by the lower listing id."""

from datetime import date

from contracts.vocabulary.terms import LegalStatus, Weighting
from contracts.vocabulary.verdict import Verdict
from matching.legal import undetermined_check
from matching.model import OfferEntry, WantEntry
from matching.proposing import Fit, fits
from matching.ranking import BEST_K, Ranking
from tests.unit.matching.makers import TODAY, offer, place, uid, verdict, want

RANKING = Ranking(undetermined_check, TODAY, BEST_K)


def pair(offered: OfferEntry, wanted: WantEntry) -> Fit:
    """A pair that fits."""
    found = fits(offered, wanted)
    assert found is not None
    return found


def product_check(_offer: OfferEntry, _want: WantEntry, _today: date) -> Verdict:
    """Everything is a product."""
    return verdict(LegalStatus.PRODUCT)


def test_twenty_stand_unless_set() -> None:
    assert BEST_K == 20


def test_the_nearer_want_comes_first() -> None:
    offered = offer()
    near, far = pair(offered, want("near")), pair(offered, want("far", place=place(53.22, 6.57)))
    assert RANKING.place(near, offered) < RANKING.place(far, offered)


def test_equals_are_ordered_by_the_id_of_the_counterpart_as_a_number() -> None:
    offered, wanted = offer(), want()
    wants = sorted((pair(offered, want(name)) for name in "abcd"), key=lambda fit: RANKING.place(fit, offered))
    assert [fit.want.key for fit in wants] == sorted((uid(name) for name in "abcd"), key=lambda key: key.int)
    offers = sorted((pair(offer(name), wanted) for name in "abcd"), key=lambda fit: RANKING.place(fit, wanted))
    assert [fit.offer.key for fit in offers] == sorted((uid(name) for name in "abcd"), key=lambda key: key.int)


def test_the_legal_check_counts_in_the_score() -> None:
    fit = pair(offer(), want())
    assert Ranking(product_check, TODAY, 1).score(fit) > RANKING.score(fit)


def test_the_want_chooses_the_order() -> None:
    far = place(53.22, 6.57)
    area = pair(offer(place=far), want(r_step=3))
    chain = pair(offer(place=far), want(r_step=3, weighting=Weighting.CHAIN_FIRST))
    assert RANKING.score(chain) > RANKING.score(area)
