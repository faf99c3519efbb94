"""Holding the numbers of a whole campaign against each other: bags, quotas, coverage, response."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from parindex.db import Reading
from survey_ingest.campaigns.store import batches, campaigns, samples
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.correction import COUNTS, carried_explanations
from survey_ingest.custody.domain.ledger import LedgerEntry, latest_seals
from survey_ingest.custody.domain.reconciliation import BagCount, Difference, SerialCount, differences
from survey_ingest.custody.store import seals
from survey_ingest.custody.use_cases.sealing import count_serials, keyed_ballots
from survey_ingest.tallies.domain.statistics import Coverage, margin_of_error, percent_of
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
class Response:
    """How many ballots of a questionnaire came back of those sent out («tỷ lệ thu về»)."""

    questionnaire: str
    issued: int
    returned: int
    response_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """How the survey went, by questionnaire and by quota."""

    responses: list[Response]
    coverage: list[Coverage]


async def reconcile(connection: Reading, code: str) -> Reconciliation:
    """Every bag and every quota, each disagreement named with its explanation if it has one."""
    found = await campaigns.read_campaign(connection, code)
    lines = await _batch_lines(connection, found)
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
        for item in await ballot_counts(connection, found)
    ]
    closes = all(line.state == "sealed" and all(item.reason for item in line.differences) for line in lines)
    return Reconciliation(closes and bool(lines), lines, quotas)


async def _batch_lines(connection: Reading, found: Campaign) -> list[BatchLine]:
    sealed = {entry.batch: entry for entry in latest_seals(await seals.read_ledger(connection, found.id))}
    return [
        _line(
            batch,
            sealed.get(batch.code),
            await keyed_ballots(connection, found.id, batch.code),
            await count_serials(connection, found.id, batch.code),
        )
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
    """Response of each questionnaire, coverage and margin of error of each quota.

    The margin is that of one question that every valid ballot answers. Where a sample was drawn for the
    units, its transactions are the population; else the population counts as large.
    """
    found = await campaigns.read_campaign(connection, code)
    lines = await _batch_lines(connection, found)
    responses = []
    for questionnaire in sorted({line.questionnaire for line in lines}):
        own = [line for line in lines if line.questionnaire == questionnaire]
        issued = sum(line.issued for line in own)
        returned = sum(line.keyed if line.returned is None else line.returned for line in own)
        responses.append(Response(questionnaire, issued, returned, percent_of(returned, issued)))
    people = await _populations(connection, found)
    coverage = [
        Coverage(
            item.questionnaire,
            item.group,
            item.unit,
            item.quota,
            item.valid,
            item.invalid,
            item.held,
            percent_of(item.valid, item.quota),
            margin_of_error(item.valid, people.get((item.questionnaire, item.unit))),
        )
        for item in await ballot_counts(connection, found)
    ]
    return Statistics(responses, coverage)


async def _populations(connection: Reading, found: Campaign) -> dict[tuple[str, str], int]:
    """(questionnaire, unit) → the transactions that its sample was drawn from; unit empty for all of them."""
    by_unit = await samples.read_populations(connection, found.id)
    people: dict[tuple[str, str], int] = {}
    for code, (form, _) in (await campaigns.read_questionnaires(connection, found.id)).items():
        if form.layout == "one_unit" and form.level in by_unit:
            units = by_unit[form.level]
            people |= {(code, unit): number for unit, number in units.items()}
            people[code, ""] = sum(units.values())
    return people
