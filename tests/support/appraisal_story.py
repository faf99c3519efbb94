"""A year with every phase of the assessment, for tests of what the secretariat and the units say to each other."""

from typing import Any

import httpx

from parindex.auth.policy import Role
from tests.support.scoring_story import Year, claims_of, ok

PERIOD = "/api/v1/periods/2022"
BASE = f"{PERIOD}/assessments/so-noi-vu"
OTHER = f"{PERIOD}/assessments/so-y-te"
LEVEL = "I/1/1.1/1.1.1"
RATIO = "I/1/1.1/1.1.3"
COUNT = "I/1/1.2"
LEAVES = [claim["leaf"] for claim in claims_of("so-noi-vu")]
WINDOWS = {
    "self_assessment": ("2022-12-25T00:00:00+07:00", "2023-01-11T00:00:00+07:00"),
    "appraisal": ("2023-01-11T00:00:00+07:00", "2023-01-17T00:00:00+07:00"),
    "explanation": ("2023-01-17T00:00:00+07:00", "2023-01-20T00:00:00+07:00"),
    "final_appraisal": ("2023-01-20T00:00:00+07:00", "2023-01-24T00:00:00+07:00"),
}


def phases(*names: str) -> list[dict[str, str]]:
    """The phases of a period, all four without names."""
    return [
        {"phase": name, "opens_at": WINDOWS[name][0], "closes_at": WINDOWS[name][1]}
        for name in names or WINDOWS
    ]


async def handed_in(year: Year, *names: str) -> httpx.AsyncClient:
    """Both units have submitted in a period with these phases; returns an appraiser of every area."""
    await year.set_up(phases=phases(*names))
    await year.submit_all()
    return await year.role(Role.APPRAISER)


async def appraise(
    appraiser: httpx.AsyncClient, *rows: dict[str, Any], base: str = BASE, tag: str = ""
) -> httpx.Response:
    headers = {"If-Match": tag} if tag else {}
    return await appraiser.post(f"{base}/appraisals", json={"appraisals": rows}, headers=headers)


async def confirm_all(appraiser: httpx.AsyncClient, *except_leaves: str, base: str = BASE) -> None:
    """Every claim of the unit is confirmed but those of the leaves named."""
    await ok(
        appraise(appraiser, *({"leaf": leaf} for leaf in LEAVES if leaf not in except_leaves), base=base)
    )


async def row_of(reader: httpx.AsyncClient, leaf: str, base: str = BASE) -> dict[str, Any]:
    """The leaf as the reader finds it in the sheet of the unit."""
    leaves = (await ok(reader.get(base))).json()["leaves"]
    return next(row for row in leaves if row["leaf"] == leaf)


def faults(reply: httpx.Response) -> set[tuple[str, str]]:
    return {(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]}
