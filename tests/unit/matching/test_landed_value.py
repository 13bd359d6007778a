"""What a tonne is worth to both sides: every sum from its parts, and unknown where a part is unknown."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.events.trades import LandedState
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import IntendedUse
from matching.landed import Landed, Vehicle
from matching.landed_value import RATES_CENTS, Worth, value_of, worth_of
from matching.proposing import fits
from tests.unit.matching.makers import NOW, TODAY, offer, place, want

GRONINGEN = place(53.22, 6.57)
EUROS = st.none() | st.decimals(-500, 500, places=2)


def value(offered: dict[str, Any] | None = None, wanted: dict[str, Any] | None = None) -> LandedState:
    """The value of painted wood (gate fee about EUR 35) as fuel (treatment EUR 10)."""
    fit = fits(
        offer(**({"concept": "wood_grade_b"} | (offered or {}))),
        want(**({"intended_use": IntendedUse.FUEL} | (wanted or {}))),
    )
    assert fit is not None
    return value_of(fit)


def test_every_sum_follows_from_its_parts() -> None:
    found = value({"price_eur_per_tonne": Decimal(-20)})
    assert found.transport_eur_per_tonne == Decimal("2.50")
    assert (found.treatment_eur_per_tonne, found.storage_eur_per_tonne) == (Decimal(10), Decimal(0))
    assert found.avoided_gate_fee_eur_per_tonne == Decimal(35)
    assert found.landed_eur_per_tonne == Decimal("-17.50")
    assert found.seeker_eur_per_tonne == Decimal("-7.50")
    assert found.holder_eur_per_tonne == Decimal(15)
    assert found.total_eur_per_tonne == Decimal("22.50")


def test_paying_30_and_selling_at_0_are_worth_the_same_to_both_together() -> None:
    paying, selling = (value({"price_eur_per_tonne": Decimal(price)}) for price in (-30, 0))
    assert paying.total_eur_per_tonne == selling.total_eur_per_tonne
    assert paying.holder_eur_per_tonne == Decimal(5)
    assert [note.about for note in paying.notes] == ["gate_fee", "break_even"]
    assert "€ 30,00" in paying.notes[0].nl
    assert "EUR 35.00" in paying.notes[0].en


@given(EUROS, EUROS, EUROS, EUROS, EUROS)
def test_what_one_pays_the_other_gets(
    price: Decimal | None,
    transport: Decimal | None,
    treatment: Decimal | None,
    storage: Decimal | None,
    fee: Decimal | None,
) -> None:
    landed_total = None if price is None or transport is None else price + transport
    worth = Worth(Landed(price, transport, landed_total), Vehicle.RIGID, treatment, storage, fee)
    if None in (price, transport, treatment, storage, fee):
        assert worth.total is None or price is None
        assert None in (worth.seeker, worth.holder, worth.total)
    else:
        assert worth.holder is not None
        assert worth.seeker is not None
        assert worth.total == worth.holder - worth.seeker


def test_transport_that_eats_the_saving_is_said_with_the_distance_that_would_pay() -> None:
    far = value({"place": GRONINGEN, "quantity": Decimal(5)})
    assert far.vehicle == "rigid"
    assert far.total_eur_per_tonne is not None
    assert far.total_eur_per_tonne < 0
    (note,) = far.notes
    assert note.about == "break_even"
    assert "tot ongeveer 49 km" in note.nl
    assert far.break_even_km == 48.7


def test_at_the_break_even_distance_nothing_is_gained_or_lost() -> None:
    found = value({"quantity": Decimal(5)})
    assert found.break_even_km is not None
    rate, handling = RATES_CENTS[Vehicle.RIGID]
    transport = (found.break_even_km * 1.3 * rate + handling) / 100
    assert abs(transport - 25) < 0.05


def test_where_nothing_is_saved_no_distance_pays() -> None:
    steel = value(
        {"concept": "ferrous_rebar"}, {"concepts": ("metals_ferrous",), "intended_use": IntendedUse.FURNACE_MELTING}
    )
    assert steel.break_even_km is None
    assert "saves nothing" in steel.notes[0].en or "save nothing" in steel.notes[0].en


def test_storage_runs_from_the_day_it_is_there_until_the_day_it_is_needed() -> None:
    needed = {"available_from": TODAY + timedelta(days=28)}
    assert value({"published_at": NOW}, needed).storage_eur_per_tonne == Decimal("2.00")
    assert value({"available_from": TODAY + timedelta(days=30)}, needed).storage_eur_per_tonne == Decimal(0)
    assert value({}, needed).storage_eur_per_tonne is None


def test_unknown_parts_leave_their_sums_unknown() -> None:
    found = value({"price_eur_per_tonne": None}, {"intended_use": IntendedUse.MATERIAL_RECYCLING})
    assert (found.seeker_eur_per_tonne, found.holder_eur_per_tonne, found.total_eur_per_tonne) == (None, None, None)
    pieces = value({"unit": Unit.PIECE}, {"unit": Unit.PIECE})
    assert (pieces.vehicle, pieces.transport_eur_per_tonne, pieces.total_eur_per_tonne) == (None, None, None)


def test_a_material_without_a_known_gate_fee_has_none_avoided() -> None:
    fit = fits(offer(concept="batteries"), want(concepts=("batteries",)))
    assert fit is not None
    assert worth_of(fit).avoided_gate_fee is None
