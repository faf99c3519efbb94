"""Sóc Trăng 2017: a satisfaction survey of 22 questions, 5 factors, 8 service fields, and the shares its report prints."""

from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
import pytest

from parindex.contracts.loading import dump_snapshot, load_snapshot
from parindex.contracts.snapshots import SurveyedUnit, TallySnapshot, UnitList
from parindex.kernel.points import output, share, vietnamese
from scoring_api.frameworks.domain.rules import Sipas
from scoring_api.results.domain.counting import cells_of_unit
from scoring_api.results.domain.inputs import TallyCell
from scoring_api.results.domain.tallies import survey_percent
from survey_ingest.campaigns import http as campaigns_http
from tests.support.survey import drafted_survey
from tests.support.workbench import Workbench

UNITS = UnitList(
    period="2022",
    units=(
        SurveyedUnit(
            code="tinh-soc-trang",
            name="Tỉnh Sóc Trăng",
            short_name="Sóc Trăng",
            level="province",
            kind="tinh",
            aliases=(),
        ),
    ),
)
FACTORS = {"tiep-can": 4, "thu-tuc": 4, "cong-chuc": 6, "ket-qua": 5, "gop-y": 3}
RATED = [(f"{factor}-{n}", factor) for factor, questions in FACTORS.items() for n in range(1, questions + 1)]
FIELDS = (
    "dat-dai-moi-truong",
    "xay-dung",
    "giao-thong",
    "van-hoa",
    "nong-nghiep",
    "lao-dong",
    "tu-phap-xa",
    "tu-phap-tinh",
)
EACH = 90
BALLOTS = EACH * len(FIELDS)
SATISFIED = 12_740
"""Of 15.840 ratings: 80,43 %."""
SHARED = {"di-lai": 640, "phien-ha": 158, "khong-bao": 178, "khong-xin-loi": 648}
"""How many answered; the others left it blank, as who was served in time has nothing to say of an apology."""
CHOSEN = {"di-lai": (477, 143, 20), "phien-ha": (155, 3), "khong-bao": (123, 55), "khong-xin-loi": (589, 59)}
"""Of those, who chose the first option, the second, …"""
OPTIONS = {
    "di-lai": ("1-2", "3-7", "tren-7"),
    "phien-ha": ("co", "khong"),
    "khong-bao": ("dung", "khong"),
    "khong-xin-loi": ("dung", "khong"),
}


def questions() -> list[dict[str, Any]]:
    ends = {"least": 1, "most": 5, "least_text": "Rất không hài lòng", "most_text": "Rất hài lòng"}
    rated = [
        {"code": code, "text": code, "kind": "scale", "factor": factor, "scale": ends}
        for code, factor in RATED
    ]
    shared = [
        {
            "code": code,
            "text": code,
            "kind": "single",
            "use": "share",
            "options": [{"code": option, "text": option} for option in options],
        }
        for code, options in OPTIONS.items()
    ]
    wishes = {"code": "mong-doi", "text": "Mong đợi", "kind": "comment"}
    return [*rated, *shared, wishes]


def definition() -> dict[str, Any]:
    return {
        "code": "soc-trang-2017",
        "title": "Đo lường sự hài lòng năm 2017",
        "period": "2022",
        "operator": "Bưu điện tỉnh",
        "opens_at": "2022-12-01T00:00:00+07:00",
        "closes_at": "2099-01-01T00:00:00+07:00",
        "double_entry": {"share": "0"},
        "questionnaires": [
            {
                "code": "sipas",
                "title": "Phiếu đo lường sự hài lòng",
                "layout": "one_unit",
                "level": "province",
                "groups": [
                    {"code": field, "name": field, "quota": EACH, "quota_per_unit": EACH} for field in FIELDS
                ],
                "questions": questions(),
            }
        ],
    }


def answers(number: int) -> list[int]:
    """The n-th ballot's: ratings are spread so that exactly SATISFIED of all are 4, the others 2."""
    first = number * len(RATED)
    total = BALLOTS * len(RATED)
    rated = [4 if at * SATISFIED % total < SATISFIED else 2 for at in range(first, first + len(RATED))]
    shared = []
    for code, chosen in CHOSEN.items():
        picked = [place for place, count in enumerate(chosen, 1) for _ in range(count)]
        shared.append(picked[number] if number < SHARED[code] else 0)
    return [*rated, *shared]


def ballots() -> list[dict[str, Any]]:
    return [
        {
            "id": str(uuid5(NAMESPACE_URL, f"st-{number}")),
            "serial": f"ST-{number:04}",
            "batch": "tui-1",
            "questionnaire": "sipas",
            "group": FIELDS[number % len(FIELDS)],
            "unit": "tinh-soc-trang",
            "answers": answers(number),
            **({"comments": {"mong-doi": "Giảm số lần đi lại"}} if number == 0 else {}),
        }
        for number in range(BALLOTS)
    ]


async def _surveyed(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> TallySnapshot:
    async def fetched(*_: object, **_named: object) -> httpx.Response:
        return httpx.Response(200, content=dump_snapshot(UNITS)[0])

    async with drafted_survey(bench, monkeypatch, definition()) as survey:
        monkeypatch.setattr(campaigns_http, "fetch_internal", fetched)
        assert (await survey.manager.post(f"{survey.path}/units")).status_code == 200
        assert (await survey.manager.post(f"{survey.path}/open")).status_code == 200
        assert (await survey.issue("tui-1", issued=BALLOTS)).status_code == 201
        sent = ballots()
        for start in range(0, BALLOTS, 500):
            reply = await survey.clerk.post(
                f"{survey.path}/ballots/bulk", json={"ballots": sent[start : start + 500]}
            )
            told = reply.json()["results"]
            assert {result["status"] for result in told} == {"created"}, told[:2]
        assert (await survey.seal("tui-1", BALLOTS)).status_code == 200
        made = (await survey.supervisor.post(f"{survey.path}/tally")).json()
        content = (await survey.manager.get(f"{survey.path}/tally")).content
        comments = (await survey.manager.get(f"{survey.path}/comments")).json()
        assert "Giảm số lần đi lại" in str(comments)
        assert "Giảm số lần đi lại" not in content.decode()
        return load_snapshot(TallySnapshot, content, made["digest"])


def sipas(questions: tuple[str, ...]) -> Sipas:
    return Sipas(
        questionnaires=("sipas",),
        questions=questions,
        method="share",
        pooling="pooled",
        satisfied=("4", "5"),
        scale_options=("1", "2", "3", "4", "5"),
        factors={},
        overall="",
        minimum=1,
    )


def satisfaction(tally: TallySnapshot, questions: tuple[str, ...], fields: tuple[str, ...] = FIELDS) -> str:
    """The percent as the index reckons it, over these questions and service fields."""
    cells = [
        TallyCell(
            unit=cell.unit,
            questionnaire=cell.questionnaire,
            group=cell.group,
            question=cell.question,
            counts=cell.counts,
        )
        for cell in tally.cells
        if cell.group in fields
    ]
    found = survey_percent(sipas(questions), cells_of_unit(cells))
    assert found is not None
    return str(output(found))


def by_hand(places: list[int], numbers: range) -> str:
    """The same percent counted over the ballots that were sent."""
    given = [answers(number)[place] for number in numbers for place in places]
    return str(output(share(Decimal(given.count(4)), Decimal(len(given)))))


async def test_the_printed_shares_come_out(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    tally = await _surveyed(bench, monkeypatch)
    counts: dict[str, Counter[str]] = {}
    for cell in tally.cells:
        counts.setdefault(cell.question, Counter()).update(cell.counts)

    def printed(question: str, *options: str) -> str:
        chosen = sum(counts[question][option] for option in options)
        return vietnamese(output(share(Decimal(chosen), Decimal(counts[question].total()))))

    assert printed("di-lai", "3-7", "tren-7") == "25,47"
    assert printed("di-lai", "tren-7") == "3,13"
    assert printed("phien-ha", "co") == "98,10"
    assert printed("khong-bao", "dung") == "69,10"
    assert printed("khong-xin-loi", "dung") == "90,90"

    codes = tuple(code for code, _ in RATED)
    assert (len(codes), len(FACTORS), len(FIELDS)) == (22, 5, 8)
    assert satisfaction(tally, codes) == "80.43"
    for factor in FACTORS:
        places = [place for place, (_, of) in enumerate(RATED) if of == factor]
        asked = tuple(codes[place] for place in places)
        assert satisfaction(tally, asked) == by_hand(places, range(BALLOTS))
    for nth, field in enumerate(FIELDS):
        numbers = range(nth, BALLOTS, len(FIELDS))
        assert satisfaction(tally, codes, (field,)) == by_hand(list(range(22)), numbers)
