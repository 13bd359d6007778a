"""The demo region: its organisations and listings from the folder `region`, and how they are published.

The files hold no dates: windows are days after the day of loading, so that the region is fresh on any day. Fields
are those of the drafts in `listings.commands`, with these shorter ways of writing:

- `amount: 42 t per_month` for quantity, unit and recurrence (left out: one-off);
- `from_days`, `until_days` for available_from and available_until, `days_ago` of a property for measured_on;
- `partners` by slug; `postcode` only where a lot is not at the organisation itself.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

import httpx
import orjson
import yaml
from pydantic import BaseModel, ValidationError

from contracts.vocabulary.terms import Role
from infra.settings import stable_id
from listings.commands import OfferDraft, OrganisationDraft, SavedSearchDraft, WantDraft

AnyDraft = OfferDraft | WantDraft
TokenFor = Callable[[UUID, Sequence[Role]], str]
Draft = TypeVar("Draft", bound=BaseModel)

ALREADY_REGISTERED = "urn:kringmarkt:problem:organisation-already-registered"
WRONG_STATE = "urn:kringmarkt:problem:wrong-state"
MOST_NAMED = 10


class BrokenRegion(ValueError):
    """A file of the region says something that cannot be; nothing of the region may be used."""


class RegionRefused(Exception):
    """The marketplace refused something of the region."""


@dataclass(frozen=True, slots=True)
class RegionOrganisation:
    """An organisation with everything it publishes. Listings keep the order of the file, offers first."""

    slug: str
    organisation_id: UUID
    draft: OrganisationDraft
    listings: tuple[AnyDraft, ...]
    searches: tuple[SavedSearchDraft, ...]

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that its token must name."""
        return self.draft.roles

    @property
    def offers(self) -> tuple[OfferDraft, ...]:
        """What it has."""
        return tuple(listing for listing in self.listings if isinstance(listing, OfferDraft))

    @property
    def wants(self) -> tuple[WantDraft, ...]:
        """What it seeks."""
        return tuple(listing for listing in self.listings if isinstance(listing, WantDraft))


@dataclass(frozen=True, slots=True)
class Region:
    """All organisations of the region, by file and in the order of the file, as they are on `today`."""

    today: date
    organisations: tuple[RegionOrganisation, ...]


@dataclass(frozen=True, slots=True)
class PublishedCounts:
    """What a publication did. `left_alone`: listings that ended or were opened by hand since the last one."""

    organisations_registered: int = 0
    organisations_known: int = 0
    listings_created: int = 0
    listings_revised: int = 0
    listings_unchanged: int = 0
    listings_left_alone: int = 0
    searches_created: int = 0
    searches_known: int = 0


def load_region(today: date) -> Region:
    """The region with its windows counted from `today`. Raises BrokenRegion with the place and what is wrong."""
    return Region(today, tuple(organisation_of(entry, today) for entry in _entries()))


@cache
def demo_organisations() -> Mapping[str, UUID]:
    """The ids of all organisations by slug, in the order of the files."""
    return MappingProxyType({entry["slug"]: organisation_id_of(entry["slug"]) for entry in _entries()})


def organisation_id_of(slug: str) -> UUID:
    """The id of an organisation, the same on every machine."""
    return stable_id(f"organisation:{slug}")


@cache
def _entries() -> tuple[Mapping[str, Any], ...]:
    folder = resources.files("services.demo") / "region"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    # The C loader reads the files in a tenth of the time; not every platform has it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    texts = (file.read_text(encoding="utf-8") for file in files)
    return tuple(entry for text in texts for entry in yaml.load(text, loader)["organisations"])  # noqa: S506


PUBLISHED = ("offers", "wants", "searches")


def organisation_of(entry: Mapping[str, Any], today: date) -> RegionOrganisation:
    """An entry of a file as an organisation on `today`. Raises BrokenRegion with the place and what is wrong."""
    slug = entry["slug"]
    about = {key: value for key, value in entry.items() if key not in ("slug", *PUBLISHED)}
    draft = _validated(OrganisationDraft, about, slug)
    offers, wants, searches = (entry.get(kind, ()) for kind in PUBLISHED)
    return RegionOrganisation(
        slug=slug,
        organisation_id=organisation_id_of(slug),
        draft=draft,
        listings=(
            *(_listing(OfferDraft, fields, slug, draft, today) for fields in offers),
            *(_listing(WantDraft, fields, slug, draft, today) for fields in wants),
        ),
        searches=tuple(_validated(SavedSearchDraft, fields, f"{slug}, {fields.get('name')}") for fields in searches),
    )


def _listing(kind: type[Draft], fields: Mapping[str, Any], slug: str, owner: OrganisationDraft, today: date) -> Draft:
    where = f"{slug}, {fields.get('external_id') or fields.get('title')}"
    return _validated(kind, {"postcode": owner.postcode, **_written_out(fields, where, today)}, where)


def _written_out(fields: Mapping[str, Any], where: str, today: date) -> dict[str, Any]:
    """The fields as the draft knows them."""
    written: dict[str, Any] = {}
    for name, value in fields.items():
        shorter = SHORTER.get(name)
        written.update(shorter(value, where, today) if shorter else {name: value})
    return written


def _amount(value: Any, where: str, _today: date) -> dict[str, Any]:
    parts = str(value).split()
    if not 2 <= len(parts) <= 3:
        raise BrokenRegion(f"{where}: got amount {value!r}, expected a number, a unit and perhaps how often")
    return dict(zip(("quantity", "unit", "recurrence"), parts, strict=False))


def _partners(value: Any, where: str, _today: date) -> dict[str, Any]:
    unknown = sorted(set(value) - set(demo_organisations()))
    if unknown:
        raise BrokenRegion(f"{where}: got partners {unknown}, expected slugs of organisations of the region")
    return {"partners": [organisation_id_of(slug) for slug in value]}


def _properties(value: Any, _where: str, today: date) -> dict[str, Any]:
    dated = [
        {**stated, "measured_on": today - timedelta(days=stated["days_ago"])} if "days_ago" in stated else stated
        for stated in value
    ]
    return {"properties": [{key: item for key, item in stated.items() if key != "days_ago"} for stated in dated]}


def _day(field: str) -> Callable[[Any, str, date], dict[str, Any]]:
    return lambda days, _where, today: {field: today + timedelta(days=days)}


SHORTER: Mapping[str, Callable[[Any, str, date], dict[str, Any]]] = MappingProxyType(
    {
        "amount": _amount,
        "from_days": _day("available_from"),
        "until_days": _day("available_until"),
        "partners": _partners,
        "properties": _properties,
    }
)


def _validated(kind: type[Draft], fields: Mapping[str, Any], where: str) -> Draft:
    try:
        return kind.model_validate(dict(fields))
    except ValidationError as error:
        raise BrokenRegion(f"{where}: {error}") from error


async def publish_region(client: httpx.AsyncClient, token_for: TokenFor, region: Region) -> PublishedCounts:
    """Register all organisations and publish all they have, as each of them; safe to repeat.

    `token_for` gives a bearer token for an organisation and its roles. A listing that has ended, or a draft that
    somebody opened, is left alone. Raises RegionRefused when anything else is refused; what came before it stays.
    """
    counts: Counter[str] = Counter()
    tokens = {one.slug: token_for(one.organisation_id, one.roles) for one in region.organisations}
    # All of them first: a listing for partners may name an organisation that comes later.
    for publish in (_register, _publish_listings, _save_searches):
        for one in region.organisations:
            counts.update(await publish(client, {"Authorization": f"Bearer {tokens[one.slug]}"}, one))
    return PublishedCounts(**counts)


Headers = dict[str, str]


async def _register(client: httpx.AsyncClient, headers: Headers, one: RegionOrganisation) -> Counter[str]:
    body = one.draft.model_dump(mode="json", exclude_unset=True)
    answer = await client.post("/v1/organisations", json=body, headers=headers)
    if answer.status_code == httpx.codes.CONFLICT and answer.json().get("type") == ALREADY_REGISTERED:
        return Counter({"organisations_known": 1})
    _require(answer, f"registering {one.slug}")
    return Counter({"organisations_registered": 1})


async def _publish_listings(client: httpx.AsyncClient, headers: Headers, one: RegionOrganisation) -> Counter[str]:
    if not one.listings:
        return Counter()
    lines = b"\n".join(_line(draft) for draft in one.listings)
    answer = await client.post(
        "/v1/listings/batch", content=lines, headers={**headers, "Content-Type": "application/x-ndjson"}
    )
    _require(answer, f"publishing the listings of {one.slug}")
    items = [orjson.loads(line) for line in answer.content.splitlines()]
    refused = [f"{item.get('external_id')}: {item['problem'].get('detail')}" for item in items if _is_refused(item)]
    if refused:
        named = "; ".join(refused[:MOST_NAMED])
        raise RegionRefused(f"{len(refused)} of {len(items)} listings of {one.slug} were refused: {named}")
    return Counter(f"listings_{RESULTS.get(item['result'], item['result'])}" for item in items)


RESULTS = {"refused": "left_alone"}


def _is_refused(item: Mapping[str, Any]) -> bool:
    """Refused for another reason than that the listing went on living without us."""
    return bool(item["result"] == "refused" and item["problem"].get("type") != WRONG_STATE)


def _line(draft: AnyDraft) -> bytes:
    kind = "offer" if isinstance(draft, OfferDraft) else "want"
    return orjson.dumps({"kind": kind, **draft.model_dump(mode="json", exclude_unset=True)})


async def _save_searches(client: httpx.AsyncClient, headers: Headers, one: RegionOrganisation) -> Counter[str]:
    counts: Counter[str] = Counter()
    for body, key in _keyed(one):
        answer = await client.post(
            "/v1/saved-searches", content=body, headers={**headers, **JSON, "Idempotency-Key": key}
        )
        _require(answer, f"saving a search of {one.slug}")
        counts["searches_known" if "Idempotent-Replayed" in answer.headers else "searches_created"] += 1
    return counts


JSON = {"Content-Type": "application/json"}


def _keyed(one: RegionOrganisation) -> Iterator[tuple[bytes, str]]:
    """The key follows from the content, so that a search that was changed in the file is a new one."""
    for search in one.searches:
        body = search.model_dump_json(exclude_unset=True)
        yield body.encode(), str(stable_id(f"search:{one.slug}:{body}"))


def _require(answer: httpx.Response, doing: str) -> None:
    if answer.is_error:
        raise RegionRefused(
            f"{doing}: got {answer.status_code} {answer.text[:500]}; expected success. Correct the file or the "
            "token, and publish again: what was done already stays as it is"
        )
