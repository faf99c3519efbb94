"""SQL of samples: what was drawn from which list by which seed; never changed."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from survey_ingest.campaigns.domain.sampling import METHOD, Stratum
from survey_ingest.campaigns.store.tables import sample, sample_item


@dataclass(frozen=True, slots=True)
class NewSample:
    campaign_id: UUID
    level: str
    seed: str
    allocation: dict[str, str]
    list_digest: str
    drawn_by: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A draw as it stands on record («mẫu đã rút»); `strata` hold each unit's population and its share."""

    id: UUID
    level: str
    seed: str
    allocation: dict[str, str]
    method: str
    list_digest: str
    population: int
    strata: list[dict[str, Any]]
    drawn_by: str
    drawn_at: datetime


_COLUMNS = [sample.c[name] for name in Sample.__slots__]
_ITEMS = text(
    """
    INSERT INTO survey.sample_item (sample_id, unit, position, transaction)
    SELECT :sample, *
    FROM unnest(CAST(:units AS text[]), CAST(:positions AS integer[]), CAST(:codes AS text[]))
    """
)


async def insert_sample(connection: Writing, new: NewSample, strata: list[Stratum]) -> UUID | None:
    """The sample's id; None when the same draw is on record already."""
    sample_id = uuid7()
    counts = [{"unit": s.unit, "population": s.population, "drawn": len(s.drawn)} for s in strata]
    result = await connection.execute(
        insert(sample)
        .values(
            id=sample_id,
            method=METHOD,
            population=sum(stratum.population for stratum in strata),
            strata=counts,
            drawn_at=business_time(),
            **asdict(new),
        )
        .on_conflict_do_nothing()
    )
    if not result.rowcount:
        return None
    items = [(s.unit, number, code) for s in strata for number, code in enumerate(s.drawn, start=1)]
    units, positions, codes = zip(*items, strict=True) if items else ((), (), ())
    keys = {"units": list(units), "positions": list(positions), "codes": list(codes)}
    await connection.execute(_ITEMS, {"sample": sample_id, **keys})
    return sample_id


async def list_samples(connection: Reading, campaign_id: UUID, after: UUID, limit: int) -> list[Sample]:
    """Every draw after one, in the order of time: none is ever taken back, whatever seed was tried."""
    query = select(*_COLUMNS).where(sample.c.campaign_id == campaign_id, sample.c.id > after)
    return [Sample(*row) for row in await connection.execute(query.order_by(sample.c.id).limit(limit))]


async def find_draw(connection: Reading, new: NewSample) -> UUID:
    """The draw on record by this seed from this list."""
    columns = sample.c
    query = select(columns.id).where(
        columns.campaign_id == new.campaign_id,
        columns.level == new.level,
        columns.list_digest == new.list_digest,
        columns.seed == new.seed,
        columns.allocation == new.allocation,
    )
    found: UUID = (await connection.execute(query)).scalar_one()
    return found


async def read_sample(connection: Reading, campaign_id: UUID, sample_id: UUID) -> Sample:
    """Raises DomainError `sample_unknown`."""
    query = select(*_COLUMNS).where(sample.c.id == sample_id, sample.c.campaign_id == campaign_id)
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("sample_unknown", {"id": str(sample_id)})
    return Sample(*row)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One transaction of a sample («giao dịch được chọn») by its place in the draw of its unit."""

    unit: str
    position: int
    transaction: str


async def list_drawn(
    connection: Reading,
    sample_id: UUID,
    unit: str | None = None,
    after: tuple[str, int] = ("", 0),
    limit: int | None = None,
) -> list[Drawn]:
    """Transactions after a place, by unit and position; all of them without a limit."""
    columns = sample_item.c
    query = select(columns.unit, columns.position, columns.transaction).where(columns.sample_id == sample_id)
    query = query.where(
        (columns.unit > after[0]) | ((columns.unit == after[0]) & (columns.position > after[1]))
    )
    if unit is not None:
        query = query.where(columns.unit == unit)
    rows = await connection.execute(query.order_by(columns.unit, columns.position).limit(limit))
    return [Drawn(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class DrawnShare:
    """Of one unit: how many transactions there were, and how many were drawn («cỡ mẫu»)."""

    population: int
    drawn: int


async def read_shares(connection: Reading, campaign_id: UUID) -> dict[str, dict[str, DrawnShare]]:
    """Level → unit → what was drawn of how many, by the last draw of the level."""
    rows = await connection.execute(
        select(sample.c.level, sample.c.strata)
        .where(sample.c.campaign_id == campaign_id)
        .order_by(sample.c.drawn_at, sample.c.id)
    )
    return {
        row.level: {item["unit"]: DrawnShare(item["population"], item["drawn"]) for item in row.strata}
        for row in rows
    }
