"""Searching listings on a real PostgreSQL: filters, words, places, pages, and who may find what."""

import random
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.places import Point, distance_km, municipalities, postcodes
from contracts.vocabulary.terms import ListingKind, ListingStatus
from infra.postgres.stores.listing_search import Order, Page, WrongCursor
from tests.integration.searched_market import ALL, UTRECHT, Market, listed, market
from tests.unit.listings.scenes import HOLDER_ID, SEEKER_ID, STRANGER_ID

__all__ = ["market"]


class TestFilters:
    """Each filter, alone."""

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({}, {"paper", "beech", "cheap", "heavy", "want"}),
            ({"kind": ListingKind.OFFER}, {"paper", "beech", "cheap", "heavy"}),
            ({"kind": ListingKind.WANT}, {"want"}),
            ({"concept": "wood"}, {"beech", "want"}),
            ({"concept": "wood_grade_a"}, {"beech", "want"}),
            ({"concept": "wood_sawdust"}, {"beech"}),
            ({"concept": "wood_grade_b"}, set()),
            ({"family": "wood"}, {"beech", "want"}),
            ({"family": "no such family"}, set()),
            ({"eural_code": "030105"}, {"beech"}),
            ({"province": "Groningen"}, {"heavy"}),
            ({"municipality_code": "GM0014"}, {"heavy"}),
            ({"min_kg": Decimal(10_001)}, {"heavy", "want"}),
            ({"max_kg": Decimal(10_000)}, {"paper", "beech", "cheap"}),
            ({"min_kg": Decimal(10000), "max_kg": Decimal("10000.0")}, {"paper", "beech", "cheap"}),
            ({"max_price": Decimal(-10)}, {"cheap"}),
            ({"max_price": Decimal("-10.01")}, set()),
            ({"statuses": (ListingStatus.CLOSED, ListingStatus.EXPIRED)}, {"closed", "expired"}),
            ({"owner": SEEKER_ID}, {"want"}),
            ({"kind": ListingKind.OFFER, "concept": "wood", "max_kg": Decimal(99)}, set()),
        ],
        ids=str,
    )
    async def test_it_finds_these(self, market: Market, filters: dict[str, Any], expected: set[str]) -> None:
        await market.put(
            listed("paper"),
            listed("beech", concept="wood_sawdust", eural_code="030105"),
            listed("cheap", price_eur_per_tonne="-10"),
            listed("heavy", quantity="500", postcode="9711"),
            listed("closed", status=ListingStatus.CLOSED),
            listed("expired", status=ListingStatus.EXPIRED),
            listed("want", SEEKER_ID, concepts=["wood_grade_a", "glass"]),
        )
        assert set(await market.found(**filters)) == expected


class TestWords:
    """Full text, in two languages, with the names of the material."""

    @pytest.fixture
    async def words(self, market: Market) -> Market:
        await market.put(
            listed("Partij stoelen", description="Houten kantoorstoelen uit een sloopproject"),
            listed("Wooden chairs", description="Office furniture from a demolished building"),
            listed("Restpartij", concept="wood_sawmill_offcuts"),
            listed("100% korting", description="Prijs: 5_000 & 'meer' \\ (ook) \"zo\" <b>vet</b> | of !niet :* x"),
        )
        return market

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("stoel", {"Partij stoelen"}),
            ("stoelen", {"Partij stoelen"}),
            ("STOELEN", {"Partij stoelen"}),
            ("chair", {"Wooden chairs"}),
            ("demolishing", {"Wooden chairs"}),
            ("houten stoelen", {"Partij stoelen"}),
            ("zaagresten", {"Restpartij"}),
            ("afkorthout", {"Restpartij"}),
            ("offcuts", {"Restpartij"}),
            ("wood offcut", {"Restpartij"}),
            ('"office furniture"', {"Wooden chairs"}),
            ('"furniture office"', set()),
            ("chair or stoel", {"Wooden chairs", "Partij stoelen"}),
            ("chairs -office", set()),
            ("partij beton", set()),
            ("nergens te vinden", set()),
        ],
    )
    async def test_words_and_synonyms_find_it(self, words: Market, text: str, expected: set[str]) -> None:
        assert set(await words.found(text=text)) == expected

    @pytest.mark.parametrize("concept", [one.id for one in list(material_tree())[::29]])
    async def test_every_name_of_a_material_finds_it(self, market: Market, concept: str) -> None:
        await market.put(listed("partij", concept=concept))
        phrases = [phrase for phrase in material_tree().concept(concept).phrases if phrase.strip()]
        missed = [phrase for phrase in phrases if await market.found(text=phrase) != ["partij"]]
        assert missed == []

    async def test_the_best_match_comes_first_when_asked(self, market: Market) -> None:
        await market.put(
            listed("Betontegels", description="naast een stapel stoelen", seconds=9),
            listed("Stoelen", description="stoelen, stoelen en nog eens stoelen"),
        )
        assert await market.found(Order.RELEVANCE, text="stoelen") == ["Stoelen", "Betontegels"]

    @pytest.mark.parametrize(
        "text",
        ["' OR 1=1 --", "'; DROP TABLE listings.listings; --", "%", "_", "\\", ":*", "!", "&|()<->", '"', "''", "-",
         "- -", "or", "de het een", "the a", "é木🙂", "a" * 200, "x " * 100, "<->" * 60, "\u200b", "$1", ":name", "%s",
         "{}", "\t"],
    )  # fmt: skip
    async def test_hostile_text_is_only_text(self, words: Market, text: str) -> None:
        for order in (Order.NEWEST, Order.RELEVANCE):
            await words.found(order, text=text)
        assert len(await words.found()) == 4


class TestWhoMayFind:
    """A listing is found by those who may know that it exists."""

    async def test_partners_only(self, market: Market) -> None:
        await market.put(listed("for bram", visibility="partners", partners=[str(SEEKER_ID)]), listed("for all"))
        assert set(await market.found(viewer=SEEKER_ID)) == {"for bram", "for all"}
        assert set(await market.found(viewer=HOLDER_ID)) == {"for bram", "for all"}
        assert await market.found(viewer=STRANGER_ID) == await market.found() == ["for all"]

    @pytest.mark.parametrize("visibility", ["public", "anonymous", "partners"])
    async def test_a_draft_is_found_by_its_owner_only(self, market: Market, visibility: str) -> None:
        partners = [str(SEEKER_ID)] if visibility == "partners" else []
        await market.put(
            listed("plan", status=ListingStatus.DRAFT, visibility=visibility, partners=partners, draft=True)
        )
        assert await market.found(viewer=HOLDER_ID, owner=HOLDER_ID, statuses=ALL) == ["plan"]
        for viewer in (None, SEEKER_ID, STRANGER_ID):
            assert await market.found(viewer=viewer, statuses=ALL) == []

    @pytest.mark.parametrize("visibility", ["public", "partners"])
    async def test_a_draft_that_was_taken_back_is_still_nobody_else_s_business(
        self, market: Market, visibility: str
    ) -> None:
        partners = [str(SEEKER_ID)] if visibility == "partners" else []
        never_opened = listed("secret plan", visibility=visibility, partners=partners)
        closed = {"status": ListingStatus.CLOSED, "published_at": None}
        await market.put(never_opened.model_copy(update=closed))
        assert await market.found(viewer=HOLDER_ID, statuses=ALL) == ["secret plan"]
        for viewer in (None, SEEKER_ID, STRANGER_ID):
            assert await market.found(viewer=viewer, statuses=ALL) == []

    async def test_an_anonymous_listing_is_found_at_the_point_of_its_municipality_only(self, market: Market) -> None:
        place = max(
            (place for place in postcodes().values() if place.municipality == "Utrecht"),
            key=lambda place: distance_km(place.point, municipalities()[place.municipality_code].point),
        )
        centre = municipalities()[place.municipality_code].point
        away = distance_km(place.point, centre)
        await market.put(listed("hidden", visibility="anonymous", postcode=place.postcode4))
        assert await market.found(near=place.point, radius_km=away * 0.9) == []
        assert await market.found(near=centre, radius_km=0.01) == ["hidden"]
        (item,) = (await market.page(Order.NEAREST, near=place.point)).items
        assert item.distance_km == pytest.approx(away, abs=0.001)


class TestPlaces:
    """Distances in km over the earth."""

    @pytest.fixture
    async def spread(self, market: Market) -> Market:
        chance = random.Random(7)
        chosen = chance.sample(sorted(postcodes()), 150)
        await market.put(*(listed(code, postcode=code) for code in chosen))
        return market

    @pytest.mark.parametrize("radius_km", [1, 10, 35.5, 80, 200, 1000])
    async def test_a_radius_finds_exactly_what_lies_within_it(self, spread: Market, radius_km: float) -> None:
        found = {
            item.listing.terms.title for item in (await spread.page(near=UTRECHT, radius_km=radius_km, limit=500)).items
        }
        within = {name for name in spread.names.values() if distance_km(UTRECHT, postcodes()[name].point) <= radius_km}
        assert found == within

    async def test_the_nearest_come_first_with_their_distance(self, spread: Market) -> None:
        items = (await spread.page(Order.NEAREST, near=UTRECHT, limit=500)).items
        distances = [item.distance_km for item in items]
        assert len(items) == 150
        assert distances == sorted(distances, key=lambda found: found or 0)
        for item in items:
            expected = distance_km(UTRECHT, postcodes()[item.listing.terms.title].point)
            assert item.distance_km == pytest.approx(expected, abs=0.001)

    async def test_what_has_no_place_yet_comes_last_on_some_page(self, market: Market) -> None:
        drafts = [
            listed(f"draft {number}", status=ListingStatus.DRAFT, postcode=None, draft=True) for number in range(5)
        ]
        await market.put(*drafts, *(listed(f"near {number}") for number in range(3)))
        mine: dict[str, Any] = {"near": UTRECHT, "owner": HOLDER_ID, "viewer": HOLDER_ID, "statuses": ALL}
        pages = await market.read_to_the_end(Order.NEAREST, 2, **mine)
        titles = [item.listing.terms.title for page in pages for item in page.items]
        assert sorted(titles[:3]) == [f"near {number}" for number in range(3)]
        assert sorted(titles[3:]) == [f"draft {number}" for number in range(5)]
        assert pages[-1].items[-1].distance_km is None

    async def test_a_place_on_the_other_side_of_the_earth_is_far(self, market: Market) -> None:
        await market.put(listed("partij"))
        antipode = Point(-UTRECHT.lat, UTRECHT.lon - 180)
        (item,) = (await market.page(Order.NEAREST, near=antipode)).items
        assert item.distance_km == pytest.approx(20015, abs=30)
        assert await market.found(near=Point(90, 180), radius_km=1) == []


ORDERS: dict[Order, dict[str, Any]] = {
    Order.NEWEST: {},
    Order.NEAREST: {"near": UTRECHT},
    Order.RELEVANCE: {"text": "papier or karton"},
}


class TestPages:
    """Every listing exactly once, also while the market moves."""

    @pytest.mark.parametrize("order", ORDERS)
    @pytest.mark.parametrize("limit", [1, 7, 40, 41])
    async def test_pages_hold_everything_once_and_in_order(self, market: Market, order: Order, limit: int) -> None:
        # Equal moments, places and texts: the listing's id decides among equals.
        await market.put(*(listed(f"partij {number}", seconds=number % 3) for number in range(41)))
        pages = await market.read_to_the_end(order, limit, **ORDERS[order])
        ids = [item.listing.listing_id for page in pages for item in page.items]
        whole = [item.listing.listing_id for item in (await market.page(order, limit=99, **ORDERS[order])).items]
        assert ids == whole
        assert len(set(ids)) == 41
        assert [len(page.items) for page in pages[:-1]] == [limit] * (len(pages) - 1)

    @pytest.mark.parametrize("order", ORDERS)
    async def test_nothing_is_seen_twice_or_missed_while_listings_come_in(self, market: Market, order: Order) -> None:
        chance = random.Random(3)
        codes = sorted(postcodes())
        old = [listed(f"old {n}", seconds=n % 5, postcode=chance.choice(codes)) for n in range(30)]
        await market.put(*old)
        seen: list[UUID] = []
        cursor: str | None = None
        while True:
            page = await market.page(order, cursor, 4, **ORDERS[order])
            seen += [item.listing.listing_id for item in page.items]
            moments = (-5, 2, 60)
            new = [listed("new", seconds=moment, postcode=chance.choice(codes)) for moment in moments]
            if len(market.names) < 60:
                await market.put(*new)
            cursor = page.next
            if cursor is None:
                break
        assert len(seen) == len(set(seen))
        assert {listing.listing_id for listing in old} <= set(seen)

    async def test_an_exact_last_page_has_no_next(self, market: Market) -> None:
        await market.put(*(listed(f"partij {number}") for number in range(4)))
        first = await market.page(limit=2)
        assert (await market.page(cursor=first.next, limit=2)).next is None
        assert (await market.page(limit=4)).next is None

    async def test_an_empty_market_is_one_empty_page(self, market: Market) -> None:
        assert await market.page() == Page((), None)

    async def test_a_cursor_of_another_order_is_refused(self, market: Market) -> None:
        await market.put(*(listed(f"partij {number}") for number in range(4)))
        for order, filters in ORDERS.items():
            cursor = (await market.page(order, limit=2, **filters)).next
            for other in set(Order) - {order}:
                with pytest.raises(WrongCursor, match="another order"):
                    await market.page(other, cursor, 2, **ORDERS[other])

    @pytest.mark.parametrize(
        "parts",
        [
            [],
            {},
            1,
            None,
            "text",
            ["newest"],
            ["newest", 1.5, str(uuid4())],
            ["newest", "yesterday", str(uuid4())],
            ["newest", "0001-01-01T00:00:00+14:00", str(uuid4())],
            ["newest", "9999-12-31T23:59:59-14:00", str(uuid4())],
            ["newest", "2026-01-01", str(uuid4())],
            ["newest", "2026-01-01T00:00:00", str(uuid4())],
            ["newest", "2026-09-01T10:00:00+00:00", 7],
            ["newest", "2026-09-01T10:00:00+00:00", None],
            ["nearest", 1.0, str(uuid4())],
            ["newest", {}, []],
        ],
        ids=repr,
    )
    async def test_a_cursor_that_nobody_gave_is_refused_or_finds_a_page(self, market: Market, parts: Any) -> None:
        with suppress(WrongCursor):
            assert isinstance(await market.page(cursor=orjson.dumps(parts).hex()), Page)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cursor=st.text(max_size=60) | st.binary(max_size=40).map(bytes.hex))
    async def test_any_text_as_a_cursor_is_refused(self, market: Market, cursor: str) -> None:
        with pytest.raises(WrongCursor):
            await market.page(cursor=cursor)
