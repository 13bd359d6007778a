"""Trades as cards: the state, the score, and whose turn it is."""

from uuid import UUID

import pytest

from infra.postgres.stores.trade_inbox import TradeInbox
from services.web.trade_cards import TradeCard, trade_cards
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import visitor


async def card_of(office: Office, organisation_id: UUID) -> TradeCard:
    """The card of the one trade of an organisation."""
    async with visitor(office, organisation_id) as somebody:
        await somebody.get("/voorstellen")
    async with office.house.database.connection() as connection:
        found = await TradeInbox(connection).newest(organisation_id, 1)
        reader = _Reader(organisation_id)
        (card,) = await trade_cards(found, reader, connection)  # type: ignore[arg-type]
    return card


class _Reader:
    def __init__(self, organisation_id: UUID) -> None:
        self.organisation_id = organisation_id


@pytest.mark.parametrize("accepter", [0, 1])
async def test_whose_turn_it_is_depends_on_who_accepted(office: Office, accepter: int) -> None:
    sides = [await office.member("Houder"), await office.member("Zoeker")]
    await sides[0].offer()
    await sides[1].want()
    await office.settle()
    card = await card_of(office, sides[0].organisation_id)
    assert card.percent is not None
    assert (card.my_turn, card.level in {"high", "middle", "low"}) == (False, True)
    await sides[accepter].client.post(f"/v1/trades/{card.trade.trade_id}/accept")
    assert (await card_of(office, sides[accepter].organisation_id)).my_turn is False
    other = await card_of(office, sides[1 - accepter].organisation_id)
    assert (other.my_turn, other.tone) == (True, "warn")
    assert other.address == f"/voorstellen/{card.trade.trade_id}"
