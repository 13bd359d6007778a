"""Errors: pages for people in their language, problem documents for programs."""

from uuid import uuid4

import pytest

from contracts.vocabulary.terms import Language
from listings.errors import ListingNotFound
from matching.errors import QuantityTaken
from services.web.catalogue import speaker
from services.web.error_pages import told
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


def test_a_refusal_is_told_in_the_readers_language() -> None:
    refusal = QuantityTaken("got 5 t")
    assert told(refusal, speaker(Language.DUTCH)) == "Er is niet genoeg meer vrij. Noem een kleinere hoeveelheid."
    assert told(ListingNotFound(uuid4()), speaker(Language.ENGLISH)).startswith("This listing does not exist")


@pytest.mark.parametrize(
    ("language", "sentence"), [("nl", "Deze pagina bestaat niet"), ("en", "This page does not exist")]
)
async def test_an_address_that_is_not_there_gets_a_page(office: Office, language: str, sentence: str) -> None:
    async with visitor(office, language=language) as somebody:
        page = await somebody.get("/nergens", 404)
    assert sentence in text_of(page)
    assert f'<html lang="{language}">' in page


async def test_a_program_gets_a_problem_document_at_the_same_address(office: Office) -> None:
    async with office.client() as client:
        answer = await client.get("/nergens")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_api_stays_an_api_for_browsers_too(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.client.get(f"/v1/offers/{uuid4()}")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_wrong_value_in_an_address_is_a_page(office: Office) -> None:
    async with visitor(office) as somebody:
        assert "klopt niet" in text_of(await somebody.get("/plaatsing/geen-nummer", 422))


async def test_the_live_connection_gets_a_part_of_a_page(office: Office) -> None:
    async with visitor(office, uuid4()) as somebody:
        part = await somebody.get(f"/voorstellen/{uuid4()}/regel", 404, headers={"HX-Request": "true"})
    assert "<html" not in part
