"""The trace id: 32 hex digits, taken from W3C `traceparent` or made here, carried by events and calls."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TRACE: ContextVar[str] = ContextVar("trace_id", default="")
_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")


def new_trace() -> str:
    return secrets.token_hex(16)


def current_trace() -> str:
    return _TRACE.get()


def trace_from_header(value: str) -> str:
    """The trace id of a `traceparent` header, or a new one where it is missing or malformed."""
    match = _TRACEPARENT.match(value)
    return match[1] if match else new_trace()


def traceparent() -> str:
    return f"00-{current_trace() or new_trace()}-{secrets.token_hex(8)}-01"


@contextmanager
def tracing(trace: str) -> Iterator[None]:
    """Everything logged or sent inside the block carries `trace`."""
    token = _TRACE.set(trace or new_trace())
    try:
        yield
    finally:
        _TRACE.reset(token)
