"""Evidence: streamed in with bounds, kept by content, revised, flagged; inspections weigh, and are seen in time."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from scoring_api.assessment.domain import evidence
from tests.support.scoring_story import Clock, Year, code_of, ok, period_body
from tests.support.served import served
from tests.support.workbench import Workbench

BASE = "/api/v1/periods/2022/assessments/so-noi-vu"
OTHER = "/api/v1/periods/2022/assessments/so-y-te"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
FACTS = {"title": "Kế hoạch CCHC", "number": "01/KH-SNV", "issued_on": "2022-01-15"}
LEAF = "I/1/1.1/1.1.3"
CONCLUSION = {"title": "Kết luận kiểm tra CCHC", "number": "12/KL-SNV", "issued_on": "2022-10-05"}


async def send(
    client: httpx.AsyncClient,
    where: str = f"{BASE}/evidence",
    name: str = "ke-hoach.pdf",
    *,
    content: bytes = PDF,
    **data: str,
) -> httpx.Response:
    return await client.post(where, data={**FACTS, **data}, files={"file": (name, content, "text/html")})


def on_disk(tmp_path: Path) -> list[bytes]:
    return [path.read_bytes() for path in (tmp_path / "evidence").rglob("*") if path.is_file()]


async def opened(year: Year, clock: Clock, **changes: Any) -> httpx.AsyncClient:
    """The officer of Sở Nội vụ while self-assessment is open."""
    await year.set_up(**changes)
    clock.set("2023-01-09T08:00:00+07:00")
    return await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])


async def listed(client: httpx.AsyncClient, base: str = BASE) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await ok(client.get(base))).json()["evidence"]
    return rows


async def test_facts_are_revised_by_the_version_they_were_read_at(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path
) -> None:
    officer = await opened(year, clock)
    kept = await ok(send(officer, kind="report"))
    assert (kept.json()["version"], kept.json()["media_type"]) == (1, "application/pdf")
    assert kept.headers["etag"] == '"v1"'
    file = f"{BASE}/evidence/{kept.json()['id']}"
    facts = {"kind": "document", "title": "Kế hoạch  CCHC năm 2022", "number": "42/KH-SNV", "issued_on": ""}
    revised = await ok(officer.put(file, json=facts, headers={"If-Match": '"v1"'}))
    assert (revised.headers["etag"], revised.json()["title"]) == ('"v2"', "Kế hoạch CCHC năm 2022")
    both = await asyncio.gather(
        *(
            officer.put(file, json={**facts, "number": f"{number}/KH"}, headers={"If-Match": '"v2"'})
            for number in range(4)
        )
    )
    assert sorted(reply.status_code for reply in both) == [200, 412, 412, 412]
    (row,) = await listed(officer)
    (won,) = [reply.json() for reply in both if reply.status_code == 200]
    assert (row["number"], row["version"], row["issued_on"]) == (won["number"], 3, "")
    # What it was called before is still on record; the bytes are the same.
    first = await bench.fetch("SELECT title, kind FROM scoring.evidence")
    assert [tuple(found) for found in first] == [("Kế hoạch CCHC", "report")]
    assert len(await bench.fetch("SELECT 1 FROM scoring.evidence_revision")) == 2
    assert on_disk(tmp_path) == [PDF]
    for tag, code in (
        (None, (428, "version_required")),
        ("*", (428, "version_required")),
        ('"x"', (412, "version_stale")),
    ):
        headers = {"If-Match": tag} if tag else {}
        assert await code_of(officer.put(file, json=facts, headers=headers)) == code
    for wrong in (
        {"kind": "inspection"},
        {"title": " "},
        {"issued_on": "2022-02-30"},
        {"number": 1},
        {"x": 1},
    ):
        refused = officer.put(file, json={**facts, **wrong}, headers={"If-Match": '"v3"'})
        assert await code_of(refused) == (422, "invalid_request")
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    foreign = stranger.put(file, json=facts, headers={"If-Match": '"v3"'})
    assert await code_of(foreign) == (403, "foreign_unit")
    elsewhere = stranger.put(file.replace("so-noi-vu", "so-y-te"), json=facts, headers={"If-Match": '"v3"'})
    assert await code_of(elsewhere) == (404, "evidence_unknown")
    clock.set("2023-01-11T00:00:00+07:00")
    late = officer.put(file, json=facts, headers={"If-Match": '"v3"'})
    assert await code_of(late) == (409, "window_closed")


async def test_what_is_refused_leaves_nothing_behind(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = await opened(year, clock)
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"name": "..\\..\\ke-hoach.pdf"}, "/file", "name_with_path"),
        ({"name": "ke-hoach.docx"}, "/file", "ending_differs"),
        ({"content": b"MZ\x90"}, "/file", "type_unknown"),
        ({"content": b""}, "/file", "file_empty"),
        ({"content": PDF[:-8]}, "/file", "file_damaged"),
        ({"issued_on": "2022-02-30"}, "/issued_on", "not_a_day"),
        ({"issued_on": "20220115"}, "/issued_on", "not_a_day"),
        ({"kind": "inspection"}, "/kind", "kind_unknown"),
        ({"kind": "x"}, "/kind", "kind_unknown"),
        ({"title": " "}, "/title", "title_missing"),
    ]
    for changes, pointer, code in cases:
        reply = await send(officer, **changes)
        assert (reply.status_code, reply.json()["code"]) == (422, "evidence_refused"), changes
        assert (pointer, code) in {(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]}
        assert reply.json()["detail"].startswith("Không nhận tài liệu kiểm chứng: ")
    for form in ({"title": "x" * 501}, {"number": "x" * 101}, {"title": ""}):
        assert await code_of(send(officer, **form)) == (422, "invalid_request")
    none = officer.post(f"{BASE}/evidence", data=FACTS)
    assert await code_of(none) == (422, "invalid_request")
    two = [("file", ("a.pdf", PDF, "x")), ("file", ("b.pdf", PDF, "x"))]
    assert await code_of(officer.post(f"{BASE}/evidence", data=FACTS, files=two)) == (
        400,
        "malformed_request",
    )
    monkeypatch.setattr(evidence, "MOST_OF_UNIT", 0)
    monkeypatch.setattr(evidence, "LARGEST_OF_UNIT", len(PDF) - 1)
    full = (await send(officer)).json()
    assert [fault["code"] for fault in full["errors"]] == ["too_many_files", "no_room_left"]
    assert on_disk(tmp_path) == []
    assert not await bench.fetch("SELECT 1 FROM scoring.evidence")


def form_of(size: int, pulled: list[int]) -> tuple[dict[str, str], AsyncIterator[bytes]]:
    """A form whose file is that long, made as it is sent; `pulled` counts its bytes."""
    piece = b"%% nothing\n" * 6000

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nA\r\n--x\r\nContent-Disposition: '
        yield b'form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
        for _ in range(size // len(piece)):
            pulled.append(len(piece))
            yield piece
        yield b"%%EOF\n\r\n--x--\r\n"

    return {"Content-Type": "multipart/form-data; boundary=x"}, body()


async def test_a_large_file_needs_little_memory_and_too_large_a_one_is_cut_off(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path
) -> None:
    officer = await opened(year, clock)
    token = {"Authorization": f"Bearer {bench.token(Role.UNIT_OFFICER, units=['so-noi-vu'])}"}
    pulled: list[int] = []
    async with (
        served(year.api.app) as url,
        httpx.AsyncClient(base_url=url, headers=token, timeout=60) as client,
    ):
        headers, body = form_of(19 * 1024**2, pulled)
        tracemalloc.start()
        kept = await ok(client.post(f"{BASE}/evidence", headers=headers, content=body))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert kept.json()["bytes"] > 18 * 1024**2
        assert peak < 14 * 1024**2, f"{peak / 1024**2:.1f} MB"
    pulled.clear()
    headers, body = form_of(200 * 1024**2, pulled)
    refused = await officer.post(f"{BASE}/evidence", headers=headers, content=body)
    assert (refused.status_code, refused.json()["code"]) == (413, "file_too_large")
    assert sum(pulled) < 21 * 1024**2, "read on beyond the bound"
    declared = {**headers, "Content-Length": str(30 * 1024**2)}
    reply = await officer.post(f"{BASE}/evidence", headers=declared, content=b"--x\r\n")
    assert reply.json()["code"] == "file_too_large"
    (row,) = await bench.fetch("SELECT bytes FROM scoring.evidence")
    (file,) = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert file.stat().st_size == row["bytes"]


async def test_a_download_is_saved_and_never_shown(year: Year, clock: Clock) -> None:
    officer = await opened(year, clock)
    kept = (await ok(send(officer, name="Kế hoạch; số 1.pdf"))).json()
    reply = await ok(officer.get(f"{BASE}/evidence/{kept['id']}"))
    assert reply.content == PDF
    assert reply.headers["content-type"] == "application/pdf"
    disposition = reply.headers["content-disposition"]
    assert disposition == "attachment; filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch%3B%20s%E1%BB%91%201.pdf"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in reply.headers["content-security-policy"]
    assert reply.headers["cache-control"] == "private, no-cache"
    tag = reply.headers["etag"]
    same = await officer.get(f"{BASE}/evidence/{kept['id']}", headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    assert await code_of(stranger.get(f"{BASE}/evidence/{kept['id']}")) == (403, "foreign_unit")
    assert await code_of(stranger.get(f"{OTHER}/evidence/{kept['id']}")) == (404, "evidence_unknown")


async def test_flags_are_told_to_who_compares(year: Year, clock: Clock, tmp_path: Path) -> None:
    officer = await opened(year, clock)
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    kept = (await ok(send(officer, issued_on="2021-12-31"))).json()
    await ok(send(stranger, f"{OTHER}/evidence"))
    assert on_disk(tmp_path) == [PDF]  # the same bytes lie once
    (own,) = await listed(officer)
    assert [flag["code"] for flag in own["flags"]] == ["dated_outside", "unreferenced"]
    assert "also_under" not in own
    claim = {"claims": [{"leaf": LEAF, "evidence": [kept["id"]]}]}
    await ok(officer.put(f"{BASE}/claims", json=claim, headers={"If-Match": "*"}))
    (own,) = await listed(officer)
    assert [flag["code"] for flag in own["flags"]] == ["dated_outside"]
    appraiser = await year.role(Role.APPRAISER)
    (seen,) = await listed(appraiser)
    assert [flag["code"] for flag in seen["flags"]] == ["dated_outside", "used_elsewhere"]
    assert seen["also_under"] == ["so-y-te"]
    both = await year.role(Role.APPRAISER, subject="to-vien-so-y-te", units=["so-y-te"])
    (seen,) = await listed(both, OTHER)
    assert "also_under" not in seen  # of the own unit even an appraiser is told as the unit is
    foreign = {"claims": [{"leaf": LEAF, "evidence": [kept["id"]]}]}
    taken = await stranger.put(f"{OTHER}/claims", json=foreign, headers={"If-Match": "*"})
    assert (taken.status_code, taken.json()["errors"][0]["code"]) == (422, "evidence_unknown")


async def test_an_inspection_weighs_and_is_seen_in_its_time(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    explanation = {
        "phase": "explanation",
        "opens_at": "2023-01-17T00:00:00+07:00",
        "closes_at": "2023-01-20T00:00:00+07:00",
    }
    await year.set_up(phases=[*period_body()["phases"], explanation])
    await year.submit_all()
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    appraiser, administrator = await year.role(Role.APPRAISER), await year.role(Role.ADMINISTRATOR)
    where = f"{BASE}/inspections"
    assert await code_of(send(officer, where, **CONCLUSION)) == (403, "forbidden")
    own = await year.role(Role.APPRAISER, subject="to-vien-so-noi-vu", units=["so-noi-vu"])
    assert await code_of(send(own, where, **CONCLUSION)) == (403, "own_unit")
    nowhere = send(appraiser, where.replace("so-noi-vu", "so-la"), **CONCLUSION)
    assert await code_of(nowhere) == (404, "unit_not_in_period")
    assert await code_of(send(appraiser, where, content=b"MZ", **CONCLUSION)) == (422, "evidence_refused")
    assert await code_of(send(appraiser, where, **{**CONCLUSION, "title": ""})) == (422, "invalid_request")
    kept = (await ok(send(appraiser, where, **CONCLUSION))).json()
    assert (await ok(send(administrator, where, **CONCLUSION))).json()["id"] == kept["id"]

    # Before the explanation phase the unit learns nothing of it.
    before = (await ok(officer.get(BASE))).json()
    assert (before["evidence"], before["status"]) == ([], "submitted")
    assert await code_of(officer.get(f"{BASE}/evidence/{kept['id']}")) == (404, "evidence_unknown")
    (seen,) = await listed(appraiser)
    assert (seen["kind"], [flag["code"] for flag in seen["flags"]]) == ("inspection", ["unreferenced"])

    row = {"leaf": LEAF, "value": {"numerator": "1", "denominator": "58"}, "reason": "Kết luận 12/KL-SNV."}
    missing = {**row, "evidence": ["019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"]}
    refused = (await appraiser.post(f"{BASE}/appraisals", json={"appraisals": [missing]})).json()
    assert (refused["code"], refused["errors"][0]["pointer"]) == (
        "appraisal_invalid",
        "/appraisals/0/evidence/0",
    )
    cited = {**row, "evidence": [kept["id"]], "shortfall": ["Thủ tục A"]}
    await ok(appraiser.post(f"{BASE}/appraisals", json={"appraisals": [cited]}))
    assert (await listed(appraiser))[0]["flags"] == []
    clock.set("2023-01-17T00:00:00+07:00")
    after = (await ok(officer.get(BASE))).json()
    assert [file["id"] for file in after["evidence"]] == [kept["id"]]
    (leaf,) = [leaf for leaf in after["leaves"] if leaf["leaf"] == LEAF]
    assert leaf["appraised"]["evidence"] == [kept["id"]]
    assert [warning["code"] for warning in leaf["warnings"]] == ["shortfall_differs"]
    assert (await ok(officer.get(f"{BASE}/evidence/{kept['id']}"))).content == PDF
    audited = await bench.fetch("SELECT 1 FROM scoring.audit WHERE action = 'inspection.registered'")
    assert len(audited) == 1


async def test_an_inspection_is_no_evidence_of_the_unit(year: Year, clock: Clock, tmp_path: Path) -> None:
    """The unit may hold the very same file itself: two rows, one file, and it cites its own alone."""
    officer = await opened(year, clock)
    appraiser = await year.role(Role.APPRAISER)
    inspected = (await ok(send(appraiser, f"{BASE}/inspections", **CONCLUSION))).json()
    claim = {"claims": [{"leaf": LEAF, "evidence": [inspected["id"]]}]}
    refused = await officer.put(f"{BASE}/claims", json=claim, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "evidence_unknown")
    facts = {"title": "x"}
    renamed = officer.put(f"{BASE}/evidence/{inspected['id']}", json=facts, headers={"If-Match": '"v1"'})
    assert await code_of(renamed) == (404, "evidence_unknown")
    own = (await ok(send(officer))).json()
    assert own["id"] != inspected["id"]
    assert on_disk(tmp_path) == [PDF]
    assert [file["id"] for file in await listed(officer)] == [own["id"]]
    assert {file["id"] for file in await listed(appraiser)} == {own["id"], inspected["id"]}


async def test_the_same_bytes_at_once_are_one_row_and_bounds_are_not_raced(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = await opened(year, clock)
    same = await asyncio.gather(*(send(officer) for _ in range(6)))
    assert {reply.status_code for reply in same} == {201}
    assert len({reply.json()["id"] for reply in same}) == 1
    assert on_disk(tmp_path) == [PDF]
    monkeypatch.setattr(evidence, "MOST_OF_UNIT", 3)
    others = await asyncio.gather(
        *(send(officer, content=PDF + b"%%%d\n%%%%EOF\n" % number) for number in range(6))
    )
    assert sorted(reply.status_code for reply in others) == [201, 201, 422, 422, 422, 422]
    assert len(await bench.fetch("SELECT 1 FROM scoring.evidence")) == 3


async def test_an_upload_sent_again_under_its_key_is_not_kept_twice(year: Year, clock: Clock) -> None:
    officer = await opened(year, clock)
    form = {"data": FACTS, "files": {"file": ("a.pdf", PDF, "application/pdf")}}
    keyed = {"Idempotency-Key": "tai-len-1"}
    first = await ok(officer.post(f"{BASE}/evidence", headers=keyed, **form))  # type: ignore[arg-type]
    again = await ok(officer.post(f"{BASE}/evidence", headers=keyed, **form))  # type: ignore[arg-type]
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    other = {**form, "files": {"file": ("a.pdf", PDF + b"%%EOF\n", "application/pdf")}}
    reused = officer.post(f"{BASE}/evidence", headers=keyed, **other)  # type: ignore[arg-type]
    assert await code_of(reused) == (409, "idempotency_key_reused")
