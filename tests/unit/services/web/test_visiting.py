"""Who visits, and where they may be sent."""

from uuid import uuid4

import pytest

from services.web.visiting import safe_goal, token_of_form
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


@pytest.mark.parametrize("goal", ["/zoeken?q=hout", "/voorstellen", "/"])
def test_places_on_this_site_are_kept(goal: str) -> None:
    assert safe_goal(goal) == goal


@pytest.mark.parametrize("goal", [None, "", "zoeken", "//boef", "/\\boef", "https://boef", "/a\nb", "/a\\b"])
def test_other_places_become_the_front_page(goal: str | None) -> None:
    assert safe_goal(goal) == "/"


def test_the_token_of_a_form_depends_on_the_browser_and_on_the_form() -> None:
    assert len({token_of_form(secret, nonce) for secret in "ab" for nonce in "cd"}) == 4


async def test_each_page_carries_another_token(office: Office) -> None:
    async with visitor(office) as somebody:
        tokens = {(await somebody.get("/")).partition('name="form-token" content="')[2][:70] for _ in range(2)}
    assert len(tokens) == 2


async def test_a_first_visit_gets_a_secret_of_its_own(office: Office) -> None:
    async with visitor(office) as somebody:
        somebody.client.cookies.clear()
        answer = await somebody.client.get("/")
    assert "km_form=" in answer.headers["set-cookie"]
    assert "httponly" in answer.headers["set-cookie"].lower()


async def test_a_cookie_that_nobody_gave_is_nobody(office: Office) -> None:
    async with visitor(office) as somebody:
        somebody.client.cookies.set("km_session", "verzonnen")
        assert "Inloggen" in text_of(await somebody.get("/"))


async def test_a_member_page_sends_a_visitor_to_sign_in(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.client.get("/voorstellen?stand=klaar")
    assert answer.headers["location"] == "/inloggen?naar=%2Fvoorstellen%3Fstand%3Dklaar"
    async with visitor(office, uuid4()) as member:
        await member.get("/voorstellen")
