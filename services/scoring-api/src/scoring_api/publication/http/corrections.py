"""Routes of corrections: open, decide, preview, finalize or abandon; and what an edition changed."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field, StrictInt

from parindex.auth.policy import Action
from parindex.http.conditional import REVALIDATE, represent
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Label, exampled
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.http.bodies import DecisionBody, entry_of
from scoring_api.assessment.http.council import decision
from scoring_api.assessment.http.period_bodies import LegalBody
from scoring_api.assessment.store import corrections, periods
from scoring_api.assessment.store.corrections import Correction
from scoring_api.assessment.use_cases.holding_sessions import Decision
from scoring_api.publication.http import correction_examples as examples
from scoring_api.publication.http.editions import EditionNumber, cache_of, published_only
from scoring_api.publication.store import reading
from scoring_api.publication.use_cases import correcting as use_cases
from scoring_api.publication.use_cases.freezing import Office

router = APIRouter(
    prefix="/api/v1/periods/{code}/corrections", tags=["corrections"], route_class=UnitOfWorkRoute
)
editions = APIRouter(prefix="/api/v1/editions", tags=["editions"], route_class=UnitOfWorkRoute)

CorrectionNumber = Annotated[int, Path(ge=1, le=2_147_483_647)]
_SEEN = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the preview that was agreed to, or *",
    "schema": {"type": "string"},
    "example": '"6ffb3c0cfdb6ffa1a5c5bd3ab2f7fbcf"',
}


class CorrectionBody(Body):
    """A correction («đính chính») of a finalized period: why, and by which documents.

    `tally` adopts the newest tally, `previous_edition` the newest edition of last year; both else stay.
    """

    model_config = exampled(examples.CORRECTION_BODY)

    reason: Label
    legal_basis: Annotated[list[LegalBody], Field(min_length=1, max_length=20)]
    tally: Annotated[str, Field(pattern=r"^(sha256:[0-9a-f]{64})?$")] = ""
    previous_edition: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None


class DecisionsBody(Body):
    """What the correction decides, leaf by leaf, each with its reason."""

    model_config = exampled({"decisions": [examples.DECISION]})

    decisions: Annotated[list[DecisionBody], Field(min_length=1, max_length=5000)]


class AbandonmentBody(Body):
    """Why the correction is given up."""

    model_config = exampled({"reason": "Kiến nghị được rút."})

    reason: Label


@router.post(
    "",
    status_code=201,
    **guarded(Action.EDITION_CORRECT),
    responses=reply_example({**examples.CORRECTION, "decisions": []}, 201),
)
async def post_correction(
    code: str, body: CorrectionBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Begin to correct the newest edition; one correction of a period at a time."""
    found = await use_cases.open_correction(
        connection,
        caller,
        code,
        reason=body.reason,
        legal_basis=[row.model_dump() for row in body.legal_basis],
        tally=body.tally,
        previous_edition=body.previous_edition,
        at=received_at,
    )
    return _shown(found, [])


@router.get("", **guarded(Action.EDITION_CORRECT), responses=reply_example([examples.CORRECTION]))
async def get_corrections(code: str, connection: Read) -> list[dict[str, Any]]:
    """The corrections of the period, open, finalized and abandoned ones."""
    period = await periods.read_period(connection, code)
    return [
        _shown(found, await corrections.read_correcting_acts(connection, found.id))
        for found in await corrections.read_corrections(connection, period.id)
    ]


@router.get("/{number}", **guarded(Action.EDITION_CORRECT), responses=reply_example(examples.CORRECTION))
async def get_correction(code: str, number: CorrectionNumber, connection: Read) -> dict[str, Any]:
    """One correction with its decisions."""
    period = await periods.read_period(connection, code)
    found = await corrections.read_correction(connection, period.id, number)
    return _shown(found, await corrections.read_correcting_acts(connection, found.id))


@router.post("/{number}/decisions", status_code=201, **guarded(Action.EDITION_CORRECT))
async def post_decisions(
    code: str,
    number: CorrectionNumber,
    body: DecisionsBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Decide leaves anew; nothing counts before the correction is finalized."""
    rows = [
        Decision(unit=row.unit, entry=entry_of(row, f"/decisions/{index}"))
        for index, row in enumerate(body.decisions)
    ]
    written = await use_cases.decide_correction(connection, caller, code, number, rows, received_at)
    return {"correction": number, "decisions": written}


@router.get("/{number}/preview", **guarded(Action.EDITION_CORRECT), responses=reply_example(examples.CHANGES))
async def get_preview(request: Request, code: str, number: CorrectionNumber, connection: Read) -> Response:
    """Every unit that would change: points, percent, rank, band, rating, duties to review; with its ETag."""
    return represent(request, await use_cases.preview_correction(connection, code, number), cache=REVALIDATE)


@router.post(
    "/{number}/finalize",
    status_code=201,
    **guarded(Action.EDITION_CORRECT, parameters=[_SEEN]),
    responses=reply_example(examples.CORRECTED, 201),
)
async def post_finalize(
    request: Request,
    code: str,
    number: CorrectionNumber,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Fix the corrected result as the next edition; If-Match names the preview that was agreed to."""
    seen = request.headers.get("if-match", "").strip()
    if not seen:
        raise DomainError("version_required")
    state = request.app.state
    office = Office(key=state.signing_key, base_url=state.settings.scoring_url)
    return await use_cases.finalize_correction(
        connection, caller, code, number, seen=seen, at=received_at, office=office
    )


@router.post("/{number}/abandonment", **guarded(Action.EDITION_CORRECT))
async def post_abandonment(
    code: str,
    number: CorrectionNumber,
    body: AbandonmentBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Give the correction up, with the reason; its acts stay on record and count nowhere."""
    await use_cases.abandon_correction(connection, caller, code, number, body.reason, received_at)
    return {"correction": number, "state": "abandoned"}


def _shown(found: Correction, acts: list[Act]) -> dict[str, Any]:
    return {
        "number": found.number,
        "state": found.state,
        "corrects": found.corrects,
        "edition": found.edition,
        "reason": found.reason,
        "legal_basis": list(found.legal_basis),
        "tally": found.tally_digest,
        "previous_edition": found.previous_edition,
        "by": found.author,
        "at": instant_text(found.at),
        "end_reason": found.end_reason,
        "ended_at": instant_text(found.ended_at) if found.ended_at else "",
        "decisions": [decision(act) for act in acts],
    }


@editions.get(
    "/{period}/{number}/changes", **guarded(Action.EDITION_READ), responses=reply_example(examples.CHANGES)
)
async def get_changes(
    request: Request, period: str, number: EditionNumber, caller: Caller, connection: Read
) -> Response:
    """What a corrected edition changed in the one before it, for every unit touched.

    The public reads it when both editions are published: the changes tell the figures of both.
    """
    shown = published_only(caller)
    after = await reading.read_origin(connection, period, number, published_only=shown)
    corrected, content = await corrections.read_changes(connection, period, number)
    before = await reading.read_origin(connection, period, corrected, published_only=shown)
    return represent(request, content, cache=cache_of(before.published_at, after.published_at))
