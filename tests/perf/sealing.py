"""The sealing line: bags of a thousand ballots sealed, the campaign counted once more, as ballots grow."""

import asyncio
import time
from pathlib import Path

import asyncpg

from tests.perf.survey_servers import Survey, running_survey
from tests.perf.verdict import Line

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BAG, QUESTIONS = 1_000, 28
GROWTH_BOUND = 1.5
# Ballots as the writer leaves them; how they come in is measured by other lines.
_FILL = """
INSERT INTO survey.ballot (campaign_id, id, serial, batch, questionnaire, respondent_group, unit, answers,
    status, digest, entry_mode, clerk, accepted_at)
SELECT c.id, gen_random_uuid(), 'S-' || n, 'tui-' || n / $2, 'sipas', 'nguoi-dan',
    'so-' || lpad((1 + n % 20)::text, 2, '0'),
    (SELECT array_agg((1 + (n * 31 + q * 17 + n / 7) % 5)::smallint) FROM generate_series(1, $3) q),
    'valid', 'sha256:' || md5(n::text) || md5((-n)::text), 'manual', 'nhap-lieu', '2022-12-20T02:00:00Z'
FROM survey.campaign c, generate_series(0, $4::int - 1) n WHERE c.code = $1
"""


def measure(home: Path) -> list[Line]:
    with running_survey(home) as survey:
        costs = {size: _cost(survey, size) for size in SIZES}
    told = ", ".join(f"{size:,}: {cost * 1e6:.0f}" for size, cost in costs.items())
    return [
        Line(
            f"sealing and counting a ballot, of {SIZES[-1]:,} against {SIZES[1]:,}",
            [costs[SIZES[-1]] / costs[SIZES[1]]],
            GROWTH_BOUND,
            note=f"µs a ballot — {told}",
        )
    ]


def _cost(survey: Survey, ballots: int) -> float:
    """Seconds a ballot to seal every bag and to make the tally, which counts all of them once more."""
    campaign = survey.open_campaign(f"dot-{ballots}", QUESTIONS)
    bags = [f"tui-{number}" for number in range(ballots // BAG)]
    for bag in bags:
        campaign.issue(bag, BAG)
    asyncio.run(_fill(survey.admin_url, f"dot-{ballots}", ballots))
    started = time.perf_counter()
    for bag in bags:
        campaign.seal(bag, BAG)
    campaign.tally()
    return (time.perf_counter() - started) / ballots


async def _fill(url: str, campaign: str, ballots: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_FILL, campaign, BAG, QUESTIONS, ballots)
        await connection.execute("ANALYZE survey.ballot")
    finally:
        await connection.close()
