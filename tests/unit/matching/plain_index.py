"""An index without an index: every open listing is compared with every other. The oracle of the fast one."""

from uuid import UUID

from matching.model import AnyListing, OfferEntry, Record, SearchEntry, WantEntry
from matching.proposing import Fit, fits
from matching.ranking import Ranking
from tests.unit.matching.plain_standing import PlainStanding


class PlainIndex:
    """Records by key."""

    def __init__(self) -> None:
        self.records: dict[UUID, Record] = {}

    def put(self, record: Record) -> None:
        """Add the record, or put it in the place of the one with its key."""
        self.records[record.key] = record

    def remove(self, key: UUID) -> None:
        """Forget the key."""
        self.records.pop(key, None)

    def listings(self) -> list[AnyListing]:
        """The open offers and wants."""
        return [one for one in self.records.values() if isinstance(one, OfferEntry | WantEntry) and one.is_open]

    def searches(self) -> list[SearchEntry]:
        """The saved searches."""
        return [one for one in self.records.values() if isinstance(one, SearchEntry)]

    def fits_of(self, listing: AnyListing) -> list[Fit]:
        """Every pair of this listing that fits."""
        found = []
        for one in self.listings():
            if isinstance(listing, OfferEntry) and isinstance(one, WantEntry):
                found.append(fits(listing, one))
            elif isinstance(listing, WantEntry) and isinstance(one, OfferEntry):
                found.append(fits(one, listing))
        return [fit for fit in found if fit is not None]

    def standing(self, ranking: Ranking, family: str = "wood") -> PlainStanding:
        """What stands, worked out anew."""
        return PlainStanding(family, self.fits_of, ranking)
