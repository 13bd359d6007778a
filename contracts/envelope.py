"""The envelope of every event: the attributes of CloudEvents 1.0, JSON format, structured mode.

The same bytes stand in the Postgres table, in the Kafka record and in a dead letter, so attributes and
data fields that this version does not know are carried along untouched. `partitionkey` (CloudEvents
partitioning extension) decides which events keep their order; `traceparent` (distributed tracing
extension) and `causationid` tell where an event came from.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Self
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
import orjson

from contracts.events.base import EventData

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/cloudevents+json"


class BadEnvelope(ValueError):
    """Bytes that are not a CloudEvent of this marketplace; the message says which attribute is wrong."""


class EnvelopeView(msgspec.Struct, frozen=True):
    """The attributes that consumers read; everything else stays in the bytes."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    partitionkey: str
    data: msgspec.Raw
    dataschema: str | None = None
    traceparent: str | None = None
    causationid: str | None = None
    correlationid: str | None = None


_decoder = msgspec.json.Decoder(EnvelopeView)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it travels: read attributes, the data as raw JSON bytes, and the whole original."""

    view: EnvelopeView
    raw: bytes

    @property
    def id(self) -> UUID:
        """The identity under which a consumer marks the event as handled."""
        return UUID(self.view.id)

    @property
    def type(self) -> str:
        """The CloudEvents type, e.g. `nl.kringmarkt.offer.published.v1`."""
        return self.view.type

    @property
    def data(self) -> bytes:
        """The event data as JSON bytes, unknown fields included."""
        return bytes(self.view.data)

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read an event from JSON bytes; raises BadEnvelope when a needed attribute is wrong or absent."""
        try:
            view = _decoder.decode(raw)
            UUID(view.id)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise BadEnvelope(f"not a CloudEvent of Kringmarkt: {error}; got {raw[:120]!r}") from error
        if view.specversion != SPEC_VERSION:
            raise BadEnvelope(f"CloudEvents specversion {view.specversion!r}; expected {SPEC_VERSION!r}")
        return cls(view, raw)


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a command or event: when it happens, who sends it, what caused it, which trace it is in."""

    now: datetime
    source: str
    causation_id: str | None = None
    correlation_id: str | None = None
    traceparent: str | None = None

    def caused_by(self, event: Event) -> "Context":
        """The context of events that follow from `event`."""
        return replace(
            self,
            causation_id=event.view.id,
            correlation_id=event.view.correlationid or event.view.id,
            traceparent=event.view.traceparent or self.traceparent,
        )


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that a handler returns: data, the subject it is about, and the key that keeps its order.

    `copies` names the partition keys of an event that must be seen in several partitions (a want that spans
    material families): it is appended once per key, each copy with an id of its own.
    """

    data: EventData
    subject: str
    partition_keys: tuple[str, ...]
    id: UUID

    def __post_init__(self) -> None:
        """Without a key the event would get lost, and with a key twice its copies would share an id."""
        keys = self.partition_keys
        if not keys or "" in keys or len(set(keys)) < len(keys):
            raise ValueError(f"{self.data.event_type()} got partition keys {keys}; expected one or more, each once")

    def encode(self, context: Context) -> "list[EncodedEvent]":
        """The event as JSON bytes, one per partition key; raises UndeclaredField for fields outside the schema."""
        self.data.refuse_undeclared()
        # Bytes and no dictionary: an event of fifty proposals is large, and its copies share them.
        data = orjson.Fragment(self.data.model_dump_json())
        return [self._encode_copy(key, data, context) for key in self.partition_keys]

    def _encode_copy(self, key: str, data: orjson.Fragment, context: Context) -> "EncodedEvent":
        single = len(self.partition_keys) == 1
        event_id = self.id if single else uuid5(NAMESPACE_URL, f"{self.id}/{key}")
        attributes = {
            "specversion": SPEC_VERSION,
            "id": str(event_id),
            "source": context.source,
            "type": self.data.event_type(),
            "subject": self.subject,
            "time": context.now.astimezone(UTC).isoformat(),
            "datacontenttype": "application/json",
            "dataschema": self.data.schema_id(),
            "partitionkey": key,
            "correlationid": context.correlation_id or str(self.id),
        }
        optional = {"causationid": context.causation_id, "traceparent": context.traceparent}
        attributes.update({name: value for name, value in optional.items() if value is not None})
        return EncodedEvent(
            id=event_id,
            type=self.data.event_type(),
            topic=self.data.topic,
            key=self.subject if key == self.subject else f"{self.subject}:{key}",
            partition_key=key,
            raw=orjson.dumps({**attributes, "data": data}),
        )


@dataclass(frozen=True, slots=True)
class EncodedEvent:
    """An event ready to be appended: its log coordinates and its bytes."""

    id: UUID
    type: str
    topic: str
    key: str
    partition_key: str
    raw: bytes
