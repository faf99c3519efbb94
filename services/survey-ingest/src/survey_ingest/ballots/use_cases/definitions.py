"""What a ballot is checked against, remembered in the process: an open campaign's forms never change."""

from dataclasses import dataclass
from uuid import UUID

from parindex.db import Database
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.entry import Bag
from survey_ingest.campaigns.domain.campaign import CampaignState
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch


@dataclass(frozen=True, slots=True)
class KnownBatch:
    bag: Bag
    office: str
    form: BallotForm


@dataclass(frozen=True, slots=True)
class KnownCampaign:
    id: UUID
    forms: dict[str, BallotForm]
    batches: dict[str, KnownBatch]


class Definitions:
    """Campaigns by code. States are never taken from here: the writer's transaction looks at them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, KnownCampaign] = {}

    async def find(self, campaign: str, batch: str) -> tuple[KnownCampaign, KnownBatch]:
        """Raises DomainError `campaign_unknown`, `campaign_not_open` (a draft) or `batch_unknown`."""
        known = self._known.get(campaign) or await self._load(campaign)
        found = known.batches.get(batch) or await self._look_up(known, batch)
        return known, found

    async def _load(self, code: str) -> KnownCampaign:
        async with self._database.reading() as connection:
            found = await campaigns.read_campaign(connection, code)
            if found.state == CampaignState.DRAFT:
                raise DomainError("campaign_not_open", {"campaign": code, "state": found.state})
            forms = await campaigns.read_forms(connection, found)
            listed = await batches.list_batches(connection, found.id)
        known = KnownCampaign(found.id, forms, {item.code: _known(item, forms) for item in listed})
        self._known[code] = known
        return known

    async def _look_up(self, known: KnownCampaign, code: str) -> KnownBatch:
        """A batch issued since the campaign was read; a code that nobody issued costs one look at its key."""
        async with self._database.reading() as connection:
            found = _known(await batches.read_batch(connection, known.id, code), known.forms)
        known.batches[code] = found
        return found


def _known(batch: Batch, forms: dict[str, BallotForm]) -> KnownBatch:
    return KnownBatch(Bag(batch.questionnaire, batch.group), batch.office, forms[batch.questionnaire])
