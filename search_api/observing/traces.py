"""OpenTelemetry, the only module that knows it: one span a request, with what the log line has and never a question.

Where spans go is said by OpenTelemetry's own variables (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME …); KB_TRACES turns it on. Needs the
extra `traces`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.errors import Message, SettingsError
from search_api.observing.record import Record

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

MISSING = Message(
    "KB_TRACES is on, but OpenTelemetry is not installed. Install it with: pip install '.[traces]'",
    "เปิด KB_TRACES ไว้แต่ยังไม่ได้ติดตั้ง OpenTelemetry ติดตั้งด้วย pip install '.[traces]'",
)


class Spans:
    """An observer."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def __call__(self, seen: Record) -> None:
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        attributes: dict[str, str | int | float] = {
            "http.request.method": seen.method,
            "http.route": seen.route,
            "http.response.status_code": seen.status,
            "http.response.body.size": seen.size,
            "kb.request_id": seen.id,
        }
        attributes |= {f"kb.stage.{name}_ms": 1000 * seconds for name, seconds in seen.stages.items()}
        if seen.found is not None:
            attributes |= {"kb.lang": seen.lang, "kb.found": seen.found}
        name = f"{seen.method} {seen.route}"
        trace = TraceContextTextMapPropagator().extract({"traceparent": seen.parent}, Context())  # what is none begins a trace
        span = self._tracer.start_span(name, trace, SpanKind.SERVER, attributes, start_time=seen.began)
        if seen.status >= 500:
            span.set_status(StatusCode.ERROR)
        span.end(seen.began + int(1e9 * seen.seconds))


def exporting() -> Spans:
    """Spans that are sent in the background by OTLP over HTTP. Raises SettingsError where the package is missing."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsError(MISSING) from None
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Spans(provider.get_tracer("kb"))
