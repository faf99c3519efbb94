"""What the routes of one unit's assessment share: address, version as an ETag, how acts are shown."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request

from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.acts import Act

PREFIX = "/api/v1/periods/{code}/assessments/{unit}"
PRIVATE = "private, no-cache"
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the assessment as it was read",
    "schema": {"type": "string"},
    "example": '"v1"',
}
IF_MATCH_OPTIONAL = {**IF_MATCH, "required": False}
_TAG = re.compile(r'"v(\d{1,9})"')


def version_tag(version: int) -> str:
    return f'"v{version}"'


def held_version(request: Request, *, required: bool = True) -> int | None:
    """The version that If-Match names; None for `*`, any version there is, or where it may be left out.

    Raises DomainError `version_required`, and `version_stale` for what was never a version's tag.
    """
    sent = request.headers.get("if-match", "").strip()
    if not sent and required:
        raise DomainError("version_required")
    if sent in {"", "*"}:
        return None
    found = _TAG.fullmatch(sent)
    if found is None:
        raise DomainError("version_stale")
    return int(found[1])


def shown_act(act: Act | None) -> dict[str, Any] | None:
    if act is None:
        return None
    return {
        "value": act.value,
        "points": None if act.points is None else str(act.points),
        "not_applicable": act.not_applicable,
        "reason": act.reason,
        "narrative": act.narrative,
        "evidence": [str(file) for file in act.evidence],
        "shortfall": list(act.shortfall),
    }


def shown_faults(faults: Iterable[Fault]) -> list[dict[str, str]]:
    return [fault.plain() for fault in faults]


def shown_open(open_leaves: Mapping[str, Iterable[Fault]]) -> list[dict[str, Any]]:
    """Leaves with what each still needs before the assessment can be submitted."""
    return [{"leaf": leaf, "needs": shown_faults(faults)} for leaf, faults in open_leaves.items()]
