"""Small random worlds: few values per field, so that fitting and refusing both happen often."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from contracts.events.listings import OfferState, SavedSearchState, WantState
from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import LegalStatus, ListingKind, ListingStatus, Operator, Visibility
from tests.unit.matching.makers import (
    HOLDER,
    OUTSIDER,
    SEEKER,
    TODAY,
    TREE,
    limit,
    offer_state,
    place,
    search_state,
    stated,
    want_state,
)

CONCEPTS = ("wood", "wood_grade_a", "wood_pallet_offcuts", "wood_grade_b", "metals_ferrous", "ferrous_rails")
EASY = ("wood", "metals_ferrous")
STATUSES = (LegalStatus.WASTE, LegalStatus.BY_PRODUCT, LegalStatus.PRODUCT)

usually_open = st.sampled_from([ListingStatus.OPEN] * 5 + [ListingStatus.RESERVED])
organisations = st.sampled_from((HOLDER, SEEKER, OUTSIDER))
places = st.sampled_from((place(), place(52.10, 5.12), place(52.37, 4.9), place(51.44, 5.48), place(53.22, 6.57)))
days = st.none() | st.integers(-3, 3).map(lambda day: TODAY + timedelta(days=day))
amounts = st.sampled_from([Decimal(text) for text in ("0.5", "1", "2", "8.666667", "10", "520", "1000")])
prices = st.none() | st.sampled_from([Decimal(text) for text in ("-20", "0", "2.5", "7.5", "10", "30")])
distances = st.none() | st.sampled_from((0.0, 1.2, 40.0, 150.0, 30_000.0))
property_units = st.sampled_from(("mg/kg", "% w/w", "mg/kg ds"))
values = st.sampled_from([Decimal(text) for text in ("0", "0.001", "10", "1000")])
properties = st.lists(st.builds(stated, st.sampled_from(("lead", "ash")), values, property_units), max_size=2)
limits = st.lists(
    st.builds(limit, st.sampled_from(("lead", "ash")), st.sampled_from(Operator), values, property_units), max_size=2
)


def _listing_fields() -> dict[str, st.SearchStrategy[Any]]:
    return {
        "organisation_id": organisations,
        "status": usually_open,
        "quantity": amounts,
        "unit": st.sampled_from(Unit),
        "kg_per_unit": st.none() | st.sampled_from([Decimal(1), Decimal(1000), Decimal(333)]),
        "recurrence": st.sampled_from(Recurrence),
        "available_from": days,
        "available_until": days,
        "place": places,
        "visibility": st.sampled_from([*Visibility, Visibility.PUBLIC]),
        "partners": st.sampled_from([(), (HOLDER,), (SEEKER, OUTSIDER)]),
    }


@st.composite
def offers(draw: st.DrawFn, name: str = "offer") -> OfferState:
    """Any offer."""
    concept = draw(st.sampled_from(CONCEPTS))
    fields = draw(
        st.fixed_dictionaries(
            _listing_fields()
            | {
                "price_eur_per_tonne": prices,
                "properties": properties.map(tuple),
                "claimed_status": st.none() | st.sampled_from(STATUSES),
            }
        )
    )
    return offer_state(name, concept=concept, **fields)


@st.composite
def wants(draw: st.DrawFn, name: str = "want") -> WantState:
    """Any want; some span two families."""
    concepts = tuple(draw(st.lists(st.sampled_from(CONCEPTS), min_size=1, max_size=3, unique=True)))
    fields = draw(
        st.fixed_dictionaries(
            _listing_fields()
            | {
                "minimum": st.none() | amounts,
                "max_distance_km": distances,
                "max_landed_eur_per_tonne": prices,
                "limits": limits.map(tuple),
                "accepted_statuses": st.lists(st.sampled_from(STATUSES), max_size=2).map(tuple),
            }
        )
    )
    return want_state(name, concepts=concepts, **fields)


def easy_offers(name: str = "offer") -> st.SearchStrategy[OfferState]:
    """An offer that fits nearly every want of its material, so that lists are full."""
    return st.builds(offer_state, st.just(name), concept=st.sampled_from(EASY), place=places, status=usually_open)


def easy_wants(name: str = "want") -> st.SearchStrategy[WantState]:
    """A want that nearly every offer of its materials fits."""
    concepts = st.lists(st.sampled_from(EASY), min_size=1, max_size=2, unique=True).map(tuple)
    return st.builds(want_state, st.just(name), concepts=concepts, place=places, status=usually_open)


@st.composite
def searches(draw: st.DrawFn, name: str = "search") -> SavedSearchState:
    """Any saved search."""
    concepts = tuple(draw(st.lists(st.sampled_from(CONCEPTS), min_size=1, max_size=2, unique=True)))
    fields = draw(
        st.fixed_dictionaries(
            {
                "organisation_id": organisations,
                "looks_for": st.sampled_from(ListingKind),
                "active": st.sampled_from((True, True, True, False)),
                "place": st.none() | places,
                "max_distance_km": distances,
                "minimum_kg": st.none() | amounts,
                "max_landed_eur_per_tonne": prices,
                "accepted_statuses": st.lists(st.sampled_from(STATUSES), max_size=2).map(tuple),
            }
        )
    )
    return search_state(name, concepts=concepts, **fields)


def family_of(state: OfferState) -> str:
    """The one family of an offer."""
    return TREE.concept(state.concept).family
