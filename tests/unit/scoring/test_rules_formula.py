"""The formula language: what it computes, what it refuses, and that its work is bounded."""

from fractions import Fraction

import pytest

from scoring_api.frameworks.domain.formula import parse_expression

KNOWN = {"a": Fraction(3), "b": Fraction(4), "tong_so": Fraction(10)}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a + b * 2", "11"),
        ("(a + b) * 2", "14"),
        ("a - b - 1", "-2"),
        ("b / a * a", "4"),
        ("-a + b", "1"),
        ("--a", "3"),
        ("tong_so / 4", "2.5"),
        ("a < b", "1"),
        ("a >= b", "0"),
        ("a != b and b = 4", "1"),
        ("a > b or a > 2", "1"),
        ("a > 5 and 1 / 0 > 1", "0"),
        ("a > 2 or 1 / 0 > 1", "1"),
        ("(a < b) + 1", "2"),
        ("1.5 * 2", "3"),
        ("tong_so / 3 * 3 = tong_so", "1"),
    ],
)
def test_arithmetic(text: str, result: str) -> None:
    assert parse_expression(text, list(KNOWN))(KNOWN) == Fraction(result)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a +",
        "(a",
        "(a b",
        "a)",
        "a b",
        "c",
        "a < b < 3",
        "__import__",
        "a.real",
        "a ** 2",
        "a; b",
        "1e400",
        "and",
        "(" * 30 + "a" + ")" * 30,
        "-" * 60 + "a",
        "a+" * 300 + "a",
        "f(a)",
        "'a'",
    ],
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_expression(text, list(KNOWN))


def test_the_longest_chain_is_still_computed() -> None:
    assert parse_expression("+".join("a" * 250), ["a"])({"a": Fraction(1)}) == 250
