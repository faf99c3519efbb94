"""Lost points and points add up to the maximum with every decimal, whatever the ambient context."""

from parindex.kernel.points import total
from scoring_api.results.domain.outcome import lost_points
from tests.unit.examples import hai_duong as example


def test_points_and_lost_points_add_up_to_the_maximum() -> None:
    long = 0
    cells = example.tally()
    for level in example.LEVELS:
        result = example.index_of(level, cells)
        maxima = {leaf.key: leaf.max_points for leaf in result.framework.leaves}
        for unit in result.units.values():
            given = dict(zip(maxima, (leaf.points for leaf in unit.score.leaves), strict=True))
            lost = lost_points(result.framework, unit.score)
            for key, points in lost:
                assert total([given[key], points]) == maxima[key]
                long += len(points.as_tuple().digits) > 28
            assert [points for _, points in lost] == sorted((points for _, points in lost), reverse=True)
    assert long, "the example has leaves that the ambient 28 digits would round"
