"""The ticket for the live connection: for the person whose cookie it is, and only his own channel."""

from uuid import uuid4

from contracts.vocabulary.terms import Role
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import visitor


async def test_a_ticket_is_a_token_of_the_same_person(office: Office) -> None:
    organisation_id = uuid4()
    async with visitor(office, organisation_id, [Role.BROKER]) as somebody:
        answer = await somebody.client.get("/live/kaartje", headers={"Accept": "application/json"})
    ticket = answer.json()
    identity = await office.house.verifier.verify(ticket["token"])
    assert (identity.organisation_id, identity.roles) == (organisation_id, frozenset({Role.BROKER}))
    assert ticket["channel"] == f"organisation:{organisation_id}"
    assert ticket["address"] == "ws://127.0.0.1:8081"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_visitor_gets_none(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.client.get("/live/kaartje", headers={"Accept": "application/json"})
    assert answer.status_code == 401
