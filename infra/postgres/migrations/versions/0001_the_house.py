"""Event log, listings, matching, trades, notifications: one schema per owner, no key across schemas."""

from alembic import op

revision = "0001"
down_revision = None

EVENTLOG = """
CREATE SCHEMA eventlog;
CREATE TABLE eventlog.events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane smallint NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    partition_key text NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    raw bytea NOT NULL,
    appended_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX events_by_lane ON eventlog.events (topic, lane, position);
CREATE TABLE eventlog.handled (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE TABLE eventlog.positions (
    consumer text NOT NULL, lane smallint NOT NULL, position bigint NOT NULL, PRIMARY KEY (consumer, lane)
);
CREATE TABLE eventlog.owners (
    consumer text NOT NULL, lane smallint NOT NULL, epoch bigint NOT NULL, PRIMARY KEY (consumer, lane)
);
CREATE TABLE eventlog.dead_letters (
    letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer text NOT NULL,
    event_id uuid,
    topic text NOT NULL,
    lane smallint NOT NULL,
    position bigint NOT NULL,
    reason text NOT NULL,
    raw bytea NOT NULL,
    buried_at timestamptz NOT NULL DEFAULT now(),
    replayed_at timestamptz
);
CREATE INDEX handled_by_age ON eventlog.handled (handled_at);
CREATE INDEX dead_letters_by_event ON eventlog.dead_letters (event_id) WHERE replayed_at IS NULL;
CREATE TABLE eventlog.idempotency (
    owner text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status smallint,
    headers jsonb,
    body bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, key)
);
"""

LISTINGS = """
CREATE SCHEMA listings;
CREATE TABLE listings.organisations (
    organisation_id uuid PRIMARY KEY, revision int NOT NULL, kvk_number text, record jsonb NOT NULL
);
CREATE TABLE listings.listings (
    listing_id uuid PRIMARY KEY,
    kind text NOT NULL,
    organisation_id uuid NOT NULL,
    revision int NOT NULL,
    status text NOT NULL,
    external_id text,
    record jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    visibility text NOT NULL,
    partners uuid[] NOT NULL,
    families text[] NOT NULL,
    concepts text[] NOT NULL,
    eural_code text,
    municipality_code text,
    province text,
    open_to_all boolean NOT NULL,
    lat double precision,
    lon double precision,
    quantity_kg numeric,
    price_eur_per_tonne numeric,
    available_until date,
    words tsvector NOT NULL
);
CREATE UNIQUE INDEX listings_by_external_id ON listings.listings (organisation_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX listings_by_owner ON listings.listings (organisation_id, changed_at DESC, listing_id);
CREATE INDEX listings_by_change ON listings.listings (kind, changed_at DESC, listing_id) WHERE status = 'open';
CREATE INDEX listings_by_concept ON listings.listings USING gin (concepts);
CREATE INDEX listings_by_words ON listings.listings USING gin (words);
CREATE INDEX listings_by_place ON listings.listings (lat, lon);
CREATE INDEX listings_by_end ON listings.listings (available_until) WHERE status IN ('open', 'reserved');
CREATE TABLE listings.saved_searches (
    search_id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL,
    revision int NOT NULL,
    deleted boolean NOT NULL,
    record jsonb NOT NULL
);
CREATE INDEX saved_searches_by_owner ON listings.saved_searches (organisation_id, search_id);
CREATE TABLE listings.documents (
    evidence_id uuid PRIMARY KEY,
    listing_id uuid NOT NULL,
    content bytea NOT NULL
);
CREATE INDEX documents_by_listing ON listings.documents (listing_id);
"""

MATCHING = """
CREATE SCHEMA matching;
CREATE TABLE matching.entries (
    lane smallint NOT NULL,
    family text NOT NULL,
    entry_id uuid NOT NULL,
    kind text NOT NULL,
    revision int NOT NULL,
    state bytea,
    taken numeric NOT NULL,
    taken_unit text,
    sequence int NOT NULL,
    PRIMARY KEY (family, entry_id)
);
CREATE INDEX entries_by_lane ON matching.entries (lane);
"""

TRADES = """
CREATE SCHEMA trades;
CREATE TABLE trades.proposal_sets (event_id uuid PRIMARY KEY, proposals jsonb NOT NULL);
CREATE TABLE trades.proposals (
    trade_id uuid PRIMARY KEY,
    offer_id uuid NOT NULL,
    want_id uuid NOT NULL,
    offer_organisation_id uuid NOT NULL,
    want_organisation_id uuid NOT NULL,
    event_id uuid NOT NULL,
    ordinal int NOT NULL,
    lapse_reason text
);
CREATE INDEX proposals_by_holder ON trades.proposals (offer_organisation_id, trade_id) WHERE lapse_reason IS NULL;
CREATE INDEX proposals_by_seeker ON trades.proposals (want_organisation_id, trade_id) WHERE lapse_reason IS NULL;
CREATE INDEX proposals_by_offer ON trades.proposals (offer_id);
CREATE INDEX proposals_by_want ON trades.proposals (want_id);
CREATE TABLE trades.trades (
    trade_id uuid PRIMARY KEY,
    revision int NOT NULL,
    status text NOT NULL,
    offer_id uuid NOT NULL,
    want_id uuid NOT NULL,
    offer_organisation_id uuid NOT NULL,
    want_organisation_id uuid NOT NULL,
    held_until timestamptz,
    record jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX trades_by_offer ON trades.trades (offer_id);
CREATE INDEX trades_by_want ON trades.trades (want_id);
CREATE INDEX trades_by_holder ON trades.trades (offer_organisation_id, trade_id);
CREATE INDEX trades_by_seeker ON trades.trades (want_organisation_id, trade_id);
CREATE INDEX trades_by_hold ON trades.trades (held_until) WHERE status = 'accepted';
CREATE TABLE trades.balances (listing_id uuid PRIMARY KEY, sequence int NOT NULL, record jsonb NOT NULL);
CREATE TABLE trades.known_listings (listing_id uuid PRIMARY KEY, revision int NOT NULL, record jsonb NOT NULL);
CREATE TABLE trades.known_organisations (
    organisation_id uuid PRIMARY KEY, revision int NOT NULL, record jsonb NOT NULL
);
"""

NOTIFICATIONS = """
CREATE SCHEMA notifications;
CREATE TABLE notifications.heads (channel text PRIMARY KEY, first bigint NOT NULL, last bigint NOT NULL);
CREATE TABLE notifications.inbox (
    channel text NOT NULL,
    number bigint NOT NULL,
    dedupe_key text NOT NULL,
    alert jsonb NOT NULL,
    PRIMARY KEY (channel, number)
);
CREATE UNIQUE INDEX inbox_by_dedupe_key ON notifications.inbox (channel, dedupe_key);
CREATE TABLE notifications.known_listings (listing_id uuid PRIMARY KEY, revision int NOT NULL, record jsonb NOT NULL);
CREATE TABLE notifications.known_organisations (
    organisation_id uuid PRIMARY KEY, revision int NOT NULL, record jsonb NOT NULL
);
CREATE TABLE notifications.acted_trades (trade_id uuid PRIMARY KEY);
CREATE TABLE notifications.known_searches (
    search_id uuid PRIMARY KEY, revision int NOT NULL, organisation_id uuid NOT NULL, record jsonb NOT NULL
);
"""


def upgrade() -> None:
    """Make everything."""
    for part in (EVENTLOG, LISTINGS, MATCHING, TRADES, NOTIFICATIONS):
        for statement in part.split(";"):
            if statement.strip():
                op.execute(statement)


def downgrade() -> None:
    """Drop everything; for tests and first installations only."""
    for schema in ("notifications", "trades", "matching", "listings", "eventlog"):
        op.execute(f"DROP SCHEMA {schema} CASCADE")
