"""The LMA processing methods A01 to G02 (Landelijk Meldpunt Afvalstoffen), with our reading in R and D codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from contracts.reference.tables import read_table


class ProcessingGroup(StrEnum):
    """The seven groups of the LMA list, by the letter that starts the code."""

    STORAGE = "storage"
    USE = "use"
    PHYSICAL = "physical"
    CHEMICAL = "chemical"
    BIOLOGICAL = "biological"
    THERMAL = "thermal"
    LANDFILL = "landfill"


class MappingConfidence(StrEnum):
    """How sure the R and D codes of a method are. No authority publishes the mapping, so there's no higher grade."""

    OWN = "own"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ProcessingMethod:
    """One LMA method.

    `operations`: codes of Annex I (D) and II (R) of Directive 2008/98/EC that the method can stand for; empty when
    unknown. `operations_when_final`: those it can stand for when nothing else is done to the material afterwards.
    """

    code: str
    name_nl: str
    name_en: str
    group: ProcessingGroup
    operations: tuple[str, ...]
    operations_when_final: tuple[str, ...]
    confidence: MappingConfidence


class UnknownProcessingMethod(ValueError):
    """The text is no code of the LMA list."""


_WRITTEN_METHOD = re.compile(r"([A-Ga-g])[\s.]*([0-9]{1,2})")


@cache
def processing_methods() -> Mapping[str, ProcessingMethod]:
    """All 31 methods by code, in the order of the list."""
    return MappingProxyType({row["code"]: _method(row) for row in read_table("processing_methods")})


def parse_processing_method(text: str) -> ProcessingMethod:
    """The method for a code written as "A02", "a02", "A 02" or "A2". Raises UnknownProcessingMethod."""
    match = _WRITTEN_METHOD.fullmatch(text.strip())
    method = processing_methods().get(match[1].upper() + match[2].zfill(2)) if match else None
    if method is None:
        raise UnknownProcessingMethod(
            f"got processing method {text[:20]!r}, expected a letter and two digits of the LMA list; "
            f"choose one of {_choices(text)}"
        )
    return method


def _choices(text: str) -> str:
    """The codes with the same first letter, or all of them."""
    letter = text.strip()[:1].upper()
    codes = list(processing_methods())
    return ", ".join([code for code in codes if code.startswith(letter)] or codes)


def _method(row: Mapping[str, str]) -> ProcessingMethod:
    return ProcessingMethod(
        code=row["code"],
        name_nl=row["name_nl"],
        name_en=row["name_en"],
        group=ProcessingGroup(row["group"]),
        operations=tuple(row["operations"].split()),
        operations_when_final=tuple(row["operations_when_final"].split()),
        confidence=MappingConfidence(row["confidence"]),
    )
