"""The register of units through the API: dated facts, versions, successions, the reform of 2025."""

import asyncio
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from parindex.contracts.snapshots import UNIT_LEVELS
from scoring_api.results.use_cases.computing import compute_period, read_inputs
from tests.integration.test_scoring_council import Mail
from tests.support.scoring_story import Year, code_of, load, ok, period_body
from tests.support.workbench import Workbench

UNITS = "/api/v1/units"
GTVT, XD, Y_TE = "so-giao-thong-van-tai", "so-xay-dung", "so-y-te"
BASIS = {"number": "Nghị quyết sắp xếp cơ quan chuyên môn", "issuer": "HĐND tỉnh"}


def name(text: str, since: str = "2021-01-01", until: str | None = None) -> dict[str, Any]:
    short = text.removeprefix("Sở ")
    found = {"name": text, "short_name": short, "head_title": f"Giám đốc {text}", "valid_from": since}
    return found | ({"valid_to": until} if until else {})


def facts(*names: dict[str, Any] | str, **changes: Any) -> dict[str, Any]:
    borne = [name(found) if isinstance(found, str) else found for found in names]
    return {"level": "department", "kind": "so", "names": borne, **changes}


async def register(client: httpx.AsyncClient, code: str, *names: Any, **changes: Any) -> httpx.Response:
    return await ok(client.post(UNITS, json={"code": code, **facts(*names, **changes)}))


def merger(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "merge",
        "predecessors": [GTVT, XD],
        "successors": [XD],
        "effective_on": "2025-03-01",
        "legal_basis": BASIS,
    } | changes


async def faults_of(awaitable: Any, code: str) -> list[tuple[str, str]]:
    reply = await awaitable
    assert (reply.status_code, reply.json()["code"]) == (422, code), reply.text
    return [(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]]


async def listed(client: httpx.AsyncClient, **query: str) -> list[str]:
    return [found["code"] for found in (await ok(client.get(UNITS, params=query))).json()]


async def test_a_unit_is_changed_by_who_read_it_last(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    made = await register(administrator, GTVT, "Sở Giao thông vận tải")
    tag = made.headers["etag"]
    assert (await administrator.get(f"{UNITS}/{GTVT}")).headers["etag"] == tag
    renamed = facts(
        name("Sở Giao thông vận tải", until="2023-06-30"),
        name("Sở Giao thông", "2023-07-01"),
        aliases=["Sở GTVT"],
    )
    put = {"json": renamed, "headers": {"If-Match": tag}}
    assert await code_of(administrator.put(f"{UNITS}/{GTVT}", json=renamed)) == (428, "version_required")
    assert await code_of(administrator.put(f"{UNITS}/la", **put)) == (404, "unit_unknown")
    changed = await ok(administrator.put(f"{UNITS}/{GTVT}", **put))
    assert changed.headers["etag"] != tag
    assert await code_of(administrator.put(f"{UNITS}/{GTVT}", **put)) == (412, "version_stale")
    held = {"If-Match": changed.headers["etag"]}
    level = administrator.put(f"{UNITS}/{GTVT}", json={**renamed, "level": "province"}, headers=held)
    assert await faults_of(level, "unit_invalid") == [("/level", "level_fixed")]
    again = await ok(administrator.put(f"{UNITS}/{GTVT}", json=renamed, headers=held))
    assert again.headers["etag"] == changed.headers["etag"]
    (row,) = await bench.fetch("SELECT details FROM scoring.audit WHERE action = 'unit.changed'")
    assert "Sở Giao thông" in row["details"]
    assert '"before"' in row["details"]
    officer = await year.role(Role.UNIT_OFFICER, units=[GTVT])
    assert await code_of(officer.put(f"{UNITS}/{GTVT}", **put)) == (403, "forbidden")


async def test_what_a_period_froze_stays(year: Year) -> None:
    administrator = await year.set_up()
    service = await year.role(Role.SERVICE)
    surveyed = (await ok(service.get("/internal/periods/2022/units"))).content
    tag = (await administrator.get(f"{UNITS}/{Y_TE}")).headers["etag"]
    body = facts(name("Sở Y tế và Dân số"))
    await ok(administrator.put(f"{UNITS}/{Y_TE}", json=body, headers={"If-Match": tag}))
    period = (await ok(administrator.get("/api/v1/periods/2022"))).json()
    assert "Sở Y tế" in {unit["name"] for unit in period["units"]}
    assert (await service.get("/internal/periods/2022/units")).content == surveyed
    assert "Sở Y tế".encode() in surveyed


async def test_of_writers_who_hold_one_version_one_wins(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    held = {"If-Match": (await register(administrator, Y_TE, "Sở Y tế")).headers["etag"]}
    replies = await asyncio.gather(
        *(
            administrator.put(f"{UNITS}/{Y_TE}", json=facts(f"Sở Y tế {place}"), headers=held)
            for place in range(12)
        )
    )
    assert sorted(reply.status_code for reply in replies) == [200, *[412] * 11]


async def test_units_are_listed_by_level_kind_parent_and_day(year: Year) -> None:
    administrator, public = await year.role(Role.ADMINISTRATOR), await year.role(Role.PUBLIC)
    await register(administrator, "tinh", "UBND tỉnh Hải Dương", level="province", kind="tinh")
    above = [{"unit": "tinh", "valid_from": "2021-01-01"}]
    await register(administrator, GTVT, "Sở Giao thông vận tải", parents=above)
    await register(administrator, "ban", "Ban Quản lý các KCN", kind="ban-quan-ly")
    await register(administrator, "nam-sach", "UBND huyện Nam Sách", level="district", kind="huyen")
    assert await listed(public, level="district") == ["nam-sach"]
    assert await listed(public, kind="so") == [GTVT]
    assert await listed(public, parent="tinh") == [GTVT]
    assert await listed(public, on="2020-12-31") == []
    assert "nam-sach" in await listed(public, on="2025-06-30")
    assert "nam-sach" not in await listed(public, on="2025-07-01")
    first = await public.get(UNITS)
    seen = await public.get(UNITS, headers={"If-None-Match": first.headers["etag"]})
    assert (seen.status_code, seen.content) == (304, b"")
    district = (await public.get(f"{UNITS}/nam-sach")).json()
    assert (district["last_day"], district["names"][0]["valid_to"]) == ("2025-06-30", None)
    levels = {level["code"]: level for level in (await public.get(f"{UNITS}/levels")).json()}
    assert tuple(levels) == UNIT_LEVELS
    assert levels["district"]["valid_to"] == "2025-06-30"
    assert "72/2025/QH15" in levels["district"]["legal_basis"]
    assert {kind["code"] for kind in levels["commune"]["kinds"]} == {"xa", "phuong", "thi-tran", "dac-khu"}


async def test_focal_points_are_for_the_administration(year: Year) -> None:
    administrator, public = await year.role(Role.ADMINISTRATOR), await year.role(Role.PUBLIC)
    points = [{"task": "reform", "holder": "Chuyên viên Văn phòng Sở", "valid_from": "2021-01-01"}]
    await register(administrator, Y_TE, "Sở Y tế", focal_points=points)
    appraiser = await year.role(Role.APPRAISER)
    told = (await appraiser.get(f"{UNITS}/{Y_TE}")).json()["focal_points"]
    assert [point["holder"] for point in told] == ["Chuyên viên Văn phòng Sở"]
    for address in (UNITS, f"{UNITS}/{Y_TE}"):
        assert "Chuyên viên" not in (await public.get(address)).text


async def test_a_kind_is_added_once(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    body = {"code": "trung-tam", "level": "department", "name": "Trung tâm", "valid_from": "2025-03-01"}
    await ok(administrator.post(f"{UNITS}/kinds", json=body))
    assert await code_of(administrator.post(f"{UNITS}/kinds", json=body)) == (409, "kind_exists")
    for pointer, change in (("/level", {"level": "la"}), ("/valid_to", {"valid_to": "2025-01-01"})):
        found = await faults_of(
            administrator.post(f"{UNITS}/kinds", json={**body, "code": "x", **change}), "kind_invalid"
        )
        assert [place for place, _ in found] == [pointer]
    await register(administrator, "ttpvhcc", name("Trung tâm PVHCC", "2025-03-01"), kind="trung-tam")


async def test_an_identifier_is_borne_once_a_day_even_at_once(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    borne = [{"old_code": "000.00.14.H23", "valid_from": "2021-01-01"}]
    bodies = [{"code": f"so-{place}", **facts(f"Sở {place}", identifiers=borne)} for place in range(8)]
    replies = await asyncio.gather(*(administrator.post(UNITS, json=body) for body in bodies))
    won = [reply for reply in replies if reply.status_code == 201]
    assert [reply.json()["identifiers"][0]["code"] for reply in won] == ["H23.14"]
    for reply in replies:
        if reply not in won:
            assert [fault["code"] for fault in reply.json()["errors"]] == ["identifier_taken"]


async def test_a_merger_closes_names_and_the_register_knows_it(year: Year, bench: Workbench) -> None:
    administrator, public = await year.role(Role.ADMINISTRATOR), await year.role(Role.PUBLIC)
    for code, text in ((GTVT, "Sở Giao thông vận tải"), (XD, "Sở Xây dựng"), (Y_TE, "Sở Y tế")):
        await register(administrator, code, text)
    recorded = (await ok(administrator.post(f"{UNITS}/successions", json=merger()))).json()
    assert recorded["closed"] == [GTVT]
    gone = (await public.get(f"{UNITS}/{GTVT}")).json()
    assert gone["names"][0]["valid_to"] == "2025-02-28"
    for code in (GTVT, XD):
        acts = (await public.get(f"{UNITS}/{code}/successions")).json()
        assert [act["id"] for act in acts] == [recorded["id"]]
    assert (await public.get(f"{UNITS}/{Y_TE}/successions")).json() == []
    asked = {"texts": ["Sở Giao thông Vận tải", "Sở Xây dựng"], "day": "2025-12-31"}
    old, new = (await ok(public.post(f"{UNITS}/resolve", json=asked))).json()
    assert (old["outcome"], [found["code"] for found in old["candidates"]]) == ("ended", [XD])
    assert (new["outcome"], new["unit"]["name"]) == ("found", "Sở Xây dựng")
    before = (await ok(public.post(f"{UNITS}/resolve", json=asked | {"day": "2022-12-31"}))).json()
    assert [found["unit"]["code"] for found in before] == [GTVT, XD]
    twice = await faults_of(administrator.post(f"{UNITS}/successions", json=merger()), "succession_invalid")
    assert {code for _, code in twice} == {"succession_repeated"}
    tag = (await administrator.get(f"{UNITS}/{GTVT}")).headers["etag"]
    reopened = administrator.put(
        f"{UNITS}/{GTVT}", json=facts("Sở Giao thông vận tải"), headers={"If-Match": tag}
    )
    assert await faults_of(reopened, "unit_invalid") == [("/names", "predecessor_lives_on")]
    address = f"{UNITS}/successions/{recorded['id']}"
    assert (await administrator.delete(address)).status_code == 204
    assert await code_of(administrator.delete(address)) == (404, "succession_unknown")
    await ok(
        administrator.put(f"{UNITS}/{GTVT}", json=facts("Sở Giao thông vận tải"), headers={"If-Match": tag})
    )
    acts = await bench.fetch("SELECT action FROM scoring.audit WHERE action LIKE 'unit.succ%' ORDER BY id")
    assert [row["action"] for row in acts] == ["unit.succeeded", "unit.succession_withdrawn"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"predecessors": [GTVT]}, {("/predecessors", "succession_shape")}),
        ({"predecessors": [GTVT, "la"]}, {("/predecessors/1", "unit_unknown")}),
        ({"successors": []}, {("/successors", "succession_shape")}),
        ({"effective_on": "2021-01-01"}, {("/predecessors/0", "predecessor_not_living")}),
        ({"predecessors": [GTVT, Y_TE]}, {("/successors/0", "successor_begins_otherwise")}),
    ],
)
async def test_a_succession_that_contradicts_the_units_is_refused(
    year: Year, bench: Workbench, change: dict[str, Any], found: set[tuple[str, str]]
) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    for code, text in ((GTVT, "Sở Giao thông vận tải"), (XD, "Sở Xây dựng"), (Y_TE, "Sở Y tế")):
        await register(administrator, code, text)
    refused = administrator.post(f"{UNITS}/successions", json=merger(**change))
    assert found <= set(await faults_of(refused, "succession_invalid"))
    assert not await bench.fetch("SELECT 1 FROM scoring.unit_succession")
    assert not await bench.fetch("SELECT 1 FROM scoring.unit_name WHERE valid_to IS NOT NULL")


async def test_a_unit_does_not_end_before_what_it_went_through(year: Year, bench: Workbench) -> None:
    """Recorded later with an earlier day: it would have ended before it took another in, or above units."""
    administrator = await year.role(Role.ADMINISTRATOR)
    for code, text in ((GTVT, "Sở Giao thông vận tải"), (XD, "Sở Xây dựng")):
        await register(administrator, code, text)
    below = [{"unit": XD, "valid_from": "2021-01-01", "valid_to": "2027-12-31"}]
    await register(administrator, Y_TE, "Chi cục", parents=below)
    await ok(administrator.post(f"{UNITS}/successions", json=merger()))

    async def dissolved(day: str) -> list[tuple[str, str]]:
        body = merger(kind="dissolution", predecessors=[XD], successors=[], effective_on=day)
        return await faults_of(administrator.post(f"{UNITS}/successions", json=body), "succession_invalid")

    assert set(await dissolved("2024-01-01")) == {
        ("/predecessors/0", "predecessor_not_living"),
        ("/predecessors/0", "parent_of_others"),
    }
    assert await dissolved("2026-01-01") == [("/predecessors/0", "parent_of_others")]
    assert len(await bench.fetch("SELECT 1 FROM scoring.unit_succession")) == 1


BAD: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", UNITS, {"code": "a", **facts("A"), "level": 3}, "/level"),
    ("POST", UNITS, {"code": "a", **facts(name("A", "1800-01-01"))}, "/names/0/valid_from"),
    ("POST", UNITS, {"code": "a", **facts("A", parents=[{"unit": "b"}])}, "/parents/0/valid_from"),
    ("POST", UNITS, {"code": "a", **facts("A", identifiers="H23")}, "/identifiers"),
    ("POST", f"{UNITS}/successions", merger(kind="swap"), "/kind"),
    ("POST", f"{UNITS}/successions", merger(legal_basis={"number": " "}), "/legal_basis/number"),
    ("POST", f"{UNITS}/successions", merger(predecessors=[]), "/predecessors"),
    ("POST", f"{UNITS}/resolve", {"texts": [], "day": "2022-12-31"}, "/texts"),
    ("POST", f"{UNITS}/resolve", {"texts": ["a"], "day": "31/12/2022"}, "/day"),
    ("POST", f"{UNITS}/kinds", {"code": "Sở", "level": "department"}, "/code"),
]


@pytest.mark.parametrize(("method", "path", "body", "pointer"), BAD)
async def test_bad_input_is_named(
    year: Year, method: str, path: str, body: dict[str, Any], pointer: str
) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    reply = await administrator.request(method, path, json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")
    assert pointer in {fault["pointer"] for fault in reply.json()["errors"]}


async def test_writing_the_register_is_the_administrators(year: Year) -> None:
    writes = (
        ("POST", f"{UNITS}/successions", merger()),
        ("POST", f"{UNITS}/kinds", {}),
        ("DELETE", f"{UNITS}/successions/0199c0de-0000-7000-8000-000000000001", None),
        ("PUT", f"{UNITS}/{XD}", facts("Sở Xây dựng")),
    )
    for role, refused in ((Role.APPRAISER, (403, "forbidden")), (Role.PUBLIC, (401, "token_required"))):
        client = await year.role(role) if role is not Role.PUBLIC else year.api.client()
        for method, path, body in writes:
            assert await code_of(client.request(method, path, json=body)) == refused


def later_set() -> dict[str, Any]:
    """The departments' set as one that holds until 2030."""
    found: dict[str, Any] = load("framework-departments.json")
    return found | {"valid_from": 2022, "valid_to": 2030}


async def set_of_departments(year: Year) -> httpx.AsyncClient:
    administrator = await year.role(Role.ADMINISTRATOR)
    await ok(administrator.post("/api/v1/frameworks", json=later_set()))
    await ok(administrator.post("/api/v1/frameworks/hai-duong-2022-so/versions/1/publish"))
    return administrator


def period_of(number: int, *units: str, **changes: Any) -> dict[str, Any]:
    phases = [
        {
            "phase": phase,
            "opens_at": f"{number}-12-{first:02d}T00:00:00+07:00",
            "closes_at": f"{number}-12-{first + 9:02d}T00:00:00+07:00",
        }
        for phase, first in (("self_assessment", 1), ("appraisal", 15))
    ]
    return period_body(units, code=str(number), year=number, phases=phases, **changes)


async def test_a_period_takes_units_that_live_at_the_end_of_its_year(year: Year) -> None:
    administrator = await set_of_departments(year)
    renamed = (name("Sở Giao thông", until="2023-06-30"), name("Sở Giao thông vận tải", "2023-07-01"))
    await register(administrator, GTVT, *renamed)
    await register(administrator, XD, "Sở Xây dựng")
    await register(administrator, "nam-sach", "UBND huyện Nam Sách", level="district", kind="huyen")
    await ok(administrator.post(f"{UNITS}/successions", json=merger()))
    await ok(administrator.post("/api/v1/periods", json=period_of(2022, GTVT, XD)))
    shown = (await ok(administrator.get("/api/v1/periods/2022"))).json()["units"]
    assert [unit["name"] for unit in shown] == ["Sở Giao thông", "Sở Xây dựng"]
    reply = await administrator.post("/api/v1/periods", json=period_of(2025, GTVT, XD, "nam-sach"))
    told = {
        fault["pointer"]: fault["detail"]
        for fault in reply.json()["errors"]
        if fault["code"] == "unit_not_living"
    }
    assert told["/units/0/unit"] == (
        "Sở Giao thông vận tải chỉ tồn tại đến 28/02/2025; đơn vị kế thừa: Sở Xây dựng (so-xay-dung)"
    )
    assert "30/06/2025" in told["/units/2/unit"]
    assert set(told) == {"/units/0/unit", "/units/2/unit"}
    await ok(administrator.post("/api/v1/periods", json=period_of(2025, XD)))


async def test_comparisons_go_over_successions(year: Year, bench: Workbench) -> None:
    """One goes on with another taken in, one is new out of two, one is renamed, one is split off."""
    administrator = await set_of_departments(year)
    kept = (GTVT, XD, Y_TE, "tc", "khdt", "nv", "ldtbxh")
    for code in kept:
        await register(administrator, code, f"Sở {code}")
    new = {"tai-chinh": "Sở Tài chính", "suc-khoe": "Sở Sức khỏe", "dan-toc": "Sở Dân tộc"}
    for code, text in new.items():
        await register(administrator, code, name(text, "2025-03-01"))
    for act in (
        merger(),
        merger(predecessors=["tc", "khdt"], successors=["tai-chinh"]),
        merger(kind="rename", predecessors=[Y_TE], successors=["suc-khoe"]),
        merger(kind="split", predecessors=["nv"], successors=["nv", "dan-toc"]),
    ):
        await ok(administrator.post(f"{UNITS}/successions", json=act))
    rows = [
        {"unit": code, "rank": rank, "percent": "80", "reviews": ["I/3"], "framework": "hai-duong-2022-so"}
        for rank, code in enumerate(kept, 1)
    ]
    await ok(administrator.post("/api/v1/editions", json={"period": "2024", "units": rows}))
    units = (XD, "tai-chinh", "suc-khoe", "nv", "dan-toc", "ldtbxh")
    await ok(administrator.post("/api/v1/periods", json=period_of(2025, *units, previous="2024")))
    database = Mail(bench).database
    async with database.reading() as connection:
        result = compute_period(await read_inputs(connection, "2025"))[0]
    await database.close()
    found = {
        code: (
            row.standing.previous_rank,
            row.standing.comparability,
            dict(result.inputs[code].review_years),
        )
        for code, row in result.units.items()
    }
    assert found == {
        XD: (2, "partly", {"I/3": 1}),
        "tai-chinh": (None, "not", {}),
        "suc-khoe": (3, "comparable", {"I/3": 1}),
        "nv": (6, "partly", {"I/3": 1}),
        "dan-toc": (6, "partly", {}),
        "ldtbxh": (7, "comparable", {"I/3": 1}),
    }
    for code, told in {
        XD: [(XD, 2), (GTVT, 1)],
        "tai-chinh": [("tc", 4), ("khdt", 5)],
        "suc-khoe": [(Y_TE, 3)],
        "nv": [("nv", 6)],
        "ldtbxh": [("ldtbxh", 7)],
    }.items():
        history = (await ok(year.api.client().get(f"{UNITS}/{code}/results"))).json()["rows"]
        assert [(row["unit"], row["rank"]) for row in history] == told


MERGED = {
    "so-tai-chinh": ("so-ke-hoach-va-dau-tu", "so-tai-chinh"),
    "so-xay-dung": ("so-giao-thong-van-tai", "so-xay-dung"),
    "so-khoa-hoc-va-cong-nghe": ("so-thong-tin-va-truyen-thong", "so-khoa-hoc-va-cong-nghe"),
    "so-nong-nghiep-va-moi-truong": ("so-tai-nguyen-va-moi-truong", "so-nong-nghiep-va-phat-trien-nong-thon"),
    "so-noi-vu": ("so-lao-dong-thuong-binh-va-xa-hoi", "so-noi-vu"),
}
"""The departments of 01/03/2025 and those that they were made of."""


async def test_the_reform_of_2025(year: Year) -> None:
    """From 01/03/2025 five departments stand for ten; from 01/07/2025 there are no districts."""
    administrator, public = await year.role(Role.ADMINISTRATOR), await year.role(Role.PUBLIC)
    for unit in load("units.json"):
        borne = {key: unit[key] for key in ("name", "short_name", "head_title", "valid_from")}
        body = {key: unit[key] for key in ("code", "level", "kind", "aliases")}
        await ok(administrator.post(UNITS, json={**body, "names": [borne]}))
    new = name("Sở Nông nghiệp và Môi trường", "2025-03-01")
    await register(administrator, "so-nong-nghiep-va-moi-truong", new)
    for successor, predecessors in MERGED.items():
        body = merger(predecessors=list(predecessors), successors=[successor])
        await ok(administrator.post(f"{UNITS}/successions", json=body))
    districts = await listed(public, level="district", on="2025-06-30")
    ending = merger(
        kind="dissolution",
        predecessors=districts,
        successors=[],
        effective_on="2025-07-01",
        legal_basis={"number": "72/2025/QH15", "date": "2025-06-16", "issuer": "Quốc hội"},
    )
    await ok(administrator.post(f"{UNITS}/successions", json=ending))
    counts = {
        day: [len(await listed(public, level=level, on=day)) for level in ("department", "district")]
        for day in ("2022-12-31", "2025-02-28", "2025-03-01", "2025-07-01")
    }
    assert counts == {
        "2022-12-31": [18, 12],
        "2025-02-28": [18, 12],
        "2025-03-01": [13, 12],
        "2025-07-01": [13, 0],
    }
    texts = ["Sở KH&ĐT", "Sở NN&PTNT", "Sở Nông nghiệp và Môi trường", "UBND huyện Kim Thành"]
    for day, outcomes in (
        ("2022-12-31", ["found", "found", "ended", "found"]),
        ("2025-12-31", ["ended", "ended", "found", "ended"]),
    ):
        found = (await ok(public.post(f"{UNITS}/resolve", json={"texts": texts, "day": day}))).json()
        assert [row["outcome"] for row in found] == outcomes
    assert [row["candidates"][0]["code"] for row in found[:2]] == [
        "so-tai-chinh",
        "so-nong-nghiep-va-moi-truong",
    ]
