"""A small campaign that still takes ballots after the story's own is closed."""

from typing import Any
from uuid import uuid4

import httpx

from parindex.auth.policy import Role
from parindex_embedded.stack import Stack
from tests.support.scoring_story import load

CAMPAIGN = "/api/v1/campaigns/thu"
BALLOTS = f"{CAMPAIGN}/ballots"
KNOWN = {"id": str(uuid4()), "serial": "THU-00000001"}
OFFICE = "Bưu điện huyện Thanh Hà"
SCOPES: dict[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: (),
    Role.SURVEY_MANAGER: (),
    Role.COUNCIL_CLERK: (),
    Role.ENTRY_CLERK: ("--office", OFFICE),
    Role.ENTRY_SUPERVISOR: ("--office", OFFICE),
    Role.UNIT_OFFICER: ("--unit", "so-noi-vu"),
}


def ballot(**changes: Any) -> dict[str, Any]:
    """A good ballot under a new id and serial, unless told otherwise."""
    return {
        "id": str(uuid4()),
        "serial": f"THU-{uuid4().hex[:8]}",
        "batch": "tui-1",
        "questionnaire": "sipas-huyen",
        "group": "nguoi-dan-doanh-nghiep",
        "unit": "ubnd-huyen-thanh-ha",
        "answers": [5] * 20,
        **changes,
    }


async def open_campaign(stack: Stack, tokens: dict[Role, str]) -> None:
    """The campaign, its units frozen, one bag issued, one ballot keyed."""
    forms = [form for form in load("questionnaires.json") if form["code"] == "sipas-huyen"]
    window = {"opens_at": "2023-01-01T00:00:00+07:00", "closes_at": "2024-01-01T00:00:00+07:00"}
    about = {"code": "thu", "title": "Đợt thử", "period": "2022", "operator": "Bưu điện tỉnh"}
    body = {**about, **window, "double_entry": {"share": "0"}}
    batch = {"code": "tui-1", "office": OFFICE, "questionnaire": "sipas-huyen", "issued": 10}
    steps: list[tuple[Role, str, Any]] = [
        (Role.SURVEY_MANAGER, "/api/v1/campaigns", {**body, "questionnaires": forms}),
        (Role.SURVEY_MANAGER, f"{CAMPAIGN}/units", None),
        (Role.SURVEY_MANAGER, f"{CAMPAIGN}/open", None),
        (Role.ENTRY_SUPERVISOR, f"{CAMPAIGN}/batches", batch),
        (Role.ENTRY_CLERK, BALLOTS, ballot(**KNOWN)),
    ]
    async with httpx.AsyncClient(base_url=stack.urls["survey"], timeout=30) as client:
        for role, path, sent in steps:
            headers = {"Authorization": f"Bearer {tokens[role]}"}
            reply = await client.post(path, json=sent, headers=headers)
            assert reply.is_success, reply.text
