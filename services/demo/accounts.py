"""Accounts of the demo region: one per organisation, with one password that everybody may know. Only in demo mode."""

from infra.identity.passwords import hashed
from infra.postgres.database import Database
from infra.postgres.stores.accounts import Account, StoredAccounts
from infra.postgres.transaction import transaction
from infra.settings import stable_id
from services.demo.region import Region, demo_organisations
from services.house import House

DEMO_PASSWORD = "proefdraaien-mag"  # noqa: S105 - public on purpose, and good for accounts of the demo only
SHOWN = 12


def demo_names() -> tuple[str, ...]:
    """The sign-in names that the page suggests."""
    return tuple(demo_organisations())[:SHOWN]


async def make_demo_accounts(house: House, region: Region) -> int:
    """Make an account named like each organisation of the region; safe to repeat. How many there are."""
    kept = await _known_hash(house.database) or await hashed(DEMO_PASSWORD)
    async with transaction(house.database) as unit:
        accounts = StoredAccounts(unit.connection)
        for organisation in region.organisations:
            slug = organisation.slug
            account = Account(
                account_id=stable_id(f"account:{slug}"),
                sign_in_name=slug,
                display_name=organisation.draft.name[:100],
                organisation_id=organisation.organisation_id,
                roles=organisation.roles,
                password_hash=kept,
                demo=True,
            )
            await accounts.save(account, house.now())
    return len(region.organisations)


async def _known_hash(database: Database) -> str | None:
    """The hash of the last start: hashing is slow on purpose."""
    async with database.connection() as connection:
        found: str | None = await connection.fetchval("SELECT password_hash FROM identity.accounts WHERE demo LIMIT 1")
    return found
