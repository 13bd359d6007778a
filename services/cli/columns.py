"""Which column of a file is which field of an offer or a want: one table, Dutch and English names side by side."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from contracts.vocabulary.terms import ListingKind
from services.cli import cells, words
from services.cli.cells import Read, Style, listed, one_of
from services.cli.encodings import repaired
from services.cli.rows import Cell

OFFER, WANT = ListingKind.OFFER, ListingKind.WANT
_NO_LETTERS = re.compile(r"[^\w%€³]+|_+")


@dataclass(frozen=True, slots=True)
class Target:
    """A field of the draft and how a cell becomes its value. `text`: a hyphen in it is a text, not "unknown"."""

    field: str
    read: Read
    text: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """The names of a column and where it goes in an offer and in a want (None: it has no place there)."""

    dutch: tuple[str, ...]
    english: tuple[str, ...]
    offer: Target | None
    want: Target | None

    @property
    def name(self) -> str:
        """The name by which we call it."""
        return self.dutch[0]

    def target(self, kind: ListingKind) -> Target | None:
        """Where it goes in a listing of that kind."""
        return self.offer if kind is OFFER else self.want


def _names(listed_names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed_names.split(","))


def _column(dutch: str, english: str, offer: Target | None, want: Target | None) -> Column:
    return Column(_names(dutch), _names(english), offer, want)


def _both(field: str, read: Read, dutch: str, english: str, *, text: bool = False) -> Column:
    target = Target(field, read, text)
    return _column(dutch, english, target, target)


def _offers(field: str, read: Read, dutch: str, english: str, *, text: bool = False) -> Column:
    return _column(dutch, english, Target(field, read, text), None)


def _wants(field: str, read: Read, dutch: str, english: str, *, text: bool = False) -> Column:
    return _column(dutch, english, None, Target(field, read, text))


def _step(cell: Cell, style: Style) -> str:
    """ "R8" or 8."""
    return cells.words(cell, style).upper().removeprefix("R").strip()


_STATUS = one_of(words.lookup(words.STATUSES))

COLUMNS: tuple[Column, ...] = (
    _both("kind", one_of(words.lookup(words.KINDS)), "soort, aanbod of vraag, vraag of aanbod", "kind, listing kind"),
    _both(
        "external_id",
        cells.words,
        "eigen nummer, eigen sleutel, kenmerk, ons kenmerk, referentie, nummer",
        "external id, id, reference, key",
        text=True,
    ),
    _both(
        "title",
        cells.words,
        "titel, naam, benaming, benaming afval, benamingafval, gebruikelijke naam, gebruikelijke naam afvalstof",
        "title, name",
        text=True,
    ),
    _both(
        "description",
        cells.words,
        "omschrijving, beschrijving, toelichting, opmerking, opmerkingen",
        "description, details, notes, remarks",
        text=True,
    ),
    _both("language", one_of(words.lookup(words.LANGUAGES)), "taal", "language"),
    _column(
        "materiaal, concept, materiaalsoort, materialen, grondstof",
        "material, concepts, materials, material concept",
        Target("concept", cells.words),
        Target("concepts", cells.words),
    ),
    _offers("eural_code", cells.eural, "euralcode, eural, afvalcode", "eural code, ewc, ewc code, low code"),
    _both(
        "quantity",
        cells.amount,
        "hoeveelheid, gewicht, aantal, hoeveelheid waarde, omvang",
        "quantity, amount, weight, quantity value",
    ),
    _both("unit", cells.unit_and_rhythm, "eenheid", "unit, uom, unit of measure"),
    _both(
        "recurrence",
        one_of(words.RECURRENCE_OF),
        "herhaling, frequentie, hoe vaak",
        "recurrence, frequency, how often",
    ),
    _wants("minimum", cells.amount, "minimum, minimale hoeveelheid, minimaal", "minimum quantity"),
    _both(
        "available_from",
        cells.day,
        "vanaf, beschikbaar vanaf, begindatum, startdatum, van, beschikbaar van",
        "available from, from, start date",
    ),
    _both(
        "available_until",
        cells.day,
        "tot, tot en met, t/m, beschikbaar tot, beschikbaar tot en met, einddatum",
        "available until, until, end date",
    ),
    _both("visibility", one_of(words.lookup(words.VISIBILITIES)), "zichtbaarheid", "visibility"),
    _both("partners", listed(cells.words), "zichtbaar voor", "partners"),
    _both("postcode", cells.words, "postcode, postcode herkomst", "postal code, zip"),
    _both("address", cells.words, "adres", "address", text=True),
    _both("lat", cells.number, "breedtegraad", "lat, latitude, point lat"),
    _both("lon", cells.number, "lengtegraad", "lon, lng, longitude, point lon"),
    _offers(
        "unit_weight_kg",
        cells.number,
        "gewicht per stuk, stukgewicht, gewicht per stuk kg",
        "unit weight kg, unit weight",
    ),
    _offers(
        "density_kg_per_m3",
        cells.number,
        "dichtheid, dichtheid kg m3, soortelijk gewicht",
        "density, density kg per m3",
    ),
    _offers(
        "price_eur_per_tonne",
        cells.price,
        "prijs, prijs per ton, prijs eur t, prijs € t, prijs eur ton, prijs € ton, vraagprijs",
        "price, price eur per tonne, price per tonne, price eur t, price € t",
    ),
    _offers(
        "origin_process",
        cells.words,
        "ontstaansproces, herkomst proces, proces van herkomst",
        "origin process, process of origin",
        text=True,
    ),
    _offers(
        "processing_done",
        cells.items,
        "bewerking, bewerkingen, bewerking gedaan",
        "processing done, processing",
        text=True,
    ),
    _offers("condition", one_of(words.lookup(words.CONDITIONS)), "staat, conditie, toestand", "condition"),
    _column(
        "status, juridische status, afvalstatus, geaccepteerde status, geaccepteerde statussen",
        "legal status, claimed status, accepted status, accepted statuses",
        Target("claimed_status", _STATUS),
        Target("accepted_statuses", listed(_STATUS)),
    ),
    _both("draft", cells.truth, "klad, als klad", "draft"),
    _wants(
        "max_distance_km",
        cells.number,
        "maximale afstand, max afstand, maximale afstand km, max afstand km, straal km",
        "max distance km, maximum distance, max distance",
    ),
    _wants(
        "max_landed_eur_per_tonne",
        cells.number,
        "maximumprijs, maximale prijs, max prijs, hoogste prijs",
        "max landed eur per tonne, maximum price, max price",
    ),
    _wants(
        "intended_use", one_of(words.lookup(words.USES)), "beoogd gebruik, toepassing, gebruik", "intended use, use"
    ),
    _wants(
        "intended_use_text",
        cells.words,
        "toelichting gebruik, gebruik in eigen woorden",
        "intended use text",
        text=True,
    ),
    _wants("r_step", _step, "r trede, trede, r ladder", "r step"),
    _wants(
        "weighting",
        one_of(words.lookup(words.WEIGHTINGS)),
        "weging, volgorde",
        "weighting, order",
    ),
    _wants("permits", cells.items, "vergunning, vergunningen", "permits, permit", text=True),
)

OUR_OWN = ("_rij", "_reden")
"""Columns that a file of refused rows has, so that it can be mended and published again."""

CONDITIONS_OF_A_MEASUREMENT: Mapping[str, Target] = {
    "methode": Target("method", cells.words),
    "method": Target("method", cells.words),
    "laboratorium": Target("laboratory", cells.words),
    "laboratory": Target("laboratory", cells.words),
    "gemeten op": Target("measured_on", cells.day),
    "measured on": Target("measured_on", cells.day),
    "graad": Target("grade", one_of(words.lookup(words.GRADES))),
    "grade": Target("grade", one_of(words.lookup(words.GRADES))),
}
"""What can be told of a property besides its value: `eigenschap:vocht:methode`."""


def plain_name(header: str) -> str:
    """A header in one form: "Gewicht_KG *" and "gewicht kg" are the same name."""
    return _NO_LETTERS.sub(" ", cells.unescaped(repaired(header)).casefold()).strip()


@cache
def _dutch() -> Mapping[str, Column]:
    return {plain_name(name): column for column in COLUMNS for name in column.dutch}


@cache
def _english() -> Mapping[str, Column]:
    return {plain_name(name): column for column in COLUMNS for name in column.english}


def dutch_column(name: str) -> Column | None:
    """The column that has this Dutch name, in plain form."""
    return _dutch().get(name)


def any_column(name: str) -> Column | None:
    """The column that has this name in either language, in plain form."""
    return _dutch().get(name) or _english().get(name)


def all_names() -> tuple[str, ...]:
    """All names of columns, as they are listed in the table."""
    return tuple(name for column in COLUMNS for name in (*column.dutch, *column.english))


def column_of_field(field: str, kind: ListingKind) -> Column | None:
    """The column that fills a field of that kind of listing."""
    return next((column for column in COLUMNS if _fills(column.target(kind), field)), None)


def _fills(target: Target | None, field: str) -> bool:
    return target is not None and target.field == field
