"""What survey-ingest would send to scoring-api, put where its handlers put it."""

from parindex.contracts.events import CampaignHandedOver, TallySealed
from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import HandoverRecord, TallyCell, TallySnapshot
from parindex.db import Database
from scoring_api.assessment.store import snapshots
from scoring_api.assessment.use_cases.recomputing import IndexRequested
from scoring_api.results import jobs
from tests.support.scoring_story import DEPARTMENTS
from tests.support.workbench import Workbench

SURVEY = {
    "campaign": "hai-duong-2022",
    "operator": "Bưu điện tỉnh",
    "questionnaire_levels": {"to-chuc-so": "department"},
}


class Mail:
    """What survey-ingest would send, put where the handlers put it."""

    def __init__(self, bench: Workbench) -> None:
        self.database = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"])
        found = jobs.subscriptions(self.database, bench.key("scoring"))
        self.handlers = {subscription.event: subscription for subscription in found}

    async def tally(self, campaign: str, revision: int, counts: dict[str, int]) -> str:
        cells = tuple(
            TallyCell(
                unit=unit,
                questionnaire="to-chuc-so",
                group="dai-bieu-hdnd-tinh",
                question="c1",
                counts=counts,
                blank=0,
                double=0,
                total=sum(counts.values()),
            )
            for unit in DEPARTMENTS
        )
        snapshot = TallySnapshot(
            campaign=campaign,
            period="2022",
            revision=revision,
            questionnaires={},
            group_names={},
            ballots=(),
            cells=cells,
        )
        content, digest = dump_snapshot(snapshot)
        event = TallySealed(
            campaign=campaign, period="2022", revision=revision, digest=digest, url="http://survey.test"
        )
        async with self.database.writing() as connection:
            await self.handlers[TallySealed].apply(connection, event, content)
        return digest

    async def handover(self, campaign: str, tally: str) -> None:
        record = HandoverRecord(
            campaign=campaign,
            campaign_title="Đợt điều tra",
            period="2022",
            from_party="Bưu điện tỉnh",
            to_party="Sở Nội vụ",
            delivered_at="2023-01-31T08:00:00+07:00",
            received_at="2023-01-31T09:00:00+07:00",
            seals_intact=True,
            note="",
            tally_revision=1,
            tally_digest=tally,
            ledger_head="",
            batches=(),
            ballots=(),
            group_names={},
        )
        content, digest = dump_snapshot(record)
        event = CampaignHandedOver(campaign=campaign, period="2022", digest=digest, url="http://survey.test")
        async with self.database.writing() as connection:
            await snapshots.insert_handover(connection, event, content)

    async def compute(self, tally: str) -> None:
        handler = self.handlers[IndexRequested]
        event = IndexRequested(period="2022", tally=tally)
        prepared = await handler.prepare(event)
        async with self.database.writing() as connection:
            await handler.apply(connection, event, prepared)
