"""Reading with SQLAlchemy: queries that are composed from filters, on a pool of their own."""

from sqlalchemy import Boolean, Column, DateTime, Double, MetaData, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.postgres.migrate import engine_of

metadata = MetaData()

LISTINGS = Table(
    "listings",
    metadata,
    Column("listing_id", Uuid, primary_key=True),
    Column("kind", Text),
    Column("organisation_id", Uuid),
    Column("status", Text),
    Column("record", JSONB),
    Column("changed_at", DateTime(timezone=True)),
    Column("partners", ARRAY(Uuid)),
    Column("concepts", ARRAY(Text)),
    Column("families", ARRAY(Text)),
    Column("eural_code", Text),
    Column("municipality_code", Text),
    Column("province", Text),
    Column("open_to_all", Boolean),
    Column("lat", Double),
    Column("lon", Double),
    Column("quantity_kg", Numeric),
    Column("price_eur_per_tonne", Numeric),
    Column("words", TSVECTOR),
    schema="listings",
)


def reading_engine(dsn: str, size: int = 5) -> AsyncEngine:
    """An engine for reads; nothing is committed on it.

    A connection is tried before it is used: after a restart of the server the first visitors would get errors.
    """
    return engine_of(dsn, pool_size=size, max_overflow=0, pool_pre_ping=True, isolation_level="AUTOCOMMIT")
