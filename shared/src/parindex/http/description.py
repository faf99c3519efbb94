"""What the OpenAPI descriptions say of all routes alike: who may call them and how they refuse."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from parindex.auth.policy import POLICY, Action, Role
from parindex.http.catalogue import CATALOGUE
from parindex.http.problems import MEDIA_TYPE, ProblemReply
from parindex.kernel import errors

INTRODUCTION = """\
Figures are decimal strings; instants carry their offset. A POST may carry an `Idempotency-Key`: the same
key with the same body gives the first reply again, with `Idempotency-Replayed: true` (a ballot needs none,
its own id does that). Where a reply has an `ETag`, `If-None-Match` with it is answered 304. A refusal is a
problem in Vietnamese, with `Accept-Language: en` in English.
"""
TOKEN = "token"  # noqa: S105 — the scheme's name
SCHEMAS = "x-schemas"
"""For `guarded`: schemas that the body of a route read by hand refers to; they become components."""
_REFUSAL = "A refusal: act on its `code`."
PROBLEM_REPLIES: dict[int | str, dict[str, Any]] = {
    "default": {"$ref": "#/components/responses/Problem", "description": _REFUSAL}
}
"""Given to the app; FastAPI then leaves out its own 422, which we never answer."""

_EXAMPLE = ProblemReply(
    CATALOGUE["invalid_request"],
    {"count": 1},
    (errors.Fault("/units/0/form", "string_pattern_mismatch", "không đúng định dạng"),),
).body("vi") | {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}


class Fault(BaseModel):
    """One thing that is wrong, and where."""

    pointer: str = Field(description="JSON pointer into the request's body")
    code: str
    detail: str
    finding: str = Field(default="", description="Its number in the catalogue of findings, for a ballot")


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    type: str = Field(description="`/problems/` and the code")
    code: str = Field(description="Stable: what a program acts on")
    title: str
    status: int
    detail: str = Field(description="What to show to the person")
    trace_id: str = Field(description="What to tell the administrator")
    params: dict[str, str] = Field(default={}, description="The figures and names in `detail`")
    errors: list[Fault] = Field(default=[], description="Every fault at once, at most a thousand")


class DescribedApp(FastAPI):
    """An app whose description has the problem and the rights that its routes share."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


def _completed(description: dict[str, Any]) -> dict[str, Any]:
    referred: dict[str, Any] = {}
    for verbs in description["paths"].values():
        for operation in verbs.values():
            operation["security"] = security_of(Action(operation["x-action"]))
            referred |= operation.pop(SCHEMAS, {})
    _, shared = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    components = description.setdefault("components", {})
    components.setdefault("schemas", {}).update(shared["$defs"] | referred)
    components["responses"] = {
        "Problem": {
            "description": _REFUSAL,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    components["securitySchemes"] = {
        TOKEN: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "EdDSA token of an account and its role, issued by `POST /api/v1/tokens`.",
        }
    }
    return description


def security_of(action: Action) -> list[dict[str, list[str]]]:
    """A token, none, or either where a token shows more than the public sees.

    >>> security_of(Action.HEALTH_READ), security_of(Action.UNIT_WRITE), security_of(Action.EDITION_READ)
    ([], [{'token': []}], [{}, {'token': []}])
    """
    holders = set(POLICY[action])
    if Role.PUBLIC not in holders:
        return [{TOKEN: []}]
    return [{}, {TOKEN: []}] if len(holders) > 1 else []


def reply_example(example: object, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route whose reply is told by an example."""
    return {status: {"content": {"application/json": {"example": example}}}}
