"""Reading a file into the staging, chunk by chunk with checkpoints, outside the books."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from parindex.db import Database, Reading, Writing
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from survey_ingest.ballots.domain.collection import Collection
from survey_ingest.ballots.domain.entry import Bag
from survey_ingest.ballots.domain.findings import OUTSIDE_ISSUE
from survey_ingest.campaigns.store import batches, campaigns, serials
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.imports.domain.cells import unit_names
from survey_ingest.imports.domain.chunks import Chunk, ChunkReader, Row
from survey_ingest.imports.domain.columns import columns_of
from survey_ingest.imports.domain.issue_list import IssueList
from survey_ingest.imports.domain.mapping import scales_of
from survey_ingest.imports.domain.rows import RowFault, RowReader
from survey_ingest.imports.domain.scales import tables
from survey_ingest.imports.domain.sources import file_fault, format_of, read_rows, rows_about
from survey_ingest.imports.store import declared, files, report, staging
from survey_ingest.imports.store.files import Import
from survey_ingest.imports.use_cases.sheets import unfold
from survey_ingest.imports.use_cases.uploading import ImportRequested

CHUNK_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Checked:
    """A run that read its file to the end, or found it `readable` no further."""

    run: UUID
    readable: bool = True


class _TakenOverError(Exception):
    """Another run of the same import began after this one, or has ended it."""


@dataclass(frozen=True, slots=True)
class _Progress:
    """Where a file stands after a chunk."""

    done: int = 0
    staged: int = 0
    bad_rows: int = 0
    error_count: int = 0
    unknown_units: int = 0

    def after(self, chunk: Chunk) -> "_Progress":
        return _Progress(
            done=self.done + chunk.rows,
            staged=self.staged + len(chunk.lines),
            bad_rows=self.bad_rows + len(chunk.rejected),
            error_count=self.error_count + len(chunk.faults),
            unknown_units=self.unknown_units + chunk.unknown_units.total(),
        )


@dataclass(frozen=True, slots=True)
class _Run:
    """One reading of a file; a worker taken for dead may still be at an earlier one."""

    database: Database
    job: Import
    id: UUID

    @asynccontextmanager
    async def step(self, progress: _Progress | None = None, **others: int) -> AsyncIterator[Writing]:
        """A transaction that holds the import's row; raises when another run has taken over."""
        told = {name: getattr(progress, name) for name in _Progress.__slots__} if progress else {}
        async with self.database.writing() as writing:
            values = {"state": files.RUNNING, **told, **others}
            if not await files.advance(writing, self.job.id, self.id, **values):
                raise _TakenOverError
            yield writing


async def check_file(database: Database, event: ImportRequested) -> Checked | None:
    """Read the file into the staging, from where the last run came to; None when another run has it."""
    async with database.writing() as writing:
        job = await files.read_import(writing, event.import_id, lock=True)
        if job.finished_at is not None or job.state == files.NEEDS_CONFIRMATION:
            return None
        start = await _checkpoint(writing, job)
        run = _Run(database, job, uuid7())
        await files.change(writing, job.id, run=run.id, state=files.RUNNING)
        content = await files.read_content(writing, job.id)
    try:
        await _read_file(run, event.campaign, content, start)
        return Checked(run.id)
    except DomainError as error:
        return await _unreadable(run, error)
    except _TakenOverError:
        return None


async def _checkpoint(connection: Writing, job: Import) -> _Progress:
    """Where to read on; from the start when nothing was read yet, or when the staging is not what it was.

    The staging is unlogged: a crash of the database empties it.
    """
    if (
        job.state == files.RUNNING
        and job.done
        and await staging.count_staged(connection, job.id) == job.staged
    ):
        return _Progress(**{name: getattr(job, name) for name in _Progress.__slots__})
    await staging.clear(connection, job.id)
    await report.clear(connection, job.id)
    start = _Progress()
    await files.change(connection, job.id, **dict.fromkeys(_Progress.__slots__, 0))
    return start


async def _read_file(run: _Run, code: str, content: bytes, start: _Progress) -> None:
    if format_of(content) == "xlsx":
        content = await unfold(content)
    body = read_rows(content)
    header = next(body, [])
    async with run.database.reading() as connection:
        reader = ChunkReader(await _reader(connection, code, run.job, header))
    async with run.step(total=rows_about(content)):
        pass
    rows = enumerate(body, start=1)
    await asyncio.to_thread(reader.skip, islice(rows, start.done))
    await _stage_all(run, reader, rows, start)


async def _unreadable(run: _Run, error: DomainError) -> Checked | None:
    """The file itself is at fault: the import ends refused, with the reason as its only errors."""
    faults = [RowFault(0, "", fault.code, "", fault.detail) for fault in error.faults]
    faults = faults or [RowFault(0, "", error.code, "", str(error))]
    try:
        async with run.step(_Progress(error_count=len(faults))) as writing:
            await report.clear(writing, run.job.id)
            await report.insert_errors(writing, run.job.id, faults)
    except _TakenOverError:
        return None
    return Checked(run.id, readable=False)


async def _reader(connection: Reading, code: str, job: Import, header: list[str]) -> RowReader:
    found = await campaigns.read_campaign(connection, code)
    batch = await batches.read_batch(connection, found.id, job.batch)
    form = (await campaigns.read_forms(connection, found))[batch.questionnaire]
    spellings = {
        unit.code: (unit.name, unit.short_name, *unit.aliases)
        for unit in found.units
        if unit.code in form.unit_set
    }
    confirmed = await declared.read_spellings(connection, found.id, form.questionnaire.level)
    units = {key: unit for key, unit in confirmed.items() if unit is not None}
    return RowReader(
        form=form,
        bag=Bag(batch.questionnaire, batch.group),
        batch=batch.code,
        columns=columns_of(header, job.mapping, form, job.default_group),
        default_group=job.default_group,
        names={**units, **unit_names(spellings)},
        space=job.campaign_id,
        collection=Collection(found.opens_at, found.closes_at, job.requested_at),
        issue_list=await _issue_list(connection, found, batch),
        scales=tables(form, scales_of(job.scales)),
        denied=frozenset(key for key, unit in confirmed.items() if unit is None),
    )


async def _issue_list(connection: Reading, found: Campaign, batch: Batch) -> IssueList:
    if not found.issued_serials_only and OUTSIDE_ISSUE not in found.explained_warnings:
        return IssueList()
    ranges = await serials.read_ranges(connection, found.id)
    return IssueList(
        issued=tuple(item.serials for item in ranges if item.batch == batch.code),
        printed=tuple(item.serials for item in ranges if item.batch is None),
        issued_only=found.issued_serials_only,
    )


async def _stage_all(run: _Run, reader: ChunkReader, rows: Iterator[Row], progress: _Progress) -> None:
    """Stage every good row; report what is wrong with the others, the faults up to a bound."""
    async with aclosing(_chunks(reader, rows)) as chunks:
        async for chunk in chunks:
            kept = chunk.faults[: max(0, report.MOST_ERRORS - progress.error_count)]
            progress = progress.after(chunk)
            async with run.step(progress) as writing:
                if chunk.lines:
                    await staging.stage(writing, run.job.id, chunk.lines)
                await staging.stage_comments(writing, run.job.id, chunk.comments)
                await report.insert_errors(writing, run.job.id, kept)
                await report.reject(writing, run.job.id, chunk.rejected)
                await report.add_spellings(writing, run.job.id, chunk.unknown_units)
    if not progress.done:
        raise file_fault("file_empty", "tệp không có dòng phiếu nào")
    async with run.step(total=progress.done):
        pass


async def _chunks(reader: ChunkReader, rows: Iterator[Row]) -> AsyncGenerator[Chunk, None]:
    """Each chunk is read while the one before it is being staged."""

    def begin() -> asyncio.Future[Chunk]:
        return asyncio.ensure_future(asyncio.to_thread(reader.read, islice(rows, CHUNK_ROWS)))

    following = begin()
    try:
        while (chunk := await following).rows:
            following = begin()
            yield chunk
    finally:
        await asyncio.gather(following, return_exceptions=True)
