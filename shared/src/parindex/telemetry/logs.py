"""JSON lines on standard output: time, level, service, trace id, event and its fields."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from parindex.telemetry.trace import current_trace


def _trace(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    if trace := current_trace():
        event["trace_id"] = trace
    return event


def _render(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def configure_logging(service: str, level: str = "INFO") -> None:
    """Send structlog and the standard library's loggers through one renderer."""

    def named(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        return {"service": service, **event}

    _ACCESS.update(service=service, event="request", level="info")
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace,
        named,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_render),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "httpx", "arq.worker", "alembic.runtime.migration"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


_ACCESS: dict[str, Any] = {}


def log_request(method: str, path: str, status: int, ms: float) -> None:
    """The access line, written past structlog's chain: it is the one line that every request pays for."""
    if not logging.getLogger().isEnabledFor(logging.INFO) or not _ACCESS:
        return
    line = {
        **_ACCESS,
        "method": method,
        "path": path,
        "status": status,
        "ms": ms,
        "timestamp": datetime.now(UTC),
        "trace_id": current_trace(),
    }
    sys.stdout.write(orjson.dumps(line, option=orjson.OPT_UTC_Z).decode() + "\n")


log: structlog.stdlib.BoundLogger = structlog.get_logger("parindex")
