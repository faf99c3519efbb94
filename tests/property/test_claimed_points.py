"""What a unit is shown of its claims is what the engine gives when they are confirmed, for every rule."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.kernel.points import total
from scoring_api.assessment.domain.acts import self_scored
from scoring_api.results.domain.claimed import claimed_most, claimed_of, claimed_total
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.explaining import explain
from scoring_api.results.domain.explanation import Explanation
from scoring_api.results.domain.inputs import LeafEntry
from scoring_api.results.domain.outcome import IndexResult
from tests.property.random_years import UNITS, Year, value

UNIT = UNITS[0].code


def claims_of(year: Year) -> dict[str, LeafEntry]:
    """Claims of most leaves that the unit scores itself."""
    rng = Random(year.rng.random())
    return {
        leaf.key: LeafEntry(value=value(rng, year.tree[leaf.key]))
        for leaf in year.framework.leaves
        if self_scored(leaf) and rng.random() < 0.9
    }


def computed(year: Year, entries: dict[str, LeafEntry], *, surveyed: bool) -> IndexResult:
    cells = year.cells if surveyed else []
    return compute_index(year.framework, UNITS[:1], {UNIT: entries}, cells, year.previous)


def told_of(result: IndexResult, entries: dict[str, LeafEntry]) -> dict[str, Explanation]:
    return {key: explain(result, UNIT, key) for key in entries}


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_a_claim_shows_what_it_gives_when_confirmed(seed: int) -> None:
    """Surveys, the council and what others are given change nothing of a leaf that stands as claimed."""
    year = Year(seed)
    claims = claims_of(year)
    shown = told_of(computed(year, claims, surveyed=False), claims)
    others = {key: entry for key, entry in year.entries[UNIT].items() if key not in claims}
    final = compute_index(
        year.framework,
        UNITS,
        {**year.entries, UNIT: {**others, **claims}},
        year.cells,
        year.previous,
    )
    for key, told in shown.items():
        (index,) = [place for place, leaf in enumerate(year.framework.leaves) if leaf.key == key]
        counted = final.units[UNIT].score.leaves[index]
        assert (told.points, told.max_points, told.status) == (
            counted.points,
            counted.max_points,
            counted.status,
        ), key


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_sums_are_the_engines(seed: int) -> None:
    year = Year(seed)
    framework = year.framework
    claims = claims_of(year)
    result = computed(year, claims, surveyed=False)
    score = result.units[UNIT].score
    told = told_of(result, claims)
    gap = [leaf for leaf in framework.leaves if leaf.rule.measure.kind == "self_gap"]
    if gap:  # it may give points of its own that nobody claims
        return
    assert claimed_total(framework, told, score.applicable_max) == score.points
    for part in score.parts:
        whole = explain(result, UNIT, part.node.key)
        assert claimed_of(part.node, told) == whole.points, part.node.key
        inside = framework.leaves[part.node.first : part.node.stop]
        if all(self_scored(leaf) for leaf in inside) and part.node.effect == "points":
            unclaimed = [leaf for leaf in inside if leaf.key not in told and leaf.effect == "points"]
            left = [leaf.max_points for leaf in unclaimed if leaf.missing == "exclude"]
            assert claimed_most(inside, told) == total([whole.max_points, *left])
