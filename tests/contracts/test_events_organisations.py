"""Events about organisations tell what others may know of them, each time in full."""

from typing import Any
from uuid import UUID

import orjson
import pytest
from pydantic import ValidationError

from contracts.events.organisations import OrganisationRegistered, OrganisationRevised, OrganisationState, Permit
from contracts.vocabulary.terms import Role
from tests.contracts.example_events import example_bytes

STATE: dict[str, Any] = orjson.loads(example_bytes("organisation.revised.v1"))["data"]["organisation"]
PERSONAL = {"email", "phone", "contact", "address", "street", "user", "iban"}


def test_joining_and_changing_tell_the_same_things() -> None:
    assert OrganisationRegistered.model_fields.keys() == OrganisationRevised.model_fields.keys()
    assert OrganisationRegistered.topic == OrganisationRevised.topic == "kringmarkt.organisations"


def test_only_id_revision_and_name_are_needed() -> None:
    least = OrganisationState(organisation_id=UUID(int=1), revision=1, name="Kringloop De Kans")

    assert (least.kvk_number, least.vihb_number, least.roles, least.permits) == (None, None, (), ())


def test_an_organisation_is_read_back_as_it_was_told() -> None:
    state = OrganisationState.model_validate_json(orjson.dumps(STATE))

    assert state.roles == (Role.SEEKER, Role.PROCESSOR)
    assert state.permits[0].eural_codes == ("170201", "191207", "200138")
    assert state.model_dump(mode="json") == STATE


def test_a_role_outside_the_list_is_refused() -> None:
    with pytest.raises(ValidationError, match="roles"):
        OrganisationState.model_validate(STATE | {"roles": ["king"]})


@pytest.mark.parametrize("part", [OrganisationState, Permit])
def test_nothing_personal_has_a_place_in_the_event(part: type[OrganisationState | Permit]) -> None:
    assert PERSONAL.isdisjoint(part.model_fields)
