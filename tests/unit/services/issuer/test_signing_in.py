"""The issuer's page for signing in: who is let in, who is not, and who is asked to wait."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest

from infra.identity.passwords import hashed
from infra.postgres.stores.accounts import MOST_FAILURES, Account, StoredAccounts
from infra.postgres.transaction import transaction
from services.issuer.signing_in import RETURN
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import SITE, text_of, visitor

PASSWORD = "een zin die niemand raadt"
ASKED = {
    "client_id": "kringmarkt-site",
    "redirect_uri": f"{SITE}{RETURN}",
    "response_type": "code",
    "code_challenge": "c" * 43,
    "code_challenge_method": "S256",
    "state": "de-staat",
}


def address(**changes: Any) -> str:
    """Where the site sends a browser."""
    return f"/issuer/authorize?{urlencode({**ASKED, **changes})}"


@pytest.fixture
async def account(office: Office) -> Account:
    made = Account(uuid4(), "jo@voorbeeld.nl", "Jo", uuid4(), (), await hashed(PASSWORD))
    await keep(office, made)
    return made


async def keep(office: Office, account: Account) -> None:
    """Store an account."""
    async with transaction(office.house.database) as unit:
        await StoredAccounts(unit.connection).save(account, office.house.now())


async def test_who_knows_the_password_goes_back_with_a_code(office: Office, account: Account) -> None:
    async with visitor(office) as somebody:
        assert "Wachtwoord" in text_of(await somebody.get(address()))
        answer = await somebody.post(address(), name=account.sign_in_name, password=PASSWORD)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.headers["location"].startswith(f"{SITE}{RETURN}?")
    assert query["state"] == ["de-staat"]
    assert len(query["code"][0]) > 30


async def test_a_wrong_password_and_a_wrong_name_get_the_same_sentence(office: Office, account: Account) -> None:
    async with visitor(office) as somebody:
        wrong = await somebody.post(address(), 401, name=account.sign_in_name, password="fout fout fout")
        nobody = await somebody.post(address(), 401, name="niemand@voorbeeld.nl", password=PASSWORD)
    for answer in (wrong, nobody):
        assert "horen niet bij elkaar" in text_of(answer.text)


async def test_after_too_many_attempts_even_the_right_password_must_wait(office: Office, account: Account) -> None:
    async with visitor(office) as somebody:
        for _ in range(MOST_FAILURES):
            await somebody.post(address(), 401, name=account.sign_in_name, password="fout fout fout")
        answer = await somebody.post(address(), 429, name=account.sign_in_name, password=PASSWORD)
    assert "Wacht een kwartier" in text_of(answer.text)


@pytest.mark.parametrize("change", [{"demo": True}, {"active": False}])
async def test_demo_accounts_and_those_shut_out_do_not_get_in(
    office: Office, account: Account, change: dict[str, bool]
) -> None:
    other = replace(account, account_id=uuid4(), sign_in_name="ander@voorbeeld.nl", **change)  # type: ignore[arg-type]
    await keep(office, other)
    async with visitor(office) as somebody:
        await somebody.post(address(), 401, name=other.sign_in_name, password=PASSWORD)


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://boef.example/inloggen/terug"},
        {"redirect_uri": f"{SITE}/ergens-anders"},
        {"client_id": "een-ander"},
        {"response_type": "token"},
    ],
)
async def test_nobody_is_sent_to_a_site_that_is_not_known(office: Office, change: dict[str, str]) -> None:
    async with visitor(office) as somebody:
        said = text_of(await somebody.get(address(**change), 400))
    assert "Begin opnieuw vanaf de site" in said


async def test_a_challenge_is_needed(office: Office) -> None:
    async with visitor(office) as somebody:
        await somebody.get(address(code_challenge_method="plain"), 422)


async def test_demo_names_are_shown_in_demo_mode_only(office: Office, tmp_path: Path) -> None:
    async with visitor(office) as somebody:
        assert "proefdraaien" not in (await somebody.get(address())).lower()
        settings = office.house.settings.model_copy(update={"demo": True})
        office.app.state.house = replace(office.house, settings=settings)
        assert "proefdraaien-mag" in await somebody.get(address())
