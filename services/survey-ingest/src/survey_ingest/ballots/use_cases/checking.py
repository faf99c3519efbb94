"""Checking ballots before they reach the writer: every fault at once, and which warnings want a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.ballots.domain.collection import Collection
from survey_ingest.ballots.domain.entry import Entry, check_entry, entry_digest, invalid_reason
from survey_ingest.ballots.domain.findings import WARNINGS, fault, not_issued, not_printed
from survey_ingest.ballots.domain.warnings import warnings_of
from survey_ingest.ballots.store import Keyed
from survey_ingest.ballots.use_cases.definitions import Definitions, KnownBatch, KnownCampaign


@dataclass(frozen=True, slots=True)
class Submitted:
    """A ballot as it was sent, with the clerk's explanations by the number of the warning."""

    entry: Entry
    explanations: Mapping[str, str]


async def check_ballots(
    definitions: Definitions, by: Principal, campaign: str, submitted: Sequence[Submitted]
) -> list[Keyed | DomainError]:
    """Each ballot as it may be written, or why it may not, in order.

    Raises DomainError `campaign_unknown`, `campaign_not_open`: they are the same for all.
    """
    known = await definitions.find(campaign, {item.entry.batch for item in submitted})
    if known.looks_at_serials:
        entries = [item.entry for item in submitted if item.entry.batch in known.batches]
        strays = {e.batch for e in entries if not known.batches[e.batch].holds(e.serial)}
        if strays:
            await definitions.renew_serials(known, strays)
    if any(known.closes_before(item.entry.collected_at) for item in submitted):
        known = await definitions.renew_window(campaign, known)
    at = business_time()
    checked: list[Keyed | DomainError] = []
    for item in submitted:
        try:
            checked.append(_check(known, by, campaign, item, at))
        except DomainError as error:
            checked.append(error)
    return checked


def _check(known: KnownCampaign, by: Principal, campaign: str, item: Submitted, at: datetime) -> Keyed:
    entry = item.entry
    batch = known.batches.get(entry.batch)
    if batch is None:
        raise DomainError("batch_unknown", {"batch": entry.batch})
    authorize_office(by, Action.BALLOT_ENTER, batch.office)
    check_entry(batch.form, batch.bag, entry, _beside(known, batch, item, at))
    watched = known.watched
    return Keyed(
        campaign_id=known.id,
        campaign=campaign,
        entry=entry,
        digest=entry_digest(entry),
        reason=invalid_reason(entry.answers),
        quota_unit=batch.form.quota_unit(entry.group, entry.unit),
        entry_mode="manual",
        clerk=by.subject,
        accepted_at=at,
        explanations=item.explanations or None,
        warnings=warnings_of(batch.form, entry, watched, at, issued=batch.holds(entry.serial))
        if watched
        else (),
        watched=watched,
        issued_serials_only=known.issued_serials_only,
    )


def _beside(known: KnownCampaign, batch: KnownBatch, item: Submitted, at: datetime) -> list[Fault]:
    """Faults that the form cannot tell: of the serial, the day of collection, the explanations."""
    found: list[Fault] = []
    serial = item.entry.serial
    if known.looks_at_serials and not batch.holds(serial):
        if known.is_unprinted(serial):
            found.append(not_printed(serial))
        elif known.issued_serials_only:
            found.append(not_issued(serial))
    if (day := item.entry.collected_at) is not None:
        wrong = Collection(known.opens_at, known.closes_at, at).day_fault(day)
        found += [wrong] if wrong else []
    found += [
        fault(f"/explanations/{number}", "explanation_unknown", f"không có cảnh báo {number}")
        for number in item.explanations
        if number not in WARNINGS
    ]
    return found
