"""Windows extended and added, what is outstanding of a period and by when, deadlines in words."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from parindex.kernel.errors import Fault
from scoring_api.assessment.domain.deadlines import (
    closing_of,
    countdown,
    deadline_text,
    end_of_day,
    start_of_day,
    window_of,
)
from scoring_api.assessment.domain.period import (
    PHASES,
    Window,
    addition_faults,
    extension_faults,
    states_taking,
)
from scoring_api.assessment.domain.preconditions import NEXT_STEPS, STEPS, opening_faults
from scoring_api.assessment.domain.progress import (
    OUTSTANDING,
    STATUS_NAMES,
    Counts,
    areas_of_leaves,
    supplements_outstanding,
    survey_outstanding,
    units_outstanding,
)
from scoring_api.assessment.domain.steps import STEPS as STATUSES
from scoring_api.assessment.domain.supplements import Supplement, SupplementEnd
from tests.unit.scoring.framework_json import area, framework, leaf

SELF = Window("self_assessment", start_of_day(date(2022, 12, 25)), end_of_day(date(2023, 1, 10)))
APPRAISAL = Window("appraisal", start_of_day(date(2023, 1, 11)), end_of_day(date(2023, 1, 16)))
NOW = datetime(2023, 1, 9, tzinfo=UTC)


def codes(faults: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in faults]


def until(phase: str, day: date, unit: str = "") -> Window:
    return Window(phase, NOW, end_of_day(day), unit, "lý do")


@pytest.mark.parametrize(
    ("longer", "expected"),
    [
        (until("self_assessment", date(2023, 1, 12)), []),
        (until("self_assessment", date(2023, 1, 12), "so-y-te"), []),
        (until("self_assessment", date(2023, 1, 10)), [("/closes_at", "window_not_longer")]),
        (until("complaint", date(2023, 2, 12)), [("/phase", "phase_not_declared")]),
        (until("", date(2023, 2, 12)), [("/phase", "phase_unknown")]),
        (Window("appraisal", NOW, NOW), [("/closes_at", "window_empty")]),
    ],
)
def test_an_extension_is_longer_than_what_there_is(longer: Window, expected: list[tuple[str, str]]) -> None:
    assert codes(extension_faults([SELF, APPRAISAL], longer, NOW)) == expected


def test_an_extension_of_one_unit_is_held_against_its_own_windows() -> None:
    own = until("self_assessment", date(2023, 1, 14), "so-y-te")
    windows = [SELF, APPRAISAL, own]
    assert codes(extension_faults(windows, until("self_assessment", date(2023, 1, 12), "so-y-te"), NOW)) == [
        ("/closes_at", "window_not_longer")
    ]
    assert not extension_faults(windows, until("self_assessment", date(2023, 1, 12), "so-noi-vu"), NOW)
    assert not extension_faults(windows, until("self_assessment", date(2023, 1, 12)), NOW)


def test_a_phase_is_added_in_its_order() -> None:
    explanation = Window("explanation", end_of_day(date(2023, 1, 16)), end_of_day(date(2023, 1, 19)))
    assert not addition_faults([SELF, APPRAISAL], explanation, NOW)
    early = Window("explanation", start_of_day(date(2023, 1, 16)), end_of_day(date(2023, 1, 19)))
    assert codes(addition_faults([SELF, APPRAISAL], early, NOW)) == [("/opens_at", "phases_overlap")]
    late = Window("self_assessment", SELF.opens_at, end_of_day(date(2023, 1, 11)))
    assert codes(addition_faults([APPRAISAL], late, NOW)) == [("/closes_at", "phases_overlap")]
    over = addition_faults([SELF, APPRAISAL], explanation, end_of_day(date(2023, 1, 19)))
    assert codes(over) == [("/closes_at", "window_over")]


def test_windows_of_complaints_alone_are_given_after_the_council_was_called() -> None:
    assert {phase for phase in PHASES if "provisional" in states_taking(phase)} == {"complaint"}
    assert all("finalized" not in states_taking(phase) for phase in PHASES)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2023-01-11T00:00:00+07:00", "24 giờ ngày 10/01/2023"),
        ("2023-01-10T17:00:00+00:00", "24 giờ ngày 10/01/2023"),
        ("2023-01-10T17:00:00+07:00", "17 giờ ngày 10/01/2023"),
        ("2023-01-10T17:30:00+07:00", "17 giờ 30 phút ngày 10/01/2023"),
        ("2023-01-01T00:00:00+07:00", "24 giờ ngày 31/12/2022"),
    ],
)
def test_a_deadline_is_told_as_plans_tell_it(instant: str, text: str) -> None:
    assert deadline_text(datetime.fromisoformat(instant)) == text


def test_the_countdown_is_nought_exactly_when_a_write_is_late() -> None:
    for offset in (-1.5, -1, -0.5, -0.000001, 0, 0.5):
        at = SELF.closes_at + timedelta(seconds=offset)
        assert (countdown(SELF, at).left > 0) == SELF.takes("so-y-te", at)
    assert countdown(SELF, SELF.opens_at - timedelta(seconds=90)).to_open == 90


def test_a_unit_is_in_its_longest_window_or_before_its_next() -> None:
    own = until("self_assessment", date(2023, 1, 14), "so-y-te")
    windows = [SELF, APPRAISAL, own]
    assert window_of(windows, "so-y-te", NOW) == own
    assert window_of(windows, "so-noi-vu", NOW) == SELF
    assert window_of(windows, "so-noi-vu", SELF.opens_at - timedelta(days=1)) == SELF
    assert window_of(windows, "so-noi-vu", APPRAISAL.closes_at) is None
    assert closing_of(windows, "self_assessment", "so-y-te") == own.closes_at
    assert closing_of(windows, "complaint", "so-y-te") is None


def test_what_a_unit_waits_for_follows_its_status() -> None:
    final = Window("final_appraisal", end_of_day(date(2023, 1, 19)), end_of_day(date(2023, 1, 21)))
    counts = {"u": Counts(leaves=10, claimed=7, appraised=4)}
    for windows, expected in (
        ([SELF, APPRAISAL], ["submission", "appraisal", "", "", ""]),
        ([SELF, APPRAISAL, final], ["submission", "appraisal", "final_appraisal", "final_appraisal", ""]),
    ):
        found = [list(units_outstanding({"u": status}, counts, windows)) for status in STATUSES]
        assert [row[0].kind if row else "" for row in found] == expected
    assert [row[0].leaves for row in found if row] == [3, 6, 0, 0]
    assert set(STATUS_NAMES) == set(STATUSES)


def test_the_survey_owes_its_counts_and_then_its_minutes() -> None:
    due = APPRAISAL.closes_at
    for tallied, handed_over, kinds in (
        (False, False, ["tally"]),
        (True, False, ["handover"]),
        (True, True, []),
    ):
        found = list(survey_outstanding([SELF, APPRAISAL], tallied=tallied, handed_over=handed_over))
        assert [(row.kind, row.due_at) for row in found] == [(kind, due) for kind in kinds]


def test_a_return_is_outstanding_until_it_ends() -> None:
    asked = Supplement(
        id=UUID(int=1),
        unit="u",
        number=1,
        leaves=("1/1.1", "1/1.2"),
        reason="Thiếu tài liệu",
        author="a",
        opens_at=NOW,
        closes_at=APPRAISAL.closes_at,
    )
    (row,) = supplements_outstanding([asked])
    assert (row.kind, row.unit, row.leaves, row.due_at) == ("supplement", "u", 2, APPRAISAL.closes_at)
    end = SupplementEnd(outcome="answered", narrative="", author="a", at=NOW)
    ended = Supplement(**{name: getattr(asked, name) for name in asked.__slots__ if name != "end"}, end=end)
    assert not list(supplements_outstanding([ended]))
    assert {row.kind} <= set(OUTSTANDING)


def test_leaves_outside_every_area_are_counted_under_their_group() -> None:
    found = framework(
        area("1", "60", leaf("1.1", "60")),
        {
            "code": "II",
            "role": "group",
            "name": "Tác động",
            "max_points": "40",
            "children": [leaf("2.1", "40")],
        },
    )
    assert areas_of_leaves(found) == {"1/1.1": "1", "II/2.1": "II"}


def test_a_period_without_windows_and_units_does_not_open() -> None:
    further = [Fault("/previous", "previous_unknown", "x")]
    assert [fault.code for fault in opening_faults([APPRAISAL], 0, further)] == [
        "units_missing",
        "window_missing",
        "previous_unknown",
    ]
    assert not opening_faults([SELF, APPRAISAL], 1, [])
    assert list(NEXT_STEPS.values()) == list(STEPS)
