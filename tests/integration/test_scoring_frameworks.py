"""The life of a criteria set over the API: drafted, edited, checked, published, cloned, compared, continued."""

import asyncio
import copy
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from tests.support.scoring_story import DEPARTMENTS, SESSION, Year, code_of, load, ok, period_body
from tests.support.workbench import Workbench
from tests.unit.scoring.framework_json import RATIO, Json, area, document, leaf

FRAMEWORKS = "/api/v1/frameworks"
SMALL = f"{FRAMEWORKS}/thu/versions/{{}}"
CROSSWALK = f"{FRAMEWORKS}/moi/versions/1/crosswalk"
BASIS = [{"number": "3396/QĐ-UBND", "date": "2022-12-15", "issuer": "UBND tỉnh"}]
NODES = (area("1", "60", leaf("1.1", "60", not_arising="fallback")), area("2", "40", leaf("2.1", "40")))
STALE = {"If-Match": '"00000000000000000000000000000000"'}


def small(*nodes: Json, **terms: Any) -> Json:
    return document(*(nodes or NODES), **{"legal_basis": BASIS, **terms})


def same(*keys: str) -> list[Json]:
    return [{"kind": "same", "from": [key], "to": [key]} for key in keys]


WHOLE: Json = {"leaves": same("1/1.1", "2/2.1"), "areas": same("1", "2")}


async def drafted(administrator: httpx.AsyncClient, definition: Json, *, publish: bool = False) -> str:
    """The ETag of the new draft, or of the published version."""
    found = (await ok(administrator.post(FRAMEWORKS, json=definition))).json()
    path = f"{FRAMEWORKS}/{found['code']}/versions/{found['version']}"
    if publish:
        await ok(administrator.post(f"{path}/publish"))
    return str((await ok(administrator.get(path))).headers["etag"])


async def faults_of(awaitable: Any) -> list[tuple[str, str]]:
    reply = await awaitable
    return [(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]]


async def test_a_draft_is_edited_by_whoever_read_it_last(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    tag = await drafted(administrator, small())
    edited = small(title="Bộ tiêu chí thử, sửa")
    path = SMALL.format(1)
    assert await code_of(administrator.put(path, json=edited)) == (428, "version_required")
    assert await code_of(administrator.put(path, json=edited, headers=STALE)) == (412, "version_stale")
    reply = await ok(administrator.put(path, json=edited, headers={"If-Match": tag}))
    assert reply.json()["status"] == "draft"
    assert reply.headers["etag"] != tag
    shown = await ok(administrator.get(path))
    assert (shown.json()["title"], shown.headers["etag"]) == (edited["title"], reply.headers["etag"])
    assert await code_of(administrator.put(path, json=small(), headers={"If-Match": tag})) == (
        412,
        "version_stale",
    )
    listed = (await ok(administrator.get(FRAMEWORKS))).json()
    assert [row["title"] for row in listed] == [edited["title"]]
    rows = await bench.fetch(
        "SELECT details->>'before' AS before, details->>'digest' AS after FROM scoring.audit"
        " WHERE action = 'framework.redrafted'"
    )
    assert [(row["before"][7:39], row["after"]) for row in rows] == [(tag[1:-1], reply.json()["digest"])]


async def test_of_two_edits_of_one_version_one_wins(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    tag = await drafted(administrator, small())
    titles = ["Sửa lần một", "Sửa lần hai"]
    both = await asyncio.gather(
        *(
            administrator.put(SMALL.format(1), json=small(title=title), headers={"If-Match": tag})
            for title in titles
        )
    )
    assert sorted(reply.status_code for reply in both) == [200, 412]
    winner = titles[[reply.status_code for reply in both].index(200)]
    assert (await ok(administrator.get(SMALL.format(1)))).json()["title"] == winner


async def test_an_edit_that_is_refused_changes_nothing(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    tag = await drafted(administrator, small())
    headers = {"If-Match": tag}
    path = SMALL.format(1)
    crooked = small(area("1", "60", leaf("1.1", "50")), NODES[1], code="khac")
    assert await faults_of(administrator.put(path, json=crooked, headers=headers)) == [
        ("/nodes/0/max_points", "does_not_sum"),
        ("/code", "code_differs"),
    ]
    for content in (b"[]", b"{", b'{"code": "thu", "code": "thu"}'):
        assert await code_of(administrator.put(path, content=content, headers=headers)) == (
            400,
            "malformed_request",
        )
    assert await code_of(administrator.put(SMALL.format(2), json=small(), headers=headers)) == (
        404,
        "framework_unknown",
    )
    (row,) = await bench.fetch("SELECT digest FROM scoring.framework")
    assert row["digest"][7:39] == tag[1:-1]
    await ok(administrator.post(f"{path}/publish"))
    late = administrator.put(path, json=small(title="Muộn"), headers=headers)
    assert await code_of(late) == (409, "framework_already_published")
    assert await code_of(administrator.delete(path)) == (409, "framework_already_published")


async def test_a_draft_is_dropped_with_its_crosswalks(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    await drafted(administrator, small(), publish=True)
    tag = await drafted(administrator, small(code="moi"))
    await ok(administrator.put(CROSSWALK, json=WHOLE, params={"from": "thu/1"}))
    path = f"{FRAMEWORKS}/moi/versions/1"
    assert await code_of(administrator.delete(path, headers=STALE)) == (412, "version_stale")
    clerk = await year.role(Role.COUNCIL_CLERK)
    assert (await clerk.delete(path)).status_code == 403
    gone = await ok(administrator.delete(path, headers={"If-Match": tag}))
    assert (gone.status_code, gone.content) == (204, b"")
    assert await code_of(administrator.delete(path)) == (404, "framework_unknown")
    assert not await bench.fetch("SELECT 1 FROM scoring.framework_crosswalk")
    (row,) = await bench.fetch("SELECT object FROM scoring.audit WHERE action = 'framework.draft_deleted'")
    assert row["object"] == "moi/1"


async def test_validation_tells_everything_and_stores_nothing(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    headers = {"Idempotency-Key": "xem-truoc"}
    path = f"{FRAMEWORKS}/validate"
    sound = (await ok(administrator.post(path, json=small(), headers=headers))).json()
    assert (sound["valid"], sound["publishable"], sound["faults"], sound["hindrances"]) == (
        True,
        True,
        [],
        [],
    )
    assert (sound["summary"]["nodes"], sound["summary"]["leaves"]) == (4, 2)
    assert [(part["key"], part["max_points"]) for part in sound["summary"]["areas"]] == [
        ("1", "60"),
        ("2", "40"),
    ]
    assert sound["summary"]["sources"]["documents"] == "100"
    hindered = (await ok(administrator.post(path, json=small(legal_basis=[]), headers=headers))).json()
    assert (hindered["valid"], hindered["publishable"]) == (True, False)
    assert [row["code"] for row in hindered["hindrances"]] == ["framework_without_basis"]
    broken = (await ok(administrator.post(path, json=small(bands=[]), headers=headers))).json()
    assert (broken["valid"], broken["publishable"], broken["summary"]) == (False, False, None)
    assert [row["pointer"] for row in broken["faults"]] == ["/bands"]
    example = (await ok(administrator.post(path, json=load("framework-departments.json")))).json()
    assert (example["publishable"], example["notices"]) == (True, [])
    assert not await bench.fetch("SELECT 1 FROM scoring.framework")
    assert not await bench.fetch("SELECT 1 FROM scoring.idempotency_key")
    assert await code_of(administrator.post(path, content=b"nonsense")) == (400, "malformed_request")
    reader = await year.role(Role.READER)
    assert (await reader.post(path, json=small())).status_code == 403


async def test_publishing_names_every_hindrance_at_once(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    wrong = {"value": {"numerator": "1", "denominator": "2"}, "points": "1"}
    cases = leaf("2.1", "40", {**RATIO, "cases": [wrong]})
    await drafted(administrator, small(NODES[0], area("2", "40", cases), legal_basis=[]))
    reply = await administrator.post(f"{SMALL.format(1)}/publish")
    assert (reply.status_code, reply.json()["code"]) == (422, "framework_not_publishable")
    assert [(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]] == [
        ("/legal_basis", "framework_without_basis"),
        ("/nodes/1/children/0/rule/cases/0/points", "case_differs"),
    ]
    assert (await bench.fetch("SELECT status FROM scoring.framework"))[0]["status"] == "draft"


async def test_next_years_set_starts_as_a_clone(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    await drafted(administrator, small(valid_from=2022, valid_to=2023, note="Gốc."), publish=True)
    path = SMALL.format(1)
    found = (await ok(administrator.post(f"{path}/clone", json={"year": 2024}))).json()
    assert (found["code"], found["version"], found["status"]) == ("thu", 2, "draft")
    body = {"year": 2025, "code": "moi", "title": "Bộ tiêu chí mới"}
    reply = await administrator.post(f"{SMALL.format(2)}/clone", json=body)
    assert (reply.status_code, reply.json()["code"]) == (201, "moi")
    clone = (await ok(administrator.get(f"{FRAMEWORKS}/moi/versions/1"))).json()
    expected = small(year=2025, code="moi", title="Bộ tiêu chí mới")
    assert clone == {**expected, "note": "Sao từ bộ tiêu chí thu phiên bản 2.\nGốc."}
    for wrong in ({}, {"year": 1999}, {"year": "2024"}, {"year": 2024, "code": "Có dấu"}, {"year": True}):
        assert await code_of(administrator.post(f"{path}/clone", json=wrong)) == (422, "invalid_request")
    assert await code_of(administrator.post(f"{SMALL.format(9)}/clone", json={"year": 2024})) == (
        404,
        "framework_unknown",
    )


async def test_a_remark_without_room_for_its_origin_is_cloned_as_it_is(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    note = "x" * 4000
    await drafted(administrator, small(note=note))
    await ok(administrator.post(f"{SMALL.format(1)}/clone", json={"year": 2023}))
    assert (await ok(administrator.get(SMALL.format(2)))).json()["note"] == note


async def test_two_versions_are_compared_and_drafts_stay_hidden(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    await drafted(administrator, small(), publish=True)
    reworded = area("2", "40", leaf("2.1", "40", missing="council"))
    await drafted(administrator, small(NODES[0], reworded, year=2023))
    path = f"{SMALL.format(2)}/diff"
    found = await ok(administrator.get(path, params={"against": "thu/1"}))
    assert found.json()["before"] == {"code": "thu", "version": 1}
    assert found.json()["attributes"] == [{"attribute": "year", "before": "2022", "after": "2023"}]
    assert found.json()["nodes"] == [
        {
            "kind": "changed",
            "key": "2/2.1",
            "earlier_key": "2/2.1",
            "name": "Tiêu chí 2.1",
            "differences": [{"attribute": "missing", "before": "zero", "after": "council"}],
        }
    ]
    again = {"If-None-Match": found.headers["etag"]}
    assert (await administrator.get(path, params={"against": "thu/1"}, headers=again)).status_code == 304
    async with year.api.client() as public:
        hidden = [(f"{SMALL.format(2)}/diff", "thu/1"), (f"{SMALL.format(1)}/diff", "thu/2")]
        for where, against in hidden:
            assert await code_of(public.get(where, params={"against": against})) == (404, "framework_unknown")
        await ok(administrator.post(f"{SMALL.format(2)}/publish"))
        await ok(public.get(path, params={"against": "thu/1"}))
    for wrong in ("", "thu", "thu/0", "thu/x", "thu/99999999999", "a/b/1"):
        assert await code_of(administrator.get(path, params={"against": wrong})) == (422, "invalid_request")
    for unknown in ("khac/1", "thu/9999999999", "thu/7"):
        assert await code_of(administrator.get(path, params={"against": unknown})) == (
            404,
            "framework_unknown",
        )


async def two_sets(year: Year, **terms: Any) -> httpx.AsyncClient:
    """A published set and the draft of the next; the administrator's client."""
    administrator = await year.role(Role.ADMINISTRATOR)
    await drafted(administrator, small(), publish=True)
    await drafted(administrator, small(code="moi", year=2023, **terms))
    return administrator


async def test_a_crosswalk_is_proposed_written_and_corrected(year: Year, bench: Workbench) -> None:
    administrator = await two_sets(year)
    query = {"from": "thu/1"}
    assert await code_of(administrator.get(CROSSWALK, params=query)) == (404, "crosswalk_unknown")
    proposal = (await ok(administrator.get(f"{CROSSWALK}/proposal", params=query))).json()
    assert {row["kind"] for row in (*proposal["leaves"], *proposal["areas"])} == {"same"}
    rows = {part: proposal[part] for part in ("leaves", "areas")}
    assert await code_of(administrator.put(CROSSWALK, json=rows, params=query, headers=STALE)) == (
        412,
        "version_stale",
    )
    first = await ok(administrator.put(CROSSWALK, json=rows, params=query))
    shown = await ok(administrator.get(CROSSWALK, params=query))
    assert shown.json() == first.json() == proposal
    assert shown.headers["etag"] == first.headers["etag"]
    changed = copy.deepcopy(rows)
    changed["leaves"][0]["reason"] = "Giữ nguyên nội dung."
    assert await code_of(administrator.put(CROSSWALK, json=changed, params=query)) == (
        428,
        "version_required",
    )
    match = {"If-Match": shown.headers["etag"]}
    both = await asyncio.gather(
        *(administrator.put(CROSSWALK, json=sent, params=query, headers=match) for sent in [changed] * 2)
    )
    assert sorted(reply.status_code for reply in both) == [200, 412]
    audit = await bench.fetch(
        "SELECT details->>'before' AS before, details->>'digest' AS after FROM scoring.audit"
        " WHERE action = 'framework.crosswalk_written' ORDER BY id"
    )
    assert [bool(row["before"]) for row in audit] == [False, True]
    assert audit[1]["before"] == audit[0]["after"]
    async with year.api.client() as public:
        assert await code_of(public.get(CROSSWALK, params=query)) == (404, "framework_unknown")
        await ok(administrator.post(f"{FRAMEWORKS}/moi/versions/1/publish"))
        assert (await ok(public.get(CROSSWALK, params=query))).json()["leaves"] == changed["leaves"]
        assert (await public.put(CROSSWALK, json=rows, params=query)).status_code == 401


async def test_of_two_first_crosswalks_one_is_told_of_the_other(year: Year) -> None:
    administrator = await two_sets(year)
    both = await asyncio.gather(
        *(administrator.put(CROSSWALK, json=WHOLE, params={"from": "thu/1"}) for _ in range(2))
    )
    assert sorted(reply.status_code for reply in both) == [200, 428]


async def test_a_crosswalk_that_does_not_fit_is_refused_with_every_fault(
    year: Year, bench: Workbench
) -> None:
    administrator = await two_sets(year)
    query = {"from": "thu/1"}
    wrong = {
        "leaves": [
            {"kind": "retired", "from": ["1/1.1"], "to": []},
            {"kind": "renamed", "from": ["9/9.9"], "to": ["1/1.1", "2/2.1"]},
        ],
        "areas": [*same("1"), *same("1")],
    }
    reply = await administrator.put(CROSSWALK, json=wrong, params=query)
    assert (reply.status_code, reply.json()["code"]) == (422, "crosswalk_invalid")
    assert [(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]] == [
        ("/leaves/0/reason", "reason_missing"),
        ("/leaves/1/kind", "kind_does_not_fit"),
        ("/leaves/1/from/0", "unknown_key"),
        ("/leaves", "not_covered"),
        *((f"/areas/{index}/{side}/0", "listed_twice") for index in (0, 1) for side in ("from", "to")),
        ("/areas", "not_covered"),
        ("/areas", "not_covered"),
    ]
    for body in (
        {"leaves": []},
        {**WHOLE, "leaves": [{"kind": "vanished", "from": ["1/1.1"]}]},
        {**WHOLE, "leaves": [{"kind": "same", "from": "1/1.1", "to": ["1/1.1"]}]},
        {**WHOLE, "leaves": [{"kind": "same", "from": [""], "to": [1]}]},
    ):
        assert await code_of(administrator.put(CROSSWALK, json=body, params=query)) == (
            422,
            "invalid_request",
        )
    many = {**WHOLE, "leaves": same("1/1.1") * 100_000}
    reply = await administrator.put(CROSSWALK, json=many, params=query)
    assert (reply.status_code, fault_codes(reply)) in [(422, {"too_long"}), (413, set())]
    full = {**WHOLE, "leaves": same("1/1.1") * 20_000}
    reply = await administrator.put(CROSSWALK, json=full, params=query)
    assert len(reply.json()["errors"]) == 1000
    assert await code_of(administrator.put(CROSSWALK, json=WHOLE)) == (422, "invalid_request")
    assert await code_of(administrator.put(CROSSWALK, json=WHOLE, params={"from": "khac/1"})) == (
        404,
        "framework_unknown",
    )
    back = f"{SMALL.format(1)}/crosswalk"
    assert await code_of(administrator.put(back, json=WHOLE, params={"from": "moi/1"})) == (
        409,
        "crosswalk_from_draft",
    )
    assert not await bench.fetch("SELECT 1 FROM scoring.framework_crosswalk")


def fault_codes(reply: httpx.Response) -> set[str]:
    return {fault["code"] for fault in reply.json().get("errors", ())}


async def test_no_set_continues_itself(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    await drafted(administrator, small(), publish=True)
    path = f"{SMALL.format(1)}/crosswalk"
    refused = await administrator.put(path, json=WHOLE, params={"from": "thu/1"})
    assert (refused.status_code, [fault["code"] for fault in refused.json()["errors"]]) == (
        422,
        ["same_version"],
    )


async def test_a_draft_whose_crosswalk_no_longer_fits_is_not_published(year: Year) -> None:
    administrator = await two_sets(year)
    query = {"from": "thu/1"}
    first = await ok(administrator.put(CROSSWALK, json=WHOLE, params=query))
    path = f"{FRAMEWORKS}/moi/versions/1"
    tag = (await ok(administrator.get(path))).headers["etag"]
    edited = small(NODES[0], area("2", "40", leaf("2.7", "40")), code="moi", year=2023)
    await ok(administrator.put(path, json=edited, headers={"If-Match": tag}))
    refused = await administrator.post(f"{path}/publish")
    assert (refused.status_code, refused.json()["code"]) == (422, "framework_not_publishable")
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [
        "/crosswalks/thu~11/leaves/1/to/0",
        "/crosswalks/thu~11/leaves",
    ]
    fitting = {
        **WHOLE,
        "leaves": [*same("1/1.1"), {"kind": "renamed", "from": ["2/2.1"], "to": ["2/2.7"]}],
    }
    headers = {"If-Match": first.headers["etag"]}
    await ok(administrator.put(CROSSWALK, json=fitting, params=query, headers=headers))
    await ok(administrator.post(f"{path}/publish"))


async def register(administrator: httpx.AsyncClient) -> None:
    for unit in load("units.json"):
        if unit["code"] in DEPARTMENTS:
            names = [{key: unit[key] for key in ("name", "short_name", "head_title", "valid_from")}]
            body = {key: unit[key] for key in ("code", "level", "kind", "aliases")}
            await ok(administrator.post("/api/v1/units", json={**body, "names": names}))


def bound(code: str, version: int = 1, form: str = "A1", unit: str = DEPARTMENTS[0], group: str = "") -> Json:
    terms = {"unit": unit, "framework": code, "version": version, "form": form}
    return {**terms, "rank_group": group or code}


async def test_a_period_binds_issued_published_sets_in_force(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    await register(administrator)
    await drafted(administrator, small(code="du-thao"))
    await drafted(administrator, small(code="dung-lai", origin="reconstructed"), publish=True)
    await drafted(administrator, small(code="nam-truoc", year=2021), publish=True)
    await drafted(administrator, small(code="het-han", year=2019, valid_to=2021), publish=True)
    await drafted(administrator, small(code="moi-nam", year=2021, valid_from=2021), publish=True)
    await drafted(administrator, small(code="moi-du-thao", year=2023, origin="reconstructed"))
    first, second = DEPARTMENTS
    wrong = [
        [bound("du-thao"), bound("dung-lai", form="A2", unit=second)],
        [bound("nam-truoc"), bound("het-han", form="A2", unit=second)],
        [bound("moi-du-thao"), bound("khong-co", form="A2", unit=second)],
    ]
    found = [
        await faults_of(
            administrator.post("/api/v1/periods", json=period_body(units=(first,)) | {"units": u})
        )
        for u in wrong
    ]
    assert found == [
        [
            ("/units/0/framework", "framework_not_published"),
            ("/units/1/framework", "framework_reconstructed"),
        ],
        [
            ("/units/0/framework", "framework_of_other_year"),
            ("/units/1/framework", "framework_of_other_year"),
        ],
        [
            ("/units/0/framework", "framework_not_published"),
            ("/units/0/framework", "framework_reconstructed"),
            ("/units/0/framework", "framework_of_other_year"),
            ("/units/1/framework", "framework_unknown"),
        ],
    ]
    await ok(administrator.post("/api/v1/periods", json=period_body() | {"units": [bound("moi-nam")]}))


async def test_one_list_ranks_by_one_set(year: Year) -> None:
    """Each set ranks its own units: two in one list would each have a first."""
    administrator = await year.role(Role.ADMINISTRATOR)
    await register(administrator)
    await drafted(administrator, small(code="mot"), publish=True)
    await drafted(administrator, small(code="hai"), publish=True)
    units = [bound("mot", group="so"), bound("hai", form="A2", unit=DEPARTMENTS[1], group="so")]
    refused = administrator.post("/api/v1/periods", json=period_body() | {"units": units})
    assert await faults_of(refused) == [("/units/1/rank_group", "rank_group_mixed")]
    units[1]["rank_group"] = "so-khac"
    await ok(administrator.post("/api/v1/periods", json=period_body() | {"units": units}))


async def test_the_year_to_compare_with_lies_before(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    await register(administrator)
    await drafted(administrator, small(valid_from=2022, valid_to=2030), publish=True)
    units = {"units": [bound("thu")]}
    await ok(administrator.post("/api/v1/periods", json=period_body(code="2023", year=2023) | units))
    for number in (2022, 2023):
        body = period_body(code="khac", year=number, previous="2023") | units
        refused = administrator.post("/api/v1/periods", json=body)
        assert await faults_of(refused) == [("/previous", "previous_not_before")]
    body = period_body(code="khac", year=2024, previous="2023") | units
    await ok(administrator.post("/api/v1/periods", json=body))


class Season:
    """A year of the small set, from its period to its edition; every clock moves with it."""

    def __init__(self, year: Year, administrator: httpx.AsyncClient, number: int) -> None:
        self.year, self.administrator, self.number = year, administrator, number
        self.path = f"/api/v1/periods/{number}"

    async def open(self, code: str, version: int, previous: str = "") -> None:
        self.year.clock.set(f"{self.number}-12-16T08:00:00+07:00")
        windows = period_body()["phases"]
        for window in windows:
            for edge in ("opens_at", "closes_at"):
                shift = self.number - 2022
                window[edge] = f"{int(window[edge][:4]) + shift}{window[edge][4:]}"
        units = [bound(code, version, f"A{place}", unit) for place, unit in enumerate(DEPARTMENTS, 1)]
        body = period_body(code=str(self.number), year=self.number, previous=previous)
        await ok(self.administrator.post("/api/v1/periods", json={**body, "phases": windows, "units": units}))
        await ok(self.administrator.post(f"{self.path}/open"))

    async def close(self, values: dict[str, dict[str, Json]]) -> None:
        """What the units claimed, confirmed by everyone after them."""
        appraiser = await self.year.role(Role.APPRAISER)
        clerk = await self.year.role(Role.COUNCIL_CLERK)
        self.year.clock.set(f"{self.number + 1}-01-09T08:00:00+07:00")
        for unit, found in values.items():
            base = f"{self.path}/assessments/{unit}"
            officer = await self.year.role(Role.UNIT_OFFICER, units=[unit])
            claims = [{"leaf": key, "value": value, "narrative": "x"} for key, value in found.items()]
            await ok(officer.put(f"{base}/claims", json={"claims": claims}, headers={"If-Match": "*"}))
            await ok(officer.post(f"{base}/submission"))
        self.year.clock.set(f"{self.number + 1}-01-12T08:00:00+07:00")
        for unit, found in values.items():
            base = f"{self.path}/assessments/{unit}"
            rows = [{"leaf": key} for key in found]
            await ok(appraiser.post(f"{base}/appraisals", json={"appraisals": rows}))
            await ok(appraiser.post(f"{base}/appraisal-completion"))
        await ok(clerk.post(f"{self.path}/council"))
        session = {**SESSION, "held_at": f"{self.number + 1}-02-20T14:00:00+07:00"}
        self.year.clock.set(f"{self.number + 1}-02-21T08:00:00+07:00")
        await ok(clerk.post(f"{self.path}/council/sessions", json=session))
        await ok(clerk.post(f"{self.path}/provisional"))
        await ok(clerk.post(f"{self.path}/finalize"))

    async def sheet(self, unit: str) -> Json:
        clerk = await self.year.role(Role.COUNCIL_CLERK)
        found: Json = (await ok(clerk.get(f"/api/v1/editions/{self.number}/1/units/{unit}"))).json()
        return found


def of(numerator: str, denominator: str = "100") -> Json:
    return {"numerator": numerator, "denominator": denominator}


async def first_year(year: Year) -> httpx.AsyncClient:
    """The year 2022 by the small set is over; so-noi-vu came first. Returns the administrator's client."""
    administrator = await year.role(Role.ADMINISTRATOR)
    await register(administrator)
    review = {"areas": ["2"], "threshold": "75"}
    await drafted(administrator, small(review=review), publish=True)
    season = Season(year, administrator, 2022)
    await season.open("thu", 1)
    first, second = DEPARTMENTS
    await season.close(
        {
            first: {"1/1.1": of("80"), "2/2.1": of("90")},
            second: {"1/1.1": of("50"), "2/2.1": of("40")},
        }
    )
    return administrator


RENAMED = (
    area("A", "60", leaf("a1", "60", not_arising="fallback") | {"name": "Tiêu chí 1.1"}, name="Lĩnh vực 1"),
    area("B", "40", leaf("b1", "40") | {"name": "Tiêu chí 2.1"}, name="Lĩnh vực 2"),
)


async def test_a_leaf_falls_back_on_last_years_value_under_its_new_key(year: Year, bench: Workbench) -> None:
    """1.1 did not arise in 2023; the crosswalk says that A/a1 is what 1/1.1 was, so 80 % of 60 stay 48."""
    administrator = await first_year(year)
    review = {"areas": ["B"], "threshold": "75"}
    await drafted(administrator, small(*RENAMED, code="moi", year=2023, review=review))
    query = {"from": "thu/1"}
    proposal = (await ok(administrator.get(f"{CROSSWALK}/proposal", params=query))).json()
    assert {row["kind"] for row in (*proposal["leaves"], *proposal["areas"])} == {"renamed"}
    rows = {part: proposal[part] for part in ("leaves", "areas")}
    written = await ok(administrator.put(CROSSWALK, json=rows, params=query))
    await ok(administrator.post(f"{FRAMEWORKS}/moi/versions/1/publish"))
    season = Season(year, administrator, 2023)
    await season.open("moi", 1, previous="2022")
    headers = {"If-Match": written.headers["etag"]}
    late = administrator.put(CROSSWALK, json=rows, params=query, headers=headers)
    assert await code_of(late) == (409, "framework_in_use")
    first, second = DEPARTMENTS
    await season.close(
        {
            first: {"A/a1": of("0", "0"), "B/b1": of("50")},
            second: {"A/a1": of("90"), "B/b1": of("60")},
        }
    )
    sheet = await season.sheet(first)
    leaves = {row["key"]: row for row in sheet["leaves"]}
    assert (leaves["A/a1"]["points"], leaves["A/a1"]["status"]) == ("48", "not_arising")
    assert (sheet["points"], sheet["rank"], sheet["previous_rank"]) == ("68", 2, 1)
    assert sheet["comparability"] == "comparable"
    assert [(duty["area"], duty["consecutive_years"]) for duty in sheet["reviews"]] == [("B", 1)]
    other = await season.sheet(second)
    assert [(duty["area"], duty["consecutive_years"]) for duty in other["reviews"]] == [("B", 2)]
    rows_of = await bench.fetch(
        "SELECT framework, framework_version FROM scoring.standing WHERE period = '2023'"
    )
    assert {tuple(row) for row in rows_of} == {("moi", 1)}


async def test_without_a_crosswalk_nothing_is_there_to_fall_back_on(year: Year) -> None:
    administrator = await first_year(year)
    await drafted(administrator, small(*RENAMED, code="moi", year=2023), publish=True)
    season = Season(year, administrator, 2023)
    await season.open("moi", 1, previous="2022")
    first, second = DEPARTMENTS
    await season.close(
        {
            first: {"A/a1": of("0", "0"), "B/b1": of("50")},
            second: {"A/a1": of("90"), "B/b1": of("60")},
        }
    )
    sheet = await season.sheet(first)
    assert (sheet["points"], sheet["previous_rank"], sheet["comparability"]) == ("20", 1, "not")


@pytest.mark.parametrize(
    ("version", "points", "comparability"), [(1, "84", "comparable"), (2, "36", "partly")]
)
async def test_a_set_of_several_years_needs_no_crosswalk(
    year: Year, version: int, points: str, comparability: str
) -> None:
    """The same version is bound twice: everything carries over; a new version of it compares in part."""
    administrator = await year.role(Role.ADMINISTRATOR)
    await register(administrator)
    await drafted(administrator, small(valid_from=2022, valid_to=2030), publish=True)
    await drafted(administrator, small(valid_from=2022, valid_to=2030, title="Lần hai"), publish=True)
    season = Season(year, administrator, 2022)
    await season.open("thu", 1)
    values = {unit: {"1/1.1": of("80"), "2/2.1": of("90")} for unit in DEPARTMENTS}
    await season.close(values)
    season = Season(year, administrator, 2023)
    await season.open("thu", version, previous="2022")
    values[DEPARTMENTS[0]]["1/1.1"] = of("0", "0")
    await season.close(values)
    sheet = await season.sheet(DEPARTMENTS[0])
    assert (sheet["points"], sheet["comparability"]) == (points, comparability)
