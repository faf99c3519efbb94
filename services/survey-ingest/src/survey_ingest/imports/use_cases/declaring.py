"""What people declare: the mapping of a source, and which unit a spelling is."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from parindex.auth.principal import Principal
from parindex.bus import publish
from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.text import match_key
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.imports.domain.mapping import mapping_faults, scales_of
from survey_ingest.imports.store import declared, files, report
from survey_ingest.imports.store.files import Import
from survey_ingest.imports.use_cases.uploading import ImportRequested, own_import, read_import
from survey_ingest.schema import record


async def read_mapping(connection: Reading, code: str, source: str) -> bytes:
    """Raises DomainError `mapping_unknown`."""
    found = await campaigns.read_campaign(connection, code)
    content = await declared.read_mapping(connection, found.id, source)
    if content is None:
        raise DomainError("mapping_unknown", {"source": source})
    return content


async def declare_mapping(
    connection: Writing, by: Principal, found: Campaign, source: str, content: dict[str, Any]
) -> bytes:
    """A new revision of the source's mapping; files sent before keep theirs.

    Raises DomainError `questionnaire_unknown`, `mapping_invalid` with every fault.
    """
    require_state(found.code, found.state, CampaignState.DRAFT, CampaignState.OPEN)
    forms = await campaigns.read_forms(connection, found)
    if (form := forms.get(content["questionnaire"])) is None:
        raise DomainError("questionnaire_unknown", {"questionnaire": content["questionnaire"]})
    used = await files.uses_of(connection, found.id, source)
    faults = mapping_faults(
        form,
        content["columns"],
        content["group"],
        scales_of(content["scales"]),
        [scales_of(scales) for scales in used],
        content["change_reason"],
    )
    if faults:
        raise DomainError("mapping_invalid", {"source": source, "count": len(faults)}, tuple(faults))
    kept = await declared.add_mapping(connection, found.id, source, content, by.subject)
    await record(connection, by, "mapping.declared", f"{found.code}/{source}", content=content)
    return kept


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling that no unit has («tên chưa khớp»), how many rows have it, and which units are like it."""

    spelling: str
    rows: int
    unit: str | None
    answered: bool
    likely: list[str]


async def read_spellings(connection: Reading, code: str, import_id: UUID) -> list[Spelling]:
    """The import's unmatched spellings with what was said of them since, the most frequent first."""
    job, found = await read_import(connection, code, import_id)
    form = await _form(connection, found, job)
    said = await declared.read_spellings(connection, found.id, form.questionnaire.level)
    names = {
        match_key(name): unit.code
        for unit in found.units
        if unit.code in form.unit_set
        for name in (unit.name, unit.short_name, *unit.aliases)
    }
    listed = await report.read_spellings(connection, job.id)
    return [_spelling(spelling, rows, said, names) for spelling, rows in listed.items()]


def _spelling(spelling: str, rows: int, said: Mapping[str, str | None], names: Mapping[str, str]) -> Spelling:
    key = match_key(spelling)
    close = get_close_matches(key, names, n=5, cutoff=0.5)
    likely = list(dict.fromkeys(names[match] for match in close))
    return Spelling(spelling, rows, said.get(key), key in said, likely)


async def _form(connection: Reading, found: Campaign, job: Import) -> BallotForm:
    batch = await batches.read_batch(connection, found.id, job.batch)
    return (await campaigns.read_forms(connection, found))[batch.questionnaire]


async def confirm_spellings(
    connection: Writing, by: Principal, code: str, import_id: UUID, units: Mapping[str, str | None]
) -> bool:
    """Say which unit each spelling is, None for no unit at all; whether the import is read again with that.

    Remembered for the campaign's other files. Raises DomainError `spellings_invalid` with every fault.
    """
    job = await own_import(connection, by, code, import_id, lock=True)
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN)
    form = await _form(connection, found, job)
    asked = await report.read_spellings(connection, job.id)
    faults = [*_faults(units, asked, form)]
    if faults:
        raise DomainError("spellings_invalid", {"count": len(faults)}, tuple(faults))
    level = form.questionnaire.level
    await declared.confirm_spellings(connection, found.id, level, units, by.subject)
    await record(connection, by, "spellings.confirmed", f"{code}/{import_id}", units=dict(units))
    said = await declared.read_spellings(connection, found.id, level)
    if job.state != files.NEEDS_CONFIRMATION or any(match_key(spelling) not in said for spelling in asked):
        return False
    await files.change(connection, job.id, state=files.QUEUED)
    await publish(connection, "survey", ImportRequested(import_id=job.id, campaign=code))
    return True


def _faults(units: Mapping[str, str | None], asked: Mapping[str, int], form: BallotForm) -> list[Fault]:
    faults = []
    for number, (spelling, unit) in enumerate(units.items()):
        if spelling not in asked or not match_key(spelling):
            detail = f"lần nhập này không hỏi về tên «{spelling}»"
            faults.append(Fault(f"/spellings/{number}/spelling", "spelling_not_asked", detail))
        if unit is not None and unit not in form.unit_set:
            detail = f"không có đơn vị «{unit}» trong danh sách"
            faults.append(Fault(f"/spellings/{number}/unit", "unit_unknown", detail))
    return faults
