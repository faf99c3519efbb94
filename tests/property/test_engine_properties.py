"""Properties of the index: the fraction twin agrees, order never matters, points stay within bounds."""

import os
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.kernel.points import total
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.explaining import explain
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear, TallyCell
from scoring_api.results.domain.outcome import IndexResult
from scoring_api.results.domain.ranks import RankRow, ranks
from tests.property.fraction_twin import leaves, unit_index
from tests.property.random_frameworks import cells, entry, framework_document, previous
from tests.unit.scoring.framework_json import Json

EXAMPLES = 2000 if os.environ.get("PARINDEX_DEEP") else 40
SEEDS = st.integers(0, 2**48)
UNITS = [AssessedUnit(code=code, rank_group="so" if code < "c" else "huyen") for code in "abcd"]


class Year:
    """One random year: a framework and everything its units are judged by."""

    def __init__(self, seed: int) -> None:
        rng = Random(seed)
        self.rng = rng
        self.document: Json = framework_document(rng)
        self.framework: Framework = parse_framework(self.document)
        self.tree = {key: leaf for key, leaf, _ in leaves(self.document["nodes"])}
        self.entries: dict[str, dict[str, LeafEntry]] = {}
        for unit in UNITS:
            made = {key: entry(rng, leaf) for key, leaf in self.tree.items()}
            self.entries[unit.code] = {key: found for key, found in made.items() if found is not None}
        self.cells = [cell for unit in UNITS for cell in cells(rng, unit.code)]
        self.previous: dict[str, PreviousYear] = {unit.code: previous(rng, self.tree) for unit in UNITS[:3]}

    def index(
        self, units: list[AssessedUnit] | None = None, cells: list[TallyCell] | None = None
    ) -> IndexResult:
        return compute_index(
            self.framework,
            units or UNITS,
            self.entries,
            self.cells if cells is None else cells,
            self.previous,
        )


def exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_the_fraction_twin_agrees(seed: int) -> None:
    year = Year(seed)
    result = year.index()
    for unit in UNITS:
        counts = {(c.questionnaire, c.group, c.question): c.counts for c in year.cells if c.unit == unit.code}
        last = year.previous[unit.code].values if unit.code in year.previous else {}
        twin = unit_index(year.document, year.entries[unit.code], counts, last)
        found = result.units[unit.code].score
        points = {
            leaf.key: exact(row.points) for leaf, row in zip(year.framework.leaves, found.leaves, strict=True)
        }
        assert points == twin["points"]
        assert (exact(found.points), exact(found.applicable_max)) == (twin["total"], twin["max"])
        assert exact(found.percent) == twin["percent"]
        assert {p.node.key: exact(p.percent) for p in found.parts if p.node.role == "area"} == twin["areas"]
        assert (found.band.code if found.band else None) == twin["band"]
        assert (found.rating.rating.code if found.rating else None) == twin["rating"]


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
        assert 0 <= score.points <= score.applicable_max <= 100
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
