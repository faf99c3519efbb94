"""Routes of samples: drawn from a list of transactions by a public seed; shown with what repeats the draw."""

import asyncio
import csv
import io
import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.contracts.snapshots import UnitLevel
from parindex.db import Database
from parindex.http.conditional import represent
from parindex.http.routing import Caller, Read, Transactions, UnitOfWorkRoute, guarded
from parindex.http.schemas import Code, Moment, exampled
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.sampling import REPLAY, Allocation, AllocationKind
from survey_ingest.campaigns.store import campaigns, samples
from survey_ingest.campaigns.store.samples import Drawn, Sample
from survey_ingest.campaigns.use_cases.sampling import Draw, draw_apart, keep_sample

drawing_router = APIRouter(prefix="/api/v1/campaigns", tags=["samples"])
"""The list is read in a process of its own: no transaction is held open meanwhile."""
router = APIRouter(prefix="/api/v1/campaigns", tags=["samples"], route_class=UnitOfWorkRoute)

FIRST = UUID(int=0)
Size = Annotated[int | None, Form(ge=1, le=1_000_000, examples=[135])]


class SampleCreated(BaseModel):
    id: UUID
    repeated: bool


class StratumReply(BaseModel):
    unit: str
    population: int
    drawn: int


class SampleReply(BaseModel):
    """A draw («mẫu điều tra») with all it takes to repeat it: `replay` says how."""

    model_config = exampled(
        {
            "id": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42",
            "level": "district",
            "seed": "XSMB 20/12/2022: 27384",
            "allocation": {"kind": "per_unit", "size": "135"},
            "method": "sha256-rank-1",
            "replay": REPLAY,
            "list_digest": "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c",
            "population": 48210,
            "strata": [{"unit": "ubnd-huyen-thanh-ha", "population": 4012, "drawn": 135}],
            "drawn_by": "phu-trach-dieu-tra",
            "drawn_at": "2022-12-20T09:00:00+07:00",
        }
    )

    id: UUID
    level: str
    seed: str
    allocation: dict[str, str]
    method: str
    replay: str
    list_digest: str
    population: int
    strata: list[StratumReply]
    drawn_by: str
    drawn_at: Moment


class SamplesReply(BaseModel):
    """Every draw of the campaign by time; the id of the last one, sent as `after`, gives the next page."""

    samples: list[SampleReply]


class DrawnReply(BaseModel):
    """Transactions by unit and place in the draw; unit and position of the last one give the next page."""

    model_config = exampled(
        {
            "transactions": [
                {"unit": "ubnd-huyen-thanh-ha", "position": 1, "transaction": "H23.31.5-221208-0975"}
            ]
        }
    )

    transactions: list[Drawn]


@drawing_router.post("/{code}/samples", status_code=201, **guarded(Action.CAMPAIGN_WRITE))
async def post_sample(
    code: str,
    caller: Caller,
    transactions: Transactions,
    reply: Response,
    file: Annotated[UploadFile, File(description="CSV, UTF-8: code, unit, date; no personal data")],
    level: Annotated[UnitLevel, Form(examples=["district"])],
    seed: Annotated[str, Form(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$", examples=["2022"])],
    per_unit: Size = None,
    total: Size = None,
    error: Annotated[str | None, Form(pattern=r"^0[.][0-9]{1,4}$", examples=["0.05"])] = None,
) -> SampleCreated:
    """Draw so many transactions per unit, in all, or for an error by Slovin; 200 for a draw on record."""
    wanted = Draw(level, seed, _allocation(per_unit, total, error))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        await asyncio.to_thread(_copy, file.file, path)
        drawn = await draw_apart(path, await _units(transactions, code, level), wanted)
    async with transactions.writing() as connection:
        sample_id, repeated = await keep_sample(connection, caller, code, wanted, drawn)
    reply.status_code = 200 if repeated else 201
    reply.headers["Location"] = f"/api/v1/campaigns/{code}/samples/{sample_id}"
    return SampleCreated(id=sample_id, repeated=repeated)


async def _units(transactions: Database, code: str, level: str) -> Sequence[str]:
    async with transactions.reading() as connection:
        found = await campaigns.read_campaign(connection, code)
    if not found.units:
        raise DomainError("campaign_without_units", {"campaign": code})
    return found.units_by_level.get(level, ())


def _copy(content: BinaryIO, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(content, target)


def _allocation(per_unit: int | None, total: int | None, error: str | None) -> Allocation:
    """Exactly one of the three says how large the sample is."""
    sizes: dict[AllocationKind, object] = {"per_unit": per_unit, "total": total, "error": error}
    given = [Allocation(kind, Decimal(str(size))) for kind, size in sizes.items() if size is not None]
    if len(given) != 1 or not given[0].size:
        detail = "phải ghi đúng một trong: số mẫu từng đơn vị, tổng số mẫu, sai số lớn hơn 0"
        raise DomainError("sample_invalid", {"count": 1}, (Fault("/size", "size_unclear", detail),))
    return given[0]


@router.get("/{code}/samples", **guarded(Action.CAMPAIGN_READ))
async def get_samples(
    code: str,
    connection: Read,
    after: UUID = FIRST,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> SamplesReply:
    """The draws on record: whoever tried several seeds is seen."""
    found = await campaigns.read_campaign(connection, code)
    listed = await samples.list_samples(connection, found.id, after, limit)
    return SamplesReply(samples=[_shown(kept) for kept in listed])


@router.get("/{code}/samples/{sample_id}", **guarded(Action.CAMPAIGN_READ))
async def get_sample(code: str, sample_id: UUID, connection: Read) -> SampleReply:
    """A draw: seed, method, digest of the list, and what each unit had and gave."""
    found = await campaigns.read_campaign(connection, code)
    return _shown(await samples.read_sample(connection, found.id, sample_id))


def _shown(kept: Sample) -> SampleReply:
    shown = {name: getattr(kept, name) for name in SampleReply.model_fields if name != "replay"}
    return SampleReply(**shown, replay=REPLAY)


@router.get("/{code}/samples/{sample_id}/transactions", **guarded(Action.CAMPAIGN_READ))
async def get_drawn(
    code: str,
    sample_id: UUID,
    connection: Read,
    unit: Code | None = None,
    after_unit: Annotated[str, Query(max_length=80)] = "",
    after_position: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> DrawnReply:
    """The transactions drawn, page by page."""
    found = await campaigns.read_campaign(connection, code)
    kept = await samples.read_sample(connection, found.id, sample_id)
    after = (after_unit, after_position)
    return DrawnReply(transactions=await samples.list_drawn(connection, kept.id, unit, after, limit))


@router.get(
    "/{code}/samples/{sample_id}/transactions.csv",
    response_class=Response,
    **guarded(Action.CAMPAIGN_READ),
)
async def get_drawn_csv(request: Request, code: str, sample_id: UUID, connection: Read) -> Response:
    """The whole sample as CSV in the order of the draw: unit, position, transaction."""
    found = await campaigns.read_campaign(connection, code)
    kept = await samples.read_sample(connection, found.id, sample_id)
    content = await asyncio.to_thread(_csv, await samples.list_drawn(connection, kept.id))
    reply = represent(request, content, "text/csv; charset=utf-8")
    reply.headers["Content-Disposition"] = f'attachment; filename="mau-{sample_id}.csv"'
    return reply


def _csv(drawn: Sequence[Drawn]) -> bytes:
    """With the mark by which Excel knows UTF-8; codes and units begin with a letter or digit: no formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("unit", "position", "transaction"))
    writer.writerows((item.unit, item.position, item.transaction) for item in drawn)
    return out.getvalue().encode("utf-8-sig")
