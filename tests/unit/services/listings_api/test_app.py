"""The routes of the listings API, and that each of them says what it refuses."""

from fastapi.routing import APIRoute

from services.listings_api.app import routers

ROUTES = [route for router in routers() for route in router.routes if isinstance(route, APIRoute)]
PUBLIC = {"/v1/materials", "/v1/materials/{concept_id}", "/v1/eural/{code}", "/v1/places/{postcode}"}


def test_every_route_stands_below_the_version() -> None:
    assert len(ROUTES) > 20
    assert all(route.path.startswith("/v1/") for route in ROUTES)


def test_offers_and_wants_have_the_same_routes() -> None:
    offers, wants = (
        {
            (method, route.path.replace(kind, ""))
            for route in ROUTES
            if kind in route.path
            for method in route.methods or ()
        }
        for kind in ("/v1/offers", "/v1/wants")
    )
    assert offers == wants


def test_every_route_with_a_body_says_that_it_may_be_malformed_or_too_large() -> None:
    with_body = [route for route in ROUTES if route.body_field is not None]
    assert len(with_body) > 8
    assert all({400, 413, 422} <= route.responses.keys() for route in with_body)


def test_every_route_but_the_reference_tables_says_that_a_token_may_be_wrong() -> None:
    assert {route.path for route in ROUTES if 401 not in route.responses} == PUBLIC


def test_every_route_that_makes_something_takes_an_idempotency_key() -> None:
    posts = [route for route in ROUTES if "POST" in (route.methods or ())]
    assert all(any(param.alias == "Idempotency-Key" for param in route.dependant.header_params) for route in posts)
