"""Taking a file in: judged at once as far as its first line goes, kept, queued; and calling it off again."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.bus import publish
from parindex.contracts.events import Event
from parindex.db import Reading, Writing
from parindex.kernel.canonical import digest, digest_bytes
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.ids import uuid7
from survey_ingest.campaigns.domain.campaign import CampaignState, outside_window, require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.imports.domain.columns import columns_of
from survey_ingest.imports.domain.sources import check_text, format_of, invalid, read_rows
from survey_ingest.imports.store import declared, files, staging
from survey_ingest.imports.store.files import Import, NewImport
from survey_ingest.imports.use_cases.sheets import check_workbook
from survey_ingest.schema import record

MOST_SHOWN = 20


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
    source: str
    mapping: dict[str, str]
    mode: str
    atomic: str
    file_name: str
    content: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """The import of a file, whether it is an earlier one, and all earlier imports of the same bytes."""

    id: UUID
    repeated: bool
    earlier: list[Import]


async def request_import(connection: Writing, by: Principal, code: str, upload: Upload) -> Taken:
    """Keep the file and queue its reading.

    The campaign's window is judged by the instant the file was here, however long the reading takes; what was
    collected in time may come some hours after the end. Raises DomainError `import_invalid`
    for a header that does not fit, `batch_sealed`, `campaign_not_open`, `campaign_window_closed`.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN)
    batch = await batches.read_batch(connection, found.id, upload.batch, lock="share")
    authorize_office(by, Action.IMPORT_WRITE, batch.office)
    if batch.state != "open":
        raise DomainError("batch_sealed", {"batch": batch.code})
    taken_until = found.closes_at + timedelta(hours=found.late_entry_hours)
    if closed := outside_window(code, found.opens_at, taken_until, upload.received_at):
        raise closed
    if upload.questionnaire != batch.questionnaire:
        detail = f"túi phiếu này chỉ nhận mẫu «{batch.questionnaire}»"
        raise invalid([Fault("/questionnaire", "questionnaire_of_other_batch", detail)])
    form = (await campaigns.read_forms(connection, found))[batch.questionnaire]
    new = await _new_import(connection, by, found, batch, form, upload)
    await asyncio.to_thread(_check_file, upload.content, new, form)
    earlier = await files.list_imports(connection, found.id, before=None, limit=MOST_SHOWN, digest=new.digest)
    while not await files.insert_import(connection, new):
        if (same := await files.find_same(connection, new)) is not None:
            return Taken(same, repeated=True, earlier=earlier)
    await publish(connection, "survey", ImportRequested(import_id=new.id, campaign=code))
    await record(connection, by, "import.requested", f"{code}/{new.id}", digest=new.digest, mode=new.mode)
    return Taken(new.id, repeated=False, earlier=earlier)


async def _new_import(
    connection: Reading, by: Principal, found: Campaign, batch: Batch, form: BallotForm, upload: Upload
) -> NewImport:
    """The import with what its source declares; what the request itself says goes before that."""
    source = await _source(connection, found, upload, form)
    group = upload.group or str(source["group"]) or _only_group(batch, form)
    mapping, scales = {**source["columns"], **upload.mapping}, source["scales"]
    settings = {"group": group, "mapping": mapping, "atomic": upload.atomic}
    return NewImport(
        id=uuid7(),
        campaign_id=found.id,
        batch=batch.code,
        default_group=group,
        mapping=mapping,
        mode=upload.mode,
        atomic=upload.atomic,
        file_name=upload.file_name[:200],
        digest=digest_bytes(upload.content),
        settings=digest({**settings, "scales": scales} if scales else settings),
        content=upload.content,
        source=upload.source,
        scales=scales,
        requested_by=by.subject,
        requested_at=upload.received_at,
    )


async def _source(connection: Reading, found: Campaign, upload: Upload, form: BallotForm) -> dict[str, Any]:
    """What is declared for the file's source. Raises DomainError `mapping_unknown`, `import_invalid`."""
    if not upload.source:
        return {"columns": {}, "scales": [], "group": ""}
    content = await declared.read_mapping(connection, found.id, upload.source)
    if content is None:
        raise DomainError("mapping_unknown", {"source": upload.source})
    mapping = declared.mapping_of(content)
    if mapping["questionnaire"] != form.questionnaire.code:
        detail = f"nguồn này khai cho mẫu «{mapping['questionnaire']}»"
        raise invalid([Fault("/source", "source_of_other_questionnaire", detail)])
    return mapping


def _check_file(content: bytes, new: NewImport, form: BallotForm) -> None:
    """A workbook is only held against its limits here: its cells are read beside the API."""
    if format_of(content) == "xlsx":
        check_workbook(content)
        return
    check_text(content)
    columns_of(next(read_rows(content), []), new.mapping, form, new.default_group)


def _only_group(batch: Batch, form: BallotForm) -> str:
    """The group of every row when nothing in the file says it; empty when that is open."""
    if batch.group:
        return batch.group
    return next(iter(form.groups)) if len(form.groups) == 1 else ""


async def cancel_import(connection: Writing, by: Principal, code: str, import_id: UUID) -> Import:
    """Call a waiting or running import off: nothing of it is stored.

    Raises DomainError `import_unknown`, `import_finished`.
    """
    job = await own_import(connection, by, code, import_id, lock=True)
    if job.finished_at is not None:
        raise DomainError("import_finished", {"import_id": str(import_id), "state": job.state})
    await files.change(connection, job.id, state=files.CANCELLED, finished_at=business_time(), run=None)
    await staging.clear(connection, job.id)
    await record(connection, by, "import.cancelled", f"{code}/{import_id}", done=job.done)
    return await files.read_import(connection, import_id)


async def own_import(
    connection: Reading, by: Principal, code: str, import_id: UUID, *, lock: bool = False
) -> Import:
    """An import of the campaign into a bag of the supervisor's own office."""
    job, found = await read_import(connection, code, import_id, lock=lock)
    batch = await batches.read_batch(connection, found.id, job.batch)
    authorize_office(by, Action.IMPORT_WRITE, batch.office)
    return job


async def read_import(
    connection: Reading, code: str, import_id: UUID, *, lock: bool = False
) -> tuple[Import, Campaign]:
    """Raises DomainError `import_unknown` for an import of another campaign, too."""
    found = await campaigns.read_campaign(connection, code)
    job = await files.read_import(connection, import_id, lock=lock)
    if job.campaign_id != found.id:
        raise DomainError("import_unknown", {"import_id": str(import_id)})
    return job, found
