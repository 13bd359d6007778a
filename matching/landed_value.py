"""What a tonne is worth to both sides and to the two together, set against the usual treatment of the material.

Price, transport, treatment before use, storage while one waits for the other, and the gate fee that is not paid.
Unknown stays unknown: a sum with an unknown part is unknown. All but the price is an estimate (see the tables).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.events.trades import LandedState, NoteState
from contracts.vocabulary.treatment_costs import treatment_costs
from contracts.vocabulary.usual_treatment import usual_treatment
from matching import numeric
from matching.landed import Landed, Vehicle, vehicle_for
from matching.measuring import HUNDRED
from matching.proposing import Fit

CENT = Decimal("0.01")
STORAGE_EUR_PER_TONNE_WEEK = Decimal("0.50")
"""Own assumption of 2026-11-24, for dry goods in the open or in a shed."""

RATES_CENTS: dict[Vehicle, tuple[float, float]] = {
    Vehicle.VAN: (numeric.VAN_CENTS, numeric.VAN_HANDLING_CENTS),
    Vehicle.RIGID: (numeric.RIGID_CENTS, numeric.RIGID_HANDLING_CENTS),
    Vehicle.ARTICULATED: (numeric.ARTICULATED_CENTS, numeric.ARTICULATED_HANDLING_CENTS),
}
"""Cents per tonne and kilometre by road, and per tonne for loading and unloading."""


@dataclass(frozen=True, slots=True)
class Worth:
    """The parts in EUR per tonne; None is unknown."""

    landed: Landed
    vehicle: Vehicle | None
    treatment: Decimal | None
    storage: Decimal | None
    avoided_gate_fee: Decimal | None

    @property
    def seeker(self) -> Decimal | None:
        """What it costs the seeker until it can be used."""
        return _sum(self.landed.total, self.treatment)

    @property
    def holder(self) -> Decimal | None:
        """What the holder is left with, set against paying the gate fee."""
        return _sum(self.landed.price, self.avoided_gate_fee, _minus(self.storage))

    @property
    def saved(self) -> Decimal | None:
        """What both save together before the road: the price is no part, because one pays what the other gets."""
        return _sum(self.avoided_gate_fee, _minus(self.treatment), _minus(self.storage))

    @property
    def total(self) -> Decimal | None:
        """What both gain together."""
        return _sum(self.saved, _minus(self.landed.transport))

    @property
    def break_even_km(self) -> float | None:
        """As the crow flies, where transport has eaten what is saved; None when unknown or when nothing is saved."""
        if self.saved is None or self.vehicle is None:
            return None
        rate, handling = RATES_CENTS[self.vehicle]
        km = (float(self.saved * HUNDRED) - handling) / (rate * numeric.ROAD_FACTOR)
        return round(km, 1) if km > 0 else None


def worth_of(fit: Fit) -> Worth:
    """The parts of a pair that fits."""
    use = fit.want.state.intended_use
    usual = usual_treatment(fit.offer.concept.id)
    return Worth(
        landed=fit.landed,
        vehicle=vehicle_for(fit.measured.load_kg),
        treatment=None if use is None else treatment_costs().get(use),
        storage=_storage(fit),
        avoided_gate_fee=usual.gate_fee.mid if usual and usual.gate_fee else None,
    )


def value_of(fit: Fit) -> LandedState:
    """The same as events carry it, with what is worth saying."""
    worth = worth_of(fit)
    return LandedState(
        price_eur_per_tonne=worth.landed.price,
        transport_eur_per_tonne=worth.landed.transport,
        landed_eur_per_tonne=worth.landed.total,
        vehicle=worth.vehicle and worth.vehicle.value,
        treatment_eur_per_tonne=_cents(worth.treatment),
        storage_eur_per_tonne=_cents(worth.storage),
        avoided_gate_fee_eur_per_tonne=_cents(worth.avoided_gate_fee),
        seeker_eur_per_tonne=_cents(worth.seeker),
        holder_eur_per_tonne=_cents(worth.holder),
        total_eur_per_tonne=_cents(worth.total),
        break_even_km=worth.break_even_km,
        notes=tuple(_notes(worth)),
    )


def _storage(fit: Fit) -> Decimal | None:
    """From the day the material is there until the day it is needed; a seeker who states no day waits for nobody."""
    needed = fit.want.state.available_from
    if needed is None:
        return Decimal(0)
    there = _there_from(fit)
    if there is None:
        return None
    weeks = Decimal(max(0, (needed - there).days)) / 7
    return (weeks * STORAGE_EUR_PER_TONNE_WEEK).quantize(CENT)


def _there_from(fit: Fit) -> date | None:
    offer = fit.offer.state
    published = offer.published_at and offer.published_at.date()
    known = [day for day in (offer.available_from, published) if day is not None]
    return max(known, default=None)


def _notes(worth: Worth) -> Iterator[NoteState]:
    price, fee = worth.landed.price, worth.avoided_gate_fee
    if price is not None and price < 0 and fee is not None and fee > 0:
        yield NoteState(
            about="gate_fee",
            nl=f"U betaalt als houder € {_dutch(-price)} per ton, en bespaart naar schatting € {_dutch(fee)} per ton "
            "aan poorttarief.",
            en=f"As holder you pay EUR {-price:.2f} per tonne, and save about EUR {fee:.2f} per tonne in gate fees.",
        )
    if worth.total is not None and worth.total < 0:
        yield _eaten(worth.break_even_km)
    elif worth.total is not None and worth.break_even_km is not None:
        km = f"{worth.break_even_km:.0f}"
        yield NoteState(
            about="break_even",
            nl=f"Het vervoer kost minder dan u samen bespaart, tot een afstand van ongeveer {km} km.",
            en=f"Transport costs less than you save together, up to a distance of about {km} km.",
        )


def _eaten(break_even_km: float | None) -> NoteState:
    if break_even_km is None:
        return NoteState(
            about="break_even",
            nl="U bespaart samen naar schatting niets ten opzichte van de gebruikelijke verwerking.",
            en="Together you save nothing by estimate, compared with the usual treatment.",
        )
    km = f"{break_even_km:.0f}"
    return NoteState(
        about="break_even",
        nl=f"Het vervoer kost meer dan u samen bespaart: dat loont tot ongeveer {km} km.",
        en=f"Transport costs more than you save together: it pays up to about {km} km.",
    )


def _sum(*amounts: Decimal | None) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _minus(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(CENT)


def _dutch(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
