"""The engine and its slow twin agree on every figure of random years full of ties and bounds."""

import os

import pytest

from tests.property.random_years import UNITS, Year
from tests.property.twin_differences import compare, differing

DEEP = bool(os.environ.get("PARINDEX_DEEP"))
FEW, MANY = 1200, 100_000


def test_the_fraction_twin_agrees() -> None:
    assert differing(0, FEW) == []


@pytest.mark.skipif(not DEEP, reason="minutes of work: make test-deep")
@pytest.mark.timeout(3600)
def test_the_fraction_twin_agrees_a_hundred_thousand_times(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        found = compare(FEW, MANY)
    assert found == []


def test_the_random_years_are_full_of_ties_and_bounds() -> None:
    """What the twin proves is worth as much as the cases it meets."""
    met: dict[str, int] = {}

    def count(name: str, *, holds: bool) -> None:
        met[name] = met.get(name, 0) + holds

    for seed in range(300):
        result = Year(seed).index()
        scores = [result.units[unit.code].score for unit in UNITS[:3]]
        places = [result.units[unit.code].standing.rank for unit in UNITS[:3]]
        percents = [score.percent for score in scores]
        count("equal percents", holds=len(set(percents)) < len(percents))
        count("equal ranks", holds=len(set(places)) < len(places))
        count("ties parted", holds=len(set(percents)) < len(set(places)))
        for score in scores:
            for bound in (65, 70, 75, 80, 90):
                count(f"exactly {bound}", holds=score.percent == bound)
            count("nothing applies", holds=score.percent is None)
            count("over 100", holds=score.percent is not None and score.percent > 100)
            count("fell through", holds=bool(score.rating and score.rating.by_fall_through))
            count("area skipped", holds=bool(score.skipped_areas))
            count("review due", holds=bool(score.reviews))
            for leaf, row in zip(result.framework.leaves, score.leaves, strict=True):
                count(f"{leaf.rule.measure.kind} {row.status}", holds=True)
                count(f"policy {row.policy}", holds=True)
    assert min(met.values()) > 0, met
    assert met["equal ranks"] > 50
    assert len(met) > 45
