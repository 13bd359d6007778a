"""Joint trades, capabilities, and what the matcher remembers of them."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE listings.capabilities (
    capability_id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL,
    revision int NOT NULL,
    active boolean NOT NULL,
    record jsonb NOT NULL
);
CREATE INDEX capabilities_by_owner ON listings.capabilities (organisation_id, capability_id);
CREATE INDEX capabilities_active ON listings.capabilities (capability_id) WHERE active;
CREATE TABLE matching.parts (
    lane smallint NOT NULL,
    family text NOT NULL,
    part_id uuid NOT NULL,
    type text NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (family, part_id)
);
CREATE INDEX parts_by_lane ON matching.parts (lane);
CREATE TABLE trades.joint_trades (
    joint_id uuid PRIMARY KEY,
    revision int NOT NULL,
    status text NOT NULL,
    held_until timestamptz,
    listings uuid[] NOT NULL,
    organisations uuid[] NOT NULL,
    record jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX joint_trades_by_listing ON trades.joint_trades USING gin (listings)
    WHERE status IN ('proposed', 'accepted', 'seeking');
CREATE INDEX joint_trades_by_organisation ON trades.joint_trades USING gin (organisations);
CREATE TABLE trades.preferences (
    want_id uuid NOT NULL,
    family text NOT NULL,
    organisation_id uuid NOT NULL,
    revision int NOT NULL,
    record jsonb NOT NULL,
    PRIMARY KEY (want_id, family)
);
CREATE TABLE trades.near_misses (
    listing_id uuid NOT NULL,
    family text NOT NULL,
    organisation_id uuid NOT NULL,
    revision int NOT NULL,
    record jsonb NOT NULL,
    PRIMARY KEY (listing_id, family)
);
CREATE INDEX near_misses_by_owner ON trades.near_misses (organisation_id, listing_id);
CREATE INDEX preferences_by_owner ON trades.preferences (organisation_id, want_id);
CREATE INDEX joint_trades_by_hold ON trades.joint_trades (held_until) WHERE status IN ('accepted', 'seeking');
"""


def upgrade() -> None:
    """Make everything."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop everything; for tests only."""
    for table in (
        "trades.near_misses",
        "trades.preferences",
        "trades.joint_trades",
        "matching.parts",
        "listings.capabilities",
    ):
        op.execute(f"DROP TABLE {table}")
