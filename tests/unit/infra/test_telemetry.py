"""A trace goes on through text that travels; switched off, nothing is made at all."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.telemetry import (
    ENDPOINT_VARIABLES,
    SpanKind,
    set_up_tracing,
    shut_down_tracing,
    span,
    trace_id,
    trace_with,
    traceparent,
    tracing,
    well_formed,
)

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def kept() -> Iterator[InMemorySpanExporter]:
    """Spans of this test."""
    exporter = InMemorySpanExporter()
    trace_with("tests", SimpleSpanProcessor(exporter))
    yield exporter
    shut_down_tracing()


def test_off_every_span_is_the_same_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENDPOINT_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert not set_up_tracing("tests", None)
    assert not tracing()
    assert span("a") is span("b", SpanKind.SERVER, CALLER)
    with span("a") as opened:
        assert (opened, traceparent(), trace_id()) == (None, None, None)


def test_a_span_stands_under_the_one_that_is_named(kept: InMemorySpanExporter) -> None:
    with span("request", SpanKind.SERVER, CALLER, {"http.route": "/v1/offers"}):
        assert trace_id() == "0af7651916cd43dd8448eb211c80319c"
        carried = traceparent()
    assert carried is not None
    with span("matcher", SpanKind.CONSUMER, carried):
        pass
    request, matcher = kept.get_finished_spans()
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == "b7ad6b7169203331"
    assert matcher.parent is not None
    assert matcher.parent.span_id == request.context.span_id
    assert matcher.context.trace_id == request.context.trace_id
    assert dict(request.attributes or {}) == {"http.route": "/v1/offers"}


def test_a_span_without_a_name_above_it_stands_under_the_one_at_hand(kept: InMemorySpanExporter) -> None:
    with span("outer"), span("inner"):
        pass
    inner, outer = kept.get_finished_spans()
    assert inner.parent is not None
    assert inner.parent.span_id == outer.context.span_id
    assert outer.parent is None


def test_a_crash_is_noted_and_goes_on(kept: InMemorySpanExporter) -> None:
    with pytest.raises(ZeroDivisionError), span("failing"):
        raise ZeroDivisionError
    (failed,) = kept.get_finished_spans()
    assert not failed.status.is_ok
    assert traceparent() is None


def test_what_the_caller_did_not_sample_is_carried_on_and_not_kept(kept: InMemorySpanExporter) -> None:
    with span("request", SpanKind.SERVER, CALLER.removesuffix("01") + "00"):
        carried = traceparent()
    assert carried is not None
    assert carried.endswith("-00")
    assert kept.get_finished_spans() == ()


@pytest.mark.parametrize("variable", ENDPOINT_VARIABLES)
def test_the_variables_of_opentelemetry_count_too(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert set_up_tracing("tests", None)
    assert tracing()
    shut_down_tracing()
    assert not tracing()


def test_a_collector_that_is_away_does_not_keep_the_process(caplog: pytest.LogCaptureFixture) -> None:
    assert set_up_tracing("tests", "http://127.0.0.1:9")
    with span("lost"):
        pass
    shut_down_tracing()
    assert not tracing()


@pytest.mark.parametrize("header", [None, "", "x", CALLER.upper(), CALLER + "\n", CALLER + "-00"])
def test_what_is_no_traceparent_is_not_carried(header: str | None) -> None:
    assert well_formed(header) is None
    assert well_formed(CALLER) == CALLER
