"""Proposals that better ones push out lapse quietly, unless somebody opened them; ranks in both orders."""

from alembic import op

revision = "0002"
down_revision = "0001"

STANDING = """
ALTER TABLE trades.proposals
    ADD COLUMN displaced boolean NOT NULL DEFAULT false,
    ADD COLUMN opened_at timestamptz,
    ADD COLUMN area_score double precision,
    ADD COLUMN chain_score double precision;
CREATE INDEX proposals_kept_by_offer ON trades.proposals (offer_id) WHERE displaced AND opened_at IS NOT NULL;
CREATE INDEX proposals_kept_by_want ON trades.proposals (want_id) WHERE displaced AND opened_at IS NOT NULL;
"""


def upgrade() -> None:
    """Add what the standing set needs; a former release reads and writes on without it."""
    for statement in STANDING.split(";"):
        if statement.strip():
            op.execute(statement)
