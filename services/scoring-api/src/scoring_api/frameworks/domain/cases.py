"""The worked cases a rule carries must come out before its framework is published."""

from decimal import Decimal

from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import Fault
from parindex.kernel.points import output
from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.rules import RuleCase
from scoring_api.frameworks.domain.scoring import score_value
from scoring_api.frameworks.domain.values import check_value


def failing_cases(leaf: Leaf, pointer: str) -> tuple[Fault, ...]:
    """What the cases of a leaf say against its rule («ví dụ kiểm tra»); nothing when they hold.

    Points are compared at the precision the case is written with. `pointer` is where the cases stand.
    """
    return tuple(
        fault
        for index, case in enumerate(leaf.rule.cases)
        for fault in _faults(leaf, case, f"{pointer}/{index}")
    )


def _faults(leaf: Leaf, case: RuleCase, pointer: str) -> tuple[Fault, ...]:
    wrong = check_value(leaf.rule, leaf.max_points, case.value)
    if wrong:
        return tuple(Fault(f"{pointer}/value{fault.pointer}", fault.code, fault.detail) for fault in wrong)
    points = score_value(leaf.rule, leaf.max_points, case.value).points
    if output(points, _places(case.points)) == case.points:
        return ()
    said = f"tính được {decimal_text(points)} điểm, ví dụ ghi {decimal_text(case.points)}"
    return (Fault(f"{pointer}/points", "case_differs", said),)


def _places(figure: Decimal) -> int:
    return max(0, -int(figure.as_tuple().exponent))
