"""The typical chain, as the peer: FastAPI with a declared body, the ORM, one commit per request, an outbox that is
polled every 50 ms, alerts stored by the ORM, and FastAPI's websocket with the usual deflate.

Validation, tokens, matching, legal check and the texts of alerts are the same code as ours: what is compared is how
they are carried. Run with `python -m tests.bench.typical`; it reads the settings of a marketplace.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import uvicorn
import uvloop
from fastapi import FastAPI, HTTPException, Request, WebSocket
from sqlalchemy import BigInteger, Identity, String, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contracts.envelope import Context, Event
from contracts.events.base import EventData
from contracts.events.listings import OfferPublished
from contracts.events.trades import TradesProposed
from contracts.upcasts import read
from contracts.vocabulary.materials import material_tree
from infra.http.authentication import identify
from infra.postgres.database import Database
from infra.postgres.stores.matching import StoredProjection
from infra.settings import Settings, load_settings
from listings.announcements import Happening, about_listing
from listings.commands import OfferDraft
from listings.publishing import created
from listings.rights import Actor
from matching.end_of_waste import packaged_rulebook
from matching.handlers import Matcher
from matching.legal import end_of_waste_check
from matching.ports import StoredRecord
from notifications import routing
from notifications.disclosure import Cards
from notifications.model import Draft
from services.wiring import issuer_of, verifier_of
from tests.bench.workload import HOLDERS

POLL_S = 0.05
BATCH = 100


class Base(DeclarativeBase):
    """Tables of the typical chain."""


class ListingRow(Base):
    """A listing."""

    __tablename__ = "typical_listings"
    listing_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String)
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)


class OutboxRow(Base):
    """An event that waits for the poll."""

    __tablename__ = "typical_outbox"
    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sent: Mapped[bool] = mapped_column(default=False)


class OrganisationRow(Base):
    """An organisation."""

    __tablename__ = "typical_organisations"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String)


class AlertRow(Base):
    """A numbered alert."""

    __tablename__ = "typical_alerts"
    channel: Mapped[str] = mapped_column(String, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    alert: Mapped[dict[str, Any]] = mapped_column(JSONB)


class NoProjection(StoredProjection):
    """The wants that were seeded; what is published is kept in memory only, which favours the peer."""

    async def save(self, stored: StoredRecord) -> None:
        """Nothing."""


class Chain:
    """The whole chain in one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        engine = create_async_engine(settings.postgres_dsn.replace("postgresql://", "postgresql+asyncpg://"))
        self.engine = engine
        self.sessions = async_sessionmaker(engine, expire_on_commit=False)
        issuer = issuer_of(settings)
        assert issuer is not None
        self.verifier = verifier_of(settings, issuer)
        self.sockets: dict[str, list[WebSocket]] = defaultdict(list)
        self.numbers: dict[str, int] = defaultdict(int)

    async def start(self) -> None:
        """Make the tables, fill the index."""
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with self.sessions() as session, session.begin():
            session.add_all([OrganisationRow(organisation_id=holder, name="bench") for holder in HOLDERS])
        database = await Database.connect(self.settings.postgres_dsn)
        check = end_of_waste_check(packaged_rulebook())
        self.matcher = Matcher(material_tree(), NoProjection(database), check, self.settings.best_k)
        await self.matcher.restore(range(12))

    async def publish(self, draft: OfferDraft, organisation_id: UUID) -> dict[str, Any]:
        """Store a listing and its event, one commit."""
        now = datetime.now(UTC)
        outcome = created(draft, Actor(organisation_id, frozenset(), "bench"), now, uuid4)
        listing = outcome.listing
        payload = about_listing(listing, Happening.PUBLISHED, uuid4()).data.model_dump(mode="json")
        async with self.sessions() as session, session.begin():
            if await session.get(OrganisationRow, organisation_id) is None:
                raise HTTPException(403, "register first")
            session.add(
                ListingRow(
                    listing_id=listing.listing_id,
                    organisation_id=organisation_id,
                    status=listing.status.value,
                    record=listing.to_record(),
                )
            )
            session.add(OutboxRow(payload=payload))
        return listing.to_record()

    async def poll_for_ever(self) -> None:
        """Every 50 ms: what waits in the outbox is matched, stored as alerts, and pushed."""
        while True:
            await asyncio.sleep(POLL_S)
            async with self.sessions() as session:
                query = select(OutboxRow).where(OutboxRow.sent.is_(False)).order_by(OutboxRow.position).limit(BATCH)
                for row in (await session.scalars(query)).all():
                    await self._tell(row, session)

    async def _tell(self, row: OutboxRow, session: AsyncSession) -> None:
        offer = OfferPublished.model_validate(row.payload)
        drafts = [draft for family in offer.offer.families for draft in await self._drafts(offer, family)]
        alerts = [self._numbered(draft) for draft in drafts]
        session.add_all(alerts)
        row.sent = True
        await session.commit()
        for alert in alerts:
            for socket in self.sockets[alert.channel]:
                await socket.send_json({"type": "alert", "number": alert.number, "alert": alert.alert})

    async def _drafts(self, offer: OfferPublished, family: str) -> list[Draft]:
        now = datetime.now(UTC)
        proposed = await self.matcher.handle(offer, family, uuid4(), now.date())
        context = Context(now=now, source="/typical")
        carried = [read(Event.decode(item.raw)) for event in proposed for item in event.encode(context)]
        return [draft for data in carried for draft in _alerts_of(data)]

    def _numbered(self, draft: Draft) -> AlertRow:
        channel = str(draft.channel)
        self.numbers[channel] += 1
        return AlertRow(channel=channel, number=self.numbers[channel], alert=draft.body)


def _alerts_of(data: EventData) -> Sequence[Draft]:
    return routing.proposed(data, Cards()) if isinstance(data, TradesProposed) else ()


def application(settings: Settings) -> FastAPI:
    """The chain as an application."""
    chain = Chain(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await chain.start()
        polling = asyncio.create_task(chain.poll_for_ever())
        yield
        polling.cancel()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/offers", status_code=201)
    async def publish(draft: OfferDraft, request: Request) -> dict[str, Any]:
        who = await identify(request, chain.verifier)
        return await chain.publish(draft, who.organisation_id)

    @app.websocket("/{channel}")
    async def listen(socket: WebSocket, channel: str) -> None:
        await socket.accept()
        chain.sockets[channel].append(socket)
        async for _text in socket.iter_text():
            pass

    return app


def main() -> None:
    """Serve until stopped."""
    settings = load_settings()
    config = uvicorn.Config(
        application(settings), port=settings.port, log_config=None, access_log=False, ws="websockets-sansio"
    )
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
