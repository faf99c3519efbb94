"""Properties of the index: order never matters, points stay within bounds, whatever validates has an index."""

import os
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.documents import read_document
from parindex.kernel.points import total
from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.rules import Formula, LevelTable
from scoring_api.frameworks.domain.values import check_value
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.explaining import explain
from scoring_api.results.domain.inputs import LeafEntry, PreviousYear, TallyCell
from scoring_api.results.domain.ranks import RankRow, ranks
from tests.property.random_frameworks import framework_document
from tests.property.random_years import UNITS, Year

EXAMPLES = 2000 if os.environ.get("PARINDEX_DEEP") else 40
SEEDS = st.integers(0, 2**48)


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_the_order_of_units_and_cells_changes_nothing(seed: int) -> None:
    year = Year(seed)
    first = year.index()
    mixed_cells, mixed_units = list(year.cells), list(UNITS)
    year.rng.shuffle(mixed_cells)
    year.rng.shuffle(mixed_units)
    assert year.index(mixed_units, mixed_cells).units == first.units


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_split_tallies_are_the_merged_ones(seed: int) -> None:
    year = Year(seed)
    split = []
    for cell in year.cells:
        kept = {option: year.rng.randint(0, count) for option, count in cell.counts.items()}
        rest = {option: count - kept[option] for option, count in cell.counts.items()}
        split += [replace(cell, counts=kept), replace(cell, counts=rest)]
    assert year.index(cells=split).units == year.index().units


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_points_stay_within_their_maxima_and_explanations_add_up(seed: int) -> None:
    year = Year(seed)
    result = year.index()
    for unit in UNITS:
        score = result.units[unit.code].score
        for leaf, row in zip(year.framework.leaves, score.leaves, strict=True):
            assert 0 <= row.points <= row.max_points <= leaf.max_points
        assert 0 <= score.applicable_max <= 100
        if year.framework.cap_total:
            assert 0 <= score.points <= score.applicable_max
            assert score.percent is None or 0 <= score.percent <= 100
        for key in ("", *year.framework.nodes):
            found = explain(result, unit.code, key)
            assert total([part.points for part in found.contributions]) == found.points


ROWS = st.lists(
    st.tuples(st.sampled_from(["so", "huyen"]), st.none() | st.integers(0, 5), st.none() | st.integers(0, 2)),
    max_size=20,
)


@settings(max_examples=EXAMPLES * 3, deadline=None)
@given(ROWS)
def test_ranks_are_a_total_preorder(figures: list[tuple[str, int | None, int | None]]) -> None:
    rows = [
        RankRow(
            str(number),
            group,
            None if percent is None else Decimal(percent),
            (None if tie is None else Decimal(tie),),
        )
        for number, (group, percent, tie) in enumerate(figures)
    ]
    found = ranks(rows)
    for row in rows:
        if row.percent is None:
            assert found[row.code] is None
            continue
        better = [
            other
            for other in rows
            if other.rank_group == row.rank_group
            and other.percent is not None
            and (other.percent, -1 if other.tie_values[0] is None else other.tie_values[0])
            > (row.percent, -1 if row.tie_values[0] is None else row.tie_values[0])
        ]
        assert found[row.code] == len(better) + 1


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_excluding_a_leaf_never_raises_the_denominator_nor_touches_another_leaf(seed: int) -> None:
    year = Year(seed)
    before = year.index()
    unit = year.rng.choice(UNITS).code
    place, leaf = year.rng.choice(list(enumerate(year.framework.leaves)))
    held = year.entries[unit].get(leaf.key, LeafEntry())
    year.entries[unit] |= {leaf.key: replace(held, override=None, not_applicable=True)}
    one, other = before.units[unit].score, year.index().units[unit].score
    if leaf.not_applicable == "exclude":
        assert other.applicable_max <= one.applicable_max
        assert other.leaves[place].max_points == 0
    for at, (was, now) in enumerate(zip(one.leaves, other.leaves, strict=True)):
        if at != place and year.framework.leaves[at].rule.measure.kind != "self_gap":
            assert was == now


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_a_framework_read_from_its_canonical_bytes_is_the_same(seed: int) -> None:
    document = framework_document(Random(seed))
    content = canonical_bytes(document)
    again = read_document(content)
    assert parse_framework(again) == parse_framework(document)
    assert canonical_bytes(again) == content


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, st.sampled_from([2, 7, 1000]))
def test_a_survey_answered_many_times_the_same_way_gives_the_same_percent(seed: int, times: int) -> None:
    year = Year(seed)
    enough = [cell for cell in year.cells if min(cell.counts.values()) >= 9]  # no minimum bites
    many = [
        replace(cell, counts={option: times * count for option, count in cell.counts.items()})
        for cell in enough
    ]
    assert year.index(cells=many).units == year.index(cells=enough).units


EDGES = ["0", "1", "-1", "1E+15", "-1E+15", "1E-30", "9999999999999999", "33.3333333333333333", "100", "0.5"]
FIGURE_NAMES = (
    *("numerator", "denominator", "second_numerator", "second_denominator", "current", "previous"),
    *("on_time", "late", "missing", "count", "points"),
)


def anything(rng: Random, leaf: Leaf) -> Any:
    """A value of the right or the wrong shape, with figures at the edge of what is read."""
    measure, scale = leaf.rule.measure, leaf.rule.scale
    if isinstance(scale, LevelTable):
        return {"level": rng.choice([level.code for level in scale.levels])}
    if isinstance(measure, Formula):
        return {"variables": {name: rng.choice(EDGES) for name in measure.variables}}
    figures: dict[str, Any] = {name: rng.choice(EDGES) for name in FIGURE_NAMES}
    for _ in range(60):
        if not check_value(leaf.rule, leaf.max_points, figures):
            break
        for fault in check_value(leaf.rule, leaf.max_points, figures):
            if fault.code == "unknown_attribute":
                del figures[fault.pointer[1:]]
            else:
                figures[fault.pointer[1:]] = rng.choice(EDGES)
    return figures


def entry_of(rng: Random, leaf: Leaf) -> LeafEntry:
    value, own = anything(rng, leaf), anything(rng, leaf)
    return LeafEntry(
        value=None if check_value(leaf.rule, leaf.max_points, value) else value,
        self_value=None if check_value(leaf.rule, leaf.max_points, own) else own,
        override=Decimal(rng.choice(EDGES)) if rng.random() < 0.1 else None,
        not_applicable=rng.random() < 0.1,
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_whatever_validates_has_an_index_a_band_and_a_rating(seed: int) -> None:
    year, rng = Year(seed), Random(seed)
    framework = year.framework
    entries = {unit.code: {leaf.key: entry_of(rng, leaf) for leaf in framework.leaves} for unit in UNITS}
    before = {
        unit.code: PreviousYear(
            values={key: entry.value for key, entry in entries[unit.code].items() if entry.value is not None}
        )
        for unit in UNITS
    }
    cells = [
        replace(cell, counts={option: rng.choice([0, 1, 10**9]) for option in cell.counts})
        for cell in year.cells
    ]
    result = compute_index(framework, UNITS, entries, cells, before)
    assert any(entry.value is not None for entry in entries["a"].values()) or not any(
        leaf.rule.takes_value for leaf in framework.leaves
    )
    for found in result.units.values():
        applies = found.score.applicable_max > 0
        assert applies == (found.score.percent is not None) == (found.score.band is not None)
        assert (applies and bool(framework.ratings)) == (found.score.rating is not None)
        assert (found.standing.rank is not None) == applies


def test_no_unit_and_no_cell_is_no_trouble() -> None:
    year = Year(1)
    assert compute_index(year.framework, [], {}, [], {}).units == {}
    alone = compute_index(year.framework, UNITS, {}, [], {})
    assert {found.standing.comparability for found in alone.units.values()} == {"not"}


def test_counts_of_a_question_nobody_reads_change_nothing() -> None:
    year = Year(2)
    stray = [
        TallyCell(unit=unit, questionnaire="p", group="dan", question="la", counts={"A": 5})
        for unit in ("a", "khong-co")
    ]
    assert year.index(cells=[*year.cells, *stray]).units == year.index().units
