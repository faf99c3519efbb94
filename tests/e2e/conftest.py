"""One telling of the story for all end-to-end tests of a process; its stack goes on running."""

from collections.abc import Iterator
from io import StringIO

import pytest
import pytest_asyncio
from rich.console import Console

from parindex.auth.policy import Role
from parindex_embedded.demo.story import run_demo
from parindex_embedded.stack import Stack
from tests.support.open_campaign import SCOPES, open_campaign
from tests.support.stack import token_for
from tests.support.told import Told


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    home = tmp_path_factory.mktemp("story")
    out = StringIO()
    with Stack(home / "stack", rehearsal=True, fsync=False) as stack:
        run_demo(stack, home / "out", Console(file=out, width=150))
        yield Told(stack, home / "out", out.getvalue())


@pytest.fixture(scope="session")
def tokens(told: Told) -> dict[Role, str]:
    return {role: token_for(told.stack, role, *scope) for role, scope in SCOPES.items()}


@pytest_asyncio.fixture(scope="session")
async def taking_ballots(told: Told, tokens: dict[Role, str]) -> None:
    await open_campaign(told.stack, tokens)
