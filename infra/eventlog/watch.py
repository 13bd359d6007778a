"""What an operator sees of a consumer at work: counts, times, how far it is behind, and spans that join the trace."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from time import perf_counter

from structlog.contextvars import bind_contextvars, reset_contextvars

from contracts.envelope import BadEnvelope, Context, Event
from infra import metrics
from infra.eventlog.delivery import Delivery
from infra.eventlog.lag import Lag
from infra.telemetry import Span, SpanKind, span, traceparent


class Watch:
    """Counts for one consumer. `now` is the clock by which the age of an event is told."""

    def __init__(self, consumer: str, now: Callable[[], datetime]) -> None:
        self._consumer = consumer
        self._now = now
        self._at_hand: Sequence[Delivery] = ()
        self._batch = metrics.CONSUMER_BATCH.labels(consumer)
        self._seconds = metrics.CONSUMER_SECONDS.labels(consumer)
        self._handled = metrics.CONSUMER_HANDLED.labels(consumer)
        self._retries = metrics.CONSUMER_RETRIES.labels(consumer)
        self._dead_letters = metrics.DEAD_LETTERS.labels(consumer)

    @contextmanager
    def batch(self, batch: Sequence[Delivery]) -> Iterator[None]:
        """Around the work on a batch, until it is committed."""
        began, self._at_hand = perf_counter(), batch
        try:
            yield
            self._batch.observe(len(batch))
            self._seconds.observe(perf_counter() - began)
        finally:
            self._at_hand = ()

    def handled(self, events: int) -> None:
        """So many events were handled and committed."""
        self._handled.inc(events)

    def tried_again(self) -> None:
        """A batch is worked on once more."""
        self._retries.inc()

    def buried(self) -> None:
        """A message was put aside."""
        self._dead_letters.inc()

    def at_hand(self) -> Lag:
        """What is being worked on counts as waiting until it is committed."""
        batch = self._at_hand
        return Lag(len(batch), self._age(batch[0])) if batch else Lag()

    def _age(self, delivery: Delivery) -> float:
        try:
            came = Event.decode(delivery.raw).view.time
        except BadEnvelope:
            return 0.0
        return max(0.0, (self._now() - came).total_seconds())

    @contextmanager
    def handling(self, event: Event, carried: str | None) -> Iterator[Span | None]:
        """Around the work on one event: a span under the relay's (`carried`) or the writer's, and ids for log lines."""
        bound = bind_contextvars(correlation_id=event.view.correlationid or event.view.id)
        try:
            with self._span(event, carried) as opened:
                yield opened
        finally:
            reset_contextvars(**bound)

    def _span(self, event: Event, carried: str | None) -> AbstractContextManager[Span | None]:
        parent = carried or event.view.traceparent
        about = {"messaging.system": "kringmarkt", "messaging.message.id": event.view.id}
        return span(f"{self._consumer} {metrics.type_label(event.type)}", SpanKind.CONSUMER, parent, about)


def traced(context: Context) -> Context:
    """The context under the span at hand; unchanged when nothing is traced."""
    found = traceparent()
    return context if found is None else replace(context, traceparent=found)
