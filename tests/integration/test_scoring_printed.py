"""A printed report posted against an edition: silent where it agrees, every fault placed, nothing a crash."""

import json
from typing import Any

import httpx
import pytest

from tests.support.scoring_story import SESSION, WITHOUT_SURVEY, Year, code_of, ok

PERIOD, EDITION = "/api/v1/periods/2022", "/api/v1/editions/2022/1"
COMPARISON = f"{EDITION}/comparison"
Json = dict[str, Any]


async def finalized(year: Year) -> httpx.AsyncClient:
    clerk = await year.ready_for_council()
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    await ok(clerk.post(f"{PERIOD}/finalize"))
    return clerk


def printed(table: Json) -> Json:
    """The public table of an edition as a report that prints it."""
    rows = [
        {
            "place": row["unit"],
            "unit": row["unit"],
            "max_points": row["applicable_max"],
            **{name: row[name] for name in ("points", "percent", "rank", "previous_rank", "change")},
        }
        for row in table["units"]
    ]
    return {"rankings": [{"name": "xếp hạng", "rows": rows}], "unrounded": True}


async def test_the_edition_as_printed_agrees_with_itself_and_a_changed_figure_does_not(year: Year) -> None:
    clerk = await finalized(year)
    report = printed((await ok(clerk.get(EDITION))).json())
    assert (await ok(clerk.post(COMPARISON, json=report))).json() == []
    row = report["rankings"][0]["rows"][0]
    row["percent"] = "12.34"
    kinds = {found["kind"] for found in (await ok(clerk.post(COMPARISON, json=report))).json()}
    assert "figure_differs_from_result" in kinds
    row["unit"] = "so-khong-co"
    found = (await ok(clerk.post(COMPARISON, json=report))).json()
    assert {"unit_not_in_result"} <= {finding["kind"] for finding in found}


REFUSED: list[tuple[bytes, int, str, str]] = [
    (b"", 400, "malformed_request", ""),
    (b"[]", 400, "malformed_request", ""),
    (b'{"levels": [', 400, "malformed_request", ""),
    (b'{"a":' * 100_000, 400, "malformed_request", ""),
    (b'{"levels": [], "levels": []}', 400, "malformed_request", ""),
    (b'{"figures": {"a": {"value": NaN}}}', 400, "malformed_request", "/figures/a/value"),
    (b'{"figures": {"a": {"place": "p", "name": "n", "value": 1e400}}}', 422, "printed_report_invalid", "/figures/a/value"),
    (b'{"figures": {"a": {"place": "p", "name": "n"}}}', 422, "printed_report_invalid", "/figures/a/value"),
    (b'{"sections": [{"place": "p", "numerals": ["A"]}]}', 422, "printed_report_invalid", "/sections/0/numerals"),
    (b'{"figuers": {}}', 422, "printed_report_invalid", "/figuers"),
    (b" " * (8 * 1024 * 1024 + 1), 413, "body_too_large", ""),
]  # fmt: skip


@pytest.mark.timeout(120)
async def test_what_is_no_report_is_refused_with_its_places(year: Year) -> None:
    clerk = await finalized(year)
    for body, status, code, pointer in REFUSED:
        reply = await clerk.post(COMPARISON, content=body, headers={"Content-Type": "application/json"})
        assert (reply.status_code, reply.json()["code"]) == (status, code), body[:60]
        if pointer:
            assert pointer in {fault["pointer"] for fault in reply.json()["errors"]}, json.dumps(reply.json())
    assert await code_of(clerk.post("/api/v1/editions/2022/9/comparison", json={})) == (
        404,
        "edition_unknown",
    )
    async with year.api.client() as public:
        assert (await public.post(COMPARISON, json={})).status_code == 404  # not published yet
