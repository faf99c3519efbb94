"""What the campaigns room does with events: a finalized period closes those handed over."""

from parindex.bus import Subscription
from parindex.contracts.events import PeriodFinalized
from parindex.db import Writing
from survey_ingest.campaigns.use_cases.planning import close_campaigns


async def _prepare(_event: PeriodFinalized) -> None:
    """Nothing to fetch: the event's period is all it takes."""


async def _apply(connection: Writing, event: PeriodFinalized, _prepared: None) -> None:
    await close_campaigns(connection, event.period)


period_finalized = Subscription(PeriodFinalized, _prepare, _apply)
