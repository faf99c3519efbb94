"""Crosswalks: every leaf stands once, kinds fit, what is proposed, and what carries over from last year."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from parindex.kernel.canonical import canonical_bytes
from scoring_api.assessment.store.standings import StandingRow
from scoring_api.frameworks.domain.crosswalk import (
    Crosswalk,
    Row,
    continuity,
    crosswalk_faults,
    crosswalk_of,
    crosswalk_record,
    proposed,
)
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.pairing import paired
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.results.domain.inputs import Comparability
from scoring_api.results.use_cases.previous_year import Before, previous_year
from tests.unit.scoring.framework_json import Json, area, document, framework, leaf

COUNT: Json = {"measure": {"kind": "count"}, "scale": {"kind": "per_item", "points_each": "2"}}
BEFORE = (area("1", "60", leaf("1.1", "40"), leaf("1.2", "20")), area("2", "40", leaf("2.1", "40", COUNT)))


def same(key: str) -> Row:
    return Row("same", (key,), (key,))


WHOLE = Crosswalk((same("1/1.1"), same("1/1.2"), same("2/2.1")), (same("1"), same("2")))


def before() -> Framework:
    return framework(*BEFORE)


def codes(crosswalk: Crosswalk, after: Framework | None = None) -> list[tuple[str, str]]:
    found = crosswalk_faults(crosswalk, before(), after or before())
    return [(fault.pointer, fault.code) for fault in found]


def test_a_crosswalk_that_covers_both_sets_has_no_fault() -> None:
    assert codes(WHOLE) == []
    assert crosswalk_of(crosswalk_record(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (Row("same", ("1/1.1",), ()), "kind_does_not_fit"),
        (Row("renamed", (), ("1/1.1",)), "kind_does_not_fit"),
        (Row("split", ("1/1.1",), ("1/1.1",), "x"), "kind_does_not_fit"),
        (Row("merged", ("1/1.1",), ("1/1.1",), "x"), "kind_does_not_fit"),
        (Row("new", ("1/1.1",), ("1/1.1",), "x"), "kind_does_not_fit"),
        (Row("retired", ("1/1.1",), ("1/1.1",), "x"), "kind_does_not_fit"),
        (Row("new", (), (), "x"), "kind_does_not_fit"),
        (Row("retired", ("1/1.1",), ()), "reason_missing"),
    ],
)
def test_a_kind_has_its_counts_and_its_reason(row: Row, fault: str) -> None:
    found = codes(Crosswalk((row, *WHOLE.leaves[1:]), WHOLE.areas))
    where = "/leaves/0/reason" if fault == "reason_missing" else "/leaves/0/kind"
    assert (where, fault) in found


def test_every_fault_of_both_parts_is_named_at_once() -> None:
    rows = (same("1/1.1"), same("1/1.1"), Row("same", ("9",), ("2/2.1",)))
    assert codes(Crosswalk(rows, (same("1"), same("1/1.1")))) == [
        ("/leaves/0/from/0", "listed_twice"),
        ("/leaves/0/to/0", "listed_twice"),
        ("/leaves/1/from/0", "listed_twice"),
        ("/leaves/1/to/0", "listed_twice"),
        ("/leaves/2/from/0", "unknown_key"),
        ("/leaves", "not_covered"),
        ("/leaves", "not_covered"),
        ("/leaves", "not_covered"),
        ("/areas/1/from/0", "unknown_key"),
        ("/areas/1/to/0", "unknown_key"),
        ("/areas", "not_covered"),
        ("/areas", "not_covered"),
    ]


def test_sets_of_two_levels_or_of_a_later_year_have_no_crosswalk() -> None:
    assert codes(WHOLE, framework(*BEFORE, level="district")) == [("", "level_mismatch")]
    assert codes(WHOLE, framework(*BEFORE, year=2021)) == [("", "years_reversed")]


def test_splits_and_merges_stand_once_and_carry_nothing_over() -> None:
    after = framework(
        area("1", "60", leaf("1.1", "30"), leaf("1.3", "30")),
        area("2", "40", leaf("2.1", "20"), leaf("2.2", "20")),
    )
    rows = (
        Row("merged", ("1/1.1", "1/1.2"), ("1/1.1",), "Gộp."),
        Row("new", (), ("1/1.3",), "Nội dung mới."),
        Row("split", ("2/2.1",), ("2/2.1", "2/2.2"), "Tách."),
    )
    crosswalk = Crosswalk(rows, WHOLE.areas)
    assert codes(crosswalk, after) == []
    kept = continuity(crosswalk, before(), after)
    assert (kept.whole, kept.leaves, kept.areas) == (False, {}, {"1": "1", "2": "2"})


def test_ranks_compare_when_every_leaf_continues_with_its_maximum() -> None:
    assert continuity(WHOLE, before(), before()).whole
    moved = framework(area("1", "60", leaf("1.1", "30"), leaf("1.2", "30")), BEFORE[1])
    assert not continuity(WHOLE, before(), moved).whole
    more = framework(BEFORE[0], area("2", "40", leaf("2.1", "40", COUNT), leaf("2.2", "0")))
    rows = (*WHOLE.leaves, Row("new", (), ("2/2.2",), "Theo dõi."))
    assert not continuity(Crosswalk(rows, WHOLE.areas), before(), more).whole


def test_the_proposal_keeps_what_bears_the_same_name_or_rule() -> None:
    renumbered = leaf("1.1", "20") | {"name": "Tiêu chí 1.2"}
    reworded = leaf("2.4", "40", COUNT) | {"name": "Số sáng kiến"}
    after = framework(area("1", "60", renumbered, leaf("1.5", "40")), area("2", "40", reworded))
    found = proposed(before(), after)
    assert found.leaves == (
        Row("renamed", ("1/1.2",), ("1/1.1",)),
        Row("renamed", ("1/1.1",), ("1/1.5",)),  # by rule and maximum
        Row("renamed", ("2/2.1",), ("2/2.4",)),
    )
    assert found.areas == WHOLE.areas
    assert proposed(before(), before()) == WHOLE
    assert crosswalk_faults(found, before(), after) == ()


def test_the_proposal_leaves_the_reasons_to_people() -> None:
    other = {"measure": {"kind": "count"}, "scale": {"kind": "deduct", "points_each": "1"}}
    after = framework(BEFORE[0], area("2", "40", leaf("2.7", "40", other)))
    found = proposed(before(), after)
    assert found.leaves[2:] == (Row("new", (), ("2/2.7",)), Row("retired", ("2/2.1",), ()))
    assert [code for _, code in codes(found, after)] == ["reason_missing", "reason_missing"]


def test_a_sign_borne_twice_pairs_nothing() -> None:
    one, two = leaf("a", "50") | {"name": "Như nhau"}, leaf("b", "50") | {"name": "Như nhau"}
    left = framework(one, two)
    right = framework(leaf("c", "50") | {"name": "Như nhau"}, leaf("d", "50") | {"name": "Như nhau"})
    assert paired(list(left.nodes.values()), list(right.nodes.values())) == {}


def version(number: int, *nodes: Any, **terms: Any) -> FrameworkVersion:
    definition = canonical_bytes(document(*nodes, **terms)).decode()
    code = terms.get("code", "thu")
    return FrameworkVersion(UUID(int=number), code, number, "published", "", definition)


def standing(framework_code: str = "thu", number: int | None = 1) -> StandingRow:
    return StandingRow(
        unit="so-y-te",
        rank=3,
        percent="90",
        band="tu-90",
        review_years={"1": 2, "da-bo": 1},
        framework=framework_code,
        framework_version=number,
        leaf_values={
            "1/1.1": {"numerator": "8", "denominator": "10"},
            "1/1.2": {"level": "day-du"},
            "2/2.1": {"count": "3"},
        },
    )


@pytest.mark.parametrize(
    ("row", "comparability", "years", "values"),
    [
        (standing(number=2), "comparable", {"1": 2}, {"1/1.1", "2/2.1"}),
        (standing(number=None), "comparable", {"1": 2}, {"1/1.1", "2/2.1"}),
        (standing(number=1), "partly", {"1": 2}, set()),
        (standing("", None), "partly", {"1": 2}, set()),
        (standing("khac", 1), "not", {}, set()),
    ],
)
def test_without_a_crosswalk_the_same_version_alone_carries_values(
    row: StandingRow, comparability: Comparability, years: dict[str, int], values: set[str]
) -> None:
    """The value of 1.2 fits no rule of the set: it never carries over."""
    found = previous_year(Before(row), version(2, *BEFORE), {}, in_a_row=True)
    assert (found.rank, found.comparability) == (3, comparability)
    assert (found.review_years, set(found.values)) == (years, values)


def test_a_crosswalk_carries_values_and_duties_under_the_new_keys() -> None:
    after = version(
        2,
        area("A", "60", leaf("a1", "40"), leaf("a2", "20")),
        area("B", "40", leaf("b1", "40", COUNT)),
        code="moi",
    )
    crosswalk = Crosswalk(
        (
            Row("renamed", ("1/1.1",), ("A/a1",)),
            Row("renamed", ("1/1.2",), ("A/a2",)),
            Row("renamed", ("2/2.1",), ("B/b1",)),
        ),
        (Row("renamed", ("1",), ("A",)), Row("renamed", ("2",), ("B",))),
    )
    known = {(after.id, "thu", 1): continuity(crosswalk, before(), after.parsed)}
    found = previous_year(Before(standing()), after, known, in_a_row=True)
    assert (found.comparability, found.review_years) == ("comparable", {"A": 2})
    assert found.values == {
        "A/a1": {"numerator": "8", "denominator": "10"},
        "B/b1": {"count": "3"},
    }
    older = previous_year(Before(standing()), after, known, in_a_row=False)
    assert (older.rank, older.review_years, older.values) == (3, {}, {})
    assert previous_year(Before(standing(number=7)), after, known, in_a_row=True).comparability == "not"
    partly = {(after.id, "thu", 1): continuity(Crosswalk((), ()), before(), after.parsed)}
    assert previous_year(Before(standing()), after, partly, in_a_row=True).comparability == "partly"


def test_who_was_not_there_last_year_compares_with_nothing() -> None:
    found = previous_year(Before(None), version(1, *BEFORE), {}, in_a_row=True)
    assert (found.rank, found.comparability, found.values) == (None, "not", {})


def test_ten_thousand_leaves_are_paired_and_checked_in_a_moment() -> None:
    leaves = [leaf(str(number), "0") | {"name": "Giống nhau"} for number in range(5000)]
    big = framework(leaf("x", "100"), *leaves)
    found = proposed(big, big)
    assert len(found.leaves) == 5001
    assert all(row.kind == "same" for row in found.leaves)
    assert crosswalk_faults(found, big, big) == ()
    assert big.leaves[0].max_points == Decimal(100)
