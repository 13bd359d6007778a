"""Binding the headers of one file to columns: which cells are read, how, and what is not understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from contracts.vocabulary.measures import UnknownUnit, measure_unit
from contracts.vocabulary.quantities import Unit
from services.cli.columns import (
    CONDITIONS_OF_A_MEASUREMENT,
    OUR_OWN,
    Column,
    Target,
    all_names,
    any_column,
    dutch_column,
    plain_name,
)
from services.cli.numbers import Decimals, Mark
from services.cli.rows import Unreadable
from services.cli.words import UNIT_OF, folded

MEASURED = ("quantity", "minimum")


@dataclass(frozen=True, slots=True)
class Place:
    """A column of this file: where it stands, its header, what it is. `unit` is the one its header gives."""

    index: int
    header: str
    column: Column
    decimals: Decimals
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """A column about one property or limit. `target` is None for the value itself, which has a unit."""

    index: int
    header: str
    is_limit: bool
    name: str
    unit: str | None
    target: Target | None
    decimals: Decimals


@dataclass(frozen=True)
class Binding:
    """All that is read of a file, and what to tell its owner about the rest."""

    width: int
    places: tuple[Place, ...]
    measurements: tuple[Measurement, ...]
    warnings: tuple[str, ...]


_MEASUREMENT = re.compile(
    r"(?P<what>eigenschap|property|limiet|limit)\s*:\s*(?P<name>[^\[(:]+?)\s*"
    r"(?:[\[(]\s*(?P<unit>.+?)\s*[\])]\s*)?(?::\s*(?P<about>[\w ]+?))?\s*",
    re.IGNORECASE,
)
_LIMIT_WORDS = ("limiet", "limit")
_DUTCH_WORDS = ("eigenschap", "limiet")


def knows(header: str) -> bool:
    """Whether a header is understood."""
    return _MEASUREMENT.fullmatch(header.strip()) is not None or _found(header) is not None


def bind(headers: Sequence[str], mark: Mark | None = None) -> Binding:
    """What the headers mean; raises Unreadable for a property whose unit is missing or unknown."""
    places, measurements, warnings = [], [], []
    for index, header in enumerate(headers):
        measured = _MEASUREMENT.fullmatch(header.strip())
        if measured is not None:
            measurements.append(_measurement(index, header, measured, mark))
        elif (place := _place(index, headers, mark)) is not None:
            places.append(place)
        elif header and header not in OUR_OWN:
            warnings.append(_unknown(header))
    return Binding(len(headers), tuple(places), tuple(measurements), tuple(warnings))


def _place(index: int, headers: Sequence[str], mark: Mark | None) -> Place | None:
    header = headers[index]
    found = _found(header) if header else _merged_unit(index, headers)
    if found is None:
        return None
    column, unit, dutch = found
    return Place(index, header or f"{headers[index - 1]} ({column.name})", column, Decimals(mark, dutch), unit)


def _found(header: str) -> tuple[Column, Unit | None, bool] | None:
    """The column, the unit that its header gives ("Gewicht_KG", "hoeveelheid in ton"), and whether it is Dutch."""
    name = plain_name(header)
    column = any_column(name)
    if column is not None:
        return column, None, dutch_column(name) is column
    head, _, last = name.rpartition(" ")
    head = head.removesuffix(" in")
    column, unit = any_column(head), UNIT_OF.get(folded(last))
    measured = column is not None and column.offer is not None and column.offer.field in MEASURED
    if column is None or unit is None or not (measured or column.name in MEASURED):
        return None
    return column, unit, dutch_column(head) is column


def _merged_unit(index: int, headers: Sequence[str]) -> tuple[Column, Unit | None, bool] | None:
    """A header merged over the amount and its unit leaves the unit's own header empty."""
    before = _found(headers[index - 1]) if index and headers[index - 1] else None
    unit = any_column("eenheid")
    if before is None or unit is None or before[0].name != "hoeveelheid" or before[1] is not None:
        return None
    has_unit = any((found := _found(header)) and found[0] is unit for header in headers if header)
    return None if has_unit else (unit, None, True)


def _measurement(index: int, header: str, match: re.Match[str], mark: Mark | None) -> Measurement:
    what, about = match["what"].lower(), match["about"]
    decimals = Decimals(mark, what in _DUTCH_WORDS)
    name = re.sub(r"[\s-]+", "_", match["name"].strip().lower())
    if about is None:
        return Measurement(index, header, what in _LIMIT_WORDS, name, _unit(header, match), None, decimals)
    target = CONDITIONS_OF_A_MEASUREMENT.get(folded(about))
    if target is None or what in _LIMIT_WORDS:
        accepted = ", ".join(CONDITIONS_OF_A_MEASUREMENT)
        raise Unreadable(f"column '{header}' ends in {about!r}; a property can have {accepted}, a limit none of them")
    return Measurement(index, header, is_limit=False, name=name, unit=None, target=target, decimals=decimals)


def _unit(header: str, match: re.Match[str]) -> str:
    if match["unit"] is None:
        raise Unreadable(f"column '{header}' has no unit; write it in square brackets: {header.strip()}[% w/w]")
    try:
        return measure_unit(match["unit"]).symbol
    except UnknownUnit as error:
        raise Unreadable(f"column '{header}': {error}") from error


def _unknown(header: str) -> str:
    near = get_close_matches(plain_name(header), all_names(), n=3, cutoff=0.6)
    advice = f"perhaps you mean {', '.join(near)}" if near else "no known name looks like it"
    return f"column '{header}' is not understood and is left out; {advice}"
