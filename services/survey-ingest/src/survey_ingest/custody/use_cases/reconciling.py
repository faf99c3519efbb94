"""Holding the numbers of a whole campaign against each other: bags, quotas, coverage, response."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parindex.db import Reading
from survey_ingest.ballots.store import StatusCount, count_by_status
from survey_ingest.campaigns.store import batches, campaigns, samples
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.campaigns.store.samples import DrawnShare
from survey_ingest.custody.domain.correction import COUNTS, carried_explanations
from survey_ingest.custody.domain.ledger import LedgerEntry, latest_seals
from survey_ingest.custody.domain.reconciliation import BagCount, Difference, SerialCount, differences
from survey_ingest.custody.store import seals
from survey_ingest.custody.use_cases.sealing import NONE_KEYED, ballots_by_bag, listed_serials
from survey_ingest.tallies.domain.statistics import Coverage, Response, issued_for_group
from survey_ingest.tallies.use_cases import ballot_counts


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One bag: what was stated at its seal beside what was keyed; nothing is stated before the seal."""

    batch: str
    office: str
    questionnaire: str
    group: str | None
    state: str
    issued: int
    returned: int | None
    spoiled: int | None
    missing: int | None
    keyed: int
    valid: int
    invalid: int
    held: int
    differences: list[Difference]


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """One quota: what was wanted, what counts, and what is short of it."""

    questionnaire: str
    group: str
    unit: str
    quota: int
    valid: int
    invalid: int
    held: int
    short: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The whole campaign; it closes when no bag has a difference that nobody explained."""

    closes: bool
    batches: list[BatchLine]
    quotas: list[QuotaLine]


@dataclass(frozen=True, slots=True)
class Statistics:
    """How the survey went, by questionnaire and by quota."""

    responses: list[Response]
    coverage: list[Coverage]


async def reconcile(connection: Reading, code: str) -> Reconciliation:
    """Every bag and every quota, each disagreement named with its explanation if it has one."""
    found = await campaigns.read_campaign(connection, code)
    counted = await count_by_status(connection, found.id)
    lines = await _batch_lines(connection, found, counted)
    quotas = [
        QuotaLine(
            item.questionnaire,
            item.group,
            item.unit,
            item.quota,
            item.valid,
            item.invalid,
            item.held,
            short=max(0, item.quota - item.valid),
        )
        for item in await ballot_counts(connection, found, counted)
    ]
    closes = all(line.state == "sealed" and all(item.reason for item in line.differences) for line in lines)
    return Reconciliation(closes and bool(lines), lines, quotas)


async def _batch_lines(
    connection: Reading, found: Campaign, counted: Sequence[StatusCount]
) -> list[BatchLine]:
    sealed = {entry.batch: entry for entry in latest_seals(await seals.read_ledger(connection, found.id))}
    keyed = ballots_by_bag(counted)
    listed = await listed_serials(connection, found.id)
    return [
        _line(batch, sealed.get(batch.code), keyed.get(batch.code, NONE_KEYED), listed.get(batch.code))
        for batch in await batches.list_batches(connection, found.id)
    ]


def _line(
    batch: Batch, seal: LedgerEntry | None, keyed: dict[str, int], listed: SerialCount | None
) -> BatchLine:
    facts = seal.facts if seal else {}
    stated = {name: int(facts[name]) if seal else None for name in COUNTS}
    return BatchLine(
        batch=batch.code,
        office=batch.office,
        questionnaire=batch.questionnaire,
        group=batch.group,
        state=batch.state,
        issued=batch.issued,
        returned=stated["returned"],
        spoiled=stated["spoiled"],
        missing=stated["missing"],
        keyed=sum(keyed.values()),
        **keyed,
        differences=_differences(batch, facts, keyed, listed) if seal else [],
    )


def _differences(
    batch: Batch, facts: Mapping[str, Any], keyed: Mapping[str, int], listed: SerialCount | None
) -> list[Difference]:
    """Counted anew, each with the reason that was given when the bag was sealed."""
    reasons = carried_explanations(facts, {})
    count = BagCount(batch.issued, *(int(facts[name]) for name in COUNTS), **keyed)
    return [replace(item, reason=reasons.get(item.code, "")) for item in differences(count, listed)]


async def read_statistics(connection: Reading, code: str) -> Statistics:
    """Response of each questionnaire; coverage, response and margin of error of each quota.

    Where a sample was drawn for the units, its transactions are the population of the margin, and what was
    drawn is what was issued; else the population counts as large, and what was issued for a whole group is
    known from bags of that group alone.
    """
    found = await campaigns.read_campaign(connection, code)
    counted = await count_by_status(connection, found.id)
    lines = await _batch_lines(connection, found, counted)
    shares = await _shares(connection, found)
    responses = []
    of_groups: dict[str, dict[str, int]] = {}
    for questionnaire in sorted({line.questionnaire for line in lines}):
        own = [line for line in lines if line.questionnaire == questionnaire]
        of_groups[questionnaire] = issued_for_group((line.group, line.issued) for line in own)
        returned = sum(line.keyed if line.returned is None else line.returned for line in own)
        responses.append(Response.of(questionnaire, sum(line.issued for line in own), returned))
    coverage = []
    for item in await ballot_counts(connection, found, counted):
        share = shares.get((item.questionnaire, item.unit))
        issued = share.drawn if share else None
        if not item.unit:
            issued = of_groups.get(item.questionnaire, {}).get(item.group)
        coverage.append(Coverage.of(item, issued, share.population if share else None))
    return Statistics(responses, coverage)


async def _shares(connection: Reading, found: Campaign) -> dict[tuple[str, str], DrawnShare]:
    """(questionnaire, unit) → the share of its sample; unit empty for all of them.

    None of a questionnaire that several groups answer: the draw does not tell them apart.
    """
    by_level = await samples.read_shares(connection, found.id)
    shares: dict[tuple[str, str], DrawnShare] = {}
    for code, (form, _) in (await campaigns.read_questionnaires(connection, found.id)).items():
        units = by_level.get(form.level)
        if form.layout != "one_unit" or units is None or len(form.groups) > 1:
            continue
        shares |= {(code, unit): share for unit, share in units.items()}
        drawn = sum(share.drawn for share in units.values())
        shares[code, ""] = DrawnShare(sum(share.population for share in units.values()), drawn)
    return shares
