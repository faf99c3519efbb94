"""The demo on a database that somebody already uses: refused in Vietnamese before anything is written."""

import pytest

from parindex.auth.policy import Role
from parindex_embedded.demo.session import Session, StoryError
from parindex_embedded.demo.story import refuse_used_database
from tests.support.workbench import Workbench

UNIT = {
    "code": "so-y-te",
    "level": "department",
    "kind": "so",
    "names": [
        {"name": "Sở Y tế", "short_name": "Y tế", "head_title": "Giám đốc", "valid_from": "2021-01-01"}
    ],
}


async def test_story_is_told_on_an_empty_database_only(bench: Workbench) -> None:
    async with bench.api("scoring") as api, api.client() as client:
        session = Session({"scoring": client}, bench.token(Role.ADMINISTRATOR))
        await refuse_used_database(session)
        await session.administrator.post("/api/v1/units", UNIT)
        with pytest.raises(StoryError, match=r"đã có 1 đơn vị; .* trống\. Hãy bỏ biến PARINDEX_DATABASE_URL"):
            await refuse_used_database(session)
