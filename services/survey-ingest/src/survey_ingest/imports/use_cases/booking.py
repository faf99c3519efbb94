"""Ending an import in the transaction of its delivery: its rows become ballots, or nothing does."""

from dataclasses import dataclass

from parindex.db import Writing
from parindex.kernel.clocks import business_time
from survey_ingest.campaigns.domain.campaign import CampaignState
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.imports.domain.rows import RowFault
from survey_ingest.imports.store import files, report, staging
from survey_ingest.imports.store.files import Import
from survey_ingest.imports.store.staging import Booking
from survey_ingest.imports.use_cases.reading import Checked
from survey_ingest.imports.use_cases.uploading import ImportRequested

FEWEST_OFF_SCALE, PERCENT_OFF_SCALE = 10, 10
"""So many rows with numbers that the scale lacks are no slips of the pen."""
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands against the books in the end: rows that repeat ballots, rows and faults of the report."""

    repeated: int
    bad_rows: int
    error_count: int

    @property
    def counts(self) -> dict[str, int]:
        return {"repeated": self.repeated, "bad_rows": self.bad_rows, "error_count": self.error_count}


async def book_import(connection: Writing, event: ImportRequested, checked: Checked | None) -> None:
    """End the import: with `atomic=all` all rows become ballots or none; a dry run differs in the last step.

    A file whose only faults are spellings of units waits for a person, when all of it is wanted.
    """
    job = await files.read_import(connection, event.import_id, lock=True)
    if job.finished_at is not None or job.state == files.NEEDS_CONFIRMATION:
        return
    if checked is None or checked.run != job.run:
        raise RuntimeError("another run reads this file: see later how it ended")
    if not checked.readable:
        await _finish(connection, job, files.REFUSED)
        return
    if await staging.count_staged(connection, job.id) != job.staged:
        raise RuntimeError("the staging was emptied by a crash: read the file again")
    found = await campaigns.read_campaign(connection, event.campaign, lock="share")
    batch = await batches.read_batch(connection, found.id, job.batch, lock="share")
    if found.state != CampaignState.OPEN or batch.state != "open":
        fault = RowFault(0, "", "batch_sealed", batch.code, "túi phiếu đã niêm phong trong khi đọc tệp")
        await report.insert_errors(connection, job.id, [fault])
        await _finish(connection, job, files.REFUSED, error_count=job.error_count + 1)
        return
    if other := await _other_scale(connection, job):
        await report.insert_errors(connection, job.id, [other])
        await _finish(connection, job, files.REFUSED, error_count=job.error_count + 1)
        return
    await _decide(connection, job, batch, await _hold_against_books(connection, job))


async def _other_scale(connection: Writing, job: Import) -> RowFault | None:
    """The file writes in another scale than the questionnaire: then no row of it means what it seems to."""
    rows, values = await report.off_scale(connection, job.id)
    if rows < FEWEST_OFF_SCALE or rows * 100 < job.total * PERCENT_OFF_SCALE:
        return None
    message = f"{rows} dòng ghi theo thang đo khác mẫu phiếu: hãy khai bảng quy đổi cho nguồn của tệp"
    return RowFault(0, "", "scale_differs", ", ".join(values[:MOST_SHOWN]), message)


async def _hold_against_books(connection: Writing, job: Import) -> _Found:
    """Rows that are ballots already leave the staging; those that contradict one are faults."""
    repeated, conflicts = await staging.set_known_apart(connection, job.id, job.campaign_id)
    kept = max(0, report.MOST_ERRORS - job.error_count)
    await report.insert_errors(connection, job.id, conflicts[:kept])
    await report.reject(connection, job.id, [fault.row for fault in conflicts])
    return _Found(repeated, job.bad_rows + len(conflicts), job.error_count + len(conflicts))


async def _decide(connection: Writing, job: Import, batch: Batch, found: _Found) -> None:
    if found.error_count and job.atomic == "all":
        if found.error_count == job.unknown_units and not job.is_dry_run:
            await files.change(connection, job.id, state=files.NEEDS_CONFIRMATION, run=None)
            await staging.clear(connection, job.id)
        else:
            await _finish(connection, job, files.REFUSED, **{**found.counts, "repeated": 0})
        return
    booking = Booking(
        job.id, job.campaign_id, batch.code, batch.questionnaire, job.requested_by, job.requested_at
    )
    enter = staging.foresee if job.is_dry_run else staging.book
    await _finish(connection, job, files.DONE, **await enter(connection, booking), **found.counts)


async def _finish(connection: Writing, job: Import, state: str, **counts: int) -> None:
    await files.change(connection, job.id, state=state, finished_at=business_time(), **counts)
    await staging.clear(connection, job.id)
