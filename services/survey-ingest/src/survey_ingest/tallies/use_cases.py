"""Making tallies: of a batch when it is sealed, of the campaign when all its batches are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from parindex.auth.principal import Principal
from parindex.bus import publish
from parindex.contracts.events import TallySealed
from parindex.contracts.loading import dump_snapshot, parse_snapshot
from parindex.contracts.snapshots import BallotCount, ChoiceCell, TallyCell, TallySnapshot
from parindex.db import Reading, Writing
from parindex.kernel import canonical
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.store import StatusCount, count_by_status
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns, quotas
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.schema import record
from survey_ingest.tallies import store
from survey_ingest.tallies.domain.cells import Cell, added, cells_of
from survey_ingest.tallies.store import TallyRevision


async def tally_batch(
    connection: Writing, campaign_id: UUID, form: BallotForm, batch: str, revision: int = 1
) -> list[Cell]:
    """Count the batch's valid ballots and keep the cells; the batch is locked by the caller."""
    counted = await store.count_answers(connection, campaign_id, form.questionnaire.code, batch)
    cells = cells_of(form, counted)
    await store.insert_cells(connection, campaign_id, batch, revision, cells)
    return cells


async def seal_tally(connection: Writing, by: Principal, code: str, survey_url: str) -> TallyRevision:
    """Make the campaign's tally and tell scoring-api; unchanged counts give the revision there is.

    Raises DomainError `batches_not_sealed`, and `tally_mismatch` when the sum differs from the recount.
    """
    found = await campaigns.read_campaign(connection, code, lock="update")
    require_state(code, found.state, CampaignState.OPEN, CampaignState.SEALED)
    await _require_sealed(connection, found)
    return await make_revision(connection, by, found, survey_url)


async def make_revision(
    connection: Writing, by: Principal, found: Campaign, survey_url: str
) -> TallyRevision:
    """The sum of the sealed batches as the campaign's next revision, told to scoring-api."""
    cells = await _verified_cells(connection, found)
    latest = await store.latest_tally(connection, found.id)
    if latest is not None and await is_sum_of_seals(connection, found, latest):
        return latest
    revision = latest.revision + 1 if latest else 1
    content, digest = dump_snapshot(await _snapshot(connection, found, revision, cells))
    new = TallyRevision(revision, digest, content, business_time())
    await store.insert_tally(connection, found.id, new)
    await campaigns.set_state(connection, found.id, CampaignState.SEALED)
    event = TallySealed(
        campaign=found.code,
        period=found.period,
        revision=revision,
        digest=digest,
        url=f"{survey_url}/internal/tallies/{digest}",
    )
    await publish(connection, "survey", event)
    await record(connection, by, "tally.sealed", found.code, kept=new.kept)
    return new


async def is_sum_of_seals(connection: Reading, found: Campaign, stored: TallyRevision) -> bool:
    """Whether the revision says what the sealed batches add up to now.

    The facts are compared and not the bytes: a revision stored before a field was added stays what it was.
    """
    kept = parse_snapshot(TallySnapshot, stored.content)
    cells = await store.sum_cells(connection, found.id)
    now = await _snapshot(connection, found, stored.revision, cells)
    return kept == replace(now, publication_minimum=kept.publication_minimum)


async def _require_sealed(connection: Reading, found: Campaign) -> None:
    listed = await batches.list_batches(connection, found.id)
    waiting = [batch.code for batch in listed if batch.state != "sealed"]
    if waiting or not listed:
        shown = ", ".join(waiting[:20]) or "chưa phát túi nào"
        raise DomainError("batches_not_sealed", {"count": len(waiting), "batches": shown})


async def _verified_cells(connection: Reading, found: Campaign) -> list[Cell]:
    """The sum of the batches, which one full recount must agree with."""
    summed = await store.sum_cells(connection, found.id)
    recounted: list[Cell] = []
    for questionnaire, form in (await campaigns.read_forms(connection, found)).items():
        recounted += cells_of(form, await store.count_answers(connection, found.id, questionnaire))
    if summed != added(recounted):
        raise DomainError("tally_mismatch", {"campaign": found.code})
    return summed


async def ballot_counts(
    connection: Reading, found: Campaign, counted: Iterable[StatusCount]
) -> tuple[BallotCount, ...]:
    """Ballots by status behind each quota, in the order of the plan."""
    forms = await campaigns.read_forms(connection, found)
    ballots: dict[tuple[str, str, str, str], int] = {}
    for item in counted:
        unit = forms[item.questionnaire].quota_unit(item.group, item.unit)
        key = (item.questionnaire, item.group, unit, item.status)
        ballots[key] = ballots.get(key, 0) + item.ballots
    return tuple(
        BallotCount(
            questionnaire=fill.questionnaire,
            group=fill.group,
            unit=fill.unit,
            quota=fill.quota,
            **{
                status: ballots.get((fill.questionnaire, fill.group, fill.unit, status), 0)
                for status in ("valid", "invalid", "held")
            },
        )
        for fill in await quotas.read_fill(connection, found.id)
    )


async def group_names(connection: Reading, found: Campaign) -> dict[str, str]:
    """Respondent group → its name; the first questionnaire that names it decides."""
    names: dict[str, str] = {}
    for item, _ in (await campaigns.read_questionnaires(connection, found.id)).values():
        for group in item.groups:
            names.setdefault(group.code, group.name)
    return names


async def _snapshot(connection: Reading, found: Campaign, revision: int, cells: list[Cell]) -> TallySnapshot:
    forms = await campaigns.read_forms(connection, found)
    stored = await campaigns.read_questionnaires(connection, found.id)
    options = {(code, slot.question): slot.options for code, form in forms.items() for slot in form.slots}
    return TallySnapshot(
        campaign=found.code,
        period=found.period,
        revision=revision,
        questionnaires={code: digest for code, (_, digest) in stored.items()},
        group_names=await group_names(connection, found),
        ballots=await ballot_counts(connection, found, await count_by_status(connection, found.id)),
        cells=tuple(
            TallyCell(**_place(cell), **_counts(cell, options), total=cell.total)
            for cell in cells
            if cell.answered is None
        ),
        choices=tuple(
            ChoiceCell(**_place(cell), **_counts(cell, options), answered=cell.answered)
            for cell in cells
            if cell.answered is not None
        ),
        publication_minimum=found.publication_minimum,
        salt=canonical.digest({"tally": found.id.hex}),  # an id has 74 random bits and is shown nowhere
    )


def _place(cell: Cell) -> dict[str, Any]:
    return {
        "unit": cell.unit,
        "questionnaire": cell.questionnaire,
        "group": cell.group,
        "question": cell.question,
    }


def _counts(cell: Cell, options: Mapping[tuple[str, str], Sequence[str]]) -> dict[str, Any]:
    named = zip(options[cell.questionnaire, cell.question], cell.counts, strict=True)
    return {"counts": dict(named), "blank": cell.blank, "double": cell.double}


def plain_cells(cells: list[Cell]) -> list[dict[str, object]]:
    """Cells as plain data, for the digest of a sealed batch."""
    return [
        {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(cell).items()
            if value is not None  # seals made before choices were counted have no `answered`
        }
        for cell in cells
    ]
