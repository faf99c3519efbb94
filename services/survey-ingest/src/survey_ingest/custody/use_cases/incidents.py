"""A seal found broken: reported, chained into the ledger, and closed by what was found."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Writing
from parindex.kernel.canonical import digest
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.custody.domain.ledger import FINDING, INCIDENT, chained
from survey_ingest.custody.store import incidents, seals
from survey_ingest.custody.store.incidents import Case, Finding, Incident
from survey_ingest.schema import record

_LIVING = (CampaignState.OPEN, CampaignState.SEALED, CampaignState.HANDED_OVER)


async def report_incident(
    connection: Writing,
    by: Principal,
    code: str,
    batch_code: str,
    *,
    bag_seal: str,
    what: str,
    observed_by: str,
    observed_at: datetime,
) -> Case:
    """Open an incident with a sealed bag. Raises DomainError `batch_not_sealed`."""
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, *_LIVING)
    batch = await batches.read_batch(connection, found.id, batch_code, lock="share")
    authorize_office(by, Action.INCIDENT_REPORT, batch.office)
    if batch.state != "sealed":
        raise DomainError("batch_not_sealed", {"batch": batch_code})
    previous, sequence = await seals.lock_head(connection, found.id)
    number = await incidents.next_number(connection, found.id)
    new = Incident(number, batch_code, bag_seal, what, observed_by, observed_at, by.subject, business_time())
    await incidents.insert_incident(connection, found.id, new)
    facts = {
        "kind": INCIDENT,
        "batch": batch_code,
        "number": number,
        "digest": digest(incidents.plain(new)),
    }
    await _chain(connection, found.id, (previous, sequence), facts)
    await record(connection, by, "incident.reported", f"{code}/{batch_code}", number=number)
    return Case(new, None)


async def resolve_incident(connection: Writing, by: Principal, code: str, number: int, finding: str) -> Case:
    """Close an incident with its finding. Raises DomainError `incident_unknown`, `incident_resolved`."""
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, *_LIVING)
    head = await seals.lock_head(connection, found.id)
    known = await incidents.read_incident(connection, found.id, number)
    new = Finding(finding, by.subject, business_time())
    if not await incidents.insert_finding(connection, found.id, number, new):
        raise DomainError("incident_resolved", {"number": number})
    facts = {
        "kind": FINDING,
        "batch": known.batch,
        "number": number,
        "digest": digest(incidents.plain(new)),
    }
    await _chain(connection, found.id, head, facts)
    await record(connection, by, "incident.resolved", f"{code}/{known.batch}", number=number)
    return Case(known, new)


async def _chain(
    connection: Writing, campaign_id: UUID, head: tuple[str, int], facts: Mapping[str, Any]
) -> None:
    await seals.append(connection, campaign_id, chained(head[0], head[1] + 1, facts))
