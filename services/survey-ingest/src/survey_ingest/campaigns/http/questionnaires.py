"""Routes of questionnaires: drafted, published, downloaded as stored and as an entry client keys them."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.conditional import represent, represent_tagged, require_match
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Code
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.form import BallotForm, bind
from survey_ingest.campaigns.domain.questionnaire import Question, read_questionnaire
from survey_ingest.campaigns.http.bodies import QuestionnaireContentBody
from survey_ingest.campaigns.store import campaigns, questionnaires
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.campaigns.store.questionnaires import StoredQuestionnaire
from survey_ingest.campaigns.use_cases.questionnaires import (
    RequireMatch,
    publish_questionnaire,
    put_questionnaire,
    remove_questionnaire,
)

router = APIRouter(prefix="/api/v1/campaigns", tags=["questionnaires"], route_class=UnitOfWorkRoute)

_PATH = "/{code}/questionnaires/{questionnaire}"
_DIGEST = "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of the draft there is",
    "schema": {"type": "string"},
    "example": f'"{_DIGEST}"',
}
_DEFINITION = {
    "code": "sipas-huyen",
    "title": "Phiếu đo lường sự hài lòng",
    "layout": "one_unit",
    "level": "district",
    "groups": [{"code": "nguoi-dan", "name": "Người dân", "quota": 1620, "quota_per_unit": 135}],
    "questions": [
        {
            "code": "q01",
            "text": "Nơi tiếp nhận, trả kết quả dễ tìm",
            "kind": "single",
            "factor": "tiep-can",
            "use": "index",
            "scale": None,
            "options": [
                {"code": "1", "text": "Không hài lòng"},
                {"code": "2", "text": "Hài lòng"},
            ],
        }
    ],
}
_FORM = {
    "campaign": "hai-duong-2022",
    "questionnaire": "sipas-huyen",
    "digest": _DIGEST,
    "title": "Phiếu đo lường sự hài lòng",
    "layout": "one_unit",
    "answers": 1,
    "units": [{"code": "ubnd-huyen-thanh-ha", "name": "UBND huyện Thanh Hà"}],
    "groups": [{"code": "nguoi-dan", "name": "Người dân"}],
    "questions": [
        {
            "code": "q01",
            "text": "Nơi tiếp nhận, trả kết quả dễ tìm",
            "kind": "single",
            "use": "index",
            "lowest": -1,
            "highest": 2,
            "options": [
                {"answer": 1, "code": "1", "text": "Không hài lòng"},
                {"answer": 2, "code": "2", "text": "Hài lòng"},
            ],
        }
    ],
    "comments": [{"code": "mong-doi", "text": "Ông/bà mong đợi điều gì?"}],
}


class QuestionnaireStateReply(BaseModel):
    code: str
    state: str
    digest: str


def _tag(stored: StoredQuestionnaire) -> str:
    return f'"{stored.digest}"'


def _state(stored: StoredQuestionnaire, reply: Response) -> QuestionnaireStateReply:
    reply.headers["ETag"] = _tag(stored)
    return QuestionnaireStateReply(code=stored.code, state=stored.state, digest=stored.digest)


def _matching(request: Request) -> RequireMatch:
    """If-Match must name the draft there is; where there is none it is not sent."""

    def check(current: StoredQuestionnaire | None) -> None:
        if current is not None or "if-match" in request.headers:
            require_match(request, _tag(current) if current else "")

    return check


@router.put(_PATH, **guarded(Action.CAMPAIGN_WRITE, parameters=[_IF_MATCH]))
async def put_questionnaire_draft(
    request: Request,
    code: str,
    questionnaire: Code,
    body: QuestionnaireContentBody,
    caller: Caller,
    connection: Write,
    reply: Response,
) -> QuestionnaireStateReply:
    """Draft a questionnaire, or replace its draft by If-Match; it is to be published on its own."""
    new = read_questionnaire({"code": questionnaire, **body.model_dump()})
    stored, is_new = await put_questionnaire(connection, caller, code, new, _matching(request))
    reply.status_code = 201 if is_new else 200
    return _state(stored, reply)


@router.delete(
    _PATH, status_code=204, **guarded(Action.CAMPAIGN_WRITE, parameters=[{**_IF_MATCH, "required": True}])
)
async def delete_questionnaire_draft(
    request: Request, code: str, questionnaire: str, caller: Caller, connection: Write
) -> None:
    """Take a questionnaire out of a campaign that is still a draft, be it published or not."""
    await remove_questionnaire(connection, caller, code, questionnaire, _matching(request))


@router.post(_PATH + "/publish", **guarded(Action.CAMPAIGN_WRITE))
async def post_publish(
    code: str, questionnaire: str, caller: Caller, connection: Write, reply: Response
) -> QuestionnaireStateReply:
    """Freeze a questionnaire: its digest is the one that ballots, tallies and reports speak of."""
    return _state(await publish_questionnaire(connection, caller, code, questionnaire), reply)


@router.get(
    _PATH,
    response_class=Response,
    responses=reply_example({"digest": _DIGEST, "definition": _DEFINITION}),
    **guarded(Action.CAMPAIGN_READ),
)
async def get_questionnaire(request: Request, code: str, questionnaire: str, connection: Read) -> Response:
    """One questionnaire as stored; its ETag is its digest, which never changes once it is published."""
    found = await campaigns.read_campaign(connection, code)
    stored = await questionnaires.read_questionnaire(connection, found.id, questionnaire)
    content = orjson.dumps({"digest": stored.digest, "definition": stored.data})
    return represent_tagged(request, content, _tag(stored))


@router.get(
    _PATH + "/form",
    response_class=Response,
    responses=reply_example(_FORM),
    **guarded(Action.CAMPAIGN_READ),
)
async def get_form(request: Request, code: str, questionnaire: str, connection: Read) -> Response:
    """What an entry client or a printer needs: units in the order of answers, labels, what may be keyed."""
    found = await campaigns.read_campaign(connection, code)
    stored = await questionnaires.read_questionnaire(connection, found.id, questionnaire)
    if not found.units:
        raise DomainError("campaign_without_units", {"campaign": code})
    item = read_questionnaire(stored.data)
    form = bind(item, found.units_by_level.get(item.level, ()))
    return represent(request, orjson.dumps(_form(found, stored, form)))


def _form(found: Campaign, stored: StoredQuestionnaire, form: BallotForm) -> dict[str, Any]:
    item = form.questionnaire
    names = {unit.code: unit.name for unit in found.units}
    return {
        "campaign": found.code,
        "questionnaire": item.code,
        "digest": stored.digest,
        "title": item.title,
        "layout": item.layout,
        "answers": len(form.slots),
        "units": [{"code": unit, "name": names[unit]} for unit in form.units],
        "groups": [{"code": group.code, "name": group.name} for group in item.groups],
        "questions": [
            _question(question, slot.highest)
            for question, slot in zip(item.answered, form.slots, strict=False)
        ],
        "comments": [{"code": question.code, "text": question.text} for question in item.comments],
    }


def _question(question: Question, highest: int) -> dict[str, Any]:
    many = question.kind == "multiple"
    return {
        "code": question.code,
        "text": question.text,
        "kind": question.kind,
        "use": question.use,
        "lowest": -1,
        "highest": highest,
        "options": [
            {"answer": 1 << index if many else index + 1, "code": option.code, "text": option.text}
            for index, option in enumerate(question.options)
        ],
    }
