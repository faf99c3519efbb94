"""Taking a file in, reading it chunk by chunk outside the books, booking it in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.bus import publish
from parindex.contracts.events import Event
from parindex.db import Database, Reading, Writing
from parindex.kernel.canonical import digest, digest_bytes
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.ids import uuid7
from survey_ingest.ballots.domain.entry import Bag, entry_digest, invalid_reason
from survey_ingest.ballots.store import array_text
from survey_ingest.campaigns.domain.campaign import CampaignState, outside_window, require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.imports.domain.columns import columns_of, read_rows, read_text
from survey_ingest.imports.domain.rows import RowFault, RowReader, unit_names
from survey_ingest.imports.store import files, staging
from survey_ingest.imports.store.files import Import, NewImport
from survey_ingest.imports.store.staging import Booking, StagedRow
from survey_ingest.schema import record

CHUNK_ROWS = 2000


class ImportRequested(Event):
    """A file waits to be read. A job of survey-ingest to itself."""

    topic: Literal["survey.import_requested.v1"] = "survey.import_requested.v1"
    import_id: UUID
    campaign: str


@dataclass(frozen=True, slots=True)
class Upload:
    """What the supervisor sends with a file."""

    batch: str
    questionnaire: str
    group: str
    mapping: dict[str, str]
    mode: str
    atomic: str
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """What a run found: rows in the staging, rows known already, rows with faults, and all their faults."""

    run: UUID
    staged: int
    repeated: int
    bad_rows: int
    faults: int
    readable: bool = True


async def request_import(connection: Writing, by: Principal, code: str, upload: Upload) -> tuple[UUID, bool]:
    """Keep the file and queue its reading; (its import, whether the file was there before).

    The campaign's window is judged now, however long the reading takes. Raises DomainError `import_invalid`
    for a header that does not fit, `batch_sealed`, `campaign_not_open`, `campaign_window_closed`.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN)
    batch = await batches.read_batch(connection, found.id, upload.batch, lock="share")
    authorize_office(by, Action.IMPORT_WRITE, batch.office)
    if batch.state != "open":
        raise DomainError("batch_sealed", {"batch": batch.code})
    if closed := outside_window(code, found.opens_at, found.closes_at, business_time()):
        raise closed
    if upload.questionnaire != batch.questionnaire:
        detail = f"túi phiếu này chỉ nhận mẫu «{batch.questionnaire}»"
        fault = Fault("/questionnaire", "questionnaire_of_other_batch", detail)
        raise DomainError("import_invalid", {"count": 1}, (fault,))
    form = (await campaigns.read_forms(connection, found))[batch.questionnaire]
    group = upload.group or _only_group(batch, form)
    header = next(read_rows(read_text(upload.content)), [])
    columns_of(header, upload.mapping, form, group)
    new = NewImport(
        id=uuid7(),
        campaign_id=found.id,
        batch=batch.code,
        default_group=group,
        mapping=upload.mapping,
        mode=upload.mode,
        atomic=upload.atomic,
        file_name=upload.file_name[:200],
        digest=digest_bytes(upload.content),
        settings=digest({"group": group, "mapping": upload.mapping, "atomic": upload.atomic}),
        content=upload.content,
        requested_by=by.subject,
    )
    while not await files.insert_import(connection, new):
        if (same := await files.find_same(connection, new)) is not None:
            return same, True
    await publish(connection, "survey", ImportRequested(import_id=new.id, campaign=code))
    await record(connection, by, "import.requested", f"{code}/{new.id}", digest=new.digest, mode=new.mode)
    return new.id, False


def _only_group(batch: Batch, form: BallotForm) -> str:
    """The group of every row when nothing in the file says it; empty when that is open."""
    if batch.group:
        return batch.group
    return next(iter(form.groups)) if len(form.groups) == 1 else ""


async def check_file(database: Database, event: ImportRequested) -> Checked | None:
    """Read the file into the staging, chunk by chunk with progress; None when another run has it.

    Runs outside the books and starts afresh when it is repeated; the latest run is the one that counts.
    """
    async with database.writing() as writing:
        job = await files.read_import(writing, event.import_id, lock=True)
        if job.finished_at is not None:
            return None
        run = _Run(database, job, uuid7())
        await files.change(writing, job.id, run=run.id, state="running", done=0, bad_rows=0, error_count=0)
        await staging.clear(writing, job.id)
        await files.clear_errors(writing, job.id)
        content = await files.read_content(writing, job.id)
    try:
        return await _read_file(run, event.campaign, content)
    except DomainError as error:
        return await _unreadable(run, error)
    except _TakenOverError:
        return None


class _TakenOverError(Exception):
    """Another run of the same import began after this one, or has ended it."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One reading of a file; a worker taken for dead may still be at an earlier one."""

    database: Database
    job: Import
    id: UUID

    @asynccontextmanager
    async def step(self, **progress: int) -> AsyncIterator[Writing]:
        """A transaction that holds the import's row; raises when another run has taken over."""
        async with self.database.writing() as writing:
            if not await files.advance(writing, self.job.id, self.id, state="running", **progress):
                raise _TakenOverError
            yield writing


async def _read_file(run: _Run, code: str, content: bytes) -> Checked:
    job = run.job
    text = await asyncio.to_thread(read_text, content)
    async with run.database.reading() as connection:
        reader = await _reader(connection, code, job, next(read_rows(text), []))
    total = await asyncio.to_thread(_count_rows, text)
    async with run.step(total=total):
        pass
    staged, bad_rows, faults = await _stage_all(run, reader, _numbered(text))
    async with run.step() as writing:
        repeated, conflicts = await staging.set_known_apart(writing, job.id, job.campaign_id)
        await files.insert_errors(writing, job.id, conflicts[: max(0, files.MOST_ERRORS - faults)])
    return Checked(
        run=run.id,
        staged=staged - repeated - len(conflicts),
        repeated=repeated,
        bad_rows=bad_rows + len(conflicts),
        faults=faults + len(conflicts),
    )


async def _unreadable(run: _Run, error: DomainError) -> Checked | None:
    """The file itself is at fault: the import ends refused, with the reason as its only errors."""
    faults = [RowFault(0, "", fault.code, "", fault.detail) for fault in error.faults]
    faults = faults or [RowFault(0, "", error.code, "", str(error))]
    try:
        async with run.step() as writing:
            await files.clear_errors(writing, run.job.id)
            await files.insert_errors(writing, run.job.id, faults)
    except _TakenOverError:
        return None
    return Checked(run.id, staged=0, repeated=0, bad_rows=0, faults=len(faults), readable=False)


async def _reader(connection: Reading, code: str, job: Import, header: list[str]) -> RowReader:
    found = await campaigns.read_campaign(connection, code)
    batch = await batches.read_batch(connection, found.id, job.batch)
    form = (await campaigns.read_forms(connection, found))[batch.questionnaire]
    spellings = {
        unit.code: (unit.name, unit.short_name, *unit.aliases)
        for unit in found.units
        if unit.code in form.unit_set
    }
    return RowReader(
        form=form,
        bag=Bag(batch.questionnaire, batch.group),
        batch=batch.code,
        columns=columns_of(header, job.mapping, form, job.default_group),
        default_group=job.default_group,
        names=unit_names(spellings),
        space=job.campaign_id,
    )


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows after the header with their numbers; empty lines do not count."""
    rows = read_rows(text)
    next(rows, None)
    return enumerate((row for row in rows if row), start=1)


def _count_rows(text: str) -> int:
    return sum(1 for _ in _numbered(text))


async def _stage_all(
    run: _Run, reader: RowReader, rows: Iterator[tuple[int, list[str]]]
) -> tuple[int, int, int]:
    """Stage every good row; (rows staged, rows with faults, faults). The first thousand faults are kept."""
    staged = faults = done = bad_rows = 0
    while chunk := await asyncio.to_thread(_read_chunk, reader, rows):
        kept = chunk.bad[: max(0, files.MOST_ERRORS - faults)]
        done += chunk.rows
        staged += len(chunk.good)
        bad_rows += chunk.rows - len(chunk.good)
        faults += len(chunk.bad)
        async with run.step(done=done, bad_rows=bad_rows, error_count=faults) as writing:
            if chunk.good:
                await staging.stage(writing, run.job.id, chunk.good)
            await files.insert_errors(writing, run.job.id, kept)
    return staged, bad_rows, faults


@dataclass(frozen=True, slots=True)
class _Chunk:
    rows: int
    good: list[StagedRow]
    bad: list[RowFault]


def _read_chunk(reader: RowReader, rows: Iterator[tuple[int, list[str]]]) -> _Chunk | None:
    good: list[StagedRow] = []
    bad: list[RowFault] = []
    count = 0
    for row, cells in islice(rows, CHUNK_ROWS):
        count += 1
        found = reader.read(row, cells)
        if isinstance(found, list):
            bad += found
            continue
        good.append(
            StagedRow(
                row=row,
                id=found.id,
                serial=found.serial,
                group=found.group,
                unit=found.unit,
                quota_unit=reader.form.quota_unit(found.group, found.unit),
                answers=array_text(found.answers),
                reason=invalid_reason(found.answers) or None,
                digest=entry_digest(found),
            )
        )
    return _Chunk(count, good, bad) if count else None


async def book_import(connection: Writing, event: ImportRequested, checked: Checked | None) -> None:
    """End the import in the delivery's transaction: with `atomic=all` all rows become ballots, or none."""
    job = await files.read_import(connection, event.import_id, lock=True)
    if job.finished_at is not None:
        return
    if checked is None or checked.run != job.run:
        raise RuntimeError("another run reads this file: see later how it ended")
    found_so_far = {"bad_rows": checked.bad_rows, "error_count": checked.faults}
    if not checked.readable or (checked.faults and (job.atomic == "all" or job.mode == "validate")):
        await _finish(connection, job, files.REFUSED, **found_so_far)
    elif job.mode == "validate":
        await _finish(connection, job, "done", repeated=checked.repeated)
    else:
        await _book(connection, event.campaign, job, checked)


async def _book(connection: Writing, code: str, job: Import, checked: Checked) -> None:
    found = await campaigns.read_campaign(connection, code, lock="share")
    batch = await batches.read_batch(connection, found.id, job.batch, lock="share")
    if found.state != CampaignState.OPEN or batch.state != "open":
        fault = RowFault(0, "", "batch_sealed", batch.code, "túi phiếu đã niêm phong trong khi đọc tệp")
        await files.insert_errors(connection, job.id, [fault])
        await _finish(
            connection, job, files.REFUSED, bad_rows=checked.bad_rows, error_count=checked.faults + 1
        )
        return
    if await staging.count_staged(connection, job.id) != checked.staged:
        raise RuntimeError("the staging was emptied by a crash: read the file again")
    booking = Booking(job.id, found.id, batch.code, batch.questionnaire, job.requested_by, job.requested_at)
    counts = await staging.book(connection, booking)
    if sum(counts.values()) != checked.staged:
        raise RuntimeError(f"{checked.staged} rows staged, {counts} booked")
    counts |= {"repeated": checked.repeated, "bad_rows": checked.bad_rows, "error_count": checked.faults}
    await _finish(connection, job, "done", **counts)


async def _finish(connection: Writing, job: Import, state: str, **counts: int) -> None:
    await files.change(connection, job.id, state=state, finished_at=business_time(), **counts)
    await staging.clear(connection, job.id)
