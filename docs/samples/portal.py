"""A portal shows the published ranking and transfers it again only when it has changed."""

from typing import Any

import httpx


def read_index(client: httpx.Client, period: str, known_tag: str = "") -> tuple[dict[str, Any] | None, str]:
    """The newest edition and its tag; None when the edition behind `known_tag` is still the newest."""
    reply = client.get(f"/api/v1/editions/{period}/latest", headers={"If-None-Match": known_tag})
    if reply.status_code == 304:
        return None, known_tag
    reply.raise_for_status()
    return reply.json(), reply.headers["ETag"]


def ranking(index: dict[str, Any], level: str) -> list[str]:
    """Lines such as «1. Sở Nội vụ: 91,25%». Figures are strings: no float may round them again."""
    units = [unit for unit in index["units"] if unit["level"] == level]
    return [f"{unit['rank']}. {unit['name']}: {unit['percent'].replace('.', ',')}%" for unit in units]
