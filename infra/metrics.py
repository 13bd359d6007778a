"""Every metric of Kringmarkt: one list, from which the table in docs/guides/operate.md is made and alarms are checked.

Names follow Prometheus: a unit at the end, `_total` on what only grows. Labels have few values, all of them ours: no
id, no address, no word that a caller chose may become a label, because each new value is a series for ever.
"""

from dataclasses import dataclass
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from contracts.events.registry import EVENT_TYPES
from contracts.upcasts import TypeName

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

OTHER = "other"
_LABELS = {event_type: TypeName.parse(event_type).name for event_type in EVENT_TYPES}

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)
PROCESS_METRICS = frozenset(
    {
        "process_cpu_seconds_total",
        "process_max_fds",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "process_virtual_memory_bytes",
    }
)
"""Of the Prometheus client itself, on Linux."""


class Kind(StrEnum):
    """How a metric moves."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """What is known of one metric. `unit`: in what its value is counted."""

    name: str
    kind: Kind
    unit: str
    help: str
    labels: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """The names under which a server of Prometheus stores it."""
        if self.kind is Kind.HISTOGRAM:
            return tuple(f"{self.name}_{part}" for part in ("bucket", "sum", "count"))
        return (self.name,)


_list: list[Metric] = []

FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds, from half a millisecond: most answers and batches take a few milliseconds."""
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def _counter(name: str, unit: str, text: str, *labels: str) -> Counter:
    _list.append(Metric(name, Kind.COUNTER, unit, text, labels))
    return Counter(name.removesuffix("_total"), text, labels, registry=REGISTRY)


def _gauge(name: str, unit: str, text: str, *labels: str) -> Gauge:
    _list.append(Metric(name, Kind.GAUGE, unit, text, labels))
    return Gauge(name, text, labels, registry=REGISTRY)


def _histogram(name: str, unit: str, buckets: tuple[float, ...], text: str, *labels: str) -> Histogram:
    _list.append(Metric(name, Kind.HISTOGRAM, unit, text, labels))
    return Histogram(name, text, labels, registry=REGISTRY, buckets=buckets)


BUILD = _gauge("kringmarkt_build_info", "1", "What runs: the service, and the schema it needs", "service", "schema")
PART_OK = _gauge("kringmarkt_part_ok", "0 or 1", "A part of the readiness answer works (1) or does not (0)", "part")

HTTP_SECONDS = _histogram(
    "kringmarkt_http_request_seconds", "seconds", FAST,
    "Time from the first byte of a request to the last one of its answer", "method", "route", "status",
)  # fmt: skip
HTTP_OPEN = _gauge("kringmarkt_http_requests_open", "requests", "Requests that are being answered now")

EVENTS_APPENDED = _counter(
    "kringmarkt_events_appended_total", "events",
    "Events committed to the log; listings that were published are the types offer.published and want.published",
    "type",
)  # fmt: skip

CONSUMER_LAG_RECORDS = _gauge(
    "kringmarkt_consumer_lag_records", "records", "Records that wait for a consumer of this process", "consumer"
)
CONSUMER_LAG_SECONDS = _gauge(
    "kringmarkt_consumer_lag_seconds", "seconds", "How long the oldest of them has waited; 0 when none does", "consumer"
)
CONSUMER_BATCH = _histogram(
    "kringmarkt_consumer_batch_records", "records", SIZES, "Records per batch, which is one transaction", "consumer"
)
CONSUMER_SECONDS = _histogram(
    "kringmarkt_consumer_batch_seconds", "seconds", FAST,
    "Time of a batch, from the first record to the commit", "consumer",
)  # fmt: skip
CONSUMER_HANDLED = _counter(
    "kringmarkt_consumer_handled_total", "events", "Events handled and committed, repeats left out", "consumer"
)
CONSUMER_RETRIES = _counter(
    "kringmarkt_consumer_retries_total",
    "batches",
    "Batches tried again: the handler was full, or a deadlock",
    "consumer",
)
DEAD_LETTERS = _counter(
    "kringmarkt_dead_letters_total", "letters", "Messages put aside because they cannot be handled", "consumer"
)
DEAD_LETTERS_WAITING = _gauge(
    "kringmarkt_dead_letters_waiting", "letters", "Dead letters that wait for somebody to look at them"
)

RELAY_CARRIED = _counter("kringmarkt_relay_carried_total", "events", "Events that Kafka acknowledged", "topic")
RELAY_LAG_RECORDS = _gauge("kringmarkt_relay_lag_records", "records", "Events that wait to be carried to Kafka")
RELAY_LAG_SECONDS = _gauge(
    "kringmarkt_relay_lag_seconds", "seconds", "How long the oldest of them has waited; 0 when none does"
)

MATCHING_SECONDS = _histogram(
    "kringmarkt_matching_event_seconds", "seconds", FAST,
    "Time in which the matcher works out one event, without the commit", "type",
)  # fmt: skip
MATCHING_INDEX = _gauge(
    "kringmarkt_matching_index_entries", "entries",
    "Entries that all matchers together keep open; counted once a minute", "family", "kind",
)  # fmt: skip
PROPOSALS = _counter("kringmarkt_proposals_total", "proposals", "Trades proposed and committed")
PROPOSALS_LAPSED = _counter("kringmarkt_proposals_lapsed_total", "proposals", "Proposals that no longer stand")

PUSH_CONNECTIONS = _gauge("kringmarkt_push_connections", "connections", "Websockets that are open now")
PUSH_FRAMES = _counter("kringmarkt_push_frames_total", "frames", "Alerts handed to listeners as they were stored")
PUSH_REPLAYED = _counter("kringmarkt_push_replayed_total", "alerts", "Alerts read back from an inbox for a listener")
PUSH_CLOSED = _counter(
    "kringmarkt_push_closed_total", "connections", "Websockets that ended; too_slow: dropped because of it", "reason"
)

DB_POOL = _gauge(
    "kringmarkt_db_pool_connections",
    "connections",
    "Connections of the pool: used, idle, and the most allowed",
    "state",
)
TASK_RESTARTS = _counter("kringmarkt_task_restarts_total", "starts", "Starts of a task after it crashed", "task")
TASK_UP = _gauge(
    "kringmarkt_task_up", "0 or 1", "A task works (1), or waits to be started again or stopped (0)", "task"
)

METRICS: tuple[Metric, ...] = tuple(_list)


def type_label(event_type: str) -> str:
    """An event type as a label: `offer.published`; `other` for what is none of ours."""
    return _LABELS.get(event_type, OTHER)


def exposed() -> bytes:
    """All values now, as Prometheus reads them."""
    return generate_latest(REGISTRY)


def documented() -> str:
    """The list as a table in Markdown."""
    head = ["| metric | kind | unit | labels | what it says |", "| --- | --- | --- | --- | --- |"]
    rows = [
        f"| `{item.name}` | {item.kind.value} | {item.unit} | {', '.join(item.labels) or '–'} | {item.help} |"
        for item in METRICS
    ]
    return "\n".join((*head, *rows)) + "\n"
