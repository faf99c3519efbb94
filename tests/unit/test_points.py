"""Numbers of the kernel: one rounding, parts that add up, nothing lost to the default decimal context."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.kernel.points import apportion, output, parse_decimal, read_vietnamese, share, total, vietnamese

figures = st.decimals(min_value=0, max_value=100, places=30)


@given(st.lists(figures, min_size=1, max_size=30), st.integers(0, 3))
def test_apportioned_parts_add_up_and_stay_within_one_step(parts: list[Decimal], places: int) -> None:
    printed = apportion(parts, places)
    step = Decimal(1).scaleb(-places)
    assert total(printed) == output(total(parts), places)
    assert all(abs(shown - part) < step for shown, part in zip(printed, parts, strict=True))


def test_the_thirtieth_digit_decides_a_remainder() -> None:
    smaller, larger = Decimal("0.005"), Decimal("0.005000000000000000000000000001")
    assert apportion([smaller, larger]) == [Decimal("0.00"), Decimal("0.01")]
    assert apportion([larger, smaller]) == [Decimal("0.01"), Decimal("0.00")]


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [("7.994", "11", "72.67"), ("70.46", "97.5", "72.27"), ("25.46", "32.50", "78.34"), ("8", "11", "72.73")],
)
def test_percents_of_the_four_documents(part: str, whole: str, printed: str) -> None:
    assert output(share(Decimal(part), Decimal(whole))) == Decimal(printed)


def test_half_is_rounded_up_once() -> None:
    assert output(Decimal("89.995")) == Decimal("90.00")
    assert output(Decimal("0.00499999999999999999")) == Decimal("0.00")  # the last of 20 decimals counts
    assert output(Decimal("0.0049999999999999999999")) == Decimal("0.01")  # what lies beyond is no difference


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e400", "1" * 61, "", "một", "1_000", "١٢", " 1", "1."])
def test_monsters_are_no_figures(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_decimal(text)


def test_figures_are_printed_the_vietnamese_way() -> None:
    assert vietnamese(Decimal("1234567.5"), 2) == "1.234.567,50"
    assert vietnamese(Decimal("-3.05"), 1) == "-3,1"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.integers(0, 2))
def test_what_is_printed_is_read_back(figure: Decimal, places: int) -> None:
    assert read_vietnamese(vietnamese(figure, places)) == output(figure, places)


@pytest.mark.parametrize(
    "text", ["", "%", "1,2,3", "1.2.3", "12.28.000", "1.972,5,1", "một", "1e5", "٢", "2.476.12", "--1"]
)
def test_what_is_printed_wrongly_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_vietnamese(text)
