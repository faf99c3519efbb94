"""Keeping, reading and deleting contact data: each reading and each erasure has its reason on record."""

from datetime import datetime
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from parindex.telemetry import log
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.respondents.domain import Contact
from survey_ingest.respondents.store import contacts
from survey_ingest.respondents.store.encryption import Keyring
from survey_ingest.schema import SYSTEM, record


def require_keys(ring: Keyring | None) -> Keyring:
    """Raises DomainError `contacts_not_configured` on an installation without a personal key."""
    if ring is None:
        raise DomainError("contacts_not_configured")
    return ring


async def keep_contact(
    connection: Writing, by: Principal, ring: Keyring, code: str, batch_code: str, new: Contact
) -> None:
    """Keep the contact of a ballot's serial, or replace it; the audit tells neither whose nor which serial.

    Raises DomainError `contacts_not_declared`, `contact_of_other_batch`.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN, CampaignState.SEALED)
    if found.retention_days is None:
        raise DomainError("contacts_not_declared", {"campaign": code})
    batch = await batches.read_batch(connection, found.id, batch_code)
    authorize_office(by, Action.CONTACT_WRITE, batch.office)
    if not await contacts.keep(connection, ring, found.id, batch_code, new):
        raise DomainError("contact_of_other_batch", {"serial": new.serial})
    await record(connection, by, "contact.kept", f"{code}/{batch_code}")


async def read_contact(
    connection: Writing, by: Principal, ring: Keyring, code: str, serial: str, reason: str
) -> Contact:
    """One contact for a re-check, never together with the answers. Raises DomainError `contact_unknown`."""
    found = await campaigns.read_campaign(connection, code)
    contact = await contacts.find(connection, ring, found.id, serial)
    if contact is None:
        raise DomainError("contact_unknown", {"serial": serial})
    await record(connection, by, "contact.read", code, serial=serial, reason=reason)
    return contact


async def erase_contact(
    connection: Writing, by: Principal, ring: Keyring, code: str, serial: str, reason: str
) -> None:
    """Delete one contact at the person's request; ballot and counts stay. Raises `contact_unknown`."""
    found = await campaigns.read_campaign(connection, code)
    if not await contacts.erase(connection, ring, found.id, serial):
        raise DomainError("contact_unknown", {"serial": serial})
    await record(connection, by, "contact.erased", code, serial=serial, reason=reason)


async def start_deletion_timer(connection: Writing, campaign_id: UUID, handed_over_at: datetime) -> None:
    """The campaign is handed over: its days of retention begin, once."""
    await contacts.start_timer(connection, campaign_id, handed_over_at)


async def delete_due_contacts(connection: Writing, most: int) -> int:
    """A chunk of the contacts whose time is over; how many are gone."""
    gone = await contacts.delete_due(connection, business_time(), most)
    for code, count in gone.items():
        await record(connection, SYSTEM, "contacts.deleted", code, contacts=count)
        log.info("contacts_deleted", campaign=code, contacts=count)
    return sum(gone.values())


async def close_contacts_anew(connection: Writing, ring: Keyring, most: int) -> int:
    """A chunk of the contacts under former keys, encrypted under the key in use; how many."""
    changed = await contacts.close_anew(connection, ring, most)
    if changed:
        log.info("contacts_closed_anew", key=ring.current.id, contacts=changed)
    return changed
