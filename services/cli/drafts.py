"""A row as the offer or want that it describes, checked here with the marketplace's own rules, before it is sent."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError

from contracts.vocabulary.terms import ListingKind
from listings.commands import OfferDraft, WantDraft
from listings.drafting import AnyDraft, new_listing, require_ready
from listings.errors import NotReadyToOpen
from services.cli.binding import Binding, bind
from services.cli.cells import Wrong, expectation
from services.cli.collecting import Collected, collect, kind_of
from services.cli.columns import column_of_field
from services.cli.keys import Seen, content_key, numbered
from services.cli.numbers import Mark
from services.cli.rows import BrokenRow, Fault, Lines, Refused, Row, Table

DRAFTS: Mapping[ListingKind, type[OfferDraft] | type[WantDraft]] = {
    ListingKind.OFFER: OfferDraft,
    ListingKind.WANT: WantDraft,
}
NOBODY = UUID(int=0)
SHOWN = 80


@dataclass(frozen=True)
class Ready:
    """A row that can be sent. `headers` tells from which column of the file a field came."""

    row: Row
    kind: ListingKind
    external_id: str
    draft: AnyDraft
    headers: Mapping[str, str]

    def body(self) -> bytes:
        """One line of a batch."""
        fields = self.draft.model_dump(mode="json", exclude_defaults=True)
        return orjson.dumps({"kind": self.kind.value, **fields, "external_id": self.external_id})


class Drafts:
    """The rows of a file one by one, each ready or refused."""

    def __init__(self, source: Table | Lines, usual: ListingKind, mark: Mark | None, seen: Seen) -> None:
        self.source = source
        self._usual = usual
        self._seen = seen
        self._binding = bind(source.header.names, mark) if isinstance(source, Table) else None

    @property
    def warnings(self) -> Sequence[str]:
        """What to tell the owner of the file before anything else."""
        return self._binding.warnings if self._binding else ()

    def __iter__(self) -> Iterator[Ready | Refused]:
        for row in self.source.rows:
            yield self._prepared(row)

    def _prepared(self, row: Row | BrokenRow) -> Ready | Refused:
        if isinstance(row, BrokenRow):
            return Refused(Row(row.number, ()), (Fault(row.number, None, row.got, row.expected),))
        try:
            kind, found = self._collected(row)
        except Wrong as error:
            return Refused(row, (Fault(row.number, None, None, str(error)),))
        draft = _drafted(kind, found)
        return Refused(row, tuple(found.faults)) if draft is None else self._keyed(row, kind, draft, found)

    def _collected(self, row: Row) -> tuple[ListingKind, Collected]:
        if self._binding is None or not isinstance(self.source, Table):
            return _of_json(row, self._usual)
        return _of_cells(row, self._binding, self._usual, self.source.epoch)

    def _keyed(self, row: Row, kind: ListingKind, draft: AnyDraft, found: Collected) -> Ready | Refused:
        """A key that comes twice would make the second row overwrite the first, and the first the second next time."""
        if draft.external_id is None:
            key = content_key({"kind": kind.value, **draft.model_dump(exclude_defaults=True)})
            _, times = self._seen.count(b"content " + key.encode(), row.number)
            return Ready(row, kind, numbered(key, times), draft, found.headers)
        first, times = self._seen.count(b"id " + draft.external_id.encode(), row.number)
        if times > 1:
            header = found.headers.get("external_id", "external_id")
            expected = f"expected a key of its own; row {first} has this one"
            return Refused(row, (Fault(row.number, header, draft.external_id, expected),))
        return Ready(row, kind, draft.external_id, draft, found.headers)


def not_ready(ready: Ready, now: datetime) -> tuple[Fault, ...]:
    """What would keep the marketplace from opening this listing; for a dry run, which asks nobody."""
    if ready.draft.draft:
        return ()
    try:
        require_ready(new_listing(ready.draft, NOBODY, NOBODY, now), now)
    except NotReadyToOpen as refusal:
        return missing_faults(ready, refusal.more["missing"])
    return ()


def missing_faults(ready: Ready, missing: Mapping[str, str]) -> tuple[Fault, ...]:
    """The faults for fields without which a listing cannot open."""
    return tuple(
        Fault(ready.row.number, _header(field, ready.headers, ready.kind), None, advice)
        for field, advice in missing.items()
    )


def field_fault(ready: Ready, field: str, got: Any, expected: str) -> Fault:
    """A fault that the marketplace found in a field, in the words of the file."""
    return Fault(ready.row.number, _header(field, ready.headers, ready.kind), _shown(got), expectation(expected))


def _of_cells(row: Row, binding: Binding, usual: ListingKind, epoch: datetime | None) -> tuple[ListingKind, Collected]:
    kind = kind_of(row, binding, usual)
    return kind, collect(row, binding, kind, epoch)


def _of_json(row: Row, usual: ListingKind) -> tuple[ListingKind, Collected]:
    try:
        fields = json.loads(str(row.cells[0]), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"expected one JSON object per line; this line is none: {error}") from None
    if not isinstance(fields, dict):
        raise Wrong(f"expected one JSON object per line; this line is {type(fields).__name__}")
    kind = fields.pop("kind", usual.value)
    if not isinstance(kind, str) or kind not in set(ListingKind):
        raise Wrong(f'expected "kind": "offer" or "want"; got {str(kind)[:SHOWN]!r}')
    return ListingKind(kind), Collected(row.number, fields)


def _drafted(kind: ListingKind, found: Collected) -> AnyDraft | None:
    """The draft; None when something is wrong, which is then among the faults, one per field."""
    try:
        draft = DRAFTS[kind].model_validate(found.fields)
    except ValidationError as error:
        for item in error.errors():
            _note(kind, found, item)
        return None
    return None if found.faults else draft


def _note(kind: ListingKind, found: Collected, item: Any) -> None:
    path = ".".join(map(str, item["loc"]))
    if path.partition(".")[0] in found.failed:
        return
    header = _header(path, found.headers, kind)
    if item["type"] == "missing":
        found.faults.append(Fault(found.row, header, None, "expected a value; the cell is empty or the column absent"))
        return
    message = str(item["msg"]).removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        message = f"expected a field of a {kind.value}; this is none, so leave it out"
    got = found.got.get(path) or (_shown(item["input"]) if path else None)
    found.faults.append(Fault(found.row, header, got, expectation(message)))


def _header(path: str, headers: Mapping[str, str], kind: ListingKind) -> str | None:
    """The header that gave the field, the nearest field around it, or the name we have for its column."""
    parts = path.split(".") if path else []
    for length in range(len(parts), 0, -1):
        header = headers.get(".".join(parts[:length]))
        if header is not None:
            return header
    column = column_of_field(parts[-1], kind) if parts else None
    return column.name if column and headers else path or None


def _shown(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict) else str(value)[:SHOWN]
