"""Structured logs with one trace id, from the request to the document."""

from parindex.telemetry.logs import configure_logging, log, log_request
from parindex.telemetry.trace import current_trace, new_trace, tracing

__all__ = ["configure_logging", "current_trace", "log", "log_request", "new_trace", "tracing"]
