"""What people need to work in a browser: accounts and sessions, photos, messages, read marks."""

from alembic import op

revision = "0005"
down_revision = "0004"

IDENTITY = """
CREATE SCHEMA identity;
CREATE TABLE identity.accounts (
    account_id uuid PRIMARY KEY,
    sign_in_name text NOT NULL,
    display_name text NOT NULL,
    organisation_id uuid NOT NULL,
    roles text[] NOT NULL,
    password_hash text NOT NULL,
    demo boolean NOT NULL,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX accounts_by_name ON identity.accounts (sign_in_name);
CREATE INDEX accounts_by_organisation ON identity.accounts (organisation_id, sign_in_name);
CREATE TABLE identity.attempts (about text NOT NULL, at timestamptz NOT NULL);
CREATE INDEX attempts_by_about ON identity.attempts (about, at);
CREATE TABLE identity.codes (
    code_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL,
    redirect_uri text NOT NULL,
    challenge text NOT NULL,
    nonce text,
    expires_at timestamptz NOT NULL
);
CREATE TABLE identity.invitations (
    invitation_hash bytea PRIMARY KEY,
    organisation_id uuid NOT NULL,
    roles text[] NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE TABLE identity.entries (
    entry_hash bytea PRIMARY KEY,
    state text NOT NULL,
    verifier text NOT NULL,
    nonce text NOT NULL,
    redirect_uri text NOT NULL,
    goal text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE TABLE identity.sessions (
    session_hash bytea PRIMARY KEY,
    subject text NOT NULL,
    display_name text NOT NULL,
    organisation_id uuid NOT NULL,
    roles text[] NOT NULL,
    access_token text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_by_subject ON identity.sessions (subject);
"""

SITE = """
CREATE SCHEMA site;
CREATE TABLE site.unfinished_forms (
    owner text NOT NULL,
    form text NOT NULL,
    fields jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (owner, form)
);
"""

LISTINGS = """
CREATE TABLE listings.photos (
    photo_id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL,
    listing_id uuid,
    place smallint NOT NULL,
    width int NOT NULL,
    height int NOT NULL,
    content bytea NOT NULL,
    thumbnail bytea NOT NULL,
    added_at timestamptz NOT NULL
);
CREATE INDEX photos_by_listing ON listings.photos (listing_id, place);
CREATE INDEX photos_on_the_loose ON listings.photos (added_at) WHERE listing_id IS NULL
"""

TRADES = """
ALTER TABLE trades.proposals ADD COLUMN proposed_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX proposals_of_holder_by_age ON trades.proposals (offer_organisation_id, proposed_at DESC, trade_id);
CREATE INDEX proposals_of_seeker_by_age ON trades.proposals (want_organisation_id, proposed_at DESC, trade_id);
CREATE TABLE trades.messages (
    message_id uuid PRIMARY KEY,
    trade_id uuid NOT NULL,
    side text NOT NULL,
    text text NOT NULL,
    sent_at timestamptz NOT NULL
);
CREATE INDEX messages_by_trade ON trades.messages (trade_id, sent_at)
"""

NOTIFICATIONS = """
CREATE INDEX inbox_by_about ON notifications.inbox (channel, (alert ->> 'about'));
CREATE TABLE notifications.read_marks (
    channel text NOT NULL, subject text NOT NULL, number bigint NOT NULL, PRIMARY KEY (channel, subject)
);
CREATE TABLE notifications.answers (
    channel text NOT NULL,
    number bigint NOT NULL,
    answer text NOT NULL,
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (channel, number)
);
CREATE TABLE notifications.preferences (channel text PRIMARY KEY, record jsonb NOT NULL)
"""


def upgrade() -> None:
    """Add it all; nothing that the former release uses changes."""
    for part in (IDENTITY, SITE, LISTINGS, TRADES, NOTIFICATIONS):
        for statement in part.split(";"):
            if statement.strip():
                op.execute(statement)


def downgrade() -> None:
    """Take it away again."""
    for statement in (
        "DROP SCHEMA site CASCADE",
        "DROP SCHEMA identity CASCADE",
        "DROP TABLE listings.photos, trades.messages",
        "DROP TABLE notifications.read_marks, notifications.answers, notifications.preferences",
        "DROP INDEX notifications.inbox_by_about",
        "ALTER TABLE trades.proposals DROP COLUMN proposed_at",
    ):
        op.execute(statement)
