"""New listings and their events in one statement: one round trip and one commit, for one or for many.

What is written here was decided beforehand on what was known of the owner. The statement proves that this still
holds: the owner is registered in that revision, the external id is free, the idempotency key is new. What does not
hold is left out, and the caller does that publication again in an ordinary transaction, which knows what to say. A
race that the statement cannot see ends it as a whole by a unique index; then nothing of it was written, and all of
its publications go the ordinary way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from contracts.envelope import EncodedEvent
from infra.http.idempotency import Answer, Request
from infra.postgres.database import Database
from infra.postgres.parts import LANE_LOCK, columns_of
from infra.postgres.stores.listing_rows import FIELDS, NAMES, WORDS, document, knows_labels, learn_labels, row_of
from infra.postgres.transaction import count, in_one_statement
from listings.model import AnyListing

PUBLISH = f"""
WITH new AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1)
    AS new ({FIELDS}, owner_revision int,
        asked_by text, key text, asked text, status_code int, headers jsonb, body text)
), fresh AS MATERIALIZED (
    SELECT new.* FROM new
    JOIN listings.organisations AS owner
        ON owner.organisation_id = new.organisation_id AND owner.revision = new.owner_revision
    WHERE NOT EXISTS (SELECT FROM listings.listings AS l
        WHERE l.organisation_id = new.organisation_id AND l.external_id = new.external_id)
    AND NOT EXISTS (SELECT FROM eventlog.idempotency AS i WHERE i.owner = new.asked_by AND i.key = new.key)
), listing AS (
    INSERT INTO listings.listings ({NAMES}, words) SELECT {NAMES}, {WORDS} FROM fresh AS new RETURNING listing_id
), answer AS (
    INSERT INTO eventlog.idempotency (owner, key, request_hash, status, headers, body)
    SELECT asked_by, key, decode(asked, 'hex'), status_code, headers, convert_to(body, 'UTF8')
    FROM fresh WHERE key IS NOT NULL RETURNING 1
), answers AS MATERIALIZED (SELECT count(*) AS n FROM answer
), event AS MATERIALIZED (
    SELECT event.* FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[],
        $10::bytea[]) WITH ORDINALITY
        AS event (listing_id, lane, topic, key, partition_key, id, type, raw, ordinal)
    JOIN listing USING (listing_id)
), locks AS MATERIALIZED (
    SELECT pg_advisory_xact_lock($2, lane)
    FROM (SELECT DISTINCT lane FROM event, answers WHERE answers.n >= 0 ORDER BY 1) AS lanes
), locked AS MATERIALIZED (SELECT count(*) AS n FROM locks
), appended AS (
    INSERT INTO eventlog.events (lane, topic, key, partition_key, id, type, raw)
    SELECT event.lane, event.topic, event.key, event.partition_key, event.id, event.type, event.raw
    FROM locked, event WHERE locked.n >= 0 ORDER BY event.ordinal
)
SELECT listing_id FROM listing
"""  # noqa: S608 - built from our own names

ROLLED_BACK = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.TransactionRollbackError,
)
"""Errors after which nothing was written for certain. After any other, such as a lost connection, nobody knows."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A new listing with what is told of it, whose owner was seen at that revision, and the answer to who asked."""

    listing: AnyListing
    events: tuple[EncodedEvent, ...]
    owner_revision: int
    asked: Request
    answer: Answer


async def publish_together(database: Database, publications: Sequence[Publication]) -> list[bool]:
    """Write them in one commit; which of them were. Raises what PostgreSQL raises when that is not known."""
    first = list(_without_twins(publications))
    listings = [publication.listing for publication in first]
    if not all(map(knows_labels, listings)):
        async with database.connection() as connection:
            await learn_labels(connection, listings)
    events = [event for publication in first for event in publication.events]
    of_listing = [publication.listing.listing_id for publication in first for _event in publication.events]
    rows, topics = document([_row(publication) for publication in first]), {event.topic for event in events}
    try:
        found = await in_one_statement(database, topics, PUBLISH, rows, LANE_LOCK, of_listing, *columns_of(events))
    except ROLLED_BACK:
        return [False] * len(publications)
    written: set[UUID] = {row["listing_id"] for row in found}
    count(event for listing_id, event in zip(of_listing, events, strict=True) if listing_id in written)
    return [publication.listing.listing_id in written for publication in publications]


def _without_twins(publications: Sequence[Publication]) -> Iterator[Publication]:
    """Of those that name the same key or external id, the first: one statement cannot see its own rows."""
    seen: set[tuple[str, str]] = set()
    for publication in publications:
        asked, external_id = publication.asked, publication.listing.terms.external_id
        owner = str(publication.listing.organisation_id)
        named = {(f"key of {asked.owner}", asked.key or ""), (f"external id of {owner}", external_id or "")}
        named = {name for name in named if name[1]}
        if not named & seen:
            seen |= named
            yield publication


def _row(publication: Publication) -> dict[str, Any]:
    asked, answer = publication.asked, publication.answer
    row = row_of(publication.listing) | {"owner_revision": publication.owner_revision}
    if asked.key is None:
        return row
    return row | {
        "asked_by": asked.owner,
        "key": asked.key,
        "asked": asked.hash.hex(),
        "status_code": answer.status,
        "headers": {**answer.headers, "content-type": answer.media_type},
        "body": answer.body.decode(),
    }
