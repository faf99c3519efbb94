"""Routes of what people declare for files: mappings of sources, units behind unmatched spellings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from parindex.auth.policy import Action
from parindex.http.conditional import entity_tag, represent, require_match
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Words, exampled
from survey_ingest.campaigns.store import campaigns
from survey_ingest.imports.store import declared
from survey_ingest.imports.use_cases.declaring import (
    confirm_spellings,
    declare_mapping,
    read_mapping,
    read_spellings,
)

router = APIRouter(prefix="/api/v1/campaigns", tags=["imports"], route_class=UnitOfWorkRoute)

Written = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=500)]


class ScaleBody(Body):
    """How answers are written: value → option code, "" for no answer.

    Without `reason` every option has exactly one written value; with it the values are converted openly.
    """

    values: Annotated[dict[Written, Written], Field(min_length=1, max_length=200)]
    questions: Annotated[list[Code], Field(max_length=200)] = []
    reason: Words = ""


_MAPPING_EXAMPLE = {
    "questionnaire": "sipas-huyen",
    "group": "nguoi-dan-doanh-nghiep",
    "columns": {"Số phiếu": "serial", "Đơn vị": "unit", "Ngày thu": "collected_at", "Câu 1": "q01"},
    "scales": [{"values": {"Rất hài lòng": "5", "Hài lòng": "4"}, "questions": ["q01"], "reason": "…"}],
    "change_reason": "",
}


class MappingBody(Body):
    """What all files of a source have in common.

    A column is `serial`, `unit`, `group`, `batch`, `collected_at` (15/12/2022 or 2022-12-15), a question, one
    option of a multiple choice (`question:option`), or `answers`: all of them, separated by blanks.
    """

    model_config = exampled(_MAPPING_EXAMPLE)

    questionnaire: Code
    columns: Annotated[dict[Name, Name], Field(max_length=1000)]
    group: Annotated[str, Field(max_length=80)] = ""
    scales: Annotated[list[ScaleBody], Field(max_length=200)] = []
    change_reason: Words = ""


_MAPPING_REPLY = {**_MAPPING_EXAMPLE, "source": "cong-dvc", "revision": 1}


@router.get(
    "/{code}/mappings/{source}",
    response_class=Response,
    responses=reply_example(_MAPPING_REPLY),
    **guarded(Action.CAMPAIGN_READ),
)
async def get_mapping(request: Request, code: str, source: str, connection: Read) -> Response:
    """The latest mapping of a source."""
    return represent(request, await read_mapping(connection, code, source))


@router.put(
    "/{code}/mappings/{source}",
    response_class=Response,
    responses=reply_example(_MAPPING_REPLY),
    **guarded(Action.IMPORT_WRITE),
)
async def put_mapping(
    request: Request, code: str, source: Code, body: MappingBody, caller: Caller, connection: Write
) -> Response:
    """Declare how the files of a source are read; If-Match once there is a mapping."""
    found = await campaigns.read_campaign(connection, code, lock="share")
    latest = await declared.read_mapping(connection, found.id, source)
    if latest is not None:
        require_match(request, entity_tag(latest))
    kept = await declare_mapping(connection, caller, found, source, body.model_dump())
    return Response(kept, headers={"ETag": entity_tag(kept)}, media_type="application/json")


class SpellingReply(BaseModel):
    """A spelling that no unit has; `likely` are the units it resembles."""

    spelling: str
    rows: int
    answered: bool
    unit: str | None
    likely: list[str]


class SpellingList(BaseModel):
    spellings: list[SpellingReply]


class SpellingsBody(Body):
    """Spelling → unit; null says that it is no unit of the list."""

    model_config = exampled({"units": {"Sở KH và CN": "so-khoa-hoc-cong-nghe"}})

    units: Annotated[dict[Written, Code | None], Field(min_length=1, max_length=1000)]


class ConfirmedReply(BaseModel):
    resumed: bool
    """Whether the import was waiting for this and is read again."""


@router.get("/{code}/imports/{import_id}/spellings", **guarded(Action.CAMPAIGN_READ))
async def get_spellings(code: str, import_id: UUID, connection: Read) -> SpellingList:
    """Spellings of units that the import could not match, the most frequent first."""
    found = await read_spellings(connection, code, import_id)
    return SpellingList(
        spellings=[
            SpellingReply(
                spelling=item.spelling,
                rows=item.rows,
                answered=item.answered,
                unit=item.unit,
                likely=item.likely,
            )
            for item in found
        ]
    )


@router.put("/{code}/imports/{import_id}/spellings", **guarded(Action.IMPORT_WRITE))
async def put_spellings(
    code: str, import_id: UUID, body: SpellingsBody, caller: Caller, connection: Write
) -> ConfirmedReply:
    """Say which unit each spelling is; remembered for the campaign's other files."""
    return ConfirmedReply(resumed=await confirm_spellings(connection, caller, code, import_id, body.units))
