"""Errors as RFC 9457 problems out of the closed catalogue: Vietnamese first, English on request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from parindex.http.catalogue import CATALOGUE, Problem
from parindex.http.wording import said
from parindex.kernel.errors import DomainError, Fault
from parindex.telemetry import current_trace

MEDIA_TYPE = "application/problem+json"

_FAULT_TEXTS = {
    "missing": "thiếu trường bắt buộc",
    "extra_forbidden": "trường không được biết đến",
    "string_type": "phải là chuỗi ký tự",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "bool_type": "phải là true hoặc false",
    "list_type": "phải là một danh sách",
    "dict_type": "phải là một đối tượng",
    "uuid_parsing": "phải là UUID",
    "datetime_from_date_parsing": "phải là thời điểm ISO 8601 có múi giờ",
    "timezone_aware": "thời điểm phải có múi giờ",
    "date_from_datetime_parsing": "phải là ngày dạng YYYY-MM-DD",
    "json_invalid": "nội dung không phải JSON hợp lệ",
    "string_pattern_mismatch": "không đúng định dạng",
    "string_too_long": "quá dài",
    "string_too_short": "quá ngắn",
    "too_long": "quá nhiều phần tử",
    "too_short": "quá ít phần tử",
    "greater_than_equal": "nhỏ hơn mức cho phép",
    "less_than_equal": "lớn hơn mức cho phép",
    "enum": "không nằm trong danh sách cho phép",
    "literal_error": "không nằm trong danh sách cho phép",
}


@dataclass(frozen=True, slots=True)
class ProblemReply:
    """One problem as it goes out."""

    problem: Problem
    params: dict[str, object]
    faults: tuple[Fault, ...] = ()

    def body(self, language: str) -> dict[str, Any]:
        shown = _Lenient({name: said(name, value) for name, value in self.params.items()})
        english = language.lower().startswith("en")
        found: dict[str, Any] = {
            "type": f"/problems/{self.problem.code}",
            "code": self.problem.code,
            "title": self.problem.english if english else self.problem.title,
            "status": self.problem.status,
            "detail": self.problem.english if english else self.problem.detail.format_map(shown),
            "trace_id": current_trace(),
        }
        if self.params:
            found["params"] = {name: str(value) for name, value in self.params.items()}
        if self.faults:
            found["errors"] = [fault.plain() for fault in self.faults]
        return found


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def respond(
    request: Request, code: str, params: dict[str, object] | None = None, faults: tuple[Fault, ...] = ()
) -> JSONResponse:
    """The reply for a code of the catalogue; an unknown code is our mistake: internal_error."""
    problem = CATALOGUE.get(code, CATALOGUE["internal_error"])
    reply = ProblemReply(problem, params or {}, faults)
    headers = {"Retry-After": "2"} if problem.status in {429, 503} else {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        reply.body(request.headers.get("accept-language", "vi")),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


async def on_domain_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)
    return respond(request, error.code, dict(error.params), error.faults)


async def on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    """Every fault of a request body at once, each with its JSON pointer."""
    assert isinstance(error, RequestValidationError)
    faults = faults_of(error.errors())
    return respond(request, "invalid_request", {"count": len(faults)}, faults)


def faults_of(errors: Sequence[Any]) -> tuple[Fault, ...]:
    """What pydantic found wrong, in our words; the first thousand."""
    return tuple(
        Fault(
            _pointer(item["loc"]), str(item["type"]), _FAULT_TEXTS.get(item["type"], "giá trị không hợp lệ")
        )
        for item in errors[:1000]
    )


def _pointer(location: tuple[int | str, ...]) -> str:
    parts = location[1:] if location and location[0] == "body" else location
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    """Starlette's own refusals in the same shape."""
    assert isinstance(error, HTTPException)
    codes = {
        404: "route_not_found",
        405: "method_not_allowed",
        413: "body_too_large",
        400: "malformed_request",
    }
    return respond(request, codes.get(error.status_code, "internal_error"))


async def on_unavailable(request: Request, _error: Exception) -> JSONResponse:
    """The database is restarting: nothing was stored, the same request may be sent again."""
    return respond(request, "temporarily_unavailable")


async def on_crash(request: Request, _error: Exception) -> JSONResponse:
    return respond(request, "internal_error")
