"""One document away: what the holder of an offer could bring in, and what it would do for the proposed trades.

It is worked out from the facts in the receipts of the proposals, by the rulebook in use and the law of today. A trade
whose verdict has no receipt was held back for a doubt that no rule answers; it is counted apart.
"""

import asyncio
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.events.trades import ProposalState
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.quantities import ConversionError, Quantity, Unit
from contracts.vocabulary.terms import LegalStatus, TradeStatus
from contracts.vocabulary.verdict import ADVICE_EN, ADVICE_NL
from infra.http.problems import documented
from infra.postgres.stores.notifications import StoredDirectory
from infra.postgres.stores.trades import StoredProposals
from matching.end_of_waste import ProposedTrade, Rulebook, UnlockTotal, facts_from_mapping, unlock_totals
from matching.errors import TradeNotFound
from services.asking import InHouse, Who
from services.rulebooks import rulebook_of
from services.trades_api.consumer import SCHEMA

router = APIRouter(prefix="/v1/offers", tags=["trades"])

MOST_PROPOSALS = 1_000
START = UUID(int=0)


class Named(BaseModel):
    """A document or measurement by its code, in words, and who can provide it."""

    code: str
    nl: str
    en: str
    ask_nl: str
    ask_en: str


class UnlockTotalView(BaseModel):
    """A smallest set of things that have to arrive together, and the trades it would help.

    `statuses`: what the trades would become, if every measurement meets its limit. `tonnes` leaves out trades of
    which the weight is not known.
    """

    documents: list[Named]
    measurements: list[Named]
    statuses: list[LegalStatus]
    trades: int
    tonnes: Decimal
    trade_ids: list[UUID]


class OfferUnlocks(BaseModel):
    """What would unlock the proposed trades of an offer, best first. `held_back`: trades no document is known for."""

    offer_id: UUID
    on: date
    advice_nl: str = ADVICE_NL
    advice_en: str = ADVICE_EN
    open_trades: int
    held_back: int
    unlocks: list[UnlockTotalView]


@router.get("/{offer_id}/unlocks", responses=documented(401, 404, 422))
async def read_unlocks(offer_id: UUID, house: InHouse, who: Who) -> OfferUnlocks:
    """Which documents or measurements would unlock how many of this offer's trades, and how many tonnes."""
    async with house.database.connection() as connection:
        card = (await StoredDirectory(connection, SCHEMA).listings({offer_id})).get(offer_id)
        if card is None or card.organisation_id != who.organisation_id:
            raise TradeNotFound(f"there is no offer {offer_id} of your organisation; look for it among your offers")
        found = await StoredProposals(connection).of_organisation(
            who.organisation_id, START, offer_id, [TradeStatus.PROPOSED.value], MOST_PROPOSALS
        )
    proposals = [item.proposal for item in found if item.proposal.offer_id == offer_id]
    rulebook = rulebook_of(house.settings)
    # Searching is calculation: beside the loop that answers others, not in it.
    return await asyncio.to_thread(unlocks_of, offer_id, proposals, rulebook, house.today())


def unlocks_of(offer_id: UUID, proposals: list[ProposalState], rulebook: Rulebook, on: date) -> OfferUnlocks:
    """The answer for these proposals."""
    trades = [trade for trade in (_trade(one, rulebook) for one in proposals) if trade is not None]
    return OfferUnlocks(
        offer_id=offer_id,
        on=on,
        open_trades=len(proposals),
        held_back=len(proposals) - len(trades),
        unlocks=[_view(total, rulebook) for total in unlock_totals(trades, rulebook, on)],
    )


def _trade(proposal: ProposalState, rulebook: Rulebook) -> ProposedTrade | None:
    facts = proposal.verdict.receipt.get("facts")
    if facts is None:
        return None
    try:
        read = facts_from_mapping(json.loads(facts), rulebook.properties)
    except ValueError:
        # A former rulebook knew a property that this one does not.
        return None
    return ProposedTrade(str(proposal.trade_id), read, tonnes_of(proposal.quantity, proposal.unit))


def tonnes_of(quantity: Decimal | None, unit: Unit | None) -> Decimal | None:
    """The weight in tonnes; None when the unit does not tell it."""
    if quantity is None or unit is None:
        return None
    try:
        return Quantity(quantity, unit).to(Unit.TONNE).value
    except ConversionError:
        return None


def _view(total: UnlockTotal, rulebook: Rulebook) -> UnlockTotalView:
    return UnlockTotalView(
        documents=_documents(total.documents, rulebook),
        measurements=_measurements(total.measurements, rulebook),
        statuses=list(total.statuses),
        trades=len(total.trades),
        tonnes=total.tonnes,
        trade_ids=[UUID(trade_id) for trade_id in total.trades],
    )


def _documents(kinds: Iterable[EvidenceKind], rulebook: Rulebook) -> list[Named]:
    named = [(kind.value, rulebook.documents[kind.value]) for kind in kinds]
    asks = [rulebook.message("provider", document.provider) for _code, document in named]
    return [
        Named(code=code, nl=document.name.nl, en=document.name.en, ask_nl=ask.nl, ask_en=ask.en)
        for (code, document), ask in zip(named, asks, strict=True)
    ]


def _measurements(names: Iterable[str], rulebook: Rulebook) -> list[Named]:
    ask = rulebook.message("provider", "laboratory")
    known = [rulebook.properties[name] for name in names]
    return [Named(code=one.name, nl=one.nl, en=one.en, ask_nl=ask.nl, ask_en=ask.en) for one in known]
