"""Pure ASGI middleware: the trace id and the access line, HEAD, and a bound on bodies."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parindex.telemetry import log_request, tracing
from parindex.telemetry.trace import trace_from_header

QUIET = {"/livez", "/readyz"}


class TraceMiddleware:
    """Takes the caller's trace id or makes one, returns it as X-Trace-Id, logs one line a request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        trace = trace_from_header(headers.get(b"traceparent", b"").decode("latin-1"))
        status = 0

        async def traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-trace-id", trace.encode())]
            await send(message)

        started = time.perf_counter()
        with tracing(trace):
            try:
                await self.app(scope, receive, traced)
            finally:
                if scope["path"] not in QUIET:
                    elapsed = round((time.perf_counter() - started) * 1000, 1)
                    log_request(scope["method"], scope["path"], status, elapsed)


class HeadMiddleware:
    """HEAD is GET without its body, as every HTTP server owes it: to see whether something is new."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            await send({**message, "body": b""} if "body" in message else message)

        await self.app({**scope, "method": "GET"}, receive, bodiless)


class BodyLimitMiddleware:
    """Refuses a body over the bound, declared or streamed, with the catalogue's problem."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit or (declared.isdigit() and int(declared) > self.limit):
                raise BodyTooLargeError
            return message

        await self.app(scope, bounded, send)


class BodyTooLargeError(Exception):
    """The body is over the bound of this API."""
