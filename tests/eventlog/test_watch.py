"""What an operator sees of a consumer at work."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from contracts.envelope import Context, Event
from infra import metrics
from infra.eventlog.delivery import Delivery
from infra.eventlog.lag import Lag
from infra.eventlog.watch import Watch, traced
from infra.telemetry import shut_down_tracing, trace_with, traceparent
from tests.eventlog.harness import CONTEXT, NOW, TOPIC, encoded, numbered

WRITER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
RELAY = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"


def delivery(number: int = 1) -> Delivery:
    return Delivery(TOPIC, 1, number, encoded(numbered("wood", number)).raw)


def watch(name: str, late_s: float = 0) -> Watch:
    return Watch(name, lambda: NOW + timedelta(seconds=late_s))


def event(traceparent: str | None) -> Event:
    context = Context(now=NOW, source="/tests", traceparent=traceparent)
    return Event.decode(numbered("wood", 1).encode(context)[0].raw)


@pytest.fixture
def kept() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    trace_with("tests", SimpleSpanProcessor(exporter))
    yield exporter
    shut_down_tracing()


def test_a_batch_counts_as_waiting_until_it_is_committed() -> None:
    seen = watch("waiting", late_s=12)
    assert seen.at_hand() == Lag()
    with seen.batch([delivery(1), delivery(2)]):
        assert seen.at_hand() == Lag(2, 12.0)
    assert seen.at_hand() == Lag()


def test_a_batch_that_fails_no_longer_counts_and_is_not_timed() -> None:
    seen = watch("failing")
    with pytest.raises(RuntimeError), seen.batch([delivery()]):
        raise RuntimeError
    assert seen.at_hand() == Lag()
    samples = metrics.CONSUMER_BATCH.labels("failing")._child_samples()
    assert next(sample.value for sample in samples if sample.name == "_count") == 0


def test_a_record_that_is_no_event_has_no_age() -> None:
    seen = watch("poisoned", late_s=12)
    with seen.batch([Delivery(TOPIC, 1, 1, b"no event")]):
        assert seen.at_hand() == Lag(1, 0.0)


def test_what_happens_is_counted_by_consumer() -> None:
    seen = watch("counting")
    seen.handled(3)
    seen.tried_again()
    seen.buried()
    values = (metrics.CONSUMER_HANDLED, metrics.CONSUMER_RETRIES, metrics.DEAD_LETTERS)
    assert [metric.labels("counting")._value.get() for metric in values] == [3, 1, 1]


def test_log_lines_of_an_event_carry_what_it_belongs_to() -> None:
    told = event(None)
    with watch("logging").handling(told, None):
        assert structlog.contextvars.get_contextvars()["correlation_id"] == told.view.correlationid
    assert "correlation_id" not in structlog.contextvars.get_contextvars()


@pytest.mark.parametrize(("carried", "parent"), [(None, "b7ad6b7169203331"), (RELAY, "00f067aa0ba902b7")])
def test_work_stands_under_the_relay_or_else_under_the_writer(
    kept: InMemorySpanExporter, carried: str | None, parent: str
) -> None:
    with watch("matcher").handling(event(WRITER), carried):
        follows = traced(CONTEXT)
        assert follows.traceparent == traceparent()
    (span,) = kept.get_finished_spans()
    assert span.name == "matcher organisation.registered"
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == parent
    assert follows.traceparent == f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-01"


def test_untraced_what_follows_keeps_the_context_it_had() -> None:
    assert traced(CONTEXT) is CONTEXT
