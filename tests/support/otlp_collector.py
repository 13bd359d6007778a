"""A collector of OpenTelemetry spans of our own: takes them over OTLP/HTTP as any other would, and keeps them."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI, Request, Response
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.support.http_server import serving


@dataclass(frozen=True, slots=True)
class KeptSpan:
    """A span as it was sent; ids in hexadecimal, `parent` empty for the first one of a trace."""

    trace_id: str
    span_id: str
    parent: str
    name: str
    service: str


@dataclass
class Collector:
    """What was collected, and where to send it."""

    url: str = ""
    spans: list[KeptSpan] = field(default_factory=list)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def keep(self, request: ExportTraceServiceRequest) -> None:
        """Keep the spans of a request."""
        for resource in request.resource_spans:
            named = {item.key: item.value.string_value for item in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [
                    KeptSpan(
                        item.trace_id.hex(), item.span_id.hex(), item.parent_span_id.hex(), item.name,
                        named["service.name"],
                    )
                    for item in scope.spans
                ]  # fmt: skip
        self._came.set()

    def of(self, trace_id: str) -> list[KeptSpan]:
        """The spans of one trace."""
        return [span for span in self.spans if span.trace_id == trace_id]

    async def until(self, enough: Callable[[list[KeptSpan]], bool], seconds: float = 60) -> None:
        """Return when what was collected is enough; fails with the names of what was."""
        try:
            async with asyncio.timeout(seconds):
                while not enough(self.spans):
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise AssertionError(f"in {seconds} s only {sorted({span.name for span in self.spans})}") from None


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector that listens on loopback."""
    app, collector = FastAPI(), Collector()

    @app.post("/v1/traces")
    async def traces(request: Request) -> Response:
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        collector.keep(ExportTraceServiceRequest.FromString(body))
        answer = ExportTraceServiceResponse().SerializeToString()
        return Response(answer, media_type="application/x-protobuf")

    async with serving(app) as url:
        collector.url = url
        yield collector
