"""Properties of rules: a better value never lowers points, hostile documents are refused and never crash."""

import os
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain import presets
from scoring_api.frameworks.domain.formula import parse_expression
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.rules import Question, Rule, Survey
from scoring_api.frameworks.domain.scoring import score_value
from scoring_api.frameworks.domain.values import check_value
from scoring_api.results.domain.tallies import survey_percent
from tests.unit.scoring.framework_json import RATIO, area, document, leaf

EXAMPLES = 5000 if os.environ.get("PARINDEX_DEEP") else 100
TOP = Decimal(2)
RISING = st.lists(st.tuples(st.integers(1, 120), st.integers(0, 8)), max_size=4).map(
    lambda rows: presets.ratio_steps(
        [(None, "0")]
        + [
            (str(bound), str(Decimal(points) / 4))
            for bound, points in zip(
                sorted({bound for bound, _ in rows}), sorted(points for _, points in rows), strict=False
            )
        ]
    )
)
RATIOS = st.one_of(
    RISING,
    st.integers(0, 100).map(lambda floor: presets.ratio_linear(str(floor))),
    st.integers(1, 100).map(lambda full: presets.ratio_capped(str(full))),
)
FIGURES = st.decimals(0, 500, places=2)


@settings(max_examples=EXAMPLES, deadline=None)
@given(RATIOS, FIGURES, FIGURES, FIGURES)
def test_a_better_ratio_never_lowers_points(rule: Rule, part: Decimal, more: Decimal, whole: Decimal) -> None:
    low, high = (
        score_value(rule, TOP, {"numerator": str(figure), "denominator": str(whole)})
        for figure in (part, part + more)
    )
    assert low.status == high.status
    assert 0 <= low.points <= high.points <= TOP


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 8))
def test_more_items_never_lower_and_more_violations_never_raise(count: int, more: int, quarters: int) -> None:
    each = str(Decimal(quarters) / 4)
    few, many = ({"count": str(number)} for number in (count, count + more))
    for rule, better, worse in (
        (presets.count_capped(each), many, few),
        (presets.deduction(each), few, many),
        (presets.all_or_nothing("2"), few, many),
    ):
        assert 0 <= score_value(rule, TOP, worse).points <= score_value(rule, TOP, better).points <= TOP


OPTIONS = {"A": Decimal(100), "B": Decimal("60.5"), "C": Decimal(0)}
COUNTS = st.fixed_dictionaries({option: st.integers(0, 9) for option in OPTIONS})


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.dictionaries(st.tuples(st.sampled_from(["c1", "c2"]), st.sampled_from("xyz")), COUNTS, min_size=1),
    st.sampled_from(["pool", "mean_of_groups", "weighted_groups"]),
    st.data(),
)
def test_a_better_answer_never_lowers_a_survey(
    counts: dict[tuple[str, str], dict[str, int]], combine: Any, data: st.DataObject
) -> None:
    groups = {"x": Decimal(1), "y": Decimal(2), "z": Decimal("0.5")}
    questions = (Question("c1", Decimal(1), OPTIONS), Question("c2", Decimal(3), OPTIONS))
    measure = Survey(("p",), questions, combine, groups, 1)

    def percent() -> Decimal | None:
        cells: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
        for (question, group), answered in counts.items():
            cells.setdefault(("p", question), {})[group] = answered
        return survey_percent(measure, cells)

    before = percent()
    place = data.draw(st.sampled_from(sorted(counts)))
    worse, better = data.draw(st.sampled_from([("C", "B"), ("B", "A"), ("C", "A")]))
    if before is None or not counts[place][worse]:
        return
    counts[place] = {**counts[place], worse: counts[place][worse] - 1, better: counts[place][better] + 1}
    after = percent()
    assert after is not None
    assert after >= before
    assert 0 <= after <= 100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PATHS = st.lists(st.integers(0, 30), min_size=1, max_size=8)


def spoiled(node: Any, path: list[int], replacement: Any) -> Any:
    """The document with the value at a path of choices replaced."""
    if not path or not isinstance(node, (dict, list)) or not node:
        return replacement
    keys = sorted(node) if isinstance(node, dict) else list(range(len(node)))
    at = keys[path[0] % len(keys)]
    changed = dict(node) if isinstance(node, dict) else list(node)
    changed[at] = spoiled(node[at], path[1:], replacement)
    return changed


@settings(max_examples=EXAMPLES * 3, deadline=None)
@given(PATHS, JSON)
def test_a_spoiled_document_is_read_or_refused_with_places(path: list[int], replacement: Any) -> None:
    good = document(
        area("1", "60", leaf("a", "60")),
        leaf("2", "40", RATIO, role="area"),
        review={"areas": ["1"], "threshold": "75"},
    )
    data = spoiled(good, path, replacement)
    if not isinstance(data, dict):
        return
    try:
        parse_framework(data)
    except DomainError as error:
        refused = error
    else:
        return
    assert refused.code == "framework_invalid"
    assert all(fault.pointer == "" or fault.pointer.startswith("/") for fault in refused.faults)


@settings(max_examples=EXAMPLES, deadline=None)
@given(RATIOS, JSON | st.fixed_dictionaries({"numerator": JSON, "denominator": JSON}))
def test_a_value_that_passes_can_be_scored(rule: Rule, value: Any) -> None:
    if not check_value(rule, TOP, value):
        assert 0 <= score_value(rule, TOP, value).points <= TOP


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text("ab01.+-*/()<>=! andor", max_size=40))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    try:
        expression = parse_expression(text, ["a", "b"])
    except ValueError:
        return
    try:
        assert isinstance(expression({"a": Fraction(2), "b": Fraction(3)}), Fraction)
    except ArithmeticError:
        return
