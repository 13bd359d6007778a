"""Demand and supply per municipality, so coarse that no single firm can be recognised in it.

A cell is published when at least three organisations stand behind it. Smaller ones are put together per province,
what is still too small over the whole country, and what is then too small is not published at all. Tonnes are
rounded to one digit: with exact sums, two firms that know themselves could work out the third.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.vocabulary.places import municipalities

LEAST_ORGANISATIONS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """What one organisation has open in one municipality: listings, and their weight in kg (0 when unknown)."""

    municipality_code: str
    organisation: str
    listings: int
    kg: Decimal


@dataclass(frozen=True, slots=True)
class Area:
    """A published area: a municipality by its code, else a province by its name, else (both None) the country."""

    municipality_code: str | None
    province: str | None
    organisations: int
    listings: int
    tonnes: Decimal | None


def published(cells: Iterable[Cell]) -> tuple[Area, ...]:
    """The areas that may be shown, the most listings first."""
    shown: list[Area] = []
    rest = list(cells)
    for level in (_municipality, _province, _country):
        rest = _publish(rest, level, shown)
    return tuple(sorted(shown, key=lambda area: (-area.listings, area.municipality_code or "", area.province or "")))


Place = tuple[str | None, str | None]


def _municipality(cell: Cell) -> Place:
    return cell.municipality_code, None


def _province(cell: Cell) -> Place:
    return None, municipalities()[cell.municipality_code].province


def _country(_cell: Cell) -> Place:
    return None, None


def _publish(cells: Sequence[Cell], level: Callable[[Cell], Place], shown: list[Area]) -> list[Cell]:
    """Publish what is large enough on this level; what is left for the next one."""
    groups: dict[Place, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(level(cell), []).append(cell)
    left: list[Cell] = []
    for (code, province), group in groups.items():
        organisations = len({cell.organisation for cell in group})
        if organisations < LEAST_ORGANISATIONS:
            left += group
            continue
        kg = sum((cell.kg for cell in group), Decimal(0))
        listings = sum(cell.listings for cell in group)
        shown.append(Area(code, province, organisations, listings, _rounded(kg / 1000)))
    return left


def _rounded(tonnes: Decimal) -> Decimal | None:
    """To one digit; None when nothing is known of the weight."""
    if tonnes <= 0:
        return None
    step = Decimal(1).scaleb(tonnes.adjusted())
    return (tonnes / step).quantize(Decimal(1)) * step
