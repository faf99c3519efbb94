"""Routes of ballots: plain routes, since the writer's batch is their unit of work."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, TypeAdapter, ValidationError

from parindex.auth.policy import Action
from parindex.http.catalogue import CATALOGUE
from parindex.http.description import reply_example
from parindex.http.problems import ProblemReply, faults_of
from parindex.http.routing import BareRoute, guarded
from parindex.http.schemas import Body, Code, exampled, normal
from parindex.kernel.clocks import instant_text, system_time
from parindex.kernel.days import calendar_day
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.entry import Entry
from survey_ingest.ballots.domain.receipt import Receipt
from survey_ingest.ballots.store import Keyed
from survey_ingest.ballots.use_cases.acceptance import Outcome
from survey_ingest.ballots.use_cases.checking import Submitted, check_ballots
from survey_ingest.campaigns.domain.form import MOST_ANSWERS

router = APIRouter(prefix="/api/v1/campaigns", tags=["ballots"], route_class=BareRoute)

Short = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]+$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(calendar_day)]
FindingNumber = Annotated[str, Field(pattern=r"^[A-Z][0-9]{3}$")]
Remark = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]+$"), BeforeValidator(normal)]
Serial = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9./_-]*$")]


_BALLOT_EXAMPLE = {
    "id": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42",
    "serial": "SPH-0001",
    "batch": "sph-thanh-pho-hai-duong",
    "questionnaire": "sipas-huyen",
    "group": "nguoi-dan-doanh-nghiep",
    "unit": "ubnd-thanh-pho-hai-duong",
    "answers": [4, 5, 3, 5, 4, 5, 4, 5, 4, 4, 4, 3, 4, 5, 5, 4, 4, 5, 5, 3],
}
_RECEIPT_EXAMPLE = {
    "id": _BALLOT_EXAMPLE["id"],
    "serial": "SPH-0001",
    "status": "valid",
    "digest": "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c",
    "accepted_at": "2023-01-12T09:14:03.127000+07:00",
    "repeated": False,
    "server_time": "2023-01-12T09:14:03.131000+07:00",
}


class BallotBody(Body):
    """A keyed ballot («phiếu»). The client makes the id and repeats the request until it has a receipt.

    An answer is the option's number from 1, 0 for none, -1 for a double mark; of a multiple choice it is the
    sum of 1, 2, 4, 8 … for its ticked options. A matrix has every question of the first unit, then of the
    next. `collected_at` is the day the paper came in, `comments` are by question, `explanations` by warning.
    """

    model_config = exampled(_BALLOT_EXAMPLE)

    id: UUID
    serial: Serial
    batch: Short
    questionnaire: Short
    group: Short
    unit: Short | None = None
    answers: Annotated[list[StrictInt], Field(max_length=MOST_ANSWERS)]
    collected_at: Day | None = None
    comments: Annotated[dict[Code, Remark], Field(max_length=200)] = {}
    explanations: Annotated[dict[FindingNumber, Remark], Field(max_length=20)] = {}

    def submitted(self) -> Submitted:
        entry = Entry(
            self.id,
            self.serial,
            self.batch,
            self.questionnaire,
            self.group,
            self.unit,
            self.answers,
            date.fromisoformat(self.collected_at) if self.collected_at else None,
            self.comments,
        )
        return Submitted(entry, self.explanations)


class BulkBody(Body):
    """Up to 500 ballots as a single one is sent; each has its own outcome."""

    model_config = exampled({"ballots": [_BALLOT_EXAMPLE]})

    ballots: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=500)]


_BALLOT = TypeAdapter(BallotBody)
_BULK = TypeAdapter(BulkBody)


def _entering(schema: TypeAdapter[Any]) -> dict[str, Any]:
    """The route's right and its body's schema: the body is read by hand."""
    content = {"application/json": {"schema": schema.json_schema()}}
    return guarded(Action.BALLOT_ENTER, requestBody={"required": True, "content": content})


@router.post(
    "/{code}/ballots",
    status_code=201,
    response_class=Response,
    **_entering(_BALLOT),
    responses=reply_example(_RECEIPT_EXAMPLE, 201)
    | reply_example({**_RECEIPT_EXAMPLE, "repeated": True}, 200),
)
async def post_ballot(request: Request, code: str) -> Response:
    """Take one ballot: 201 with its receipt, 200 with the same receipt when it is repeated."""
    try:
        body = _BALLOT.validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    state = request.app.state
    keyed = (await check_ballots(state.definitions, request.state.principal, code, [body.submitted()]))[0]
    if isinstance(keyed, DomainError):
        raise keyed
    outcome = (await state.writer.write([keyed]))[0]
    if isinstance(outcome, DomainError):
        raise outcome
    return _json(_receipt(outcome, instant_text(system_time())), 200 if outcome.repeated else 201)


@router.post(
    "/{code}/ballots/bulk",
    response_class=Response,
    **_entering(_BULK),
    responses=reply_example(
        {
            "results": [{"status": "created", "receipt": _RECEIPT_EXAMPLE}],
            "server_time": _RECEIPT_EXAMPLE["server_time"],
        }
    ),
)
async def post_ballots(request: Request, code: str) -> Response:
    """Take up to 500 ballots; results in order: created, repeated or refused with the problem and its faults.

    `temporarily_unavailable` of one ballot: it was not stored and may be sent again as it is.
    """
    try:
        body = _BULK.validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    checked = await _check(request, code, body.ballots)
    written = iter(
        await request.app.state.writer.write([item for item in checked if isinstance(item, Keyed)])
    )
    outcomes = [next(written) if isinstance(item, Keyed) else item for item in checked]
    if all(_is_unavailable(outcome) for outcome in outcomes):
        raise DomainError("temporarily_unavailable")
    now = instant_text(system_time())
    language = request.headers.get("accept-language", "vi")
    results = [_result(outcome, now, language) for outcome in outcomes]
    return _json({"results": results, "server_time": now}, 200)


async def _check(request: Request, code: str, items: Sequence[dict[str, Any]]) -> list[Keyed | DomainError]:
    """Each ballot as it may be written, or its refusal; all of one shape are checked together."""
    shaped = [_shaped(item) for item in items]
    submitted = [item for item in shaped if isinstance(item, Submitted)]
    state = request.app.state
    checked = iter(await check_ballots(state.definitions, request.state.principal, code, submitted))
    return [next(checked) if isinstance(item, Submitted) else item for item in shaped]


def _shaped(item: dict[str, Any]) -> Submitted | DomainError:
    try:
        return _BALLOT.validate_python(item).submitted()
    except ValidationError as error:
        faults = faults_of(error.errors())
        return DomainError("invalid_request", {"count": len(faults)}, faults)


def _is_unavailable(outcome: Outcome) -> bool:
    return isinstance(outcome, DomainError) and outcome.code == "temporarily_unavailable"


def _result(outcome: Outcome, now: str, language: str) -> dict[str, Any]:
    if isinstance(outcome, Receipt):
        status = "repeated" if outcome.repeated else "created"
        return {"status": status, "receipt": _receipt(outcome, now)}
    said = ProblemReply(CATALOGUE[outcome.code], dict(outcome.params), outcome.faults).body(language)
    return {
        "status": "refused",
        "code": said["code"],
        "title": said["title"],
        "detail": said["detail"],
        "errors": said.get("errors", []),
    }


def _receipt(outcome: Receipt, now: str) -> dict[str, Any]:
    found = outcome.ballot
    return {
        "id": str(found.id),
        "serial": found.serial,
        "status": found.status,
        "digest": found.digest,
        "accepted_at": instant_text(found.accepted_at),
        "repeated": outcome.repeated,
        "server_time": now,
    }


def _json(content: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
