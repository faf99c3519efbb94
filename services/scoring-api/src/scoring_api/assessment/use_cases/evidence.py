"""Evidence of a unit («tài liệu kiểm chứng»): the file on disk first, then its row; inspections, too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Writing
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.complaints import COMPLAINED
from scoring_api.assessment.domain.evidence import (
    INSPECTION,
    KINDS,
    EvidenceFacts,
    ending_faults,
    name_faults,
    refused,
    room_faults,
)
from scoring_api.assessment.domain.evidence_content import media_type_of
from scoring_api.assessment.domain.period import require_window
from scoring_api.assessment.store import evidence as evidence_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.evidence import EvidenceFile
from scoring_api.assessment.store.files import Draft, discard_draft, keep_file, write_draft
from scoring_api.assessment.use_cases.opening import open_files, open_unit
from scoring_api.schema import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it came: its bytes behind `source`, its name as the sender says it, what it stands for."""

    folder: Path
    source: BinaryIO
    file_name: str
    facts: EvidenceFacts


async def add_evidence(
    connection: Writing, by: Principal, code: str, unit: str, upload: Upload, at: datetime
) -> tuple[EvidenceFile, int]:
    """Keep a file for the unit; the same bytes again give the row they already have, and change nothing.

    Returns it with the version of the assessment it now belongs to.

    Raises DomainError `evidence_refused`, `window_closed`, `foreign_unit`, `assessment_state`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    _check_facts(upload)
    async with _judged(upload) as (draft, media_type):
        period, bound, _ = await open_files(connection, code, unit, at)
        for known in await evidence_store.read_evidence(connection, period.id, unit):
            if known.digest == draft.digest and not known.is_inspection:
                return known, bound.version
        if faults := room_faults(draft.bytes, *await evidence_store.room_taken(connection, period.id, unit)):
            raise refused(faults)
        found = await _keep(connection, by, period.id, unit, upload, draft, media_type)
    await store.update_unit(connection, period.id, unit)
    return found, bound.version + 1


async def add_inspection(
    connection: Writing, by: Principal, code: str, unit: str, upload: Upload
) -> EvidenceFile:
    """Register the conclusion of an inspection of the unit («kết luận thanh tra, kiểm tra»).

    Not by the unit, and not bound to its windows: as long as the council may still decide. An appraisal may
    cite it as the reason that overrides a claim.

    Raises DomainError `evidence_refused`, `own_unit`, `period_state`, `unit_not_in_period`.
    """
    authorize_unit(by, Action.INSPECTION_WRITE, unit)
    if unit in by.units:
        raise DomainError("own_unit", {"unit": unit})
    _check_facts(upload)
    async with _judged(upload) as (draft, media_type):
        period = await store.open_for_write(connection, code, "open", "council")
        await store.read_unit(connection, period.id, unit, lock=True)
        for known in await evidence_store.read_evidence(connection, period.id, unit):
            if known.digest == draft.digest and known.is_inspection:
                return known
        found = await _keep(connection, by, period.id, unit, upload, draft, media_type)
    await store.update_unit(connection, period.id, unit)
    await record(connection, by, "inspection.registered", f"{code}/{unit}", digest=found.digest)
    return found


async def add_complaint_file(
    connection: Writing, by: Principal, code: str, unit: str, upload: Upload, at: datetime
) -> EvidenceFile:
    """Keep a file that a complaint of the unit may name («tài liệu kèm kiến nghị»), inside the window for it.

    Raises DomainError `evidence_refused`, `window_closed`, `period_state`, `foreign_unit`.
    """
    authorize_unit(by, Action.COMPLAINT_FILE, unit)
    _check_facts(upload)
    async with _judged(upload) as (draft, media_type):
        period = await store.open_for_write(connection, code, *COMPLAINED)
        require_window(period.windows, "complaint", unit, at)
        await store.read_unit(connection, period.id, unit, lock=True)
        for known in await evidence_store.read_evidence(connection, period.id, unit):
            if known.digest == draft.digest and not known.is_inspection:
                return known
        if faults := room_faults(draft.bytes, *await evidence_store.room_taken(connection, period.id, unit)):
            raise refused(faults)
        return await _keep(connection, by, period.id, unit, upload, draft, media_type)


async def revise_evidence(
    connection: Writing,
    by: Principal,
    code: str,
    unit: str,
    file: UUID,
    facts: EvidenceFacts,
    *,
    held: int,
    at: datetime,
) -> EvidenceFile:
    """Say anew what a file of the unit is: kind, number, date, title. The file itself stays.

    `held` is the version that is being revised. Raises DomainError `evidence_unknown`, `version_stale`,
    `window_closed`, `assessment_state`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, _, _ = await open_unit(connection, code, unit, "self_assessment", at, "draft")
    own = await evidence_store.read_evidence(connection, period.id, unit)
    known = next((found for found in own if found.id == file and not found.is_inspection), None)
    if known is None:
        raise DomainError("evidence_unknown", {"file": file})
    if known.version != held:
        raise DomainError("version_stale")
    if facts != known.facts:
        await evidence_store.insert_revision(connection, file, known.version + 1, facts, by.subject)
        await store.update_unit(connection, period.id, unit)
    return next(
        found for found in await evidence_store.read_evidence(connection, period.id, unit) if found.id == file
    )


def _check_facts(upload: Upload) -> None:
    faults = name_faults(upload.file_name)
    if not upload.facts.title:
        faults = (*faults, Fault("/title", "title_missing", "thiếu tên tài liệu"))
    if upload.facts.kind not in {*KINDS, INSPECTION}:
        faults = (*faults, Fault("/kind", "kind_unknown", "loại tài liệu không được biết đến"))
    if faults:
        raise refused(faults)


async def _keep(
    connection: Writing,
    by: Principal,
    period_id: UUID,
    unit: str,
    upload: Upload,
    draft: Draft,
    media_type: str,
) -> EvidenceFile:
    await keep_file(connection, upload.folder, draft)
    found = evidence_store.new_evidence(
        draft.digest, draft.bytes, media_type, upload.file_name, upload.facts, by.subject
    )
    await evidence_store.insert_evidence(connection, period_id, unit, found)
    return found


@asynccontextmanager
async def _judged(upload: Upload) -> AsyncIterator[tuple[Draft, str]]:
    """The upload on the disk and its media type; gone again at the end, unless it was kept."""
    draft = await asyncio.to_thread(write_draft, upload.folder, upload.source)
    try:
        yield draft, await asyncio.to_thread(_media_type, draft, upload.file_name)
    finally:
        await asyncio.to_thread(discard_draft, draft.path)


def _media_type(draft: Draft, file_name: str) -> str:
    with draft.path.open("rb") as file:
        found = media_type_of(file)
    if faults := ending_faults(file_name, found):
        raise refused(faults)
    return found
