"""Evidence of a unit («tài liệu kiểm chứng»): the file on disk first, then its row; inspections, too."""

import asyncio
from collections.abc import AsyncIterator, Collection
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
from scoring_api.assessment.use_cases.opening import open_files
from scoring_api.schema import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it came: its bytes behind `source`, its name as the sender says it, what it stands for.

    `faults` are of what could not be read of that.
    """

    folder: Path
    source: BinaryIO
    file_name: str
    facts: EvidenceFacts
    faults: tuple[Fault, ...] = ()


async def add_evidence(
    connection: Writing, by: Principal, code: str, unit: str, upload: Upload, at: datetime
) -> tuple[EvidenceFile, int]:
    """Keep a file for the unit; the same bytes again give the row they already have, and change nothing.

    Returns it with the version of the assessment it now belongs to.

    Raises DomainError `evidence_refused`, `window_closed`, `foreign_unit`, `assessment_state`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    _check_facts(upload, KINDS)
    async with _judged(upload) as (draft, media_type):
        period, bound, _ = await open_files(connection, code, unit, at)
        kept = _Kept(upload, draft, media_type, by.subject, at)
        found, new = await _keep(connection, period.id, unit, kept)
    if new:
        await store.update_unit(connection, period.id, unit)
    return found, bound.version + new


async def add_inspection(
    connection: Writing, by: Principal, code: str, unit: str, upload: Upload, at: datetime
) -> EvidenceFile:
    """Register the conclusion of an inspection of the unit («kết luận thanh tra, kiểm tra»).

    Not by the unit, and not bound to its windows: as long as the council may still decide. An appraisal may
    cite it as the reason that overrides a claim. The version of the assessment stays: nothing that somebody
    is writing on is another, and the unit is not to notice before its time.

    Raises DomainError `evidence_refused`, `own_unit`, `period_state`, `unit_not_in_period`.
    """
    authorize_unit(by, Action.INSPECTION_WRITE, unit)
    if unit in by.units:
        raise DomainError("own_unit", {"unit": unit})
    _check_facts(upload, {INSPECTION})
    async with _judged(upload) as (draft, media_type):
        period = await store.open_for_write(connection, code, "open", "council")
        await store.read_unit(connection, period.id, unit, lock=True)
        kept = _Kept(upload, draft, media_type, by.subject, at)
        found, new = await _keep(connection, period.id, unit, kept)
    if new:
        await record(connection, by, "inspection.registered", f"{code}/{unit}", digest=found.digest)
    return found


async def add_complaint_file(
    connection: Writing, by: Principal, code: str, unit: str, upload: Upload, at: datetime
) -> EvidenceFile:
    """Keep a file that a complaint of the unit may name («tài liệu kèm kiến nghị»), inside the window for it.

    Raises DomainError `evidence_refused`, `window_closed`, `period_state`, `foreign_unit`.
    """
    authorize_unit(by, Action.COMPLAINT_FILE, unit)
    _check_facts(upload, KINDS)
    async with _judged(upload) as (draft, media_type):
        period = await store.open_for_write(connection, code, *COMPLAINED)
        require_window(period.windows, "complaint", unit, at)
        await store.read_unit(connection, period.id, unit, lock=True)
        kept = _Kept(upload, draft, media_type, by.subject, at)
        return (await _keep(connection, period.id, unit, kept))[0]


def _check_facts(upload: Upload, kinds: Collection[str]) -> None:
    faults = (*name_faults(upload.file_name), *upload.faults)
    if not upload.facts.title:
        faults = (*faults, Fault("/title", "title_missing", "thiếu tên tài liệu"))
    if upload.facts.kind not in kinds:
        faults = (*faults, Fault("/kind", "kind_unknown", "loại tài liệu không được biết đến"))
    if faults:
        raise refused(faults)


@dataclass(frozen=True, slots=True)
class _Kept:
    """An upload that was judged, by whom and when it came."""

    upload: Upload
    draft: Draft
    media_type: str
    author: str
    at: datetime


async def _keep(connection: Writing, period_id: UUID, unit: str, kept: _Kept) -> tuple[EvidenceFile, bool]:
    """The row of these bytes under the unit, and whether it is new; the caller holds the unit's lock.

    What others register for the unit is apart: it takes none of its room, and may be the same file.
    """
    upload, draft = kept.upload, kept.draft
    inspection = upload.facts.kind == INSPECTION
    for known in await evidence_store.read_evidence(connection, period_id, unit):
        if known.digest == draft.digest and known.is_inspection == inspection:
            return known, False
    taken = await evidence_store.room_taken(connection, period_id, unit)
    if not inspection and (faults := room_faults(draft.bytes, *taken)):
        raise refused(faults)
    await keep_file(connection, upload.folder, draft)
    found = evidence_store.new_evidence(
        draft.digest, draft.bytes, kept.media_type, upload.file_name, upload.facts, kept.author, kept.at
    )
    await evidence_store.insert_evidence(connection, period_id, unit, found)
    return found, True


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
