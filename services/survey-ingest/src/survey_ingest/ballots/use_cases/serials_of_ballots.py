"""What the issue list says of ballots at the moment they are written, where it changed meanwhile."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from parindex.db import Writing
from survey_ingest.ballots.domain.findings import OUTSIDE_ISSUE, WRITTEN_OFF, not_issued
from survey_ingest.ballots.domain.receipt import Objection
from survey_ingest.ballots.store import Keyed
from survey_ingest.campaigns.store import marks, serials
from survey_ingest.campaigns.store.marks import SerialMark


async def objections_to_serials(connection: Writing, amended: Sequence[Keyed]) -> dict[int, Objection]:
    """By the ballot's identity, all that stands against it, the warnings it has already among it.

    Its serial may have been written off, or its range withdrawn after this process learned of it.
    """
    found: dict[int, Objection] = {}
    for campaign_id in {item.campaign_id for item in amended}:
        own = [item for item in amended if item.campaign_id == campaign_id]
        lost = await marks.find_written_off(connection, campaign_id, [item.entry.serial for item in own])
        bags = {item.entry.batch for item in own if item.looks_at_issue}
        ranges = await serials.read_ranges(connection, campaign_id, bags) if bags else []
        for item in own:
            serial = item.entry.serial
            issued = any(listed.batch == item.entry.batch and serial in listed.serials for listed in ranges)
            warnings = set(item.warnings)
            warnings |= {WRITTEN_OFF} if serial in lost else set()
            warnings |= {OUTSIDE_ISSUE} & item.watched if not issued else set()
            faults = (not_issued(serial),) if item.issued_serials_only and not issued else ()
            if warnings or faults:
                found[id(item)] = Objection(tuple(sorted(warnings)), faults)
    return found


async def bring_back(connection: Writing, explained: Iterable[tuple[Keyed, str]]) -> None:
    """Ballots that were written off and came in all the same have returned, as their clerks explained."""
    by_campaign: dict[UUID, list[SerialMark]] = {}
    for item, explanation in explained:
        new = SerialMark(
            item.entry.serial, item.entry.batch, "returned", explanation, item.clerk, item.accepted_at
        )
        by_campaign.setdefault(item.campaign_id, []).append(new)
    for campaign_id, found in by_campaign.items():
        await marks.insert_marks(connection, campaign_id, found)
