"""Routes of documents: what is made, how far it is, the files, and how they are issued."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize
from parindex.http.conditional import represent_tagged
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Transactions, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Words, exampled
from parindex.kernel.errors import DomainError
from report_gen.documents import store
from report_gen.documents.domain.issuance import Issuance
from report_gen.documents.use_cases.issuing import set_issuance
from report_gen.documents.use_cases.opening import openable
from report_gen.documents.use_cases.rendering import DOCX, EDITION_KINDS, HANDOVER_KIND, XLSX

router = APIRouter(prefix="/api/v1/documents", tags=["documents"], route_class=UnitOfWorkRoute)
asking_router = APIRouter(prefix="/api/v1/documents", tags=["documents"])
"""Routes that ask scoring-api what is published: no transaction is held open while they wait."""


_UNSAID = Issuance()
# A file never changes, but only those with the right to it may keep it: no shared cache.
_KEPT_BY_READER = "private, max-age=31536000, immutable"


_DIGEST = "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"
_DOCUMENTS = {
    "period": "2022",
    "documents": [
        {
            "id": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42",
            "period": "2022",
            "edition": 1,
            "kind": "annex_workbook",
            "title": "Tập biểu kết quả Chỉ số CCHC năm 2022",
            "file_name": "bieu-chi-so-cchc-2022-lan-1.xlsx",
            "media_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "digest": _DIGEST,
            "source_digest": _DIGEST,
            "bytes": 48210,
            "made_at": "2023-02-24T09:00:07+07:00",
        }
    ],
    "progress": [
        {
            "edition": 1,
            "kind": "annual_report",
            "source_digest": _DIGEST,
            "state": "rendering",
            "error": "",
        }
    ],
}


class IssuanceBody(Body):
    """How a document goes out: number, day, place, bodies, signer as an office, a note to every page."""

    model_config = exampled(
        {
            "number": "27/BC-UBND",
            "day": "2023-03-01",
            "place": "Hải Dương",
            "issuer": "UBND tỉnh Hải Dương",
            "authority": "KT. CHỦ TỊCH",
            "signer_title": "PHÓ CHỦ TỊCH",
            "note": "Số liệu minh họa",
            "recipients": ["Vụ Cải cách hành chính, Bộ Nội vụ", "Các sở, ban, ngành tỉnh", "Lưu: VT"],
        }
    )

    number: Words = _UNSAID.number
    symbol: Words = _UNSAID.symbol
    day: Words = ""
    place: Words = _UNSAID.place
    parent: Words = _UNSAID.parent
    issuer: Words = _UNSAID.issuer
    authority: Words = _UNSAID.authority
    signer_title: Words = _UNSAID.signer_title
    note: Annotated[Words, Field(max_length=120)] = _UNSAID.note
    recipients: Annotated[list[Words], Field(max_length=100)] = list(_UNSAID.recipients)


async def _openable(request: Request, caller: Principal, period: str, editions: set[int]) -> set[int]:
    scope = authorize(caller, Action.DOCUMENT_READ)
    return await openable(request.app.state.published, scope, period, editions)


@asking_router.get("", **guarded(Action.DOCUMENT_READ), responses=reply_example(_DOCUMENTS))
async def get_documents(
    request: Request,
    period: Annotated[str, Query(max_length=80)],
    caller: Caller,
    transactions: Transactions,
) -> dict[str, Any]:
    """Documents of a period that the caller may open, finished and under way."""
    async with transactions.reading() as connection:
        documents = await store.list_documents(connection, period)
        runs = await store.list_runs(connection, period)
    editions = {found["edition"] for found in (*documents, *runs)}
    opened = await _openable(request, caller, period, editions)
    return {
        "period": period,
        "documents": [found for found in documents if found["edition"] in opened],
        "progress": [run for run in runs if run["edition"] in opened],
    }


@asking_router.get(
    "/{document}/file",
    **guarded(Action.DOCUMENT_READ),
    response_class=Response,
    responses={200: {"content": {media_type: {} for media_type in (DOCX, XLSX)}}},
)
async def get_file(request: Request, document: UUID, caller: Caller, transactions: Transactions) -> Response:
    """The file itself; its ETag is the digest of its bytes. What the caller may not open is not there."""
    async with transactions.reading() as connection:
        place = await store.read_place(connection, document)
    if not await _openable(request, caller, place.period, {place.edition}):
        raise DomainError("document_unknown", {"document": document})
    async with transactions.reading() as connection:
        found = await store.read_content(connection, document)
    response = represent_tagged(
        request, found.content, f'"{found.digest[7:39]}"', found.media_type, _KEPT_BY_READER
    )
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    return response


@router.put("/issuances/{period}/{kind}", **guarded(Action.DOCUMENT_WRITE))
async def put_issuance(
    period: Code, kind: str, body: IssuanceBody, caller: Caller, connection: Write
) -> dict[str, Any]:
    """Say how this kind of document of the period is issued; refused once an edition has its document."""
    if kind not in {*EDITION_KINDS, HANDOVER_KIND}:
        raise DomainError("document_kind_unknown", {"kind": kind})
    content = body.model_dump()
    await set_issuance(connection, caller, period, kind, content)
    return content
