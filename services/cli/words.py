"""The words, Dutch and English, with which people write what has a closed list. The value itself is always accepted."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import (
    Condition,
    Grade,
    IntendedUse,
    Language,
    LegalStatus,
    ListingKind,
    Visibility,
    Weighting,
)

Choice = TypeVar("Choice", bound=Enum)
Plain = TypeVar("Plain", bound=int)

_SEPARATORS = re.compile(r"[\s_\-.]+")

UNITS = {
    Unit.TONNE: "t ton tonne tonnes tonnen tons tne megagram",
    Unit.KG: "kg kgs kilo kilos kilogram kilograms kgm",
    Unit.CUBIC_METRE: "m3 m³ kuub cbm mtq kubieke_meter cubic_metre cubic_meter cubic_metres",
    Unit.PIECE: "piece pieces pcs pc stuk stuks st stk h87",
}
RECURRENCES = {
    Recurrence.ONE_OFF: "eenmalig eenmalige_partij once one_time single nee",
    Recurrence.PER_WEEK: "week wekelijks elke_week weekly per_wk wk iedere_week",
    Recurrence.PER_MONTH: "maand per_maand maandelijks elke_maand iedere_maand month monthly mnd per_mnd",
    Recurrence.PER_YEAR: "jaar per_jaar jaarlijks elk_jaar ieder_jaar year yearly annually jr per_jr",
}
VISIBILITIES = {
    Visibility.PUBLIC: "openbaar publiek iedereen everyone everybody",
    Visibility.ANONYMOUS: "anoniem",
    Visibility.PARTNERS: "partner alleen_partners",
}
STATUSES = {
    LegalStatus.WASTE: "afval afvalstof",
    LegalStatus.HAZARDOUS_WASTE: "gevaarlijk_afval gevaarlijke_afvalstof",
    LegalStatus.POP_WASTE: "pop_afval",
    LegalStatus.BY_PRODUCT: "bijproduct bij_product byproduct",
    LegalStatus.END_OF_WASTE: "einde_afval eindeafval eow einde_afvalstatus",
    LegalStatus.PRODUCT: "",
    LegalStatus.OUT_OF_SCOPE: "buiten_toepassingsgebied geen_afvalstoffenrecht",
    LegalStatus.UNDETERMINED: "onbepaald nog_te_bepalen",
}
CONDITIONS = {
    Condition.NEW: "nieuw ongebruikt",
    Condition.GOOD: "goed goede_staat",
    Condition.USED: "gebruikt",
    Condition.REPAIRABLE: "herstelbaar te_repareren reparabel",
    Condition.SCRAP: "schroot sloop",
}
LANGUAGES = {
    Language.DUTCH: "nederlands dutch nld",
    Language.ENGLISH: "engels english eng",
}
KINDS = {
    ListingKind.OFFER: "aanbod aangeboden aanbieding",
    ListingKind.WANT: "vraag gevraagd gezocht wanted",
}
GRADES = {
    Grade.DECLARED: "verklaard opgegeven",
    Grade.DOCUMENTED: "gedocumenteerd met_document",
    Grade.VERIFIED: "geverifieerd gecontroleerd",
}
WEIGHTINGS = {
    Weighting.AREA_FIRST: "omgeving dichtbij area near",
    Weighting.CHAIN_FIRST: "keten waarde chain value",
}
USES = {
    IntendedUse.REUSE_SAME_PURPOSE: "hergebruik reuse",
    IntendedUse.REPAIR_OR_REFURBISH: "reparatie opknappen repair refurbish",
    IntendedUse.PARTS: "onderdelen",
    IntendedUse.OTHER_PURPOSE: "ander_doel andere_toepassing",
    IntendedUse.FURNACE_MELTING: "omsmelten smelten",
    IntendedUse.GLASS_REMELTING: "glas_omsmelten",
    IntendedUse.MATERIAL_RECYCLING: "recycling materiaalrecycling",
    IntendedUse.AGGREGATE_IN_CONCRETE: "toeslagmateriaal_in_beton toeslag_in_beton",
    IntendedUse.AGGREGATE_UNBOUND: "fundering ongebonden_toeslagmateriaal",
    IntendedUse.ASPHALT: "asfalt",
    IntendedUse.SOIL_APPLICATION: "toepassing_op_of_in_de_bodem bodemtoepassing",
    IntendedUse.FERTILISER: "meststof fertilizer",
    IntendedUse.ANIMAL_FEED: "diervoeder veevoer",
    IntendedUse.COMPOSTING: "composteren compostering",
    IntendedUse.DIGESTION: "vergisten vergisting",
    IntendedUse.FUEL: "brandstof",
    IntendedUse.RAW_MATERIAL: "grondstof",
}
TRUTHS = {True: "ja j yes y true waar 1 x", False: "nee n no false onwaar 0"}
MONTHS = {
    1: "januari jan january",
    2: "februari feb february",
    3: "maart mrt march mar",
    4: "april apr",
    5: "mei may",
    6: "juni jun june",
    7: "juli jul july",
    8: "augustus aug august",
    9: "september sep sept",
    10: "oktober okt october oct",
    11: "november nov",
    12: "december dec",
}

# What people write in a cell that they do not want to leave empty. In a text it is a text like any other.
NOTHING_SAID = frozenset(("-", "--", "?", "n v t", "nvt", "n a", "n/a", "onbekend", "unknown", "nog onbekend", "notk"))
OPEN_PRICE = frozenset(("n o t k", "nader overeen te komen", "in overleg", "op aanvraag", "tbd"))


def folded(text: str) -> str:
    """One form for a word however it is spelled: lower case; blanks, dots, hyphens and underscores alike."""
    return _SEPARATORS.sub(" ", text.casefold()).strip()


def lookup(words: Mapping[Choice, str]) -> Mapping[str, Choice]:
    """From each word of a table, folded, to its value; the values' own names are in it too."""
    written = {folded(word): value for value, listed in words.items() for word in listed.split()}
    return {**written, **{folded(str(value.value)): value for value in words}}


def plain_lookup(words: Mapping[Plain, str]) -> Mapping[str, Plain]:
    """The same for numbers and truths, whose values are no words."""
    return {folded(word): value for value, listed in words.items() for word in listed.split()}


UNIT_OF = lookup(UNITS)
RECURRENCE_OF = lookup(RECURRENCES)
TRUTH_OF = plain_lookup(TRUTHS)
MONTH_OF = plain_lookup(MONTHS)
