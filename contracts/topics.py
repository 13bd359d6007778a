"""The topics of the marketplace: what they carry, in which order, for whom, and for how long.

One row per topic. Events of one partition key keep their order; the lane (partition) of a key is the same
in the Postgres table and in Kafka, so that the relay copies lane by lane.
"""

from dataclasses import dataclass
from zlib import crc32

LANES = 12
DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `retention_ms` None: kept by compaction, the newest event per key stays."""

    name: str
    carries: str
    key: str
    partition_key: str
    retention_ms: int | None
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    dead_letter: str | None

    @property
    def compacted(self) -> bool:
        """Whether the newest event per key is kept for ever."""
        return self.retention_ms is None


# The table in which a consumer buries what it cannot handle; `kringmarkt dead-letters` lists and replays it.
DEAD_LETTERS = "eventlog.dead_letters"

TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic(
            name="kringmarkt.organisations",
            carries="organisations, full state",
            key="organisation id",
            partition_key="organisation id",
            retention_ms=None,
            producers=("listings_api",),
            consumers=("notifier", "trades_api"),
            dead_letter=DEAD_LETTERS,
        ),
        Topic(
            name="kringmarkt.listings",
            carries="offers, wants, saved searches, capabilities, what remains and what offers can become, full state",
            key="listing id:family, so that a family a listing left keeps the event that says so",
            partition_key="material family",
            retention_ms=None,
            producers=("listings_api", "trades_api", "monitor", "matcher"),
            consumers=("matcher", "trades_api", "notifier", "listings_api"),
            dead_letter=DEAD_LETTERS,
        ),
        Topic(
            name="kringmarkt.trades",
            carries="proposed and lapsed trades, saved searches that matched, and trades somebody acted upon",
            key="listing id:family for proposals, trade id:family for trades",
            partition_key="material family",
            retention_ms=90 * DAY_MS,
            producers=("matcher", "trades_api", "monitor", "web"),
            consumers=("trades_api", "notifier", "matcher"),
            dead_letter=DEAD_LETTERS,
        ),
        Topic(
            name="kringmarkt.alerts",
            carries="numbered alerts, to be pushed",
            key="channel",
            partition_key="channel",
            retention_ms=7 * DAY_MS,
            producers=("notifier",),
            consumers=("notifier",),
            dead_letter=None,
        ),
    )
}


def lane_of(partition_key: str, lanes: int = LANES) -> int:
    """The lane, 0 to `lanes` - 1, in which events of `partition_key` keep their order."""
    return crc32(partition_key.encode()) % lanes
