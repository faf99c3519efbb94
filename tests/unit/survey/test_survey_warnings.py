"""The catalogue of findings, and the warnings that a ballot without a fault can give."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args
from uuid import UUID

import pytest

from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.entry import Bag, Entry, check_entry
from survey_ingest.ballots.domain.findings import FINDINGS, WARNINGS, fault
from survey_ingest.ballots.domain.warnings import warnings_of
from survey_ingest.campaigns.domain.form import bind
from survey_ingest.campaigns.http.bodies import WarningNumber
from tests.unit.survey.test_survey_questionnaires import asked, many, questionnaire

AT = datetime(2022, 12, 20, 3, tzinfo=UTC)
FORM = bind(
    questionnaire(
        questions=[
            *(asked(code=f"q{n}") for n in range(5)),
            asked(code="lan", kind="multiple", options=many(3)),
            asked(code="y-kien", kind="comment", options=[]),
        ]
    ),
    ("chi-linh",),
)
ENTRY = Entry(UUID(int=1), "A1", "tui-1", "sipas", "dan", "chi-linh", [1, 2, 1, 2, 1, 7])
ALL = frozenset(WARNINGS)


def test_the_catalogue_is_numbered_and_complete() -> None:
    numbers = [finding.number for finding in FINDINGS]
    assert len(set(numbers)) == len(numbers) == len({finding.code for finding in FINDINGS})
    for finding in FINDINGS:
        assert re.fullmatch("F[0-9]{3}" if finding.severity == "fault" else "W[0-9]{3}", finding.number)
        assert all(text.strip() for text in (finding.title, finding.explanation, finding.remedy))
    assert set(get_args(WarningNumber)) == set(WARNINGS)


def test_every_fault_of_a_ballot_stands_in_the_catalogue() -> None:
    bad = replace(
        ENTRY, questionnaire="la", group="la", unit="la", answers=[9] * 6, comments={"q1": "không phải chỗ"}
    )
    with pytest.raises(DomainError) as caught:
        check_entry(FORM, Bag("sipas", None), bad, [fault("/serial", "serial_not_issued", "x")])
    named = {(found.code, found.finding) for found in caught.value.faults}
    assert named == {
        ("questionnaire_of_other_batch", "F007"),
        ("group_unknown", "F005"),
        ("unit_unknown", "F003"),
        ("answer_out_of_scale", "F002"),
        ("comment_unknown", "F011"),
        ("serial_not_issued", "F008"),
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"answers": [2, 2, 2, 2, 2, 0]}, ["W003"]),
        ({"answers": [0, 0, -1, 2, 1, 7]}, ["W002"]),
        ({"answers": [0, 0, 1, 2, 1, 0]}, []),
        ({"collected_at": date(2022, 12, 12)}, ["W004"]),
        ({"collected_at": date(2022, 12, 13)}, []),
    ],
)
def test_a_ballot_warns_of_what_is_odd(changes: dict[str, object], expected: list[str]) -> None:
    entry = Entry(**{**{name: getattr(ENTRY, name) for name in Entry.__slots__}, **changes})  # type: ignore[arg-type]
    assert warnings_of(FORM, entry, ALL, AT, issued=True) == expected
    assert warnings_of(FORM, entry, ALL, AT, issued=False) == ["W001", *expected]
    assert warnings_of(FORM, entry, ALL - {*expected, "W001"}, AT, issued=False) == []
