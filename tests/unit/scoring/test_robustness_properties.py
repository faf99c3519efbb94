"""Robustness of random years: total, in bounds, blind to order, exact where no survey moves anything."""

import os
from math import isclose

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_api.results.domain.outcome import IndexResult
from scoring_api.results.domain.robustness import robustness
from scoring_api.results.domain.robustness_model import surveyed_leaves, unit_model
from tests.property.random_years import UNITS, Year
from tests.unit.scoring.test_robustness import cell, index, sipas, slopes, survey

EXAMPLES = 500 if os.environ.get("PARINDEX_DEEP") else 25
SEEDS = st.integers(0, 2**48)
DRAWS = 20


def stands_still(result: IndexResult, unit: str) -> bool:
    model = unit_model(
        result.framework, surveyed_leaves(result.framework), result.inputs[unit], result.units[unit].score
    )
    return model is None or not model.movements


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_every_year_has_intervals_within_bounds(seed: int) -> None:
    result = Year(seed).index()
    for row in robustness(result, DRAWS, seed):
        ranked = row.rank is not None
        assert sum(runs for _, runs in row.bands) == (DRAWS if ranked else 0)
        assert [code for code, _ in row.bands] == [band.code for band in result.framework.bands]
        if row.rank_low is None or row.rank_median is None or row.rank_high is None:
            assert not ranked
        else:
            assert 1 <= row.rank_low <= row.rank_median <= row.rank_high <= len(UNITS)
        if stands_still(result, row.unit) and ranked:
            score = result.units[row.unit].score
            assert score.band is not None
            assert (row.standard_error, dict(row.bands)[score.band.code]) == (0, DRAWS)


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_without_a_survey_every_rank_is_the_computed_one(seed: int) -> None:
    for row in robustness(Year(seed).index(cells=[]), DRAWS, seed):
        assert row.rank == row.rank_low == row.rank_median == row.rank_high


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_order_changes_nothing(seed: int) -> None:
    year = Year(seed)
    first = {row.unit: row for row in robustness(year.index(), DRAWS, 1)}
    units, cells = list(UNITS), list(year.cells)
    year.rng.shuffle(units)
    year.rng.shuffle(cells)
    assert {row.unit: row for row in robustness(year.index(units, cells), DRAWS, 1)} == first


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500), st.integers(2, 40), st.booleans())
def test_k_squared_times_the_ballots_make_the_error_k_times_smaller(
    yes: int, no: int, other: int, times: int, satisfaction: bool
) -> None:
    rule = (sipas if satisfaction else survey)("c1", "c2")

    def errors(factor: int) -> dict[str, float]:
        cells = [
            cell("a", yes * factor, no * factor, "c1", "g"),
            cell("a", other * factor, yes * factor, "c2", "g"),
            cell("a", no * factor, other * factor, "c2", "h"),
        ]
        return slopes(index(rule, cells, {"a": "80"}))

    once, more = errors(1), errors(times * times)
    assert set(once) == set(more) == {"g", "h"}
    assert all(isclose(once[group], times * more[group], rel_tol=1e-9) for group in once)
