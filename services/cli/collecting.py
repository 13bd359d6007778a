"""From the cells of a row to the fields of a draft, noting everything that is wrong with the row and where."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.vocabulary.measures import Dimension, measure_unit
from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import ListingKind, Operator
from services.cli import cells
from services.cli.binding import Binding, Measurement, Place
from services.cli.cells import Amount, Style, Wrong, says_nothing, shown
from services.cli.columns import Target
from services.cli.materials import concept_of, concepts_of
from services.cli.rows import Broken, Cell, Fault, Row

# When the first cannot be read, that the second is missing says nothing new: it may stand in the same cell.
GOES_WITH = {"quantity": ("unit",)}


@dataclass
class Collected:
    """What is known of a row so far. `headers` tells from which column a field came; `got` what the cell held."""

    row: int
    fields: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    got: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    def fault(self, name: str, header: str | None, got: str | None, expected: str) -> None:
        """Note that field `name` is wrong."""
        self.failed |= {name, *GOES_WITH.get(name, ())}
        self.faults.append(Fault(self.row, header, got, expected))

    def put(self, name: str, value: Any, header: str, cell: Cell) -> None:
        """Set a field; two columns may give the same field only when they agree."""
        if name in self.fields and self.fields[name] != value:
            other = f"'{self.headers[name]}' holds {self.got[name]!r}"
            self.fault(name, header, shown(cell), f"expected the same in both columns; {other}; empty one of them")
            return
        self.fields[name], self.headers[name], self.got[name] = value, header, shown(cell)

    def take(self, name: str) -> Any:
        """Remove a field and give it; None when it is not there."""
        return self.fields.pop(name, None)


def collect(row: Row, binding: Binding, kind: ListingKind, epoch: datetime | None) -> Collected:
    """The fields of a row as a draft wants them, and its faults."""
    found = Collected(row.number)
    _refuse_surplus(found, row, binding.width)
    for place in binding.places:
        if place.column.name != "soort":
            _read_place(found, place, _cell(row, place.index), kind, epoch)
    for measurement in binding.measurements:
        _read_measurement(found, measurement, _cell(row, measurement.index), kind, epoch)
    for settle in (_settle_amounts, _settle_point, _settle_material):
        settle(found)
    return found


def kind_of(row: Row, binding: Binding, usual: ListingKind) -> ListingKind:
    """What the row is: as its own column says, else as usual; raises Wrong."""
    for place in binding.places:
        cell = _cell(row, place.index)
        if place.column.name == "soort" and place.column.offer and not says_nothing(cell, text=False):
            kind: ListingKind = place.column.offer.read(cell, Style())
            return kind
    return usual


def _cell(row: Row, index: int) -> Cell:
    return row.cells[index] if index < len(row.cells) else None


def _refuse_surplus(found: Collected, row: Row, width: int) -> None:
    """Cells without a header mean that a text with the separator in it was cut in two: every cell after it is wrong."""
    surplus = [cell for cell in row.cells[width:] if not says_nothing(cell, text=True)]
    if surplus:
        found.fault(
            "row",
            None,
            f"{len(row.cells)} cells",
            f'expected at most {width}, as many as headers; put a text that holds the separator between quotes ("...")',
        )


def _read_place(found: Collected, place: Place, cell: Cell, kind: ListingKind, epoch: datetime | None) -> None:
    target = place.column.target(kind)
    if says_nothing(cell, text=target is not None and target.text):
        return
    if target is None:
        other = "offers" if kind is ListingKind.WANT else "wants"
        found.fault(place.column.name, place.header, shown(cell), f"expected nothing here: only {other} have this")
        return
    if _reads(found, target, place.header, cell, Style(place.decimals, epoch)) and place.unit is not None:
        _add_unit(found, target.field, place)


def _reads(found: Collected, target: Target, header: str, cell: Cell, style: Style) -> bool:
    try:
        value = _read(target.read, cell, style)
    except Wrong as error:
        found.fault(target.field, header, shown(cell), str(error))
        return False
    if value is not None:
        found.put(target.field, value, header, cell)
    return value is not None


def _read(read: Callable[[Cell, Style], Any], cell: Cell, style: Style) -> Any:
    if isinstance(cell, Broken):
        raise Wrong(f"expected {cell.expected}")
    return read(cell, style)


def _add_unit(found: Collected, name: str, place: Place) -> None:
    """The unit that the header gives, for amounts whose cell gives none."""
    amount = found.fields[name]
    if isinstance(amount, Amount):
        if amount.unit not in (None, place.unit):
            found.fault(name, place.header, found.got[name], f"expected {place.unit}, the unit in the header")
        found.fields[name] = Amount(amount.value, amount.unit or place.unit, amount.recurrence)


def _settle_amounts(found: Collected) -> None:
    """Quantity, minimum, unit and rhythm may stand in one cell or in four; they must agree."""
    quantity, minimum, written = (found.take(name) for name in ("quantity", "minimum", "unit"))
    for name, amount in (("quantity", quantity), ("minimum", minimum)):
        if amount is not None:
            found.fields[name] = amount.value
    amounts = [amount for amount in (quantity, minimum) if amount is not None]
    units = [*(amount.unit for amount in amounts), written and written[0]]
    rhythms = [quantity and quantity.recurrence, written and written[1], found.take("recurrence")]
    _agree(found, "unit", units, Unit)
    _agree(found, "recurrence", rhythms, Recurrence)


def _agree(found: Collected, name: str, values: list[Any], kind: type[Unit] | type[Recurrence]) -> None:
    said = list(dict.fromkeys(value for value in values if value is not None))
    if len(said) > 1:
        got = " and ".join(kind(value).value for value in said)
        header = found.headers.get(name) or found.headers.get("quantity")
        found.fault(name, header, got, f"expected one {name}; correct one of them")
    elif said:
        found.fields[name] = said[0]
        found.headers.setdefault(name, found.headers.get("quantity", name))


def _settle_point(found: Collected) -> None:
    """Latitude and longitude go together; half a point is refused by the draft itself."""
    point = {name: found.take(name) for name in ("lat", "lon")}
    given = {name: value for name, value in point.items() if value is not None}
    if given:
        found.fields["point"] = given
        for name in given:
            found.headers[f"point.{name}"] = found.headers[name]


def _settle_material(found: Collected) -> None:
    """The Eural code helps to find suggestions for a material that is not certain."""
    eural = found.fields.get("eural_code")
    try:
        if "concept" in found.fields:
            found.fields["concept"] = concept_of(found.fields["concept"], eural)
        if "concepts" in found.fields:
            found.fields["concepts"] = concepts_of(cells.items(found.fields["concepts"], Style()), eural)
    except Wrong as error:
        name = "concept" if "concept" in found.fields else "concepts"
        found.take(name)
        found.fault(name, found.headers[name], found.got[name], str(error))


def _read_measurement(
    found: Collected, measured: Measurement, cell: Cell, kind: ListingKind, epoch: datetime | None
) -> None:
    if says_nothing(cell, text=False):
        return
    if measured.is_limit is (kind is ListingKind.OFFER):
        wanted = "wants have limits" if measured.is_limit else "offers have properties"
        found.fault(measured.header, measured.header, shown(cell), f"expected nothing here: only {wanted}")
        return
    try:
        known = _entry(found, measured)
        _fill(known, measured, cell, Style(measured.decimals, epoch))
    except Wrong as error:
        found.fault("limits" if measured.is_limit else "properties", measured.header, shown(cell), str(error))


def _entry(found: Collected, measured: Measurement) -> dict[str, Any]:
    """The property or limit that this column tells about; a limit may come twice (at least and at most)."""
    group, name = ("limits", "property") if measured.is_limit else ("properties", "name")
    entries: list[dict[str, Any]] = found.fields.setdefault(group, [])
    for index, entry in enumerate(entries):
        if entry[name] == measured.name and not measured.is_limit:
            if measured.target is None and "value" in entry:
                raise Wrong(f"expected one value; '{found.headers[f'{group}.{index}']}' gives this property too")
            return entry
    found.headers[f"{group}.{len(entries)}"] = measured.header
    entries.append({name: measured.name})
    return entries[-1]


def _fill(entry: dict[str, Any], measured: Measurement, cell: Cell, style: Style) -> None:
    if measured.target is not None:
        entry[measured.target.field] = _read(measured.target.read, cell, style)
        return
    assert measured.unit is not None
    entry["unit"] = measured.unit
    if measured.is_limit:
        entry["operator"], cell = _compared(cell)
    entry["value"] = _read(_READERS.get(measure_unit(measured.unit).dimension, cells.number), cell, style)


_OPERATORS = {"≤": Operator.AT_MOST, "≥": Operator.AT_LEAST, **{operator.value: operator for operator in Operator}}


def _compared(cell: Cell) -> tuple[Operator, Cell]:
    """ "<= 25": the comparison and what follows it."""
    text = cells.words(cell)
    for sign in sorted(_OPERATORS, key=len, reverse=True):
        if text.startswith(sign):
            return _OPERATORS[sign], text.removeprefix(sign).strip()
    raise Wrong("expected a comparison and a value, such as <= 25")


_READERS: dict[Dimension, Callable[[Cell, Style], Any]] = {
    Dimension.TRUTH: cells.truth,
    Dimension.TEXT: cells.words,
    Dimension.DATE: lambda cell, style: cells.day(cell, style).isoformat(),
}
