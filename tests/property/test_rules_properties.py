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
from scoring_api.frameworks.domain.rules import PlainMeasure, Punctuality, Question, Rule, Sipas, Survey
from scoring_api.frameworks.domain.scoring import scale_line, score_value
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


def rule_of(kind: str, *, falling: bool = False) -> Rule:
    """Rising steps, or falling ones for a measure that is better when small."""
    rows = [(None, "0"), ("-10", "0.25"), ("0", "0.5"), ("50", "0.5"), ("90", "1.5"), ("100", "2")]
    points = [points for _, points in rows]
    bounds = [bound for bound, _ in rows]
    table = presets.ratio_steps(zip(bounds, reversed(points) if falling else points, strict=True)).scale
    measures = {"punctuality": Punctuality(Decimal("0.5"))}
    return Rule(measures.get(kind) or PlainMeasure(kind), table)  # type: ignore[arg-type]


LINE = presets.ratio_linear("50").scale
SMALL = st.integers(0, 12)


def better(kind: str, figures: list[int], more: int) -> tuple[dict[str, str], dict[str, str]]:
    """A value, and one that nobody would call worse."""
    a, b, c, d = map(str, figures)
    values: dict[str, tuple[dict[str, str], dict[str, str]]] = {
        "growth": ({"current": a, "previous": b}, {"current": str(figures[0] + more), "previous": b}),
        "product": (
            {"numerator": a, "denominator": b, "second_numerator": c, "second_denominator": d},
            {
                "numerator": a,
                "denominator": b,
                "second_numerator": str(figures[2] + more),
                "second_denominator": d,
            },
        ),
        "complement": (
            {"numerator": a, "denominator": b, "second_numerator": str(figures[2] + more)},
            {"numerator": a, "denominator": b, "second_numerator": c},
        ),
        "count": ({"count": a}, {"count": str(figures[0] + more)}),
    }
    return values[kind]


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(["growth", "product", "complement", "count"]),
    st.booleans(),
    st.lists(SMALL, min_size=4, max_size=4),
    SMALL,
)
def test_a_better_value_of_any_measure_never_lowers_points(
    kind: str, lined: bool, figures: list[int], more: int
) -> None:
    rule = rule_of(kind)
    if lined:
        rule = Rule(rule.measure, LINE)
    low, high = (score_value(rule, TOP, value) for value in better(kind, figures, more))
    assert low.status == high.status
    assert 0 <= low.points <= high.points <= TOP
    if not lined:
        fallen = rule_of(kind, falling=True)
        low, high = (score_value(fallen, TOP, value) for value in better(kind, figures, more))
        assert low.points >= high.points


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.booleans(), SMALL, SMALL, SMALL, st.sampled_from([("missing", "late"), ("late", "on_time")]))
def test_a_report_that_comes_earlier_never_lowers_points(
    lined: bool, on_time: int, late: int, missing: int, moved: tuple[str, str]
) -> None:
    rule = rule_of("punctuality")
    if lined:
        rule = Rule(rule.measure, LINE)
    counts = {"on_time": on_time, "late": late, "missing": missing}
    if not counts[moved[0]]:
        return
    sooner = {**counts, moved[0]: counts[moved[0]] - 1, moved[1]: counts[moved[1]] + 1}
    low, high = (
        score_value(rule, TOP, {name: str(count) for name, count in row.items()}) for row in (counts, sooner)
    )
    assert 0 <= low.points <= high.points <= TOP


@settings(max_examples=EXAMPLES, deadline=None)
@given(RATIOS, FIGURES, FIGURES, st.decimals("0.01", 1000, places=2))
def test_a_ratio_in_other_units_gives_the_same_points(
    rule: Rule, part: Decimal, whole: Decimal, times: Decimal
) -> None:
    one, other = (
        score_value(rule, TOP, {"numerator": str(part * by), "denominator": str(whole * by)})
        for by in (Decimal(1), times)
    )
    assert (one.points, one.status, one.step) == (other.points, other.status, other.step)


def test_a_half_of_the_last_decimal_is_a_half_though_the_measure_was_divided() -> None:
    """250/23 % of a maximum of thirty decimals is …522,5 units of the last one: up."""
    rule, top = presets.ratio_complement(), Decimal("8.000000000000000000000000000007")
    value = {"numerator": "9", "denominator": "23", "second_numerator": "11.50"}
    assert score_value(rule, top, value).points == Decimal("0.869565217391304347826086956523")


def test_a_half_of_the_last_decimal_is_a_half_after_a_mean_of_percents_too() -> None:
    """(2/3 + 5/7) / 2 = 1450/21 % of a maximum of thirty decimals: …328,5 units of the last one, up."""
    measure = Sipas(
        questionnaires=("s",),
        questions=("q1", "q2"),
        method="share",
        pooling="mean_of_questions",
        satisfied=("C",),
        scale_options=("A", "C"),
        factors={},
        overall="",
        minimum=1,
    )
    cells = {("s", "q1"): {"dan": {"A": 1, "C": 2}}, ("s", "q2"): {"dan": {"A": 2, "C": 5}}}
    percent = survey_percent(measure, cells)
    assert percent is not None
    top = Decimal("1.749999999999999999999999999993")
    points, _ = scale_line(presets.ratio_linear().scale, top)(percent)
    assert points == Decimal("1.208333333333333333333333333329")


SCALE = ("1", "2", "3", "4", "5")


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 6), min_size=5, max_size=5), min_size=3, max_size=3),
    st.sampled_from(["share", "mean"]),
    st.sampled_from(["pooled", "mean_of_questions", "mean_of_factors", "overall_question"]),
    st.integers(0, 2),
    st.integers(0, 3),
)
def test_a_more_satisfied_answer_never_lowers_the_index(
    counts: list[list[int]], method: Any, pooling: Any, question: int, step: int
) -> None:
    names = ("q1", "q2", "q3")
    measure = Sipas(
        questionnaires=("s",),
        questions=names,
        method=method,
        pooling=pooling,
        satisfied=("4", "5"),
        scale_options=SCALE,
        factors={"x": ("q1", "q2"), "y": ("q3",)},
        overall="q3",
        minimum=1,
    )

    def percent() -> Decimal | None:
        rows = zip(names, counts, strict=True)
        return survey_percent(
            measure, {("s", name): {"dan": dict(zip(SCALE, row, strict=True))} for name, row in rows}
        )

    before = percent()
    if before is None or not counts[question][step]:
        return
    counts[question][step] -= 1
    counts[question][step + 1] += 1
    after = percent()
    assert after is not None
    assert before <= after <= 100


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
