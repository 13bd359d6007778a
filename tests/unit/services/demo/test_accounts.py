"""Accounts of the demo region."""

from infra.identity.passwords import fits
from infra.postgres.stores.accounts import StoredAccounts
from services.demo.accounts import DEMO_PASSWORD, demo_names, make_demo_accounts
from services.demo.region import load_region
from tests.unit.services.scenes import Office


async def test_each_organisation_of_the_region_has_an_account_and_a_second_load_changes_nothing(office: Office) -> None:
    region = load_region(office.house.today())
    assert await make_demo_accounts(office.house, region) == len(region.organisations)
    await make_demo_accounts(office.house, region)
    async with office.house.database.connection() as connection:
        account = await StoredAccounts(connection).by_name(demo_names()[0])
    assert account is not None
    assert account.demo
    assert await fits(DEMO_PASSWORD, account.password_hash)
