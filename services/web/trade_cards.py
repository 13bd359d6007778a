"""Trades as cards in a list, as one of their sides may see them."""

from dataclasses import dataclass
from typing import Any

from contracts.vocabulary.terms import LegalStatus, TradeStatus
from infra.postgres.database import Connection
from infra.postgres.stores.notifications import StoredDirectory
from infra.postgres.stores.trades import Standing
from services.trades_api.consumer import SCHEMA
from services.trades_api.views import TradeView, cards_of, trade_view
from services.web.visiting import Visit

GOOD, MIDDLE = 0.75, 0.5
TONES = {
    TradeStatus.AGREED: "good",
    TradeStatus.COLLECTED: "good",
    TradeStatus.COMPLETED: "good",
    TradeStatus.ACCEPTED: "warn",
    TradeStatus.DECLINED: "bad",
    TradeStatus.WITHDRAWN: "bad",
    TradeStatus.LAPSED: "bad",
}
LEGAL_TONES = {
    LegalStatus.END_OF_WASTE: "good",
    LegalStatus.BY_PRODUCT: "good",
    LegalStatus.PRODUCT: "good",
    LegalStatus.OUT_OF_SCOPE: "good",
    LegalStatus.HAZARDOUS_WASTE: "bad",
    LegalStatus.POP_WASTE: "bad",
}


@dataclass(frozen=True, slots=True)
class TradeCard:
    """A trade in a list."""

    trade: TradeView

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/voorstellen/{self.trade.trade_id}"

    @property
    def percent(self) -> int | None:
        """The score as people read it."""
        return None if self.trade.score is None else round(self.trade.score * 100)

    @property
    def level(self) -> str:
        """How the score is coloured; never the only sign of it."""
        score = self.trade.score or 0
        return "high" if score >= GOOD else "middle" if score >= MIDDLE else "low"

    @property
    def tone(self) -> str:
        """How the state is coloured."""
        return TONES.get(self.trade.status, "")

    @property
    def legal(self) -> str | None:
        """The proposed legal status."""
        return str(self.trade.verdict["status"]) if self.trade.verdict else None

    @property
    def legal_tone(self) -> str:
        """How the legal status is coloured."""
        return LEGAL_TONES.get(LegalStatus(self.legal), "warn") if self.legal else ""

    @property
    def my_turn(self) -> bool:
        """Whether the other side waits for an answer."""
        return self.trade.status is TradeStatus.ACCEPTED and self.trade.accepted_by is not self.trade.side

    @property
    def price_for_me(self) -> Any:
        """What a tonne costs at the seeker's door, in EUR; None when unknown."""
        return (self.trade.landed or {}).get("landed_eur_per_tonne")


async def trade_cards(found: list[Standing], here: Visit, connection: Connection) -> list[TradeCard]:
    """The cards of these trades, in their order."""
    cards = await cards_of(found, StoredDirectory(connection, SCHEMA))
    return [TradeCard(trade_view(item, here.organisation_id, cards)) for item in found]
