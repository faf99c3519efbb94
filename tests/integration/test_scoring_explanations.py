"""Where a figure comes from, through the API: sums that add up, what lies behind a leaf, and who may see it when."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from parindex.kernel.canonical import digest_bytes
from parindex.kernel.points import total
from scoring_api.publication.use_cases import explanations as shelf
from tests.support.reply_shapes import differences, example_of
from tests.support.scoring_story import SESSION, WITHOUT_SURVEY, Year, claims_of, code_of, ok, period_body
from tests.support.survey_mail import SURVEY, Mail
from tests.support.workbench import Workbench

PERIOD = "/api/v1/periods/2022"
UNIT = "so-noi-vu"
OWN = f"{PERIOD}/units/{UNIT}/explanation"
EDITION = f"/api/v1/editions/2022/1/units/{UNIT}/explanation"
LEAF, SURVEYED = "I/1/1.1/1.1.3", "II/1/1.1"
LOWERED = {"value": {"numerator": "1", "denominator": "58"}, "reason": "Thiếu tài liệu."}
DECIDED = {"unit": UNIT, "leaf": LEAF, "points": "0.25", "reason": "Hội đồng ấn định."}
WINDOWS = {
    "explanation": ("2023-01-17T00:00:00+07:00", "2023-01-20T00:00:00+07:00"),
    "complaint": ("2023-02-21T00:00:00+07:00", "2023-02-28T00:00:00+07:00"),
}


def phases(*names: str) -> list[dict[str, Any]]:
    named = [(name, *WINDOWS[name]) for name in names]
    rows = [{"phase": name, "opens_at": opens, "closes_at": closes} for name, opens, closes in named]
    return [*period_body()["phases"], *rows]


async def explained(client: Any, node: str = "", path: str = OWN) -> dict[str, Any]:
    found: dict[str, Any] = (await ok(client.get(path, params={"node": node}))).json()
    return found


async def walked(client: Any, path: str, node: str = "") -> dict[str, dict[str, Any]]:
    """Every explanation from a node down, by key."""
    found = {node: await explained(client, node, path)}
    explanation = found[node]["explanation"]
    parts = explanation["contributions"]
    for figure in ("points", "printed"):
        assert total([Decimal(part[figure]) for part in parts]) == Decimal(explanation[figure])
    for part in parts:
        if part["key"] not in {node, "limit"} and part["cell"] is None:
            below = await walked(client, path, part["key"])
            assert below[part["key"]]["explanation"]["points"] == part["points"]
            found |= below
    return found


@pytest_asyncio.fixture
async def mail(bench: Workbench) -> AsyncIterator[Mail]:
    found = Mail(bench)
    yield found
    await found.database.close()


async def surveyed_year(year: Year, mail: Mail, counts: dict[str, int], **changes: Any) -> Any:
    """A council that has decided everything no survey answered; its clerk."""
    clerk = await year.ready_for_council(
        {LEAF: LOWERED}, survey={**SURVEY, **changes}, phases=phases("complaint")
    )
    await mail.handover("hai-duong-2022", await mail.tally("hai-duong-2022", 1, counts))
    await ok(clerk.post(f"{PERIOD}/council"))
    rest = [row for row in WITHOUT_SURVEY if row["leaf"] != SURVEYED]
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": [*rest, DECIDED]}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    return clerk


async def test_the_council_follows_a_total_down_to_acts_files_and_counts(year: Year, mail: Mail) -> None:
    clerk = await surveyed_year(year, mail, {"A": 30, "D": 10})
    found = await walked(clerk, OWN)
    computed = {row["unit"]: row for row in (await clerk.get(f"{PERIOD}/computation")).json()["units"]}
    assert Decimal(found[""]["explanation"]["printed"]) == Decimal(computed[UNIT]["points"])
    leaf = found[LEAF]
    assert [(act["stage"], act["role"], act["by"], act["reason"]) for act in leaf["acts"]] == [
        ("self", "unit_officer", "kiem-thu-unit_officer", ""),
        ("appraisal", "appraiser", "kiem-thu-appraiser", "Thiếu tài liệu."),
        ("council", "council_clerk", "kiem-thu-council_clerk", "Hội đồng ấn định."),
    ]
    assert (leaf["explanation"]["points"], leaf["explanation"]["decided_by"]) == ("0.25", "council")
    assert leaf["framework"]["version"] == 1
    versions = (await clerk.get("/api/v1/frameworks")).json()
    assert leaf["framework"]["digest"] in {row["digest"] for row in versions}
    assert (leaf["tally"], leaf["cells"]) == (None, [])
    assert not differences(example_of("GET", "explanation"), leaf)
    survey = found[SURVEYED]
    assert survey["explanation"]["points"] == "13.875"
    assert (survey["tally"]["campaign"], survey["tally"]["revision"]) == ("hai-duong-2022", 1)
    assert survey["cells"] == [
        {
            "unit": UNIT,
            "questionnaire": "to-chuc-so",
            "group": "dai-bieu-hdnd-tinh",
            "question": "c1",
            "counts": {"A": 30, "D": 10},
            "blank": 0,
            "double": 0,
            "total": 40,
            "withheld": "",
        }
    ]


async def test_files_stand_with_the_leaf_they_prove(year: Year) -> None:
    await year.set_up()
    year.clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=[UNIT])
    base = f"{PERIOD}/assessments/{UNIT}"
    content = b"%PDF-1.4\n%%EOF\n"
    kept = []
    for name, data in (("a.pdf", content), ("b.pdf", content + b" ")):
        form = {"title": "Báo cáo", "number": "12/BC-SNV", "issued_on": "2022-12-28"}
        reply = await ok(officer.post(f"{base}/evidence", data=form, files={"file": (name, data)}))
        kept.append(reply.json()["id"])
    (row,) = [row for row in claims_of(UNIT) if row["leaf"] == LEAF]
    body = {"claims": [{**row, "evidence": kept[:1]}]}
    await ok(officer.put(f"{base}/claims", json=body, headers={"If-Match": "*"}))
    found = await explained(await year.role(Role.APPRAISER), LEAF)
    assert found["evidence"] == [
        {
            "id": kept[0],
            "title": "Báo cáo",
            "file_name": "a.pdf",
            "number": "12/BC-SNV",
            "issued_on": "2022-12-28",
            "digest": digest_bytes(content),
            "bytes": len(content),
            "media_type": "application/pdf",
        }
    ]
    assert found["explanation"]["status"] == "missing", "a claim alone scores nothing"


CLOSED = (409, "explanation_not_open")


@pytest.mark.parametrize(
    ("declared", "in_explanation", "in_provisional"),
    [
        ((), None, None),
        (("explanation",), "Thiếu tài liệu.", "Thiếu tài liệu."),
        (("complaint",), None, "Hội đồng ấn định."),
        (("explanation", "complaint"), "Thiếu tài liệu.", "Hội đồng ấn định."),
    ],
)
async def test_a_unit_sees_what_its_assessment_shows_it(
    year: Year, declared: tuple[str, ...], in_explanation: str | None, in_provisional: str | None
) -> None:
    clerk = await year.ready_for_council({LEAF: LOWERED}, phases=phases(*declared))
    officer = await year.role(Role.UNIT_OFFICER, units=[UNIT])
    judge = await year.role(Role.APPRAISER)

    async def sees(reason: str | None, *, whole: bool) -> None:
        reply = await officer.get(OWN, params={"node": LEAF})
        if reason is None:
            assert (reply.status_code, reply.json()["code"]) == CLOSED
        else:
            shown = reply.json()
            assert shown["explanation"]["reason"] == reason
            stages = [act["stage"] for act in shown["acts"]]
            assert stages == ["self", "appraisal", "council"][: 3 if reason.startswith("Hội") else 2]
            assert {act["by"] for act in shown["acts"]} == {"kiem-thu-unit_officer", ""}
            assert shown["explanation"]["contributions"][0]["points"] == shown["explanation"]["points"]
        for node in ("", "I", "I/1", SURVEYED):
            reply = await officer.get(OWN, params={"node": node})
            assert (reply.status_code == 200) is whole, (node, reply.text)
            if not whole:
                assert (reply.status_code, reply.json()["code"]) == CLOSED
            await ok(judge.get(OWN, params={"node": node}))

    await sees(None, whole=False)
    year.clock.set("2023-01-17T00:00:00+07:00")
    await sees(in_explanation, whole=False)
    await ok(clerk.post(f"{PERIOD}/council"))
    body = {**SESSION, "decisions": [*WITHOUT_SURVEY, DECIDED]}
    await ok(clerk.post(f"{PERIOD}/council/sessions", json=body))
    await sees(in_explanation, whole=False)
    await ok(clerk.post(f"{PERIOD}/provisional"))
    await sees(in_provisional, whole="complaint" in declared)
    year.clock.set("2023-02-28T00:00:00+07:00")
    await ok(clerk.post(f"{PERIOD}/finalize"))
    await sees(in_provisional, whole="complaint" in declared)


async def test_counts_of_too_few_are_the_councils_alone(year: Year, mail: Mail) -> None:
    clerk = await surveyed_year(year, mail, {"A": 3, "D": 1}, publication_minimum=5)
    officer, judge = await year.role(Role.UNIT_OFFICER, units=[UNIT]), await year.role(Role.APPRAISER)
    full = await explained(clerk, SURVEYED)
    assert (full["withheld"], [cell["total"] for cell in full["cells"]]) == (False, [4])
    for reader in (officer, judge):
        seen = await explained(reader, SURVEYED)
        assert seen["explanation"]["points"] == full["explanation"]["points"] == "13.875"
        assert (seen["withheld"], seen["cells"], seen["explanation"]["measure"]) == (True, [], None)
        assert [part["cell"] for part in seen["explanation"]["contributions"]] == [None]
        await walked(reader, OWN)


async def test_who_may_not_ask(year: Year) -> None:
    await year.set_up()
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    assert await code_of(stranger.get(OWN)) == (403, "foreign_unit")
    for role in (Role.ADMINISTRATOR, Role.READER, Role.SURVEY_MANAGER, Role.ENTRY_CLERK):
        assert await code_of((await year.role(role)).get(OWN)) == (403, "forbidden")
    async with year.api.client() as public:
        assert await code_of(public.get(OWN)) == (401, "token_required")
    insider = await year.role(Role.APPRAISER, units=[UNIT])
    assert await code_of(insider.get(OWN, params={"node": LEAF})) == CLOSED


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{OWN}?node=I/99", 404, "criterion_unknown"),
        (f"{OWN}?node=%2F", 404, "criterion_unknown"),
        (f"{OWN}?node={'x' * 501}", 422, "invalid_request"),
        (f"{OWN}?node=%00", 400, "malformed_request"),
        (f"{PERIOD}/units/so-la/explanation", 404, "unit_not_in_period"),
        ("/api/v1/periods/1999/units/so-noi-vu/explanation", 404, "period_unknown"),
        (EDITION, 404, "edition_unknown"),
        ("/api/v1/editions/2022/0/units/so-noi-vu/explanation", 422, "invalid_request"),
    ],
)
async def test_bad_questions_are_refused(year: Year, path: str, status: int, code: str) -> None:
    await year.set_up()
    clerk = await year.role(Role.COUNCIL_CLERK)
    assert await code_of(clerk.get(path)) == (status, code)


async def test_an_edition_explains_itself_to_everybody(
    year: Year, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = await surveyed_year(year, mail, {"A": 3, "D": 1})
    before = await walked(clerk, OWN)
    year.clock.set("2023-02-28T00:00:00+07:00")
    await ok(clerk.post(f"{PERIOD}/finalize"))
    assert (await ok(clerk.get(EDITION))).headers["cache-control"] == "private, no-cache"
    async with year.api.client() as public:
        assert await code_of(public.get(EDITION)) == (404, "edition_unknown")
        await ok(clerk.post("/api/v1/editions/2022/1/publish"))
        opened: list[int] = []
        read_pack = shelf.reading.read_pack
        monkeypatch.setattr(shelf.reading, "read_pack", lambda *given: opened.append(1) or read_pack(*given))
        shelf._opened.clear()
        found = await walked(public, EDITION)
        assert opened == [1], "the pack is opened once for all its nodes"
        assert {key: row["explanation"]["points"] for key, row in found.items()} == {
            key: row["explanation"]["points"] for key, row in before.items()
        }
        assert found[LEAF]["explanation"]["reason"] == "Hội đồng ấn định."
        assert not differences(example_of("GET", "explanation", "editions"), found[LEAF])
        assert not {"acts", "evidence", "state"} & set(found[LEAF])
        survey = found[SURVEYED]
        assert (survey["withheld"], survey["explanation"]["measure"]) == (True, None)
        (cell,) = survey["cells"]
        assert (cell["counts"], cell["total"]) == ({}, None)
        assert cell["withheld"].startswith("sha256:")
        reply = await public.get(EDITION, params={"node": LEAF})
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
        tag = {"If-None-Match": reply.headers["etag"]}
        assert (await public.get(EDITION, params={"node": LEAF}, headers=tag)).status_code == 304
        unknown = public.get(EDITION.replace(UNIT, "so-la"))
        assert await code_of(unknown) == (404, "unit_not_in_period")
        assert await code_of(public.get(EDITION, params={"node": "I/99"})) == (404, "criterion_unknown")


async def test_the_shelf_of_open_packs_is_bounded(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = await year.ready_for_council()
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    await ok(clerk.post(f"{PERIOD}/finalize"))
    shelf._opened.clear()
    monkeypatch.setattr(shelf, "LARGEST_KEPT", 10)
    await ok(clerk.get(EDITION))
    assert not shelf._opened, "a pack too long is not kept"
    monkeypatch.setattr(shelf, "LARGEST_KEPT", 10**8)
    await ok(clerk.get(EDITION))
    (bundle,) = shelf._opened.values()
    shelf._opened.update({f"other-{number}": bundle for number in range(5)})
    await ok(clerk.get(EDITION))
    assert len(shelf._opened) == shelf.KEPT
    shelf._opened.clear()


async def test_an_imported_edition_has_nothing_to_explain(year: Year) -> None:
    administrator = await year.set_up()
    body = {"period": "2021", "units": [{"unit": UNIT, "rank": 1}]}
    await ok(administrator.post("/api/v1/editions", json=body))
    path = f"/api/v1/editions/2021/1/units/{UNIT}/explanation"
    assert await code_of(administrator.get(path)) == (404, "pack_missing")
