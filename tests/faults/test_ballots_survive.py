"""An acknowledged ballot is in the books once, as it was sent, whatever dies, breaks off or races.

The system runs as processes, two of them APIs. `PARINDEX_DEEP=1` runs it at full length: 20 clerks with 500
ballots each and 10 seeds, 50 rounds of the races; otherwise a short form of each.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from parindex.kernel.clocks import instant_text
from parindex_embedded.state import read_state
from tests.support.ballot_desk import APIS, UNIT_CODES, Desk, ballot, running_desk
from tests.support.ballot_line import CuttingProxy, Line, Reply, lines

DEEP = bool(os.environ.get("PARINDEX_DEEP"))
CLERKS = 20
BALLOTS_EACH = 500 if DEEP else 25
SEEDS = range(10 if DEEP else 1)
BLOWS_EACH = 2 if DEEP else 1
VICTIMS = (*APIS, "worker-survey", "postgres", "postgres", "valkey")
CUT_SHARE = 0.3
ROUNDS = 50 if DEEP else 5
RACERS = 50
CROWD = 200
LAST_PLACES = 10
FAULTY_EVERY = 25
OUT_OF_SCALE = 9

pytestmark = pytest.mark.timeout(3000)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("ballots")) as running:
        yield running


@pytest_asyncio.fixture
async def racing(desk: Desk) -> AsyncIterator[list[Line]]:
    """As many lines as the largest crowd needs, connected, evenly to both processes."""
    async with lines(desk.ports, desk.clerks(CLERKS) * (CROWD // CLERKS)) as found:
        for line in found:
            await line.connect()
        yield found


@dataclass
class Keyed:
    """What the clerks sent and what they were told."""

    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    clerks: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    repeated: int = 0

    def note(self, clerk: str, body: dict[str, Any], reply: Reply) -> None:
        self.sent[body["id"]] = body
        if is_faulty(body):
            assert reply.status == 422, reply
            self.refused += 1
            return
        assert reply.status in {200, 201}, reply
        self.repeated += reply.status == 200
        self.receipts[body["id"]] = receipt(reply.content)
        self.clerks[body["id"]] = clerk


def is_faulty(body: dict[str, Any]) -> bool:
    return OUT_OF_SCALE in body["answers"]


def receipt(content: dict[str, Any]) -> dict[str, Any]:
    """What a repeat must give again."""
    return {key: content[key] for key in ("id", "serial", "status", "digest", "accepted_at")}


def stack_of_ballots(chance: Random, prefix: str) -> list[list[dict[str, Any]]]:
    """A pile for each clerk; some ballots have an answer out of scale and must never be stored."""
    return [
        [
            ballot(
                chance,
                f"{prefix}-{clerk}-{n}",
                **({"answers": [OUT_OF_SCALE] * 5} if n % FAULTY_EVERY == 7 else {}),
            )
            for n in range(BALLOTS_EACH)
        ]
        for clerk in range(CLERKS)
    ]


async def assert_books_hold(desk: Desk, code: str, keyed: Keyed, places: int) -> Counter[str]:
    """Every acknowledged ballot once, with its body and as its receipt says; nothing else; places counted."""
    rows = {str(row["id"]): row for row in await desk.ballots(code)}
    assert rows.keys() == keyed.receipts.keys()
    for key, row in rows.items():
        body = keyed.sent[key]
        stored = {**{name: row[name] for name in body.keys() & row.keys()}, "id": key}
        assert {**stored, "group": row["respondent_group"]} == body
        told = {**stored, "status": row["status"], "digest": row["digest"]}
        assert receipt({**told, "accepted_at": instant_text(row["accepted_at"])}) == keyed.receipts[key]
        assert (row["clerk"], row["reason"], row["entry_mode"]) == (keyed.clerks[key], None, "manual")
    of_quota = Counter((row["respondent_group"], row["unit"]) for row in rows.values())
    valid = Counter((r["respondent_group"], r["unit"]) for r in rows.values() if r["status"] == "valid")
    expected = {quota: min(places, count) for quota, count in of_quota.items()}
    assert dict(valid) == expected
    assert {quota: n for quota, n in (await desk.taken_places(code)).items() if n} == expected
    return Counter(row["status"] for row in rows.values())


async def assert_repeats_give_the_same(line: Line, path: str, keyed: Keyed) -> None:
    accepted = [keyed.sent[key] for key in keyed.receipts]
    for start in range(0, len(accepted), 500):
        part = accepted[start : start + 500]
        reply, _ = await line.deliver(f"{path}/bulk", {"ballots": part})
        results = reply.content["results"]
        assert {result["status"] for result in results} == {"repeated"}
        assert [receipt(result["receipt"]) for result in results] == [keyed.receipts[b["id"]] for b in part]


class Storm:
    """Kills at random moments, told in acknowledged ballots, so that each falls into the clerks' work."""

    def __init__(self, desk: Desk, chance: Random) -> None:
        self._desk = desk
        self._chance = chance
        self.over = asyncio.Event()
        self.progress = 0

    async def run(self) -> None:
        """Each blow falls while ballots are being acknowledged: some more than at the blow before.

        Its victim is up again after its own last blow; others may be dead at that moment.
        """
        victims = list(VICTIMS) * BLOWS_EACH
        self._chance.shuffle(victims)
        total = CLERKS * (BALLOTS_EACH - 1)
        for victim in victims:
            await asyncio.to_thread(self._desk.stack.wait_ready, victim)
            gap = self._chance.randint(1, total // len(victims))
            moment = min(self.progress + gap, total)
            while self.progress < moment:
                await asyncio.sleep(0.001)
            await asyncio.sleep(self._chance.random() * 0.02)
            await asyncio.to_thread(self._desk.stack.kill, victim)
        self.over.set()

    async def key(self, number: int, line: Line, path: str, pile: Sequence[Any], keyed: Keyed) -> None:
        """One clerk's work; the last ballot waits until the storm is over, so that no blow comes late."""
        for position, body in enumerate(pile):
            if position == len(pile) - 1:
                await self.over.wait()
            reply, _ = await line.deliver(path, body)
            keyed.note(f"nhap-{number}", body, reply)
            self.progress += 1


def restarts(desk: Desk) -> Counter[str]:
    processes = read_state(desk.stack.home)["processes"]
    return Counter({name: processes[name]["restarts"] for name in VICTIMS})


async def test_what_was_acknowledged_survives_every_kill(desk: Desk) -> None:
    for seed in SEEDS:
        chance = Random(seed)
        code, places = f"bao-{seed}", CLERKS * BALLOTS_EACH // len(UNIT_CODES) * 9 // 10
        path = desk.open_campaign(code, places)
        storm, keyed, before = Storm(desk, chance), Keyed(), restarts(desk)
        async with lines(desk.ports, desk.clerks(CLERKS)) as found, asyncio.TaskGroup() as group:
            group.create_task(storm.run())
            for number, pile in enumerate(stack_of_ballots(chance, code)):
                group.create_task(storm.key(number, found[number], path, pile, keyed))
        await asyncio.to_thread(desk.stack.wait_ready)
        killed = restarts(desk) - before
        assert all(
            killed[victim] >= BLOWS_EACH for victim in VICTIMS
        )  # one started without a server ends too
        statuses = await assert_books_hold(desk, code, keyed, places)
        async with lines(desk.ports, desk.clerks(1)) as (line,):
            await assert_repeats_give_the_same(line, path, keyed)
        unanswered = sum(line.unanswered for line in found)
        unavailable = sum(line.unavailable for line in found)
        print(
            f"hạt {seed}: {len(keyed.receipts)} phiếu nhận {dict(statuses)}, {keyed.refused} từ chối; "
            f"{BLOWS_EACH * len(VICTIMS)} lần giết; {unanswered} lần không có trả lời, {unavailable} lần 503, "
            f"{keyed.repeated} phiếu đã ghi mà mất biên nhận; mỗi phiếu một bản",
            flush=True,
        )
        assert unanswered
        assert len(keyed.receipts) + keyed.refused == CLERKS * BALLOTS_EACH


async def test_replies_cut_after_the_commit_store_each_ballot_once(desk: Desk) -> None:
    chance, keyed = Random(7), Keyed()
    places = CLERKS * BALLOTS_EACH
    path = desk.open_campaign("cat", places)
    proxies = [CuttingProxy(port, CUT_SHARE, chance) for port in desk.ports]

    async def key(number: int, line: Line, pile: list[dict[str, Any]]) -> None:
        for body in pile:
            reply, lost = await line.deliver(path, body)
            keyed.note(f"nhap-{number}", body, reply)
            # What was cut came after the commit, so that the next reply says that the ballot was there.
            assert is_faulty(body) or reply.status == (200 if lost else 201)

    async with AsyncExitStack() as exits:
        ports = [await exits.enter_async_context(proxy.listening()) for proxy in proxies]
        found = await exits.enter_async_context(lines(ports, desk.clerks(CLERKS)))
        piles = stack_of_ballots(chance, "cat")
        await asyncio.gather(*(key(n, found[n], pile) for n, pile in enumerate(piles)))
    await assert_books_hold(desk, "cat", keyed, places)
    cut, passed = sum(p.cut for p in proxies), sum(p.passed for p in proxies)
    print(
        f"{passed} trả lời đến nơi, {cut} bị cắt; "
        f"{keyed.repeated} phiếu gửi lại nhận biên nhận cũ; mỗi phiếu một bản"
    )
    assert passed == CLERKS * BALLOTS_EACH
    assert cut == sum(line.unanswered for line in found)
    assert keyed.repeated


async def test_one_id_sent_by_fifty_at_once_is_one_row(desk: Desk, racing: list[Line]) -> None:
    chance = Random(11)
    path = desk.open_campaign("mot", places=10_000)
    winners: Counter[int] = Counter()
    for number in range(ROUNDS):
        body = ballot(chance, f"M{number}")
        replies = await asyncio.gather(*(line.post(path, body) for line in racing[:RACERS]))
        assert Counter(reply.status for reply in replies) == {201: 1, 200: RACERS - 1}
        assert len({tuple(receipt(reply.content).items()) for reply in replies}) == 1
        winners[[reply.status for reply in replies].index(201) % 2] += 1
    rows = await desk.ballots("mot")
    assert len(rows) == len({row["digest"] for row in rows}) == ROUNDS
    print(f"{ROUNDS} vòng × {RACERS}: mỗi vòng 1 × 201, {RACERS - 1} × 200; tiến trình ghi {dict(winners)}")


async def test_one_id_with_fifty_bodies_has_one_winner(desk: Desk, racing: list[Line]) -> None:
    chance = Random(12)
    path = desk.open_campaign("khac", places=10_000)
    won: dict[str, dict[str, Any]] = {}
    for number in range(ROUNDS):
        first = ballot(chance, f"K{number}", unit="so-01")
        bodies = [{**first, "answers": [1 + n % 5, 1 + n // 5 % 5, 1 + n // 25, 1, 1]} for n in range(RACERS)]
        replies = await asyncio.gather(*map(send(path), racing[:RACERS], bodies))
        assert Counter(reply.status for reply in replies) == {201: 1, 409: RACERS - 1}
        assert {r.content["code"] for r in replies if r.status == 409} == {"ballot_conflict"}
        won[first["id"]] = next(b for b, r in zip(bodies, replies, strict=True) if r.status == 201)
    rows = await desk.ballots("khac")
    assert {str(row["id"]): row["answers"] for row in rows} == {key: b["answers"] for key, b in won.items()}
    print(f"{ROUNDS} vòng × {RACERS} nội dung: mỗi vòng 1 × 201, {RACERS - 1} × 409")


async def test_the_last_ten_places_are_never_eleven(desk: Desk, racing: list[Line]) -> None:
    chance = Random(13)
    groups = [f"luot-{number}" for number in range(ROUNDS)]
    before = 5
    path = desk.open_campaign("chot", before + LAST_PLACES, groups)
    for group in groups:
        about = {"group": group, "unit": "so-01"}
        early = [ballot(chance, f"{group}-S{n}", **about) for n in range(before)]
        await racing[0].post(f"{path}/bulk", {"ballots": early})
        crowd = [ballot(chance, f"{group}-{n}", **about) for n in range(CROWD)]
        replies = await asyncio.gather(*map(send(path), racing, crowd))
        assert {reply.status for reply in replies} == {201}
        told = Counter(reply.content["status"] for reply in replies)
        assert told == {"valid": LAST_PLACES, "held": CROWD - LAST_PLACES}
    stored = Counter((row["respondent_group"], row["status"]) for row in await desk.ballots("chot"))
    assert stored == {
        **{(group, "valid"): before + LAST_PLACES for group in groups},
        **{(group, "held"): CROWD - LAST_PLACES for group in groups},
    }
    taken = await desk.taken_places("chot")
    assert {taken[(group, "so-01")] for group in groups} == {before + LAST_PLACES}
    print(
        f"{ROUNDS} vòng × {CROWD} người, {LAST_PLACES} chỗ cuối: luôn {LAST_PLACES} hợp lệ, còn lại tạm giữ"
    )


def send(path: str) -> Any:
    return lambda line, body: line.post(path, body)
