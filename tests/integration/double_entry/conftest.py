"""A campaign whose ballots are keyed twice, with its first clerk and another one."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.support.double_entry import clerk
from tests.support.survey import Survey, campaign, open_survey
from tests.support.workbench import Workbench

TWICE = {"share": "100", "stop_rate": None}


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    definition = {**campaign(), "double_entry": TWICE}
    async with open_survey(bench, monkeypatch, definition) as found:
        found.clerk = clerk(found, "an")
        yield found


@pytest.fixture
def binh(survey: Survey) -> httpx.AsyncClient:
    return clerk(survey, "binh")
