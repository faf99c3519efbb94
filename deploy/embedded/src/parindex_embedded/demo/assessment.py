"""Steps 1 and 2: the year is set up, every unit claims with evidence, the secretariat appraises."""

from collections.abc import Callable
from typing import Any

from parindex_embedded.demo.example import FRAMEWORKS, PERIOD, PLAN, Example, evidence_pdf
from parindex_embedded.demo.session import Session, in_parallel


async def set_up(session: Session, example: Example, done: Callable[[], None]) -> None:
    """Units, last year's edition, both frameworks, the plan of next year, the period."""
    administrator = session.administrator
    for body in example.unit_bodies():
        await administrator.post("/api/v1/units", body)
        done()
    await administrator.post("/api/v1/editions", example.previous_edition())
    done()
    for level, code in FRAMEWORKS.items():
        definition = example.load(f"framework-{level}s.json")
        draft = await administrator.post("/api/v1/frameworks", definition)
        await administrator.post(f"/api/v1/frameworks/{code}/versions/{draft['version']}/publish")
        done()
    await administrator.put(f"/api/v1/plans/{PLAN}", example.plan_body())
    await administrator.post("/api/v1/periods", example.period_body())
    done()


async def claim(session: Session, example: Example, done: Callable[[], None]) -> None:
    """Every unit fills in its own assessment and submits it for a receipt."""
    claims: dict[str, dict[str, Any]] = example.load("self-assessments.json")

    def job(unit: str) -> Callable[[], Any]:
        return lambda: _claim_unit(session, unit, claims[unit])

    await in_parallel([job(unit) for unit in claims], 4, done)


async def _claim_unit(session: Session, unit: str, leaves: dict[str, Any]) -> None:
    officer = await session.account("scoring", "unit_officer", f"cong-chuc-{unit}", units=[unit])
    base = f"/api/v1/periods/{PERIOD}/assessments/{unit}"
    files: dict[str, str] = {}
    for leaf in leaves.values():
        for item in leaf["evidence"]:
            if item["file"] not in files:
                files[item["file"]] = await _upload(officer, base, item)
    claims = [
        {
            "leaf": key,
            "value": leaf["value"],
            "narrative": leaf["narrative"],
            "evidence": [files[item["file"]] for item in leaf["evidence"]],
        }
        for key, leaf in leaves.items()
    ]
    tag = (await officer.send("GET", base)).headers["ETag"]
    await officer.put(f"{base}/claims", {"claims": claims}, headers={"If-Match": tag})
    await officer.post(f"{base}/submission")


async def _upload(officer: Any, base: str, item: dict[str, str]) -> str:
    content = evidence_pdf(item["title"], item["number"])
    found = await officer.send(
        "POST",
        f"{base}/evidence",
        data={"title": item["title"], "number": item["number"], "issued_on": item["date"]},
        files={"file": (item["file"], content, "application/pdf")},
    )
    return str(found.json()["id"])


async def appraise(session: Session, example: Example, done: Callable[[], None]) -> None:
    """The secretariat confirms what is proven and gives a reason for what it changes."""
    claims: dict[str, dict[str, Any]] = example.load("self-assessments.json")
    changes: dict[str, dict[str, Any]] = example.load("appraisals.json")
    appraiser = await session.account("scoring", "appraiser", "to-thu-ky")

    async def job(unit: str) -> None:
        base = f"/api/v1/periods/{PERIOD}/assessments/{unit}"
        rows = [{"leaf": leaf, **changes[unit].get(leaf, {})} for leaf in claims[unit]]
        await appraiser.post(f"{base}/appraisals", {"appraisals": rows})
        await appraiser.post(f"{base}/appraisal-completion")

    def start(unit: str) -> Callable[[], Any]:
        return lambda: job(unit)

    await in_parallel([start(unit) for unit in claims], 4, done)
