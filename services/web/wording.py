"""Quantities, money, distances, days and words of closed lists, as people write them in Dutch and in English."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from zoneinfo import ZoneInfo

from contracts.vocabulary.eural import UnknownEuralCode, parse_eural
from contracts.vocabulary.materials import UnknownConcept, material_tree
from contracts.vocabulary.terms import Language
from services.web.catalogue import knows, say

HERE = ZoneInfo("Europe/Amsterdam")
NO_BREAK = "\u00a0"
MONTHS = {
    Language.DUTCH: "januari februari maart april mei juni juli augustus september oktober november december",
    Language.ENGLISH: "January February March April May June July August September October November December",
}


class Wording:
    """One language. Unknown (None) has a word of its own; it is never written as zero or left out."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def unknown(self) -> str:
        """Not known."""
        return say(self.language, "terms.unknown")

    def number(self, value: Decimal | float | str | None, decimals: int = 1) -> str:
        """A number with at most that many decimals and the separators of the language."""
        if value is None:
            return self.unknown()
        step = Decimal(1).scaleb(-decimals)
        text = f"{Decimal(str(value)).quantize(step, ROUND_HALF_UP):,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text if self.language is Language.ENGLISH else text.translate(str.maketrans(",.", ".,"))

    def quantity(self, value: Decimal | str | None, unit: object, recurrence: object = None) -> str:
        """Such as "12,5 ton per maand"."""
        if value is None or unit is None:
            return self.unknown()
        amount = f"{self.number(value, 2)}{NO_BREAK}{self.term('unit', unit)}"
        rhythm = str(getattr(recurrence, "value", recurrence or "one_off"))
        return amount if rhythm == "one_off" else f"{amount} {self.term('recurrence', rhythm)}"

    def euros(self, value: Decimal | str | None) -> str:
        """An amount in euros; None: unknown."""
        if value is None:
            return self.unknown()
        amount = Decimal(str(value))
        text = self.number(abs(amount), 2)
        sign = "−" if amount < 0 else ""
        return f"{sign}€{NO_BREAK}{text}"

    def price(self, value: Decimal | str | None) -> str:
        """A price per tonne as its holder means it: paid, free, or paying."""
        if value is None:
            return say(self.language, "terms.price_open")
        amount = Decimal(str(value))
        key = "price_pays" if amount < 0 else "price_free" if amount == 0 else "price_asks"
        return say(self.language, f"terms.{key}", amount=self.euros(abs(amount)))

    def km(self, value: float | None) -> str:
        """A distance."""
        return self.unknown() if value is None else f"{self.number(value, 0)}{NO_BREAK}km"

    def tonnes(self, kg: Decimal | float | None) -> str:
        """Kilogrammes as whole tonnes."""
        return self.unknown() if kg is None else self.number(Decimal(str(kg)) / 1000, 0)

    def day(self, value: date | str | None) -> str:
        """A day such as "24 november 2026"."""
        if value is None:
            return self.unknown()
        found = date.fromisoformat(value) if isinstance(value, str) else value
        return f"{found.day} {MONTHS[self.language].split()[found.month - 1]} {found.year}"

    def moment(self, value: datetime | str) -> str:
        """A moment in Dutch time, such as "24 november 2026, 14:05"."""
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        local = found.astimezone(HERE)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def term(self, kind: str, value: object) -> str:
        """A word of a closed list; a word that is not in the catalogue is shown as it is written."""
        written = str(value.value if isinstance(value, Enum) else value)
        key = f"terms.{kind}_{written}"
        return say(self.language, key) if knows(key) else written.replace("_", " ")

    def terms(self, kind: str, values: Iterable[object]) -> str:
        """Several of them."""
        return ", ".join(self.term(kind, value) for value in values)

    def material(self, concept: str | None) -> str:
        """The name of a material concept."""
        if concept is None:
            return self.unknown()
        try:
            found = material_tree().concept(concept)
        except UnknownConcept:
            return concept
        return found.label_nl if self.language is Language.DUTCH else found.label_en

    def materials(self, concepts: tuple[str, ...]) -> str:
        """Several of them."""
        return ", ".join(self.material(concept) for concept in concepts)

    def eural(self, code: str | None) -> str:
        """A Eural code with its name."""
        if code is None:
            return self.unknown()
        try:
            found = parse_eural(code)
        except UnknownEuralCode:
            return code
        return f"{found.display} {found.name_nl if self.language is Language.DUTCH else found.name_en}"

    def either(self, dutch: str | None, english: str | None) -> str:
        """The sentence of the two that fits."""
        return (dutch if self.language is Language.DUTCH else english) or ""
