"""A file sent by mistake is taken back as long as nobody was handed it; instants, disks and old submissions."""

import asyncio
import contextlib
import errno
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from parindex.auth.policy import Role
from scoring_api.assessment.jobs import ORPHAN_SECONDS, sweep_orphans
from tests.integration.test_scoring_evidence import BASE, LEAF, OTHER, PDF, listed, on_disk, opened, send
from tests.integration.test_scoring_orphans import database_of, make_old
from tests.support.scoring_story import Clock, Year, claims_of, code_of, ok, period_body
from tests.support.served import served
from tests.support.workbench import Workbench


async def uploaded(officer: httpx.AsyncClient, **changes: Any) -> str:
    kept: str = (await ok(send(officer, **changes))).json()["id"]
    return kept


async def cite(officer: httpx.AsyncClient, *files: str, leaf: str = LEAF) -> None:
    (claim,) = [row for row in claims_of("so-noi-vu") if row["leaf"] == leaf]
    body = {"claims": [{**claim, "evidence": files}]}
    await ok(officer.put(f"{BASE}/claims", json=body, headers={"If-Match": "*"}))


async def sweep(bench: Workbench, folder: Path) -> int:
    async with database_of(bench) as database:
        return await sweep_orphans(database, folder)


async def test_a_file_sent_by_mistake_is_taken_back(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path
) -> None:
    officer = await opened(year, clock)
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    wrong = await uploaded(officer)
    file, folder = f"{BASE}/evidence/{wrong}", tmp_path / "evidence"
    await ok(send(stranger, f"{OTHER}/evidence"))  # the same bytes under another unit stay
    assert await code_of(stranger.delete(file)) == (403, "foreign_unit")
    foreign = stranger.delete(file.replace("so-noi-vu", "so-y-te"))
    assert await code_of(foreign) == (404, "evidence_unknown")
    await cite(officer, wrong)
    cited = await officer.delete(file)
    assert (cited.status_code, cited.json()["code"]) == (409, "evidence_cited")
    assert "1.1.3" in cited.json()["detail"]
    await cite(officer)
    both = await asyncio.gather(*(officer.delete(file) for _ in range(4)))
    assert sorted(reply.status_code for reply in both) == [200, 404, 404, 404]
    (taken,) = [reply for reply in both if reply.status_code == 200]
    assert (
        taken.headers["etag"] == (await officer.get(BASE)).headers["etag"] == f'"v{taken.json()["version"]}"'
    )
    assert await listed(officer) == []
    for reply in (officer.get(file), officer.delete(file)):
        assert await code_of(reply) == (404, "evidence_unknown")
    facts = {"title": "x"}
    again = officer.put(file, json=facts, headers={"If-Match": '"v1"'})
    assert await code_of(again) == (404, "evidence_unknown")
    claim = {"claims": [{"leaf": LEAF, "evidence": [wrong]}]}
    late = await officer.put(f"{BASE}/claims", json=claim, headers={"If-Match": "*"})
    assert late.json()["errors"][0]["code"] == "evidence_unknown"
    # On record for good; the other unit is not told of a twin any more.
    assert len(await bench.fetch("SELECT 1 FROM scoring.evidence")) == 2
    assert len(await bench.fetch("SELECT 1 FROM scoring.audit WHERE action = 'evidence.removed'")) == 1
    appraiser = await year.role(Role.APPRAISER)
    (seen,) = await listed(appraiser, OTHER)
    assert "also_under" not in seen
    # The bytes lie there for the other unit; without it they would go a day later.
    for path in folder.rglob("*"):
        make_old(path)
    assert await sweep(bench, folder) == 0
    assert on_disk(tmp_path) == [PDF]


async def test_bytes_taken_back_go_a_day_later_and_may_come_again(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = await opened(year, clock)
    folder = tmp_path / "evidence"
    wrong = await uploaded(officer, name="nham.pdf")
    monkeypatch.setattr("scoring_api.assessment.domain.evidence.MOST_OF_UNIT", 1)
    await ok(officer.delete(f"{BASE}/evidence/{wrong}"))
    for path in folder.rglob("*"):
        make_old(path, 2 * ORPHAN_SECONDS)
    assert await sweep(bench, folder) == 0  # somebody may be reading it
    earlier = "UPDATE scoring.evidence_removal SET recorded_at = recorded_at - interval '25 hours'"
    await bench.fetch(earlier)
    assert await sweep(bench, folder) == 1
    assert on_disk(tmp_path) == []
    right = await uploaded(officer, name="dung.pdf")  # its room was free again
    assert right != wrong
    assert [row["file_name"] for row in await listed(officer)] == ["dung.pdf"]
    assert (await ok(officer.get(f"{BASE}/evidence/{right}"))).content == PDF
    assert await sweep(bench, folder) == 0


async def test_what_was_handed_in_stays(year: Year, clock: Clock, bench: Workbench) -> None:
    officer = await opened(year, clock)
    sent, mistaken = await uploaded(officer), await uploaded(officer, content=PDF + b"%%EOF\n")
    await year.claim("so-noi-vu")
    await cite(officer, sent)
    first = (await ok(officer.post(f"{BASE}/submission"))).json()
    for file in (sent, mistaken):
        assert await code_of(officer.delete(f"{BASE}/evidence/{file}")) == (409, "assessment_state")
    await ok(officer.post(f"{BASE}/withdrawal"))
    await cite(officer)
    assert await code_of(officer.delete(f"{BASE}/evidence/{sent}")) == (409, "evidence_handed_in")
    await ok(officer.delete(f"{BASE}/evidence/{mistaken}"))
    kept = (await ok(officer.get(f"{BASE}/submissions/{first['number']}"))).json()
    assert list(kept["content"]["files"]) == [sent]
    clock.set("2023-01-11T00:00:00+07:00")
    assert await code_of(officer.delete(f"{BASE}/evidence/{sent}")) == (409, "window_closed")


async def test_a_file_for_an_explanation_is_put_right_until_it_is_used(year: Year, clock: Clock) -> None:
    explanation = {
        "phase": "explanation",
        "opens_at": "2023-01-17T00:00:00+07:00",
        "closes_at": "2023-01-20T00:00:00+07:00",
    }
    await year.ready_for_council(phases=[*period_body()["phases"], explanation])
    clock.set("2023-01-17T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    used, wrong = await uploaded(officer), await uploaded(officer, content=PDF + b"%%EOF\n")
    facts = {"title": "Báo cáo bổ sung"}
    tagged = {"If-Match": '"v1"'}
    put_right = await ok(officer.put(f"{BASE}/evidence/{used}", json=facts, headers=tagged))
    assert put_right.json()["title"] == "Báo cáo bổ sung"
    said = {"explanations": [{"leaf": LEAF, "narrative": "Xem tệp.", "evidence": [used]}]}
    await ok(officer.post(f"{BASE}/explanations", json=said))
    await ok(officer.delete(f"{BASE}/evidence/{wrong}"))
    assert await code_of(officer.delete(f"{BASE}/evidence/{used}")) == (409, "evidence_handed_in")
    tagged = {"If-Match": '"v2"'}
    revised = officer.put(f"{BASE}/evidence/{used}", json={"title": "Khác"}, headers=tagged)
    assert await code_of(revised) == (409, "evidence_handed_in")


async def test_taking_back_and_claiming_take_turns(year: Year, clock: Clock, bench: Workbench) -> None:
    """Whoever is second learns of the first: no claim names a file that is gone."""
    officer = await opened(year, clock)
    for number in range(6):
        file = await uploaded(officer, content=PDF + b"%%%d\n%%%%EOF\n" % number)
        claim = {"claims": [{"leaf": LEAF, "evidence": [file]}]}
        cited, gone = await asyncio.gather(
            officer.put(f"{BASE}/claims", json=claim, headers={"If-Match": "*"}),
            officer.delete(f"{BASE}/evidence/{file}"),
        )
        assert (cited.status_code, gone.status_code) in {(200, 409), (422, 200)}


async def test_the_instant_of_a_file_is_the_one_its_window_was_judged_by(
    year: Year, clock: Clock, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = await opened(year, clock)
    received = datetime.fromisoformat("2023-01-10T23:59:59+07:00")
    monkeypatch.setattr("parindex.http.routing.business_time", lambda: received)
    clock.set("2023-01-11T00:00:04+07:00")  # by the time it is written
    file = await uploaded(officer)
    facts = {"title": "Khác"}
    await ok(officer.put(f"{BASE}/evidence/{file}", json=facts, headers={"If-Match": '"v1"'}))
    (row,) = await bench.fetch("SELECT uploaded_at FROM scoring.evidence")
    (revision,) = await bench.fetch("SELECT at FROM scoring.evidence_revision")
    assert (row["uploaded_at"], revision["at"]) == (received, received)


async def test_every_fault_of_an_upload_is_told_at_once(year: Year, clock: Clock) -> None:
    officer = await opened(year, clock)
    reply = await send(officer, name="a/b.pdf", title=" ", issued_on="2022-02-30", kind="inspection")
    assert reply.json()["code"] == "evidence_refused"
    assert {fault["code"] for fault in reply.json()["errors"]} == {
        "name_with_path",
        "not_a_day",
        "title_missing",
        "kind_unknown",
    }


async def test_a_full_disk_is_told_and_leaves_nothing(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = await opened(year, clock)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("scoring_api.assessment.store.files.os.fsync", full)
        assert await code_of(send(officer)) == (507, "storage_full")
    assert on_disk(tmp_path) == []
    assert not await bench.fetch("SELECT 1 FROM scoring.evidence")
    await uploaded(officer)


async def test_an_upload_broken_off_leaves_nothing(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path
) -> None:
    await opened(year, clock)
    token = bench.token(Role.UNIT_OFFICER, units=["so-noi-vu"])
    head = (
        f"POST {BASE}/evidence HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
    )

    def spooled() -> list[str]:
        """Files without a name that this process holds open: uploads on their way in."""
        held = []
        for path in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                held += [found for found in (str(path.readlink()),) if "(deleted)" in found]
        return held

    before = spooled()
    async with served(year.api.app) as url:
        parts = urlsplit(url)
        for _ in range(5):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(head.encode() + bytes(3_000_000))
            await writer.drain()
            await asyncio.sleep(0.1)
            writer.transport.abort()
        await asyncio.sleep(0.5)
        assert spooled() == before
    assert on_disk(tmp_path) == []
    assert not await bench.fetch("SELECT 1 FROM scoring.evidence")


async def test_an_inspection_does_not_disturb_who_fills_in(year: Year, clock: Clock) -> None:
    """Its registration is no secret that a version would tell, and no reason to refuse a claim."""
    officer = await opened(year, clock)
    before = (await officer.get(BASE)).headers["etag"]
    appraiser = await year.role(Role.APPRAISER)
    await ok(send(appraiser, f"{BASE}/inspections", title="Kết luận kiểm tra"))
    assert (await officer.get(BASE)).headers["etag"] == before
