"""Patterns of leaves that are a ratio; other values, surveys and attributes of nodes stand next door.

Every example is one that a document prints unless it says that the figures are ours.
"""

from collections.abc import Iterable
from decimal import Decimal

from scoring_api.frameworks.domain.rules import BandTable, Linear, PlainMeasure, Rule, Step

Steps = Iterable[tuple[str | None, str]]
"""Lower bound, None for the lowest step, and points."""
RATIO = PlainMeasure("ratio")


def step_table(steps: Steps) -> BandTable:
    """The steps as a partition of the measure («thang bậc»)."""
    return BandTable(
        tuple(Step(None if lower is None else Decimal(lower), Decimal(points)) for lower, points in steps)
    )


def ratio_steps(steps: Steps) -> Rule:
    """P2: steps of a ratio («bậc tỷ lệ»).

    QĐ 2948/QĐ-BNV, Sóc Trăng 2017: 8 of 11 districts with a full one-stop unit is 25 %, 89 of 109 communes
    50 % of the points. The bounds of these steps are ours: the report prints the results alone.

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> rule = ratio_steps([(None, "0"), ("50", "0.25"), ("75", "0.5"), ("100", "1")])
    >>> score_value(rule, Decimal(1), {"numerator": "8", "denominator": "11"}).points
    Decimal('0.25')
    """
    return Rule(RATIO, step_table(steps))


def ratio_linear(floor: str = "0") -> Rule:
    """P3: b/a of the maximum («tỷ lệ × điểm chuẩn»), nothing under the floor.

    QĐ 2948/QĐ-BNV, Sóc Trăng 2017: 99,98 % of files on time give 99,98 % of the points. The form with a floor
    is recalled, not confirmed by a document.

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> value = {"numerator": "99.98", "denominator": "100"}
    >>> score_value(ratio_linear(), Decimal(1), value).points.normalize()
    Decimal('0.9998')
    """
    return Rule(RATIO, Linear(Decimal(floor), Decimal(100)))


def ratio_capped(full: str) -> Rule:
    """P4: the maximum from `full` percent on, before it in proportion («đạt T % trở lên: điểm tối đa»).

    QĐ 766/QĐ-TTg has T at 80, 50 and 90 %. Sóc Trăng 2017 prints 88,89 % of the points for electronic
    documents, which is 80/90 (our reading).

    >>> from parindex.kernel.points import output
    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> value = {"numerator": "80", "denominator": "100"}
    >>> output(score_value(ratio_capped("90"), Decimal(1), value).points, 4)
    Decimal('0.8889')
    """
    return Rule(RATIO, Linear(Decimal(0), Decimal(full)))


def ratio_product() -> Rule:
    """P14: a ratio of a ratio in proportion («tích hai tỷ lệ»).

    QĐ 766/QĐ-TTg, 3.3 multiplies two ratios; the figures are ours.

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> value = {"numerator": "1", "denominator": "2", "second_numerator": "3", "second_denominator": "4"}
    >>> score_value(ratio_product(), Decimal(1), value).points.normalize()
    Decimal('0.375')
    """
    return Rule(PlainMeasure("product"), Linear(Decimal(0), Decimal(100)))


def ratio_complement() -> Rule:
    """P14: 100 % less the shares that failed, in proportion («phần còn lại»).

    QĐ 766/QĐ-TTg, 5.4. Hà Nam 2020 cut 45.464 days to 20.723: 54,42 % are gone.

    >>> from parindex.kernel.points import output
    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> cut = score_value(ratio_complement(), Decimal(1), {"numerator": "20723", "denominator": "45464"})
    >>> output(cut.measure)
    Decimal('54.42')
    """
    return Rule(PlainMeasure("complement"), Linear(Decimal(0), Decimal(100)))
