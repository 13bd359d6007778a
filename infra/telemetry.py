"""One trace from a request to the pushed frame, across the log and Kafka, in the terms of OpenTelemetry.

A trace travels as a `traceparent` (W3C): in the header of a request, in the envelope of each event, in the header of a
Kafka record. Whoever works on one of these opens a span under it, and what follows carries that span's own traceparent.
Off, which is the default, `span` gives back one object that does nothing.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from opentelemetry.trace import Span, SpanKind, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

__all__ = ["Span", "SpanKind"]

ENDPOINT_VARIABLES = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
EXPORT_TIMEOUT_S = 3.0
"""A collector that is away must not keep a process from stopping."""
EXPORT_EVERY_MS = 1000

TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""Of the W3C; it goes into every event that follows, so nothing else may pass."""

Attributes = Mapping[str, str | int]

_NOTHING: AbstractContextManager[Span | None] = nullcontext(None)
_propagator = TraceContextTextMapPropagator()


class _Tracing:
    """What this process traces with; nothing until `set_up_tracing`."""

    def __init__(self) -> None:
        self.provider: TracerProvider | None = None
        self.tracer: Tracer | None = None


_now = _Tracing()


def set_up_tracing(service: str, endpoint: str | None) -> bool:
    """Send spans to the collector at `endpoint`, or to that of the OTEL_ variables; False when there is none.

    The other OTEL_ variables (sampler, headers, resource attributes) keep their meaning.
    """
    if endpoint is None and not any(os.environ.get(name) for name in ENDPOINT_VARIABLES):
        return False
    # Loaded only here: they cost every command of the command line a fifth of a second.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    address = f"{endpoint.rstrip('/')}/v1/traces" if endpoint else None
    exporter = OTLPSpanExporter(endpoint=address, timeout=EXPORT_TIMEOUT_S)
    trace_with(service, BatchSpanProcessor(exporter, schedule_delay_millis=EXPORT_EVERY_MS))
    return True


def trace_with(service: str, processor: "SpanProcessor") -> None:
    """Give every span of this process, which is `service`, to `processor`."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    # Our own end of the process flushes; the library's would do it again, after the event loop has gone.
    provider = TracerProvider(
        resource=Resource.create({"service.name": f"kringmarkt.{service}"}), shutdown_on_exit=False
    )
    provider.add_span_processor(processor)
    _now.provider, _now.tracer = provider, provider.get_tracer("kringmarkt")


def shut_down_tracing() -> None:
    """Send what is left, for a few seconds at most, and trace no more. Blocks."""
    provider, _now.provider, _now.tracer = _now.provider, None, None
    if provider is not None:
        provider.force_flush(int(EXPORT_TIMEOUT_S * 1000))
        provider.shutdown()


def tracing() -> bool:
    """Whether spans are kept at all."""
    return _now.tracer is not None


def span(
    name: str, kind: SpanKind = SpanKind.INTERNAL, parent: str | None = None, attributes: Attributes | None = None
) -> AbstractContextManager[Span | None]:
    """A span around what happens inside, under the traceparent `parent`, or under the span at hand when it is None."""
    if _now.tracer is None:
        return _NOTHING
    return _span(_now.tracer, name, kind, parent, attributes)


@contextmanager
def _span(
    tracer: Tracer, name: str, kind: SpanKind, parent: str | None, attributes: Attributes | None
) -> Iterator[Span]:
    context = _propagator.extract({"traceparent": parent}) if parent else None
    with tracer.start_as_current_span(name, context=context, kind=kind, attributes=attributes) as opened:
        yield opened


def traceparent() -> str | None:
    """The traceparent of the span at hand; None outside any, and when nothing is traced."""
    if _now.tracer is None:
        return None
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


def trace_id() -> str | None:
    """The trace at hand in hexadecimal, for log lines."""
    if _now.tracer is None:
        return None
    found = get_current_span().get_span_context()
    return f"{found.trace_id:032x}" if found.is_valid else None


def well_formed(header: str | None) -> str | None:
    """The header when it is a traceparent of the W3C, else None."""
    return header if header and TRACEPARENT.fullmatch(header) else None
