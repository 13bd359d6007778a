"""Forms: from our own pages in this browser, or not at all."""

import pytest

from services.web.posting import TOKEN_FIELD
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import SITE, text_of, visitor


async def test_a_form_without_its_token_is_refused(office: Office) -> None:
    async with visitor(office) as somebody:
        for token in ("", "nonce.fout", "zonder-punt"):
            answer = await somebody.post("/taal", 403, **{TOKEN_FIELD: token}, taal="en")
            assert "te oud of komt van een andere site" in text_of(answer.text)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://boef.example"}, {"Origin": "null"}, {"Origin": SITE, "Sec-Fetch-Site": "cross-site"}],
)
async def test_a_form_of_another_site_is_refused_even_with_the_token(office: Office, headers: dict[str, str]) -> None:
    async with visitor(office) as somebody:
        page = await somebody.get("/")
        token = page.partition('name="form-token" content="')[2].partition('"')[0]
        answer = await somebody.client.post("/taal", data={TOKEN_FIELD: token, "taal": "en"}, headers=headers)
        assert answer.status_code == 403
        fine = await somebody.client.post("/taal", data={TOKEN_FIELD: token, "taal": "en"}, headers={"Origin": SITE})
    assert fine.status_code == 303


async def test_the_token_may_come_in_a_header(office: Office) -> None:
    async with visitor(office) as somebody:
        page = await somebody.get("/")
        token = page.partition('name="form-token" content="')[2].partition('"')[0]
        answer = await somebody.client.post("/taal", data={"taal": "en"}, headers={"X-Form-Token": token})
    assert answer.status_code == 303


async def test_a_token_of_another_browser_is_refused(office: Office) -> None:
    async with visitor(office) as somebody, visitor(office) as other:
        other.client.cookies.set("km_form", "o" * 40)
        page = await somebody.get("/")
        token = page.partition('name="form-token" content="')[2].partition('"')[0]
        answer = await other.client.post("/taal", data={TOKEN_FIELD: token}, headers={"Origin": SITE})
    assert answer.status_code == 403
