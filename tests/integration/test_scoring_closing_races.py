"""A hundred writers of every kind against the end of a period: what is in the edition is all there ever is."""

import asyncio
import itertools
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from parindex.db import Database
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.clocks import instant_text, parse_instant
from scoring_api.results.domain.bundle import bundle_record
from scoring_api.results.use_cases.computing import bundle_of, read_inputs
from tests.support.scoring_story import SESSION, WITHOUT_SURVEY, Year, ok
from tests.support.workbench import Workbench

PERIOD = "/api/v1/periods/2022"
LEAF = "I/1/1.1/1.1.3"
WRITERS = 100
BUSY = 503
ROUNDS = 50 if os.environ.get("PARINDEX_DEEP") else 2
AGAIN = """
    DELETE FROM scoring.act WHERE stage = 'council';
    DELETE FROM scoring.council_session;
    DELETE FROM scoring.phase_window WHERE unit <> '';
    DELETE FROM scoring.edition_sheet; DELETE FROM scoring.edition_pack; DELETE FROM scoring.edition;
    DELETE FROM scoring.standing; DELETE FROM scoring.computation; DELETE FROM scoring.audit;
    UPDATE scoring.period SET state = 'open', pinned_tally = '', previous_edition = NULL;
    UPDATE scoring.period_unit SET status = 'submitted' WHERE unit = 'so-y-te';
"""
"""Back into the appraisal of one unit, past every right; so that a round costs no new year."""

MINUTES = itertools.count()
Write = Callable[[int], Awaitable[httpx.Response]]


async def writers(year: Year) -> dict[str, Write]:
    """Every kind of write there is in a period, each as the one who may do it."""
    officer = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    appraiser, clerk = await year.role(Role.APPRAISER), await year.role(Role.COUNCIL_CLERK)
    administrator = await year.role(Role.ADMINISTRATOR)
    base = f"{PERIOD}/assessments/so-y-te"
    claim = {"leaf": LEAF, "value": {"numerator": "1", "denominator": "2"}, "narrative": "x"}
    given = {"leaf": LEAF, "value": {"numerator": "1", "denominator": "9"}, "reason": "x"}
    last = parse_instant("2023-01-31T00:00:00+07:00")

    def extension() -> dict[str, Any]:
        """Each one a minute longer than the last: a shorter one is none."""
        return {
            "unit": "so-y-te",
            "phase": "self_assessment",
            "opens_at": "2023-01-11T00:00:00+07:00",
            "closes_at": instant_text(last + timedelta(minutes=next(MINUTES))),
            "reason": "Mất kết nối mạng.",
        }

    def session(number: int) -> dict[str, Any]:
        row = {"unit": "so-y-te", "leaf": LEAF, "points": f"0.{number:03d}", "reason": "x"}
        return {**SESSION, "number": f"{number}/BB-{random.random()}", "decisions": [row]}

    def evidence(number: int) -> dict[str, Any]:
        return {
            "data": {"title": "x"},
            "files": {"file": ("a.pdf", b"%PDF-1.4\n%%EOF\n" + str(number).encode())},
        }

    return {
        "claims": lambda _: officer.put(
            f"{base}/claims", json={"claims": [claim]}, headers={"If-Match": "*"}
        ),
        "submission": lambda _: officer.post(f"{base}/submission"),
        "evidence": lambda number: officer.post(f"{base}/evidence", **evidence(number)),
        "complaint": lambda _: officer.post(f"{base}/complaints", json={"leaves": [LEAF], "narrative": "x"}),
        "appraisal": lambda _: appraiser.post(f"{base}/appraisals", json={"appraisals": [given]}),
        "extension": lambda _: administrator.post(f"{PERIOD}/extensions", json=extension()),
        "passages": lambda number: administrator.put(f"{PERIOD}/passages", json={"strengths": [str(number)]}),
        "decision": lambda number: clerk.post(f"{PERIOD}/council/sessions", json=session(number)),
        "reopening": lambda _: clerk.post(
            f"{PERIOD}/reopen", json={"to": "open", "reason": "x", "units": ["so-la"]}
        ),
    }


async def closing(appraiser: httpx.AsyncClient, clerk: httpx.AsyncClient) -> httpx.Response:
    """The way from the last unit's appraisal to the edition, step by step, in the midst of it all."""
    body = {**SESSION, "number": "cuối", "decisions": WITHOUT_SURVEY}
    await asyncio.sleep(0.3)
    await ok(appraiser.post(f"{PERIOD}/assessments/so-y-te/appraisal-completion"))
    steps = [("council", {}), ("council/sessions", {"json": body}), ("provisional", {}), ("finalize", {})]
    for step, sent in steps:
        await asyncio.sleep(random.random() * 0.3)
        reply = await clerk.post(f"{PERIOD}/{step}", **sent)
        while reply.status_code == BUSY:
            reply = await clerk.post(f"{PERIOD}/{step}", **sent)
        assert reply.is_success, reply.text
    return reply


async def flood(kinds: dict[str, Write], count: int, seconds: float) -> Counter[tuple[str, int]]:
    """So many writes, spread over the time; how each kind was answered."""

    async def write(number: int) -> tuple[str, int]:
        kind = list(kinds)[number % len(kinds)]
        await asyncio.sleep(random.random() * seconds)
        return kind, (await kinds[kind](number)).status_code

    return Counter(await asyncio.gather(*(write(number) for number in range(count))))


def accepted(found: Counter[tuple[str, int]], kind: str) -> int:
    return sum(count for (name, status), count in found.items() if name == kind and status < 300)


@pytest.mark.timeout(60 + 30 * ROUNDS)
async def test_nothing_enters_a_period_that_is_being_finalized(year: Year, bench: Workbench) -> None:
    clerk, appraiser = await year.ready_for_council(), await year.role(Role.APPRAISER)
    kinds = await writers(year)
    told: Counter[tuple[str, int]] = Counter()
    for _ in range(ROUNDS):
        for statement in filter(str.strip, AGAIN.split(";")):
            await bench.fetch(statement)
        windows = (await bench.fetch("SELECT count(*) AS n FROM scoring.phase_window"))[0]["n"]
        acts = (await bench.fetch("SELECT count(*) AS n FROM scoring.act"))[0]["n"]
        found, reply = await asyncio.gather(flood(kinds, WRITERS, 2), closing(appraiser, clerk))
        assert reply.status_code == 201
        told += found
        await is_all_there_is(bench, clerk)
        # Each acknowledged write is there, and no other.
        after = (await bench.fetch("SELECT count(*) AS n FROM scoring.phase_window"))[0]["n"]
        assert after - windows == accepted(found, "extension")
        made = (await bench.fetch("SELECT count(*) AS n FROM scoring.act"))[0]["n"] - acts
        assert made == len(WITHOUT_SURVEY) + accepted(found, "decision") + accepted(found, "appraisal")
        assert {status for _, status in found} <= {200, 201, 403, 409, 422, BUSY}
        # And once it is final nothing enters at all.
        later = await flood(kinds, 3 * len(kinds), 0.1)
        assert {status for _, status in later} <= {409, BUSY}, later
        await is_all_there_is(bench, clerk)
    print(f"\n{ROUNDS} lần chốt giữa {WRITERS} người ghi: {dict(sorted(told.items()))}")
    for kind in ("appraisal", "extension"):
        assert told[kind, 201] > 0, "some came in time"
        assert told[kind, 409] > 0, "and some too late"


async def is_all_there_is(bench: Workbench, clerk: httpx.AsyncClient) -> None:
    """The inputs stored now are those the one edition was computed from, byte by byte."""
    numbers = await bench.fetch("SELECT number FROM scoring.edition")
    assert [row["number"] for row in numbers] == [1]
    database = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"])
    async with database.reading() as connection:
        inputs = await read_inputs(connection, "2022")
    await database.close()
    pack = (await ok(clerk.get("/api/v1/editions/2022/1/pack?level=full"))).json()
    assert canonical_bytes(bundle_record(bundle_of(inputs))) == canonical_bytes(pack["inputs"])
    result = (await ok(clerk.get("/api/v1/editions/2022/1/result"))).json()
    assert result["passages"]["strengths"] == inputs.period.passages.get("strengths", [])
    late = await bench.fetch(
        "SELECT 1 FROM scoring.act WHERE recorded_at > "
        "(SELECT max(recorded_at) FROM scoring.audit WHERE action = 'period.finalized')"
    )
    assert not late


async def test_five_finalizations_at_once_make_one_edition(year: Year, bench: Workbench) -> None:
    clerk = await year.ready_for_council()
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    replies = await asyncio.gather(*(clerk.post(f"{PERIOD}/finalize") for _ in range(5)))
    assert sorted(reply.status_code for reply in replies) == [201, 409, 409, 409, 409]
    assert len(await bench.fetch("SELECT 1 FROM scoring.edition")) == 1
    events = await bench.fetch("SELECT 1 FROM bus.event WHERE topic = 'period.finalized.v1'")
    assert len(events) == 1
