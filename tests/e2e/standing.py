"""What should stand, in the plainest way: every pair that fits is scored, sorted for both sides, and cut off.

It reads the matcher's own table, so that it knows what is open and what is left of it, but none of its lists.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.topics import LANES
from contracts.vocabulary.materials import material_tree
from infra.postgres.stores.matching import StoredProjection
from matching.end_of_waste.loader import packaged_rulebook
from matching.handlers import record_of
from matching.legal import end_of_waste_check
from matching.model import OfferEntry, WantEntry, meet_in
from matching.proposing import fits
from matching.scoring import legal_mark
from tests.support.marketplace import Marketplace

Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class Scored:
    """A pair that fits, with its exact score, and the family in which the two meet."""

    pair: Pair
    score: float
    family: str | None


async def every_pair_that_fits(market: Marketplace, today: date) -> list[Scored]:
    """All pairs of what is open now; worked out in a thread, so that the marketplace keeps answering heartbeats."""
    offers: list[OfferEntry] = []
    wants: list[WantEntry] = []
    async for stored in StoredProjection(market.house.database).load(range(LANES)):
        record = record_of(stored, material_tree())
        if isinstance(record, OfferEntry):
            offers.append(record)
        # A want in several families is kept in each of them.
        if isinstance(record, WantEntry) and stored.family == record.families[0]:
            wants.append(record)
    return await asyncio.to_thread(_scored, offers, wants, today)


def _scored(offers: list[OfferEntry], wants: list[WantEntry], today: date) -> list[Scored]:
    check = end_of_waste_check(packaged_rulebook())
    found = [fit for want in wants for offer in offers if _of_one_kind(offer, want) and (fit := fits(offer, want))]
    return [
        Scored(fit.pair, fit.score(legal_mark(check(fit.offer, fit.want, today))), meet_in(fit.offer, fit.want))
        for fit in found
    ]


def those_that_stand(pairs: list[Scored], best_k: int) -> set[Pair]:
    """The pairs that are among the best k of either side, in each family; equals by the lower id of the counterpart."""
    stands: set[Pair] = set()
    for own in (0, 1):
        lists: dict[tuple[UUID, str | None], list[Scored]] = defaultdict(list)
        for scored in pairs:
            lists[scored.pair[own], scored.family].append(scored)
        for mine in lists.values():
            ordered = sorted(mine, key=lambda scored: (-scored.score, scored.pair[1 - own].int))
            stands |= {scored.pair for scored in ordered[:best_k]}
    return stands


async def those_that_are_shown(market: Marketplace) -> set[Pair]:
    """The pairs that stand by the trades service, without those that only stay because somebody acted on them."""
    async with market.house.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT offer_id, want_id FROM trades.proposals WHERE lapse_reason IS NULL AND NOT displaced"
        )
    pairs = [(row["offer_id"], row["want_id"]) for row in rows]
    assert len(set(pairs)) == len(pairs)
    return set(pairs)


def _of_one_kind(offer: OfferEntry, want: WantEntry) -> bool:
    return any(wanted.first <= offer.concept.first <= wanted.last for wanted in want.concepts)
