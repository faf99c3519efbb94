"""Conditional requests: the ETag is the digest of the representation; If-Match guards edits."""

from fastapi import Request, Response

from parindex.kernel.canonical import digest_bytes
from parindex.kernel.errors import DomainError

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


def entity_tag(content: bytes) -> str:
    return f'"{digest_bytes(content)[7:39]}"'


def represent(
    request: Request, content: bytes, media_type: str = "application/json", cache: str = REVALIDATE
) -> Response:
    """The content with its ETag, or 304 without a body when the client has it already."""
    return represent_tagged(request, content, entity_tag(content), media_type, cache)


def represent_tagged(
    request: Request, content: bytes, tag: str, media_type: str = "application/json", cache: str = REVALIDATE
) -> Response:
    headers = {"ETag": tag, "Cache-Control": cache, "Vary": "Accept, Authorization"}
    if is_seen(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


def is_seen(request: Request, tag: str) -> bool:
    """Whether the client has this representation already, before a long one is fetched for it."""
    seen = request.headers.get("if-none-match", "")
    return seen == "*" or tag in {part.strip().removeprefix("W/") for part in seen.split(",")}


def require_match(request: Request, current: str) -> None:
    """Raises DomainError `version_required` without If-Match, `version_stale` with another version's tag."""
    sent = request.headers.get("if-match", "")
    if not sent:
        raise DomainError("version_required")
    if sent != current:
        raise DomainError("version_stale")
