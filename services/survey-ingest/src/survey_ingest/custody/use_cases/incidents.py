"""A seal found broken: reported, chained into the ledger, and closed by what was found."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.kept import kept_digest
from survey_ingest.custody.domain.ledger import FINDING, INCIDENT
from survey_ingest.custody.store import incidents, seals
from survey_ingest.custody.store.incidents import Case, Finding, Incident
from survey_ingest.schema import record

CLOCKS_DIFFER = timedelta(minutes=5)
"""So much the reporter's clock may be ahead of ours."""
_LIVING = (CampaignState.OPEN, CampaignState.SEALED, CampaignState.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw of a sealed bag; `bag_seal` empty where it is not known which of its seals."""

    batch: str
    bag_seal: str
    what: str
    observed_by: str
    observed_at: datetime


async def report_incident(connection: Writing, by: Principal, code: str, seen: Seen) -> Case:
    """Open an incident with a sealed bag. Raises DomainError `batch_not_sealed`, `incident_invalid`."""
    if seen.observed_at > business_time() + CLOCKS_DIFFER:
        fault = Fault("/observed_at", "observed_in_future", "thời điểm phát hiện sau thời điểm báo")
        raise DomainError("incident_invalid", {}, (fault,))
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, *_LIVING)
    batch = await batches.read_batch(connection, found.id, seen.batch, lock="share")
    authorize_office(by, Action.INCIDENT_REPORT, batch.office)
    if batch.state != "sealed":
        raise DomainError("batch_not_sealed", {"batch": seen.batch})
    return await open_incident(connection, by, found, seen)


async def open_incident(connection: Writing, by: Principal, found: Campaign, seen: Seen) -> Case:
    """The incident as a row and as a line of the ledger; the bag is sealed and the campaign locked."""
    await seals.lock_head(connection, found.id)
    new = Incident(
        await incidents.next_number(connection, found.id),
        seen.batch,
        seen.bag_seal,
        seen.what,
        seen.observed_by,
        seen.observed_at,
        by.subject,
        business_time(),
    )
    await incidents.insert_incident(connection, found.id, new)
    await _chain(connection, by, found, "incident.reported", INCIDENT, new, new)
    return Case(new, None)


async def resolve_incident(connection: Writing, by: Principal, code: str, number: int, finding: str) -> Case:
    """Close an incident with its finding. Raises DomainError `incident_unknown`, `incident_resolved`."""
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, *_LIVING)
    known = await incidents.read_incident(connection, found.id, number)
    new = Finding(finding, by.subject, business_time())
    if not await incidents.insert_finding(connection, found.id, number, new):
        raise DomainError("incident_resolved", {"number": number})
    await _chain(connection, by, found, "incident.resolved", FINDING, known, new)
    return Case(known, new)


async def _chain(
    connection: Writing,
    by: Principal,
    found: Campaign,
    action: str,
    kind: str,
    known: Incident,
    kept: Incident | Finding,
) -> None:
    facts = {"kind": kind, "batch": known.batch, "number": known.number, "digest": kept_digest(kept)}
    entry = await seals.append(connection, found.id, facts)
    what = f"{found.code}/{known.batch}"
    await record(connection, by, action, what, number=known.number, kept=entry.kept)
