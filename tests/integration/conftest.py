"""A small year of scoring-api for the tests of its routes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.scoring_story import Clock, Year
from tests.support.workbench import Workbench


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(tmp_path / "clock", monkeypatch)


@pytest_asyncio.fixture
async def year(bench: Workbench, clock: Clock) -> AsyncIterator[Year]:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(bench.api("scoring"))
        yield Year(api, stack, clock)
