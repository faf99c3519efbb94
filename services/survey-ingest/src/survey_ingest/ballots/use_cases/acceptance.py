"""Taking checked ballots into the books: one transaction for many, each with its own outcome."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from parindex.db import Writing
from parindex.kernel.errors import DomainError
from survey_ingest.ballots import store
from survey_ingest.ballots.domain.findings import QUOTA_FULL, WRITTEN_OFF
from survey_ingest.ballots.domain.receipt import (
    BatchStanding,
    Objection,
    Receipt,
    Stored,
    judge_unwritten,
)
from survey_ingest.ballots.store import Keyed, places, remarks
from survey_ingest.ballots.store.places import QuotaKey
from survey_ingest.ballots.use_cases.serials_of_ballots import bring_back, objections_to_serials

Outcome = Receipt | DomainError
Key = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the transaction holds: the bags, what is odd about a ballot by its identity, and the free places
    of the quotas that nobody passes without an explanation.
    """

    standings: dict[tuple[UUID, str], BatchStanding]
    objections: dict[int, Objection]
    free: dict[QuotaKey, int]

    def objection(self, item: Keyed, free: dict[QuotaKey, int]) -> Objection:
        """What stands against the ballot, its full quota among it."""
        found = self.objections.get(id(item), Objection())
        return found.with_warning(QUOTA_FULL) if self.is_beyond(item, free) else found

    def is_beyond(self, item: Keyed, free: dict[QuotaKey, int]) -> bool:
        return item.watches_quota and free[item.quota] <= 0


async def write_ballots(connection: Writing, keyed: Sequence[Keyed]) -> list[Outcome | None]:
    """Write a batch of ballots in the caller's transaction; the outcomes stand in the order given.

    None for a ballot whose bag is being sealed at this moment: nothing is known of it yet.
    A ballot may have stood back for a neighbour of its id or serial, or for one that was to have the last
    place, which was refused itself: it gets its turn in a further pass. Each pass settles some.
    """
    standings = await store.lock_bags(connection, sorted({item.bag for item in keyed}))
    left = [item for item in keyed if item.bag in standings]
    amended = [item for item in left if standings[item.bag].serials_amended]
    watched = sorted({item.quota for item in left if item.watches_quota})
    desk = _Desk(
        standings,
        {id(item): Objection(tuple(item.warnings)) for item in left if item.warnings}
        | await objections_to_serials(connection, amended),
        await places.lock_free(connection, watched) if watched else {},
    )
    settled: dict[int, Outcome] = {}
    while left and (passed := await _write_pass(connection, left, desk)):
        settled |= passed
        left = [item for item in left if id(item) not in settled]
    return [settled.get(id(item)) for item in keyed]


async def _write_pass(connection: Writing, keyed: Sequence[Keyed], desk: _Desk) -> dict[int, Outcome]:
    """Write the first of each id and serial, judge the rest by the books; outcomes by the item's identity."""
    candidates = _first_of_each(keyed, desk)
    held: set[Key] = set()
    written: set[Key] = set()
    if candidates:
        ordered = [candidates[key] for key in sorted(candidates)]  # two writers meet in one order
        written = await store.insert_ballots(connection, ordered)
        new = [item for key, item in candidates.items() if key in written]
        held = await _take_places(connection, new)
        await _write_remarks(connection, new, held, desk)
        for item in new:
            if item.watches_quota and item.key not in held:
                desk.free[item.quota] -= 1
    fresh: dict[int, Outcome] = {
        id(candidates[key]): Receipt(_stored(candidates[key], held=key in held), repeated=False)
        for key in written
    }
    rest = [item for item in keyed if id(item) not in fresh]
    return fresh | await _judge(connection, rest, desk) if rest else fresh


def _first_of_each(keyed: Sequence[Keyed], desk: _Desk) -> dict[Key, Keyed]:
    """The first ballot of each id and of each serial that nothing stands against, as far as places go."""
    found: dict[Key, Keyed] = {}
    taken: set[tuple[UUID, str]] = set()
    free = dict(desk.free)
    for item in keyed:
        serial = (item.campaign_id, item.entry.serial)
        if (
            desk.standings[item.bag].takes_ballots(item.accepted_at, item.entry.collected_at)
            and item.key not in found
            and serial not in taken
            and desk.objection(item, free).is_met_by(item.explanations or {})
        ):
            found[item.key] = item
            taken.add(serial)
            if item.watches_quota:
                free[item.quota] -= 1
    return found


async def _take_places(connection: Writing, written: Sequence[Keyed]) -> set[Key]:
    """Take a place for each ballot that counts, first come first served; those left over are held."""
    counting = [item for item in written if not item.reason]
    if not counting:
        return set()
    left = await places.take_places(connection, Counter(item.quota for item in counting))
    surplus: list[Key] = []
    for item in counting:
        if left[item.quota] > 0:
            left[item.quota] -= 1
        else:
            surplus.append(item.key)
    if surplus:
        await store.hold(connection, surplus)
    return set(surplus)


async def _write_remarks(connection: Writing, new: Sequence[Keyed], held: set[Key], desk: _Desk) -> None:
    """Comments, and why each warning of a ballot passed; what was written off is on the books again."""
    await remarks.insert_comments(connection, new)
    passed: list[tuple[Keyed, dict[str, str]]] = []
    for item in new:
        numbers = list(desk.objections[id(item)].warnings) if id(item) in desk.objections else []
        if item.watches_quota and item.key in held:
            numbers.append(QUOTA_FULL)
        if numbers:
            given = item.explanations or {}
            passed.append((item, {number: given[number] for number in numbers}))
    await remarks.insert_explanations(connection, passed)
    await bring_back(
        connection, [(item, given[WRITTEN_OFF]) for item, given in passed if WRITTEN_OFF in given]
    )


def _stored(item: Keyed, *, held: bool) -> Stored:
    status = "invalid" if item.reason else "held" if held else "valid"
    entry = item.entry
    return Stored(entry.id, entry.serial, status, item.digest, item.accepted_at, item.clerk)


async def _judge(connection: Writing, rest: Sequence[Keyed], desk: _Desk) -> dict[int, Outcome]:
    """The outcome of each ballot that was not written, where the books or its bag decide it."""
    known = await store.find_known(connection, rest)
    by_id = {(campaign, found.id): found for campaign, found in known}
    by_serial = {(campaign, found.serial): found for campaign, found in known}
    judged: dict[int, Outcome] = {}
    for item in rest:
        outcome = judge_unwritten(
            _stored(item, held=False),
            desk.standings[item.bag],
            by_id.get(item.key),
            by_serial.get((item.campaign_id, item.entry.serial)),
            item.entry.collected_at,
            desk.objection(item, desk.free).refusal(item.entry.serial, item.explanations or {}),
        )
        if outcome is not None:
            judged[id(item)] = outcome
    return judged
