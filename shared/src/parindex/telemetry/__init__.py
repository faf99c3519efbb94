"""Structured logs with one trace id, from the request to the document."""

from parindex.telemetry.logs import configure_logging, log
from parindex.telemetry.trace import current_trace, new_trace, tracing

__all__ = ["configure_logging", "current_trace", "log", "new_trace", "tracing"]
