"""Session fixtures of the examples: what is slow to count is counted once."""

from typing import Any

import pytest

from scoring_api.results.domain.inputs import TallyCell
from scoring_api.results.domain.outcome import IndexResult
from tests.unit.examples import hai_duong


@pytest.fixture(scope="session")
def published() -> dict[str, Any]:
    facts: dict[str, Any] = hai_duong.load("published.json")
    return facts


@pytest.fixture(scope="session")
def cells() -> list[TallyCell]:
    return hai_duong.tally()


@pytest.fixture(scope="session")
def indexes(cells: list[TallyCell]) -> dict[str, IndexResult]:
    """The computed index of departments and of districts, by the published file's plural names."""
    levels = {"departments": "department", "districts": "district"}
    return {name: hai_duong.index_of(level, cells) for name, level in levels.items()}
