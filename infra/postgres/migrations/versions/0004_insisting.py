"""A function by which a statement undoes itself when what it was decided on has changed."""

from alembic import op

revision = "0004"
down_revision = "0003"

INSIST = """
CREATE FUNCTION eventlog.insist(holds boolean, code text, what text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF holds IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = code, MESSAGE = format('%s changed meanwhile', what);
    END IF;
    RETURN true;
END $$
"""


def upgrade() -> None:
    """Make the function."""
    op.execute(INSIST)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP FUNCTION eventlog.insist(boolean, text, text)")
