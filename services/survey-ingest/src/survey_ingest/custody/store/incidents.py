"""SQL of incidents with seals and of what was found."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Integer, String, Table, Text, Uuid, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_if_new

from parindex.db import Instant, Reading, Writing
from parindex.kernel.errors import DomainError
from survey_ingest.schema import metadata

incident = Table(
    "incident",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("batch", String(80), nullable=False),
    Column("bag_seal", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("observed_by", Text, nullable=False),
    Column("observed_at", Instant, nullable=False),
    Column("reported_by", String(200), nullable=False),
    Column("reported_at", Instant, nullable=False),
    ForeignKeyConstraint(["campaign_id", "batch"], ["survey.batch.campaign_id", "survey.batch.code"]),
)

incident_finding = Table(
    "incident_finding",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("finding", Text, nullable=False),
    Column("resolved_by", String(200), nullable=False),
    Column("resolved_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["campaign_id", "number"], ["survey.incident.campaign_id", "survey.incident.number"]
    ),
)


@dataclass(frozen=True, slots=True)
class Incident:
    """A seal found broken or wrong, as it was reported."""

    number: int
    batch: str
    bag_seal: str
    what: str
    observed_by: str
    observed_at: datetime
    reported_by: str
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """What the incident turned out to be; with it the incident is closed."""

    finding: str
    resolved_by: str
    resolved_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """An incident with its finding once there is one."""

    incident: Incident
    finding: Finding | None

    @property
    def is_open(self) -> bool:
        return self.finding is None


async def next_number(connection: Reading, campaign_id: UUID) -> int:
    """Under the lock of the ledger."""
    query = select(func.max(incident.c.number)).where(incident.c.campaign_id == campaign_id)
    return int((await connection.execute(query)).scalar() or 0) + 1


async def insert_incident(connection: Writing, campaign_id: UUID, new: Incident) -> None:
    await connection.execute(insert(incident).values(campaign_id=campaign_id, **asdict(new)))


async def insert_finding(connection: Writing, campaign_id: UUID, number: int, new: Finding) -> bool:
    """False when the incident has its finding already."""
    statement = insert_if_new(incident_finding).values(campaign_id=campaign_id, number=number, **asdict(new))
    return bool((await connection.execute(statement.on_conflict_do_nothing())).rowcount)


async def list_cases(connection: Reading, campaign_id: UUID) -> list[Case]:
    """Every incident of the campaign in the order of its report."""
    rows = await connection.execute(
        select(incident).where(incident.c.campaign_id == campaign_id).order_by(incident.c.number)
    )
    found = await connection.execute(
        select(incident_finding).where(incident_finding.c.campaign_id == campaign_id)
    )
    findings = {row.number: Finding(*row[2:]) for row in found}
    return [Case(Incident(*row[1:]), findings.get(row.number)) for row in rows]


async def read_incident(connection: Reading, campaign_id: UUID, number: int) -> Incident:
    """Raises DomainError `incident_unknown`."""
    query = select(incident).where(incident.c.campaign_id == campaign_id, incident.c.number == number)
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("incident_unknown", {"number": number})
    return Incident(*row[1:])
