"""The hand-over: the post office delivers sealed bags, the department takes or refuses them."""

from collections.abc import Sequence
from dataclasses import dataclass

from parindex.auth.principal import Principal
from parindex.bus import publish
from parindex.contracts.events import CampaignHandedOver
from parindex.contracts.loading import dump_snapshot
from parindex.db import Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.store import campaigns
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.handing_over import bags_to_deliver, due_bags, seal_faults
from survey_ingest.custody.store import handovers, incidents, seals
from survey_ingest.custody.store.handovers import Delivery, Minutes, Part, Receipt
from survey_ingest.custody.use_cases.incidents import Seen, open_incident
from survey_ingest.custody.use_cases.minutes import draw_up
from survey_ingest.respondents.use_cases import start_deletion_timer
from survey_ingest.schema import record


@dataclass(frozen=True, slots=True)
class Handing:
    """What the office states as it hands bags over; no named batches: all that are due."""

    from_party: str
    to_party: str
    note: str
    batches: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """A bag found with a broken seal as it was received."""

    batch: str
    bag_seal: str
    what: str


@dataclass(frozen=True, slots=True)
class Taking:
    """What the department states as it takes or refuses a delivery."""

    accepted: bool
    seals_intact: bool
    note: str
    accepted_because: str
    broken_seals: Sequence[BrokenSeal] = ()
    delivery: int | None = None  # the delivery that is answered, where the receiver names it


async def deliver(connection: Writing, by: Principal, code: str, handing: Handing) -> Delivery:
    """The office's half.

    Raises DomainError `tally_missing`, `handover_delivered`, `handover_batches_invalid`.
    """
    found = await campaigns.read_campaign(connection, code, lock="update")
    if found.state == CampaignState.OPEN:
        raise DomainError("tally_missing", {"campaign": code})
    require_state(code, found.state, CampaignState.SEALED)
    parts = await handovers.list_parts(connection, found.id)
    if parts and parts[-1].receipt is None:
        raise DomainError("handover_delivered", {"campaign": code})
    due = due_bags(await seals.read_ledger(connection, found.id), _received(parts))
    bags = bags_to_deliver(code, due, handing.batches)
    new = Delivery(
        revision=len(parts) + 1,
        from_party=handing.from_party,
        to_party=handing.to_party,
        note=handing.note,
        delivered_at=business_time(),
        delivered_by=by.subject,
        entries=[bag.entry for bag in bags],
    )
    await handovers.insert_delivery(connection, found.id, new)
    await record(
        connection,
        by,
        "handover.delivered",
        code,
        from_party=new.from_party,
        to_party=new.to_party,
        bags=len(bags),
        kept=new.kept,
    )
    return new


def _received(parts: Sequence[Part]) -> list[str]:
    return [entry for part in parts if part.is_received for entry in part.delivery.entries]


async def receive(
    connection: Writing, by: Principal, code: str, survey_url: str, taking: Taking
) -> Minutes | None:
    """The department's half; the minutes once every bag has changed hands, None while some are due.

    Each seal reported broken opens an incident. Raises DomainError `handover_not_delivered`, `handover_own`,
    `refusal_unexplained`, `broken_seal_unexplained`, `incidents_open`.
    """
    found = await campaigns.read_campaign(connection, code, lock="update")
    require_state(code, found.state, CampaignState.SEALED)
    parts = await handovers.list_parts(connection, found.id)
    if not parts or parts[-1].receipt is not None or taking.delivery not in {None, len(parts)}:
        raise DomainError("handover_not_delivered", {"campaign": code})
    delivery = parts[-1].delivery
    if delivery.delivered_by == by.subject:
        raise DomainError("handover_own", {"campaign": code})
    if not taking.accepted and not taking.note:
        fault = Fault("/note", "note_missing", "từ chối nhận thì phải ghi rõ lý do")
        raise DomainError("refusal_unexplained", {}, (fault,))
    await _judge_seals(connection, by, found, delivery, taking)
    receipt = Receipt(
        delivery.revision,
        taking.accepted,
        taking.seals_intact,
        taking.note,
        taking.accepted_because,
        business_time(),
        by.subject,
    )
    await handovers.insert_receipt(connection, found.id, receipt)
    if not taking.accepted:
        await record(connection, by, "handover.refused", code, note=taking.note, kept=receipt.kept)
        return None
    parts = [*parts[:-1], Part(delivery, receipt)]
    ledger = await seals.read_ledger(connection, found.id)
    if due_bags(ledger, _received(parts)):
        await record(connection, by, "handover.part_received", code, kept=receipt.kept)
        return None
    return await _complete(connection, by, found, parts, survey_url)


async def _judge_seals(
    connection: Writing, by: Principal, found: Campaign, delivery: Delivery, taking: Taking
) -> None:
    """What the receiver says of the seals: faults at once, an incident for each bag that is named."""
    ledger = await seals.read_ledger(connection, found.id)
    delivered = {entry.batch for entry in ledger if entry.entry in delivery.entries}
    known = [
        case for case in await incidents.list_cases(connection, found.id) if case.incident.batch in delivered
    ]
    named = [item.batch for item in taking.broken_seals]
    told = {case.incident.batch for case in known}
    if faults := seal_faults(delivered, named, told, is_intact=taking.seals_intact):
        raise DomainError("broken_seal_unexplained", {"count": len(faults)}, tuple(faults))
    open_ones = [(f"sự cố số {case.incident.number}", case.incident.batch) for case in known if case.is_open]
    waiting = [*open_ones, *(("niêm phong không còn nguyên vẹn", batch) for batch in named)]
    if waiting and taking.accepted and not taking.accepted_because:
        faults = [
            Fault("/accepted_because", "incident_open", f"{what}, túi {batch}") for what, batch in waiting
        ]
        raise DomainError("incidents_open", {"count": len(faults)}, tuple(faults))
    for item in taking.broken_seals:
        seen = Seen(item.batch, item.bag_seal, item.what, delivery.to_party, business_time())
        await open_incident(connection, by, found, seen)


async def _complete(
    connection: Writing, by: Principal, found: Campaign, parts: Sequence[Part], survey_url: str
) -> Minutes:
    """Every bag has changed hands: minutes, state, event, audit."""
    before = await handovers.list_minutes(connection, found.id)
    content, digest = dump_snapshot(await draw_up(connection, found, parts, before))
    made = Minutes(len(before) + 1, digest, content)
    last = parts[-1].receipt
    assert last is not None
    await handovers.insert_minutes(connection, found.id, made, last.received_at, by.subject)
    await campaigns.set_state(connection, found.id, CampaignState.HANDED_OVER)
    await start_deletion_timer(connection, found.id, last.received_at)
    event = CampaignHandedOver(
        campaign=found.code,
        period=found.period,
        digest=digest,
        url=f"{survey_url}/internal/handovers/{digest}",
    )
    await publish(connection, "survey", event)
    kept = {**last.kept, **made.kept}
    await record(connection, by, "handover.received", found.code, seals_intact=last.seals_intact, kept=kept)
    return made
