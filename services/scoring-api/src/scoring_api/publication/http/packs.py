"""Routes that let anybody check an edition: its packs, its signature, the bytes the signature covers."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from parindex.auth.policy import Action
from parindex.auth.principal import authorize
from parindex.auth.tokens import JWKS_PATH
from parindex.http.conditional import is_seen, represent, represent_tagged
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, guarded
from parindex.kernel.canonical import canonical_bytes
from scoring_api.publication.http import examples
from scoring_api.publication.http.editions import PRIVATE, EditionNumber, cache_of, published_only
from scoring_api.publication.store import reading

router = APIRouter(prefix="/api/v1/editions", tags=["editions"], route_class=UnitOfWorkRoute)

CHUNK = 256 * 1024
PackLevel = Annotated[Literal["public", "full"], Query(description="`full` is for the council's clerk")]


@router.get("/{period}/{number}/pack", **guarded(Action.EDITION_READ), responses=reply_example(examples.PACK))
async def get_pack(
    request: Request,
    period: str,
    number: EditionNumber,
    caller: Caller,
    connection: Read,
    level: PackLevel = "public",
) -> Response:
    """The result pack: inputs, figures and signature, for `parindex verify`."""
    if level == "full":
        authorize(caller, Action.COUNCIL_DECIDE)
    signed = await reading.read_signature(connection, period, number, published_only=published_only(caller))
    digest = await reading.read_pack_digest(connection, period, number, level)
    tag, cache = f'"{digest[7:39]}"', cache_of(signed.published_at) if level == "public" else PRIVATE
    if is_seen(request, tag):
        return represent_tagged(request, b"", tag, cache=cache)
    content = await reading.read_pack(connection, period, number, level)
    headers = {
        "ETag": tag,
        "Cache-Control": cache,
        "Vary": "Accept, Authorization",
        "Content-Length": str(len(content)),
        "Content-Disposition": f'attachment; filename="goi-ket-qua-{period}-{number}-{level}.json"',
    }
    return StreamingResponse(_chunks(content), headers=headers, media_type="application/json")


def _chunks(content: bytes) -> Iterator[bytes]:
    """Piece by piece, so that a slow reader does not make the server hold a second copy of it all."""
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


@router.get(
    "/{period}/{number}/signature",
    **guarded(Action.EDITION_READ),
    responses=reply_example(examples.SIGNATURE),
)
async def get_signature(
    request: Request, period: str, number: EditionNumber, caller: Caller, connection: Read
) -> Response:
    """The signature over the edition's whole result (Ed25519, base64url), and where its key stands."""
    row = await reading.read_signature(connection, period, number, published_only=published_only(caller))
    body = {
        "digest": row.digest,
        "signature": row.signature,
        "key_id": row.key_id,
        "jwks_url": JWKS_PATH,
        "result_url": f"/api/v1/editions/{period}/{number}/result",
    }
    return represent(request, canonical_bytes(body), cache=cache_of(row.published_at))


@router.get("/{period}/{number}/result", **guarded(Action.EDITION_READ))
async def get_result(
    request: Request, period: str, number: EditionNumber, caller: Caller, connection: Read
) -> Response:
    """The whole result with its exact figures: the canonical bytes that digest and signature stand for."""
    shown = published_only(caller)
    signed = await reading.read_signature(connection, period, number, published_only=shown)
    tag, cache = f'"{signed.digest[7:39]}"', cache_of(signed.published_at)
    if is_seen(request, tag):
        return represent_tagged(request, b"", tag, cache=cache)
    row = await reading.read_content(connection, period, number, published_only=shown)
    return represent_tagged(request, row.content, tag, cache=cache)
