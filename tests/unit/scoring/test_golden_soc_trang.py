"""Sóc Trăng 2017 as a whole: leaves told in the text, six surveys and the rest close on every printed figure."""

from decimal import Decimal

from parindex.kernel.points import apportion, output, total
from scoring_api.results.domain.outcome import UnitScore
from tests.unit.scoring.golden_players import Json, scored_areas

AREAS: list[list[Json]] = [
    [{"max": "1", "ratio": ["31", "33"]}, {"max": "2", "points": "0"}, {"max": "7", "points": "7"}],
    [
        {"max": "5", "percents": ["73.82", "75.11", "68.04", "70.09"], "weights": ["1", "1", "1.5", "1.5"]},
        {"max": "5", "points": "5"},
    ],
    [
        {"max": "1", "ratio": ["99.40", "100"]},
        {"max": "1", "ratio": ["99.98", "100"]},
        {"max": "3.25", "points": "0"},
        {"max": "9.25", "points": "9.25"},
    ],
    [
        {"max": "4.5", "percents": ["77.78", "57.87", "63.98"]},
        {"max": "1.5", "points": "0"},
        {"max": "5", "points": "5"},
    ],
    [
        {"max": "2", "percents": ["82.20", "83.02"]},
        {"max": "4", "percents": ["72.39", "73.54", "74.10", "59.28"]},
        {"max": "1", "points": "0.99"},
        {"max": "5", "points": "0"},
        {"max": "4", "points": "4"},
    ],
    [
        {"max": "3", "percents": ["73.53", "80.07", "68.30"]},
        {"max": "1", "points": "0"},
        {"max": "3", "points": "3"},
    ],
    [
        {"max": "4", "percents": ["70.09", "69.07", "70.71", "70.80"]},
        {"max": "1", "ratio": ["80", "90"]},
        {"max": "1", "ratio": ["92.52", "100"]},
        {"max": "4", "points": "0"},
        {"max": "6", "points": "6"},
    ],
    [{"max": "12", "percents": ["100"]}, {"max": "1.5", "points": "1.5"}, {"max": "2", "points": "0"}],
]
PRINTED = [
    ("7.939", "79.39"),
    ("8.561", "85.61"),
    ("11.244", "77.54"),
    ("7.994", "72.68"),
    ("9.435", "58.97"),
    ("5.219", "74.56"),
    ("10.621", "66.38"),
    ("13.500", "87.10"),
]


def score() -> UnitScore:
    return scored_areas(AREAS).score


def test_every_area_prints_its_points_and_its_percent() -> None:
    parts = [part for part in score().parts if part.node.role == "area"]
    printed = [(str(output(part.points, 3)), str(output(part.percent or Decimal(0)))) for part in parts]
    assert printed == PRINTED


def test_the_total_comes_out_and_its_parts_within_the_rounding_of_what_is_printed() -> None:
    """74.51 comes out, and 28.03 for the survey.

    The report prints 46.48 for the rest. From the points it prints, 74.513 - 28.0267 = 46.4863, largest
    remainders give 46.48 + 28.03; from the unrounded leaves the rest is 46.4873 and the hundredth goes to it.
    """
    found = score()
    surveyed = [
        outcome.points
        for leaves, first in zip(AREAS, _firsts(), strict=True)
        for spec, outcome in zip(leaves, found.leaves[first:], strict=False)
        if "percents" in spec
    ]
    survey = total(surveyed)
    assert (output(found.points), output(survey)) == (Decimal("74.51"), Decimal("28.03"))
    rest = total([found.points, -survey])
    assert output(rest, 4) == Decimal("46.4873")
    assert [str(part) for part in apportion([rest, survey])] == ["46.49", "28.02"]
    printed = total([output(part.points, 3) for part in found.parts if part.node.role == "area"])
    by_print = apportion([total([printed, -output(survey, 4)]), output(survey, 4)])
    assert [str(part) for part in by_print] == ["46.48", "28.03"]


def _firsts() -> list[int]:
    return [sum(len(leaves) for leaves in AREAS[:place]) for place in range(len(AREAS))]
