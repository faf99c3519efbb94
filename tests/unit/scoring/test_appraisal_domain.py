"""The rules of appraising without a server: guard, steps, waiting, comparing, consistency."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acceptance import Filter, meant
from scoring_api.assessment.domain.acts import Act, Entry, LeafStand, stands
from scoring_api.assessment.domain.claims import claims_of
from scoring_api.assessment.domain.consistency import Judged, deviations, differences
from scoring_api.assessment.domain.decisions import (
    Appraisable,
    authored_by,
    check_appraisals,
    confirmed,
    judged_by,
)
from scoring_api.assessment.domain.desk import Desk, points_of
from scoring_api.assessment.domain.guard import Assignment, Ending, Guard
from scoring_api.assessment.domain.period import Window
from scoring_api.assessment.domain.steps import (
    appraisal_phase,
    area_of,
    areas_of,
    leaf_areas,
    open_steps,
    ready_for_council,
    step_at,
    waits,
)
from scoring_api.assessment.domain.supplements import (
    Supplement,
    SupplementEnd,
    check_returned,
    returned_leaves,
)
from scoring_api.assessment.domain.worklist import count, place_of, tasks
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.parsing import parse_framework
from tests.support.scoring_story import load

DAY = datetime(2023, 1, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEVEL, RATIO = "I/1/1.1/1.1.1", "I/1/1.1/1.1.3"


@pytest.fixture(scope="module")
def framework() -> Framework:
    return parse_framework(load("framework-departments.json"))


def act(stage: str, sequence: int = 1, leaf: str = LEVEL, **changes: Any) -> Act:
    said = {"value": {"level": "day-du"}, "author": "to-thu-ky-01", **changes}
    return Act(unit="so-y-te", leaf=leaf, stage=stage, at=DAY, sequence=sequence, **said)


def assignment(appraiser: str, unit: str = "", area: str = "", *, ended: bool = False) -> Assignment:
    ending = Ending(reason="x", author="quan-tri-01", at=DAY) if ended else None
    return Assignment(
        id=UUID(int=1), appraiser=appraiser, unit=unit, area=area, author="quan-tri-01", at=DAY, ending=ending
    )


def guard(*rows: Assignment, areas: set[str] = frozenset(), **changes: Any) -> Guard:  # type: ignore[assignment]
    bounds = {"units": frozenset({"so-noi-vu"}), "conflicts": frozenset({"so-tai-chinh"}), **changes}
    return Guard(appraiser="to-thu-ky-01", areas=frozenset(areas), assignments=rows, **bounds)


@pytest.mark.parametrize(
    ("bounds", "unit", "area", "code"),
    [
        (guard(), "so-y-te", "I/1", ""),
        (guard(), "so-noi-vu", "I/1", "own_unit"),
        (guard(), "so-tai-chinh", "I/1", "conflict_declared"),
        (guard(areas={"I/2"}), "so-y-te", "I/1", "foreign_area"),
        (guard(assignment("to-thu-ky-01")), "so-y-te", "I/1", ""),
        (guard(assignment("to-thu-ky-01", "so-y-te")), "so-y-te", "I/1", ""),
        (guard(assignment("to-thu-ky-01", "so-xay-dung")), "so-y-te", "I/1", "area_not_assigned"),
        (guard(assignment("to-thu-ky-01", area="I/2")), "so-y-te", "I/1", "area_not_assigned"),
        (guard(assignment("to-thu-ky-02")), "so-y-te", "I/1", "area_not_assigned"),
        (guard(assignment("to-thu-ky-02", ended=True)), "so-y-te", "I/1", ""),
        (guard(assignment("to-thu-ky-01"), areas={"I/2"}), "so-y-te", "I/1", "foreign_area"),
        (guard(assignment("to-thu-ky-01", "so-noi-vu")), "so-noi-vu", "I/1", "own_unit"),
    ],
)
def test_who_may_judge_what(bounds: Guard, unit: str, area: str, code: str) -> None:
    assert bounds.refusal(unit, area) == code


def windows(*phases: str) -> list[Window]:
    return [Window(phase, DAY + index * HOUR, DAY + (index + 1) * HOUR) for index, phase in enumerate(phases)]


@pytest.mark.parametrize(
    ("phases", "status", "hours", "step", "phase"),
    [
        (("appraisal",), "submitted", 0, "submitted", "appraisal"),
        (("appraisal",), "appraised", 9, "appraised", "appraisal"),
        (("appraisal", "explanation", "final_appraisal"), "appraised", 1, "appraised", "appraisal"),
        (("appraisal", "explanation", "final_appraisal"), "explained", 1, "explained", "final_appraisal"),
        (("appraisal", "explanation", "final_appraisal"), "appraised", 2, "explained", "final_appraisal"),
        (("appraisal", "final_appraisal"), "appraised", 1, "appraised", "final_appraisal"),
        (("appraisal", "explanation", "final_appraisal"), "draft", 2, "draft", "appraisal"),
        (
            ("appraisal", "explanation", "final_appraisal"),
            "final_appraised",
            9,
            "final_appraised",
            "final_appraisal",
        ),
    ],
)
def test_the_step_and_the_phase_of_an_instant(
    phases: tuple[str, ...], status: str, hours: int, step: str, phase: str
) -> None:
    declared, at = windows(*phases), DAY + hours * HOUR
    assert step_at(status, declared, "so-y-te", at) == step
    assert appraisal_phase(status, declared, "so-y-te", at) == phase


def test_an_extension_of_the_explanation_is_one_units_own() -> None:
    declared = [
        *windows("appraisal", "explanation"),
        Window("explanation", DAY, DAY + 9 * HOUR, "so-y-te", "x"),
    ]
    after = DAY + 3 * HOUR
    assert step_at("appraised", declared, "so-y-te", after) == "appraised"
    assert step_at("appraised", declared, "so-noi-vu", after) == "explained"


def test_the_council_waits_for_the_last_appraisal_that_is_declared() -> None:
    ready = {
        (phases, status)
        for phases, status in product(
            (("appraisal",), ("appraisal", "explanation"), ("appraisal", "final_appraisal")),
            ("draft", "submitted", "appraised", "explained", "final_appraised"),
        )
        if ready_for_council(status, windows(*phases))
    }
    late = {"appraised", "explained", "final_appraised"}
    assert ready == {
        *((("appraisal",), status) for status in late),
        *((("appraisal", "explanation"), status) for status in late),
        (("appraisal", "final_appraisal"), "final_appraised"),
    }
    assert open_steps("appraisal") == ("submitted",)


@pytest.mark.parametrize(
    ("acts", "why"),
    [
        ([], "unappraised"),
        ([act("self", 1)], "unappraised"),
        ([act("self", 1), act("appraisal", 2)], ""),
        ([act("self", 1), act("appraisal", 2), act("self", 3)], "changed"),
        ([act("self", 1), act("appraisal", 2), act("self", 3), act("appraisal", 4)], ""),
        ([act("self", 1), act("appraisal", 2), act("explanation", 3)], "explained"),
        ([act("self", 1), act("appraisal", 2), act("explanation", 3), act("appraisal", 4)], ""),
        ([act("appraisal", 1), act("council", 2)], ""),
    ],
)
def test_why_a_leaf_waits(acts: list[Act], why: str) -> None:
    found = stands(acts).get(("so-y-te", LEVEL), LeafStand(None, None, None))
    assert waits(found) == why


def test_a_reply_never_counts() -> None:
    (stand,) = stands([act("self", 1), act("appraisal", 2), act("explanation", 3, value=None)]).values()
    assert stand.counting is stand.appraised
    assert stand.explained is not None


def test_areas_are_those_a_unit_scores_itself_in(framework: Framework) -> None:
    assert areas_of(framework) == [f"I/{number}" for number in range(1, 8)]
    assert area_of(framework, RATIO) == "I/1"


def appraisable(framework: Framework, **changes: Any) -> Appraisable:
    claims = {LEVEL: act("self"), RATIO: act("self", leaf=RATIO, value={"numerator": "30"})}
    return Appraisable(**{"framework": framework, "claims": claims, "kept": claims, "files": (), **changes})


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"leaf": LEVEL}, []),
        ({"leaf": LEVEL, "value": {"level": "day-du"}}, []),
        (
            {"leaf": LEVEL, "value": {"level": "cham"}},
            [("/value/level", "value_unknown_level"), ("/reason", "reason_missing")],
        ),
        ({"leaf": LEVEL, "value": {"level": "khong"}}, [("/reason", "reason_missing")]),
        ({"leaf": LEVEL, "not_applicable": True}, [("/reason", "reason_missing")]),
        ({"leaf": LEVEL, "not_applicable": True, "reason": "Không có."}, []),
        ({"leaf": RATIO}, [("/value", "claim_unfinished")]),
        ({"leaf": "I/1/1.2"}, [("/value", "nothing_to_confirm")]),
        ({"leaf": "II/1/1.1"}, [("/leaf", "leaf_unknown")]),
        ({"leaf": LEVEL, "evidence": (UUID(int=7),)}, [("/evidence/0", "evidence_unknown")]),
    ],
)
def test_what_an_appraisal_is_refused_for(
    framework: Framework, entry: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    given = Entry(pointer="", **entry)
    if not found:
        check_appraisals(appraisable(framework), [given])
        return
    with pytest.raises(DomainError) as refused:
        check_appraisals(appraisable(framework), [given])
    assert {(fault.pointer, fault.code) for fault in refused.value.faults} == set(found)


def test_what_is_kept_in_the_final_appraisal_still_needs_its_reason(framework: Framework) -> None:
    kept = {LEVEL: act("appraisal", 2, value={"level": "khong"})}
    found = appraisable(framework, kept=kept)
    with pytest.raises(DomainError, match="appraisal_invalid"):
        check_appraisals(found, [Entry(pointer="", leaf=LEVEL)])
    check_appraisals(found, [Entry(pointer="", leaf=LEVEL, reason="Giữ nguyên.")])
    check_appraisals(found, [Entry(pointer="", leaf=LEVEL, value={"level": "day-du"})])


def test_names_behind_a_shortfall_travel_with_a_confirmation() -> None:
    claim = act("self", shortfall=("Mỹ Xuyên",))
    assert confirmed(Entry(pointer="", leaf=LEVEL), claim).shortfall == ("Mỹ Xuyên",)
    assert confirmed(Entry(pointer="", leaf=LEVEL, shortfall=("A",)), claim).shortfall == ("A",)


def test_author_appraiser_and_council_are_three() -> None:
    made = [
        act("self", 1, author="a"),
        act("explanation", 2, author="b"),
        act("appraisal", 3, author="c"),
        act("council", 4, author="d"),
    ]
    place = {("so-y-te", LEVEL)}
    assert [authored_by(made, person) == place for person in "abcd"] == [True, True, False, False]
    assert [judged_by(made, person) == place for person in "abcd"] == [True, True, True, False]


def supplement(*leaves: str, closes: int = 2, outcome: str = "") -> Supplement:
    end = SupplementEnd(outcome=outcome, narrative="", author="x", at=DAY) if outcome else None
    return Supplement(
        id=UUID(int=1),
        unit="so-y-te",
        number=1,
        leaves=leaves,
        reason="x",
        author="x",
        opens_at=DAY,
        closes_at=DAY + closes * HOUR,
        end=end,
    )


def test_only_what_lies_with_the_unit_is_claimed_anew() -> None:
    asked = [supplement(LEVEL), supplement(RATIO, outcome="answered"), supplement("I/1/1.2", closes=1)]
    at = DAY + HOUR
    assert returned_leaves(asked, at) == {LEVEL}
    assert [found.state(at) for found in asked] == ["open", "answered", "late"]
    check_returned(asked, [LEVEL], at)
    with pytest.raises(DomainError, match="leaf_not_returned"):
        check_returned(asked, [LEVEL, RATIO], at)
    with pytest.raises(DomainError, match="supplement_closed"):
        check_returned(asked, ["I/1/1.2"], at)


def test_points_of_an_act(framework: Framework) -> None:
    leaves = {leaf.key: leaf for leaf in framework.leaves}
    assert points_of(leaves[LEVEL], act("self", value={"level": "mot-phan"})) == Decimal("0.5")
    assert points_of(leaves[LEVEL], act("council", value=None, points=Decimal("0.25"))) == Decimal("0.25")
    assert points_of(leaves[RATIO], act("self", leaf=RATIO, value={"numerator": "30"})) is None
    assert points_of(leaves[LEVEL], act("appraisal", not_applicable=True)) is None
    assert points_of(leaves[LEVEL], None) is None


def judged(unit: str, claim: str, given: str, claimed: str, appraised: str, **changes: Any) -> Judged:
    said = {"framework": "a", "leaf": LEVEL, "appraiser": "to-thu-ky-01", **changes}
    return Judged(
        unit=unit, claim=claim, given=given, claimed=Decimal(claimed), appraised=Decimal(appraised), **said
    )


def test_the_same_claims_judged_in_two_ways_stand_together() -> None:
    rows = [
        judged("a", "đủ", "đủ", "1", "1"),
        judged("b", "đủ", "chậm", "1", "0.5"),
        judged("c", "chậm", "chậm", "0.5", "0.5"),
        judged("d", "chậm", "chậm", "0.5", "0.5"),
        judged("e", "đủ", "đủ", "1", "1", leaf=RATIO),
        judged("f", "đủ", "chậm", "1", "0.5", framework="b"),
    ]
    (found,) = differences(rows)
    assert (found.framework, found.leaf, [row.unit for row in found.rows]) == ("a", LEVEL, ["a", "b"])


def test_the_mean_deviation_is_exact() -> None:
    third = Decimal(1) / Decimal(3)
    rows = [
        judged("a", "x", "y", "1", "0.5"),
        judged("b", "x", "x", "1", "1"),
        judged("c", "x", "y", "1", str(third)),
        judged("d", "x", "x", "2", "2", appraiser="to-thu-ky-00"),
        judged("e", "y", "z", "0", "0.5"),
    ]
    none, found = deviations(rows)
    assert (none.appraiser, none.mean, none.confirmed_share) == ("to-thu-ky-00", Decimal(0), Decimal(100))
    assert (found.appraised, found.confirmed, found.lowered, found.raised) == (4, 1, 2, 1)
    assert found.mean == ((third - 1) / 4).quantize(Decimal(1).scaleb(-20))
    assert found.confirmed_share == Decimal(25)


def desk(framework: Framework, acts: list[Act], unit: str = "so-y-te", **changes: Any) -> Desk:
    said = {
        "name": unit,
        "form": "A1",
        "position": 1,
        "framework": framework,
        "areas": leaf_areas(framework),
        "step": "submitted",
        "phase": "appraisal",
        "closes_at": DAY,
        "running": True,
        "claims": claims_of(acts),
        "stands": {leaf: stand for (_, leaf), stand in stands(acts).items()},
        "authored": frozenset(),
        "returned": frozenset(),
        **changes,
    }
    return Desk(unit=unit, **said)


def test_what_a_unit_explained_is_not_accepted_in_bulk(framework: Framework) -> None:
    lowered = act("appraisal", 2, value={"level": "khong"}, reason="x")
    claim, reply, anew = act("self", 1), act("explanation", 3, value=None), act("self", 3)
    found = {
        "new": [claim],
        "appraised": [claim, lowered],
        "explained": [claim, lowered, reply],
        "changed": [claim, lowered, anew],
    }
    chosen = Filter(leaves=frozenset({LEVEL}))
    taken = {
        name: [row.left for row in meant(desk(framework, acts), chosen, guard())]
        for name, acts in found.items()
    }
    assert taken == {"new": [""], "appraised": [], "explained": [], "changed": [""]}


def test_the_list_is_by_deadline_then_unit_then_tree(framework: Framework) -> None:
    desks = [
        desk(framework, [], "so-y-te", position=1, closes_at=None),
        desk(framework, [], "so-xay-dung", position=2, closes_at=DAY + HOUR),
        desk(framework, [], "so-cong-thuong", position=3, returned=frozenset({LEVEL})),
        desk(framework, [], "so-noi-vu", position=4),
        desk(framework, [], "so-tai-nguyen", position=5, step="draft"),
    ]
    found = tasks(desks, guard(areas={"I/1"}))
    assert list(dict.fromkeys(task.desk.unit for task in found)) == [
        "so-cong-thuong",
        "so-xay-dung",
        "so-y-te",
    ]
    assert {task.area for task in found} == {"I/1"}
    assert (count(found).returned, count(found).scored - count(found).waiting) == (1, 1)
    assert [task.place for task in found] == sorted(task.place for task in found)
    assert place_of(desks, "so-y-te", RATIO) == found[-len(found) // 3 + 2].place
    assert place_of(desks, "so-y-te", "I/9") is None
