"""Judging open trades again: progress per lane, former rulebooks, and the newest verdict of a proposal."""

from alembic import op

revision = "0003"
down_revision = "0002"

UP = """
CREATE TABLE matching.rulebooks (
    version text PRIMARY KEY, files bytea NOT NULL, kept_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE matching.replays (
    lane smallint PRIMARY KEY,
    rulebook text NOT NULL,
    day date NOT NULL,
    target_rulebook text,
    target_day date,
    after_family text,
    after_id uuid,
    started_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE matching.told_since (
    lane smallint NOT NULL, trade_id uuid NOT NULL, edition text NOT NULL, PRIMARY KEY (lane, trade_id)
);
ALTER TABLE trades.proposals ADD COLUMN verdict jsonb;
"""
DOWN = """
ALTER TABLE trades.proposals DROP COLUMN verdict;
DROP TABLE matching.told_since;
DROP TABLE matching.replays;
DROP TABLE matching.rulebooks;
"""


def upgrade() -> None:
    """Add the tables and the column."""
    for statement in UP.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Remove them."""
    for statement in DOWN.split(";"):
        if statement.strip():
            op.execute(statement)
