"""SQL of evidence rows: inserted, revised and taken back by further rows; the bytes lie on disk by digest."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, insert, select

from parindex.db import Reading, Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.assessment.domain.evidence import INSPECTION, EvidenceFacts
from scoring_api.assessment.store.tables import evidence, evidence_removal, evidence_revision

_REMOVED = select(evidence_removal.c.evidence_id).where(evidence_removal.c.evidence_id == evidence.c.id)
_KEPT = ~_REMOVED.correlate(evidence).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A stored file with its facts as last revised; `version` counts their revisions from 1."""

    id: UUID
    digest: str
    bytes: int
    media_type: str
    file_name: str
    facts: EvidenceFacts
    version: int
    author: str
    uploaded_at: datetime

    @property
    def title(self) -> str:
        return self.facts.title

    @property
    def number(self) -> str:
        return self.facts.number

    @property
    def issued_on(self) -> date | None:
        return self.facts.issued_on

    @property
    def is_inspection(self) -> bool:
        """Registered for the unit, not by it."""
        return self.facts.kind == INSPECTION


def new_evidence(
    digest: str, size: int, media_type: str, file_name: str, facts: EvidenceFacts, author: str, at: datetime
) -> EvidenceFile:
    return EvidenceFile(
        id=uuid7(),
        digest=digest,
        bytes=size,
        media_type=media_type,
        file_name=file_name,
        facts=facts,
        version=1,
        author=author,
        uploaded_at=at,
    )


async def insert_evidence(connection: Writing, period_id: UUID, unit: str, found: EvidenceFile) -> None:
    await connection.execute(
        insert(evidence).values(
            id=found.id,
            period_id=period_id,
            unit=unit,
            digest=found.digest,
            bytes=found.bytes,
            media_type=found.media_type,
            file_name=found.file_name,
            title=found.title,
            number=found.number,
            issued_on=found.issued_on,
            kind=found.facts.kind,
            author=found.author,
            uploaded_at=found.uploaded_at,
        )
    )


async def insert_revision(
    connection: Writing, file: UUID, version: int, facts: EvidenceFacts, author: str, at: datetime
) -> None:
    await connection.execute(
        insert(evidence_revision).values(
            evidence_id=file,
            version=version,
            kind=facts.kind,
            title=facts.title,
            number=facts.number,
            issued_on=facts.issued_on,
            author=author,
            at=at,
        )
    )


async def insert_removal(connection: Writing, file: UUID, author: str, at: datetime) -> None:
    """The row that takes a file back: it is read no more, its bytes go with the next sweep."""
    await connection.execute(
        insert(evidence_removal).values(evidence_id=file, author=author, at=at, recorded_at=system_time())
    )


async def read_evidence(connection: Reading, period_id: UUID, unit: str) -> list[EvidenceFile]:
    """The unit's files in the order they came, inspections among them, without those taken back."""
    query = _latest().where(evidence.c.period_id == period_id, evidence.c.unit == unit)
    return [_file(row) for row in await connection.execute(query.order_by(evidence.c.id))]


async def find_evidence(connection: Reading, period_id: UUID, unit: str, file: UUID) -> EvidenceFile:
    """Raises DomainError `evidence_unknown`."""
    query = _latest().where(evidence.c.period_id == period_id, evidence.c.unit == unit, evidence.c.id == file)
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("evidence_unknown", {"file": file})
    return _file(row)


async def room_taken(connection: Reading, period_id: UUID, unit: str) -> tuple[int, int]:
    """Bytes and number of the files that the unit holds itself."""
    row = await connection.execute(
        select(func.coalesce(func.sum(evidence.c.bytes), 0), func.count()).where(
            evidence.c.period_id == period_id,
            evidence.c.unit == unit,
            evidence.c.kind != INSPECTION,
            _KEPT,
        )
    )
    held, files = row.one()
    return int(held), int(files)


async def units_with(
    connection: Reading, period_id: UUID, digests: Collection[str]
) -> Mapping[str, list[str]]:
    """The units of the period that uploaded a file of these bytes themselves, by digest."""
    rows = await connection.execute(
        select(evidence.c.digest, evidence.c.unit)
        .where(
            evidence.c.period_id == period_id,
            evidence.c.digest.in_(list(digests)),
            evidence.c.kind != INSPECTION,
            _KEPT,
        )
        .order_by(evidence.c.unit)
    )
    found: dict[str, list[str]] = {}
    for digest, unit in rows:
        found.setdefault(digest, []).append(unit)
    return found


async def known_digests(connection: Reading, digests: Collection[str], removed_before: datetime) -> set[str]:
    """Which of these any row of any period speaks of; one taken back before that instant does no more."""
    gone = _REMOVED.where(evidence_removal.c.recorded_at < removed_before).correlate(evidence).exists()
    rows = await connection.execute(
        select(evidence.c.digest).where(evidence.c.digest.in_(list(digests)), ~gone).distinct()
    )
    return set(rows.scalars())


def _latest() -> Select[Any]:
    """Every file that was not taken back, with its newest revision, if it was revised."""
    newest = (
        select(func.max(evidence_revision.c.version))
        .where(evidence_revision.c.evidence_id == evidence.c.id)
        .correlate(evidence)
        .scalar_subquery()
    )
    revised = and_(evidence_revision.c.evidence_id == evidence.c.id, evidence_revision.c.version == newest)
    chosen = (
        func.coalesce(evidence_revision.c[name], evidence.c[name]) for name in ("kind", "title", "number")
    )
    kind, title, number = chosen
    return (
        select(
            evidence.c.id,
            evidence.c.digest,
            evidence.c.bytes,
            evidence.c.media_type,
            evidence.c.file_name,
            evidence.c.author,
            evidence.c.uploaded_at,
            kind.label("kind"),
            title.label("title"),
            number.label("number"),
            evidence_revision.c.issued_on.label("revised_on"),
            evidence.c.issued_on.label("first_issued_on"),
            evidence_revision.c.version.label("revision"),
        )
        .join_from(evidence, evidence_revision, revised, isouter=True)
        .where(_KEPT)
    )


def _file(row: Row[Any]) -> EvidenceFile:
    return EvidenceFile(
        id=row.id,
        digest=row.digest,
        bytes=row.bytes,
        media_type=row.media_type,
        file_name=row.file_name,
        facts=EvidenceFacts(
            kind=row.kind,
            title=row.title,
            number=row.number,
            issued_on=row.revised_on if row.revision else row.first_issued_on,
        ),
        version=row.revision or 1,
        author=row.author,
        uploaded_at=row.uploaded_at,
    )
