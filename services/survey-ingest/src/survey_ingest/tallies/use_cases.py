"""Making tallies: of a batch when it is sealed, of the campaign when all its batches are."""

from dataclasses import asdict
from uuid import UUID

from parindex.auth.principal import Principal
from parindex.bus import publish
from parindex.contracts.events import TallySealed
from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import BallotCount, TallyCell, TallySnapshot
from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.store import count_by_status
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns, quotas
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.schema import record
from survey_ingest.tallies import store
from survey_ingest.tallies.domain import Cell, added, cells_of
from survey_ingest.tallies.store import TallyRevision


async def tally_batch(connection: Writing, campaign_id: UUID, form: BallotForm, batch: str) -> list[Cell]:
    """Count the batch's valid ballots and keep the cells; the batch is locked by the caller."""
    counted = await store.count_answers(connection, campaign_id, form.questionnaire.code, batch)
    cells = cells_of(form, counted)
    await store.insert_cells(connection, campaign_id, batch, cells)
    return cells


async def seal_tally(connection: Writing, by: Principal, code: str, survey_url: str) -> TallyRevision:
    """Make the campaign's tally and tell scoring-api; unchanged counts give the revision there is.

    Raises DomainError `batches_not_sealed`, and `tally_mismatch` when the sum differs from the recount.
    """
    found = await campaigns.read_campaign(connection, code, lock="update")
    require_state(code, found.state, CampaignState.OPEN, CampaignState.SEALED)
    await _require_sealed(connection, found)
    cells = await _verified_cells(connection, found)
    counts = await ballot_counts(connection, found)
    latest = await store.latest_tally(connection, found.id)
    if latest is not None:
        same = await _snapshot(connection, found, latest.revision, cells, counts)
        if dump_snapshot(same)[1] == latest.digest:
            return latest
    revision = latest.revision + 1 if latest else 1
    content, digest = dump_snapshot(await _snapshot(connection, found, revision, cells, counts))
    new = TallyRevision(revision, digest, content)
    await store.insert_tally(connection, found.id, new)
    await campaigns.set_state(connection, found.id, CampaignState.SEALED)
    event = TallySealed(
        campaign=code,
        period=found.period,
        revision=revision,
        digest=digest,
        url=f"{survey_url}/internal/tallies/{digest}",
    )
    await publish(connection, "survey", event)
    await record(connection, by, "tally.sealed", code, revision=revision, digest=digest)
    return new


async def digest_of_seals(connection: Reading, found: Campaign, revision: int) -> str:
    """The digest that the revision has if it is the sum of the sealed batches as they are now."""
    cells = added(await store.read_cells(connection, found.id))
    counts = await ballot_counts(connection, found)
    return dump_snapshot(await _snapshot(connection, found, revision, cells, counts))[1]


async def _require_sealed(connection: Reading, found: Campaign) -> None:
    listed = await batches.list_batches(connection, found.id)
    waiting = [batch.code for batch in listed if batch.state != "sealed"]
    if waiting or not listed:
        shown = ", ".join(waiting[:20]) or "chưa phát túi nào"
        raise DomainError("batches_not_sealed", {"count": len(waiting), "batches": shown})


async def _verified_cells(connection: Reading, found: Campaign) -> list[Cell]:
    """The sum of the batches, which one full recount must agree with."""
    summed = added(await store.read_cells(connection, found.id))
    recounted: list[Cell] = []
    for questionnaire, form in (await campaigns.read_forms(connection, found)).items():
        recounted += cells_of(form, await store.count_answers(connection, found.id, questionnaire))
    if summed != added(recounted):
        raise DomainError("tally_mismatch", {"campaign": found.code})
    return summed


async def ballot_counts(connection: Reading, found: Campaign) -> tuple[BallotCount, ...]:
    """Ballots by status behind each quota, in the order of the plan."""
    forms = await campaigns.read_forms(connection, found)
    ballots: dict[tuple[str, str, str, str], int] = {}
    for item in await count_by_status(connection, found.id):
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


async def _snapshot(
    connection: Reading, found: Campaign, revision: int, cells: list[Cell], counts: tuple[BallotCount, ...]
) -> TallySnapshot:
    forms = await campaigns.read_forms(connection, found)
    stored = await campaigns.read_questionnaires(connection, found.id)
    options = {(code, slot.question): slot.options for code, form in forms.items() for slot in form.slots}
    return TallySnapshot(
        campaign=found.code,
        period=found.period,
        revision=revision,
        questionnaires={code: digest for code, (_, digest) in stored.items()},
        group_names=await group_names(connection, found),
        ballots=counts,
        cells=tuple(
            TallyCell(
                unit=cell.unit,
                questionnaire=cell.questionnaire,
                group=cell.group,
                question=cell.question,
                counts=dict(zip(options[cell.questionnaire, cell.question], cell.counts, strict=True)),
                blank=cell.blank,
                double=cell.double,
                total=cell.total,
            )
            for cell in cells
        ),
    )


def plain_cells(cells: list[Cell]) -> list[dict[str, object]]:
    """Cells as plain data, for the digest of a sealed batch."""
    return [{**asdict(cell), "counts": list(cell.counts)} for cell in cells]
