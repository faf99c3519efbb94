"""Taking checked ballots into the books: one transaction for many, each with its own outcome."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from parindex.db import Writing
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.ballots import store
from survey_ingest.ballots.domain.findings import QUOTA_FULL, unexplained
from survey_ingest.ballots.domain.receipt import BatchStanding, Receipt, Stored, judge_unwritten
from survey_ingest.ballots.store import Keyed, remarks

Outcome = Receipt | DomainError
Standings = dict[tuple[UUID, str], BatchStanding]


async def write_ballots(connection: Writing, keyed: Sequence[Keyed]) -> list[Outcome | None]:
    """Write a batch of ballots in the caller's transaction; the outcomes stand in the order given.

    None for a ballot whose bag is being sealed at this moment: nothing is known of it yet.
    A ballot may have stood back for a neighbour of its id or serial that was refused itself: it gets its turn
    in a second pass, when all that meet the books are settled.
    """
    standings = await store.lock_bags(connection, sorted({item.bag for item in keyed}))
    ready = [item for item in keyed if item.bag in standings]
    warned = await _warnings(connection, ready)
    settled = await _write_pass(connection, ready, standings, warned) if ready else {}
    left = [item for item in ready if id(item) not in settled]
    if left:
        settled |= await _write_pass(connection, left, standings, warned)
    return [settled.get(id(item)) for item in keyed]


@dataclass(frozen=True, slots=True)
class _Warned:
    """The warnings of one ballot: those explained, and those that keep it out."""

    explained: dict[str, str]
    unexplained: tuple[Fault, ...]


Warned = dict[int, _Warned]
"""By the identity of the ballot; most ballots have none."""


async def _warnings(connection: Writing, ready: Sequence[Keyed]) -> Warned:
    """The warnings of each ballot, with those that only the books can give: its quota is full already."""
    asking = {item.quota for item in ready if item.watches_quota and not item.reason}
    full = await store.full_quotas(connection, sorted(asking)) if asking else set()
    found: Warned = {}
    for item in ready:
        numbers = list(item.warnings)
        if item.watches_quota and item.quota in full and not item.reason:
            numbers.append(QUOTA_FULL)
        if numbers:
            given = item.explanations or {}
            explained = {number: given[number] for number in numbers if number in given}
            left = tuple(unexplained(number) for number in numbers if number not in given)
            found[id(item)] = _Warned(explained, left)
    return found


async def _write_pass(
    connection: Writing, keyed: Sequence[Keyed], standings: Standings, warned: Warned
) -> dict[int, Outcome]:
    """Write the first of each id and serial, judge the rest by the books; outcomes by the item's identity."""
    candidates = _first_of_each(keyed, standings, warned)
    held: set[tuple[UUID, UUID]] = set()
    written: set[tuple[UUID, UUID]] = set()
    if candidates:
        ordered = [candidates[key] for key in sorted(candidates)]  # two writers meet in one order
        written = await store.insert_ballots(connection, ordered)
        new = [item for key, item in candidates.items() if key in written]
        held = await _take_places(connection, new)
        await remarks.insert_comments(connection, new)
        explained = [(item, warned[id(item)].explained) for item in new if id(item) in warned]
        await remarks.insert_explanations(connection, explained)
    fresh: dict[int, Outcome] = {
        id(candidates[key]): Receipt(_stored(candidates[key], held=key in held), repeated=False)
        for key in written
    }
    rest = [item for item in keyed if id(item) not in fresh]
    return fresh | await _judge(connection, rest, standings, warned) if rest else fresh


def _first_of_each(
    keyed: Sequence[Keyed], standings: Standings, warned: Warned
) -> dict[tuple[UUID, UUID], Keyed]:
    """The first ballot of each id and of each serial whose batch is open and whose warnings are explained."""
    found: dict[tuple[UUID, UUID], Keyed] = {}
    serials: set[tuple[UUID, str]] = set()
    for item in keyed:
        serial = (item.campaign_id, item.entry.serial)
        if (
            standings[item.bag].takes_ballots(item.accepted_at, item.entry.collected_at)
            and not (id(item) in warned and warned[id(item)].unexplained)
            and item.key not in found
            and serial not in serials
        ):
            found[item.key] = item
            serials.add(serial)
    return found


async def _take_places(connection: Writing, written: Sequence[Keyed]) -> set[tuple[UUID, UUID]]:
    """Take a place for each ballot that counts, first come first served; those left over are held."""
    counting = [item for item in written if not item.reason]
    if not counting:
        return set()
    left = await store.take_places(connection, Counter(item.quota for item in counting))
    surplus: list[tuple[UUID, UUID]] = []
    for item in counting:
        if left[item.quota] > 0:
            left[item.quota] -= 1
        else:
            surplus.append(item.key)
    if surplus:
        await store.hold(connection, surplus)
    return set(surplus)


def _stored(item: Keyed, *, held: bool) -> Stored:
    status = "invalid" if item.reason else "held" if held else "valid"
    entry = item.entry
    return Stored(entry.id, entry.serial, status, item.digest, item.accepted_at, item.clerk)


async def _judge(
    connection: Writing, rest: Sequence[Keyed], standings: Standings, warned: Warned
) -> dict[int, Outcome]:
    """The outcome of each ballot that was not written, where the books or its bag decide it."""
    known = await store.find_known(connection, rest)
    by_id = {(campaign, found.id): found for campaign, found in known}
    by_serial = {(campaign, found.serial): found for campaign, found in known}
    judged: dict[int, Outcome] = {}
    for item in rest:
        outcome = judge_unwritten(
            _stored(item, held=False),
            standings[item.bag],
            by_id.get(item.key),
            by_serial.get((item.campaign_id, item.entry.serial)),
            item.entry.collected_at,
            warned[id(item)].unexplained if id(item) in warned else (),
        )
        if outcome is not None:
            judged[id(item)] = outcome
    return judged
