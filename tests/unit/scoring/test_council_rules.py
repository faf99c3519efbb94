"""Rules of the council beside the databases: what counts after a reopening, disputes, what changes between results."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import Act, stands
from scoring_api.assessment.domain.closing import (
    Outstanding,
    check_finalize,
    check_provisional,
    reopening_faults,
    undone,
)
from scoring_api.assessment.domain.complaints import Answer, Complaint, Reply, reply_faults
from scoring_api.assessment.domain.period import Window
from scoring_api.results.domain.bundle import compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.disputes import disputed_leaves
from scoring_api.results.domain.record import result_record
from scoring_api.results.domain.record_changes import moved, record_changes, unit_change
from tests.unit.scoring.bundle_json import document

DAY = datetime(2023, 2, 22, tzinfo=UTC)


def act(stage: str, sequence: int, **changes: Any) -> Act:
    given: dict[str, Any] = {"value": {"count": "1"}, **changes}
    return Act(unit="u", leaf="I/1", stage=stage, author="a", at=DAY, sequence=sequence, **given)


def test_an_appraisal_after_the_council_counts_until_it_decides_again() -> None:
    first = [act("appraisal", 1), act("council", 2, points=Decimal("0.5"), value=None)]
    assert stands(first)["u", "I/1"].counting == first[1]
    again = [*first, act("appraisal", 3, value={"count": "2"})]
    assert stands(again)["u", "I/1"].counting == again[2]
    decided = [*again, act("council", 4, points=Decimal(1), value=None)]
    assert stands(decided)["u", "I/1"].counting == decided[3]
    assert stands([act("council", 1)])["u", "I/1"].counting is not None
    assert stands([act("self", 1), act("explanation", 2)])["u", "I/1"].counting is None


def complaint(number: int = 1, **changes: Any) -> Complaint:
    return Complaint(
        id=UUID(int=number),
        number=number,
        unit="u",
        leaves=("I/1", "I/2"),
        narrative="x",
        evidence=(),
        author="a",
        at=DAY,
        **changes,
    )


def test_unmet_preconditions_are_told_all_at_once() -> None:
    everything = Outstanding(
        held=False, undecided=[("u", "I/1"), ("v", "I/2")], plan="2023", waiting_tally="sha256:0"
    )
    with pytest.raises(DomainError) as found:
        check_provisional(everything)
    assert [fault.code for fault in found.value.faults] == [
        "council_not_held", "leaf_undecided", "leaf_undecided", "plan_missing", "tally_waiting",
    ]  # fmt: skip
    windows = [
        Window("complaint", DAY, datetime(2023, 2, 25, tzinfo=UTC)),
        Window("complaint", DAY, datetime(2023, 2, 27, tzinfo=UTC), "so-y-te", "Mất mạng."),
        Window("appraisal", DAY, datetime(2023, 9, 1, tzinfo=UTC)),
    ]
    outstanding = Outstanding(unanswered=[complaint()], windows=windows, waiting_tally="sha256:0")
    with pytest.raises(DomainError) as found:
        check_finalize(outstanding, datetime(2023, 2, 24, 23, 59, 59, tzinfo=UTC))
    assert [fault.pointer for fault in found.value.faults] == [
        "/complaints/1", "/phases/complaint", "/phases/complaint/so-y-te", "/council/tally",
    ]  # fmt: skip
    with pytest.raises(DomainError) as found:
        check_finalize(replace(outstanding, unanswered=[], waiting_tally=""), windows[0].closes_at)
    assert [fault.pointer for fault in found.value.faults] == ["/phases/complaint/so-y-te"]
    check_finalize(replace(outstanding, unanswered=[], waiting_tally=""), windows[1].closes_at)


@pytest.mark.parametrize(
    ("outcome", "decided", "deciding", "code"),
    [
        ("rejected", set(), False, ""),
        ("rejected", set(), True, ""),
        ("upheld", {("u", "I/2")}, True, ""),
        ("partly_upheld", {("u", "I/3"), ("v", "I/1")}, True, "decision_missing"),
        ("upheld", {("u", "I/1")}, False, "reopening_needed"),
        ("granted", {("u", "I/1")}, True, "outcome_unknown"),
    ],
)
def test_what_an_answer_needs(outcome: str, decided: set[tuple[str, str]], deciding: bool, code: str) -> None:
    reply = Reply(pointer="/answers/0", complaint=1, outcome=outcome, reason="x")
    found = [fault.code for fault in reply_faults([reply], {1: complaint()}, decided, deciding=deciding)]
    assert found == ([code] if code else [])


def test_a_complaint_is_answered_once() -> None:
    answered = complaint(answer=Answer(outcome="rejected", reason="x", session="01", at=DAY))
    replies = [
        Reply(pointer=f"/answers/{place}", complaint=number, outcome="rejected", reason="x")
        for place, number in enumerate((1, 2, 2, 3))
    ]
    faults = reply_faults(replies, {1: answered, 2: complaint(2)}, set(), deciding=True)
    assert [(fault.pointer, fault.code) for fault in faults] == [
        ("/answers/0/complaint", "complaint_answered"),
        ("/answers/2/complaint", "complaint_answered"),
        ("/answers/3/complaint", "complaint_unknown"),
    ]


def test_a_step_back_undoes_what_stands_on_it() -> None:
    assert [found.kind for found in undone("council", [], surveyed=True)] == ["provisional"]
    assert [found.kind for found in undone("open", ["u"], surveyed=False)] == ["council", "appraisal"]
    assert not reopening_faults("council", [], ["u"])
    assert [fault.code for fault in reopening_faults("council", ["u"], ["u"])] == ["units_not_asked"]
    assert not reopening_faults("open", ["u"], ["u"])


def changed(points: str) -> tuple[list[dict[str, Any]], Any]:
    """What changes when the council sets one leaf of the first unit; and the bundle before."""
    plain = document()
    part = plain["sets"][0]
    unit = part["units"][0]["code"]
    leaf = next(key for key in part["entries"][unit])
    before = parse_bundle(plain)
    part["entries"][unit][leaf] = {"override": points, "reason": "x"}
    after = parse_bundle(plain)
    records = [result_record(compute_bundle(bundle)) for bundle in (before, after)]
    frameworks = {found.framework.code: found.framework for found in after.sets}
    names = {row.code: row.name or row.code for found in after.sets for row in found.units}
    return record_changes(*records, frameworks, names), (before, unit, leaf, records)


def test_a_result_beside_itself_changes_nothing() -> None:
    bundle = parse_bundle(document())
    record = result_record(compute_bundle(bundle))
    frameworks = {part.framework.code: part.framework for part in bundle.sets}
    assert record_changes(record, record, frameworks, {}) == []


def test_every_unit_touched_is_named_with_what_moved() -> None:
    found, (_, unit, leaf, (before, after)) = changed("0")
    own = next(row for row in found if row["unit"] == unit)
    assert not own["rank_only"]
    assert [row["key"] for row in own["leaves"]] == [leaf]
    assert own["figures"]["points"]["before"] != own["figures"]["points"]["after"]
    assert "điểm" in own["sentence"]
    told = {row["unit"] for row in found}
    for old, new in zip(before["sets"], after["sets"], strict=True):
        for code, row in new["units"].items():
            assert (code in told) is (row != old["units"][code]), code
    for row in found:
        if row["unit"] != unit:
            assert row["rank_only"]
            assert set(row["figures"]) <= {"rank", "change"}


def test_bands_ratings_and_duties_of_one_unit_are_told_in_words() -> None:
    framework = parse_bundle(document()).sets[0].framework
    _, unit, _, (before, _) = changed("0")[1]
    old = before["sets"][0]["units"][unit]
    area = next(key for key, node in framework.nodes.items() if node.role == "area")
    best, worst = framework.ratings[0], framework.ratings[-1]
    given = {"percent": "74", "threshold": "75", "consecutive_years": 1}
    rated = {**old, "rating": {"code": best.code, "by_fall_through": False}, "reviews": {}}
    lower = {
        **rated,
        "band": framework.bands[-1].code,
        "rating": {"code": worst.code, "by_fall_through": True},
        "reviews": {area: given},
    }
    found = unit_change({**rated, "band": framework.bands[0].code}, lower, framework)
    assert found["rating"]["names"] == {"before": best.name, "after": worst.name}
    assert [row["duty"] for row in found["reviews"]] == ["arises"]
    name = framework.nodes[area].name
    assert found["sentence"] == (
        f"nhóm {framework.bands[0].name} → {framework.bands[-1].name}; "
        f"xếp loại {best.name} → {worst.name}; phải kiểm điểm {name}"
    )
    longer = {**lower, "reviews": {area: {**given, "consecutive_years": 2}}}
    (duty,) = unit_change(lower, longer, framework)["reviews"]
    assert (duty["duty"], duty["consecutive_years"]) == ("continues", {"before": 1, "after": 2})
    (duty,) = unit_change(longer, {**longer, "reviews": {}}, framework)["reviews"]
    assert duty["duty"] == "falls_away"
    unrated = unit_change(rated, {**rated, "rating": None, "rank": None}, framework)
    assert unrated["rating"]["after"] == ""
    assert "không xếp" in unrated["sentence"]


def test_figures_are_printed_so_that_they_differ() -> None:
    assert moved("89.996", "89.9999") == "89,996 → 90,000"
    assert moved("84.5", None) == "84,50 → không có"


def test_another_figure_of_the_same_points_is_no_dispute() -> None:
    bundle = parse_bundle(document())
    part = bundle.sets[0]
    result = compute_bundle(bundle)[0]
    unit = part.units[0].code
    leaf = next(
        leaf for leaf in part.framework.leaves if leaf.source == "documents" and leaf.rule.takes_value
        and part.entries[unit].get(leaf.key) and part.entries[unit][leaf.key].value is not None
    )  # fmt: skip
    value = part.entries[unit][leaf.key].value

    def side(stage: str, sequence: int, **changes: Any) -> Act:
        return replace(act(stage, sequence, value=value), unit=unit, leaf=leaf.key, **changes)

    def causes(acts: list[Act], **more: Any) -> list[tuple[str, ...]]:
        found = {place[1]: stand for place, stand in stands(acts).items()}
        given = {"explained": {}, "complained": frozenset(), **more}
        rows = disputed_leaves(part.framework, result.units[unit], found, **given)
        return [row.causes for row in rows if row.leaf.key == leaf.key]

    assert causes([side("self", 1), side("appraisal", 2)]) == []
    assert causes([side("self", 1), side("appraisal", 2, not_applicable=True, value=None)]) == [("differs",)]
    assert causes([side("self", 1)]) == [], "not appraised yet: nothing to compare"
    told = side("explanation", 3)
    both = causes([side("self", 1), side("appraisal", 2)], explained={leaf.key: told}, complained={leaf.key})
    assert both == [("explained", "complaint")]
