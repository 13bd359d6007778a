"""What all event data share: frozen, open to newer fields coming in, closed to undeclared ones going out."""

from typing import ClassVar

import pytest
from pydantic import ValidationError

from contracts.events.base import EventData, Part, UndeclaredField, undeclared


class Axle(Part):
    """A part of a part of a part."""

    load_kg: float


class Wheel(Part):
    """A part of a part."""

    axles: tuple[Axle, ...] = ()


class CartSeen(EventData):
    """An event with parts in parts."""

    name: ClassVar[str] = "cart.seen"
    version: ClassVar[int] = 3
    topic: ClassVar[str] = "kringmarkt.listings"
    wheel: Wheel
    spare: Wheel | None = None


def _cart(text: str) -> CartSeen:
    return CartSeen.model_validate_json(text)


def test_type_and_schema_are_named_after_name_and_version() -> None:
    assert CartSeen.event_type() == "nl.kringmarkt.cart.seen.v3"
    assert CartSeen.schema_id() == "urn:kringmarkt:schemas:cart.seen:v3"


def test_fields_of_a_newer_version_are_read_and_written_again() -> None:
    text = '{"wheel":{"axles":[{"load_kg":5.0,"steel":true}],"hub":1},"spare":null,"novel":"x"}'

    assert _cart(text).model_dump_json() == text


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('{"wheel":{}}', set()),
        ('{"wheel":{},"novel":1}', {"novel"}),
        ('{"wheel":{"hub":1},"spare":{"hub":2}}', {"wheel.hub", "spare.hub"}),
        ('{"wheel":{"axles":[{"load_kg":1},{"load_kg":2,"steel":1}]}}', {"wheel.axles.1.steel"}),
    ],
)
def test_undeclared_fields_are_found_at_every_depth(text: str, paths: set[str]) -> None:
    assert undeclared(_cart(text)) == paths


def test_the_refusal_names_the_event_the_fields_and_what_to_do() -> None:
    with pytest.raises(UndeclaredField, match=r"cart\.seen\.v3 .* novel, wheel\.hub; declare them in a new version"):
        _cart('{"wheel":{"hub":1},"novel":1}').refuse_undeclared()


def test_declared_data_are_not_refused() -> None:
    _cart('{"wheel":{}}').refuse_undeclared()


def test_data_cannot_be_changed() -> None:
    cart = _cart('{"wheel":{}}')

    with pytest.raises(ValidationError, match="frozen"):
        cart.wheel = Wheel()  # type: ignore[misc]


@pytest.mark.parametrize("load", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_does_not_have_is_refused_before_it_is_sent(load: float) -> None:
    with pytest.raises(ValidationError, match="finite"):
        Axle(load_kg=load)
