"""From who asks to an actor of the domain, and from a request to the context of its events."""

from uuid import uuid4

from contracts.vocabulary.terms import Role
from infra.identity.tokens import Identity
from services.house import utc_now
from services.listings_api.asking import SOURCE, actor_of, viewer_of
from tests.unit.services.scenes import Office

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_an_identity_becomes_an_actor_of_the_same_organisation_and_roles() -> None:
    identity = Identity("jan", uuid4(), frozenset({Role.AUTHORITY}), utc_now())
    actor = actor_of(identity)
    assert (actor.organisation_id, actor.roles, actor.subject) == (identity.organisation_id, identity.roles, "jan")
    assert viewer_of(identity) == actor


def test_a_visitor_is_nobody() -> None:
    assert viewer_of(None) is None


async def test_events_of_a_request_name_their_source_and_its_trace(office: Office) -> None:
    holder = await office.member("Traced")
    await holder.client.put(
        f"/v1/organisations/{holder.organisation_id}",
        json={"name": "Traced again"},
        headers={"If-Match": '"1"', "traceparent": TRACE},
    )
    registered, revised = await office.events()
    assert (registered.view.source, registered.view.traceparent) == (SOURCE, None)
    assert (revised.view.source, revised.view.traceparent) == (SOURCE, TRACE)


async def test_a_trace_of_the_wrong_form_is_left_out(office: Office) -> None:
    client = office.client(uuid4())
    await client.post("/v1/organisations", json={"name": "Traced"}, headers={"traceparent": TRACE[:-1]})
    (event,) = await office.events()
    assert event.view.traceparent is None
