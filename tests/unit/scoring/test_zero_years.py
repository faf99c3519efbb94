"""Criteria without a point: which count, and what breaks a row of years."""

from typing import Any

import pytest

from scoring_api.results.domain.zero_years import Year, zero_leaves


def node(points: str, **changes: Any) -> dict[str, Any]:
    given = {"key": "I/1", "code": "1", "name": "Kế hoạch", "source": "documents", "status": "scored"}
    return {**given, "max_points": "1", "points": points, **changes}


def runs(*years: tuple[int, dict[str, Any]]) -> list[tuple[int, int]]:
    return [(leaf.since, leaf.years) for leaf in zero_leaves([Year(year, [row]) for year, row in years])]


def test_years_are_counted_back_from_the_latest() -> None:
    assert runs((2022, node("0"))) == [(2022, 1)]
    assert runs((2022, node("0")), (2021, node("0.00")), (2020, node("0"))) == [(2020, 3)]
    assert runs((2022, node("0.25")), (2021, node("0"))) == []
    assert zero_leaves([]) == []


@pytest.mark.parametrize(
    "before",
    [
        (2021, node("0.5")),
        (2020, node("0")),
        (2021, node("0", status="not_arising")),
        (2021, node("0", status="not_applicable")),
        (2021, node("0", max_points="0")),
        (2021, node("0", key="I/2")),
        (2021, node("0", name="Báo cáo định kỳ")),
    ],
)
def test_what_breaks_the_row(before: tuple[int, dict[str, Any]]) -> None:
    assert runs((2022, node("0")), before) == [(2022, 1)]


def test_a_name_written_otherwise_is_the_same_criterion() -> None:
    assert runs((2022, node("0", name="Văn hoá")), (2021, node("0", name="Văn hóa"))) == [(2021, 2)]


def test_inner_nodes_and_what_was_watched_only_are_no_loss() -> None:
    assert runs((2022, node("0", source=""))) == []
    assert runs((2022, node("0", max_points="0"))) == []
    assert runs((2022, node("0", status="missing"))) == [(2022, 1)]
