"""Filling in a self-assessment: saved unfinished, told what is missing and what it would give, judged to the second."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from parindex.auth.policy import Role
from tests.support.scoring_story import Clock, Year, claims_of, code_of, ok
from tests.support.served import served
from tests.support.workbench import Workbench

BASE = "/api/v1/periods/2022/assessments/so-noi-vu"
LEAF = "I/1/1.1/1.1.3"
LAST = "2023-01-10T23:59:59+07:00"
MIDNIGHT = "2023-01-11T00:00:00+07:00"  # «24 giờ ngày 10/01/2023»
AFTER = "2023-01-11T00:00:01+07:00"


async def save(officer: httpx.AsyncClient, *claims: dict[str, Any], tag: str = "*") -> httpx.Response:
    return await officer.put(f"{BASE}/claims", json={"claims": claims}, headers={"If-Match": tag})


def needs_of(rows: list[dict[str, Any]], leaf: str) -> set[tuple[str, str]]:
    return {(need["pointer"], need["code"]) for row in rows if row["leaf"] == leaf for need in row["needs"]}


async def test_a_claim_is_saved_unfinished_and_says_what_it_needs(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    blank = (await ok(officer.get(BASE))).json()
    whole = len(claims_of("so-noi-vu"))
    assert (blank["open"], len([row for row in blank["leaves"] if row["self_scored"]])) == (whole, whole)
    assert all(row["rule"] and row["name"] and row["max_points"] for row in blank["leaves"])

    reply = await ok(save(officer, {"leaf": LEAF, "value": {"numerator": "8"}}, tag='"v0"'))
    assert (reply.json()["changed"], reply.json()["version"], reply.headers["etag"]) == (1, 1, '"v1"')
    assert needs_of(reply.json()["open"], LEAF) == {
        (f"/{LEAF}/value/denominator", "value_missing"),
        (f"/{LEAF}", "evidence_missing"),
    }
    refused = await officer.post(f"{BASE}/submission")
    assert (refused.status_code, refused.json()["code"]) == (422, "assessment_incomplete")
    assert len(refused.json()["errors"]) == whole + 1  # all leaves; the unfinished one for two reasons

    short = {
        "leaf": LEAF,
        "value": {"numerator": "8", "denominator": "11"},
        "shortfall": ["Mỹ Xuyên", "Trần Đề"],
    }
    reply = await ok(save(officer, {**short, "narrative": "Đã đôn đốc."}, tag='"v1"'))
    assert needs_of(reply.json()["open"], LEAF) == set()
    (warning,) = reply.json()["warnings"]
    assert (warning["code"], "3 chưa đạt" in warning["detail"]) == ("shortfall_differs", True)
    named = {**short, "narrative": "Đã đôn đốc.", "shortfall": ["Mỹ Xuyên", "TP. Sóc Trăng", "Trần Đề"]}
    assert (await ok(save(officer, named, tag='"v2"'))).json()["warnings"] == []
    sheet = (await ok(officer.get(BASE))).json()
    (row,) = [row for row in sheet["leaves"] if row["leaf"] == LEAF]
    assert row["claimed"]["shortfall"] == ["Mỹ Xuyên", "TP. Sóc Trăng", "Trần Đề"]
    assert (row["needs"], row["warnings"], sheet["open"]) == ([], [], whole - 1)

    # The same again makes nothing; a claim with nothing in it takes the earlier one back.
    again = await ok(save(officer, named, tag='"v3"'))
    assert (again.json()["changed"], again.headers["etag"]) == (0, '"v3"')
    taken_back = await ok(save(officer, {"leaf": LEAF}, tag='"v3"'))
    assert needs_of(taken_back.json()["open"], LEAF) == {(f"/{LEAF}", "claim_missing")}
    assert len(await bench.fetch("SELECT 1 FROM scoring.act")) == 4


async def test_a_claim_shows_the_points_it_would_give_and_how(year: Year, clock: Clock) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    half = {"leaf": LEAF, "value": {"numerator": "8"}}
    await ok(save(officer, half))
    empty = (await ok(officer.get(f"{BASE}/points"))).json()
    assert (empty["points"], {row["status"] for row in empty["leaves"]}) == ("0", {"missing"})
    await ok(save(officer, {**half, "value": {"numerator": "8", "denominator": "10"}}))
    (row,) = (await ok(officer.get(f"{BASE}/points", params={"leaf": LEAF}))).json()["leaves"]
    assert (row["points"], row["max_points"], row["status"]) == ("1.6", "2", "scored")
    assert row["sentence"].startswith("Tử số 8, mẫu số 10: tỷ lệ 80 %")
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    assert await code_of(stranger.get(f"{BASE}/points")) == (403, "foreign_unit")
    unknown = officer.get(f"{BASE}/points", params={"leaf": "II/1/1.1"})  # a survey's leaf
    assert await code_of(unknown) == (404, "criterion_unknown")


async def test_confirmed_claims_give_what_was_shown(year: Year) -> None:
    clerk = await year.ready_for_council()
    shown = (await ok(clerk.get(f"{BASE}/points"))).json()
    for row in shown["leaves"][:12:4]:
        explained = clerk.get(
            "/api/v1/periods/2022/units/so-noi-vu/explanation", params={"node": row["leaf"]}
        )
        found = (await ok(explained)).json()["explanation"]
        assert (row["points"], row["sentence"]) == (found["points"], found["sentence"])
    (area,) = [area for area in shown["areas"] if area["key"] == "I/1"]
    inside = clerk.get("/api/v1/periods/2022/units/so-noi-vu/explanation", params={"node": "I/1"})
    assert area["points"] == (await ok(inside)).json()["explanation"]["points"]


async def test_fifty_writers_on_one_leaf_over_the_wire(year: Year, clock: Clock, bench: Workbench) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    token = bench.token(Role.UNIT_OFFICER, units=["so-noi-vu"])
    async with served(year.api.app) as url:
        headers = {"Authorization": f"Bearer {token}", "If-Match": '"v0"'}
        limits = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60, limits=limits) as client:

            async def write(number: int) -> tuple[int, str]:
                claim = {"leaf": LEAF, "narrative": f"lần {number}"}
                reply = await client.put(f"{BASE}/claims", json={"claims": [claim]})
                return reply.status_code, f"lần {number}"

            replies = await asyncio.gather(*(write(number) for number in range(50)))
    assert sorted(status for status, _ in replies) == [200] + [412] * 49
    (act,) = await bench.fetch("SELECT narrative FROM scoring.act")
    assert (200, act["narrative"]) in replies


async def test_around_the_last_second(year: Year, clock: Clock, bench: Workbench) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    first, second = await year.claim("so-noi-vu"), await year.claim("so-y-te")
    other = "/api/v1/periods/2022/assessments/so-y-te"
    for instant in (MIDNIGHT, AFTER):
        clock.set(instant)
        refused = await second.post(f"{other}/submission")
        assert (refused.status_code, refused.json()["code"]) == (409, "window_closed")
        assert refused.json()["params"]["closes_at"] == MIDNIGHT
    clock.set(LAST)
    receipt = (await ok(first.post(f"{BASE}/submission"))).json()
    assert receipt["submitted_at"] == LAST
    rows = await bench.fetch("SELECT unit, status FROM scoring.period_unit ORDER BY unit")
    assert {row["unit"]: row["status"] for row in rows} == {"so-noi-vu": "submitted", "so-y-te": "draft"}


_JSON = (
    "PUT",
    "claims",
    "application/json",
    b'{"claims": [{"leaf": "%s", "narrative": "x"}]}' % LEAF.encode(),
)
_FORM = (
    "POST",
    "evidence",
    "multipart/form-data; boundary=x",
    (
        b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nA\r\n--x\r\n'
        b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n%%EOF\n\r\n--x--\r\n'
    ),
)


@pytest.mark.parametrize("upload", [_JSON, _FORM], ids=["claims", "evidence"])
async def test_what_began_in_time_and_ended_too_late_is_late(
    year: Year, clock: Clock, bench: Workbench, upload: tuple[str, str, str, bytes]
) -> None:
    await year.set_up()
    method, route, media_type, body = upload
    token = bench.token(Role.UNIT_OFFICER, units=["so-noi-vu"])

    async def send(url: str, last: str) -> int:
        """Half of the body before the window closes, the rest at `last`."""
        clock.set(LAST)
        reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
        head = (
            f"{method} {BASE}/{route} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n"
            f"If-Match: *\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        writer.write(head.encode() + body[: len(body) // 2])
        await writer.drain()
        await asyncio.sleep(0.3)
        clock.set(last)
        writer.write(body[len(body) // 2 :])
        reply = await reader.read()
        writer.close()
        await writer.wait_closed()
        return int(reply.split(b" ", 2)[1])

    async with served(year.api.app) as url:
        assert await send(url, MIDNIGHT) == 409
        assert not await bench.fetch("SELECT 1 FROM scoring.act")
        assert not await bench.fetch("SELECT 1 FROM scoring.evidence")
        assert await send(url, LAST) in {200, 201}
