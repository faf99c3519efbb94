"""What a ballot is checked against, remembered in the process: an open campaign's forms never change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from uuid import UUID

from parindex.db import Database, Reading
from parindex.kernel.clocks import VIETNAM
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.entry import Bag
from survey_ingest.ballots.domain.findings import OUTSIDE_ISSUE
from survey_ingest.campaigns.domain.campaign import CampaignState
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.domain.serials import SerialRange, is_unprinted
from survey_ingest.campaigns.store import batches, campaigns, serials
from survey_ingest.campaigns.store.batches import Batch


@dataclass(frozen=True, slots=True)
class KnownBatch:
    bag: Bag
    office: str
    form: BallotForm
    serials: tuple[SerialRange, ...] = ()

    def holds(self, serial: str) -> bool:
        return any(serial in listed for listed in self.serials)


@dataclass(frozen=True, slots=True)
class KnownCampaign:
    id: UUID
    opens_at: datetime
    closes_at: datetime
    issued_serials_only: bool
    watched: frozenset[str]
    forms: dict[str, BallotForm]
    batches: dict[str, KnownBatch]
    printed: list[SerialRange] = field(default_factory=list)

    def closes_before(self, day: date | None) -> bool:
        """Whether the day is later than any it took ballots of, as far as is known."""
        return day is not None and self.closes_at <= datetime.combine(day, time(), VIETNAM)

    def is_unprinted(self, serial: str) -> bool:
        """Its like was printed, and it was not."""
        return is_unprinted(serial, self.printed)

    @property
    def looks_at_serials(self) -> bool:
        return self.issued_serials_only or OUTSIDE_ISSUE in self.watched


class Definitions:
    """Campaigns by code. States are never taken from here: the writer's transaction looks at them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, KnownCampaign] = {}

    async def find(self, campaign: str, batch_codes: Collection[str]) -> KnownCampaign:
        """The campaign with those of the batches that there are.

        Batches issued since it was read, and codes that nobody issued, cost one look for all of them.
        Raises DomainError `campaign_unknown` or `campaign_not_open` (a draft).
        """
        known = self._known.get(campaign) or await self._load(campaign)
        if missing := [code for code in batch_codes if code not in known.batches]:
            async with self._database.reading() as connection:
                found = await batches.find_batches(connection, known.id, missing)
                await self._learn(connection, known, found)
        return known

    async def renew_serials(self, known: KnownCampaign, codes: Collection[str]) -> None:
        """Ranges are issued at any time: what none of those known holds is looked for once more."""
        async with self._database.reading() as connection:
            await self._learn_serials(connection, known, codes)

    async def renew_window(self, code: str, known: KnownCampaign) -> KnownCampaign:
        """A campaign may be extended at any time: its end is looked for once more."""
        async with self._database.reading() as connection:
            found = await campaigns.read_campaign(connection, code)
        self._known[code] = replace(known, closes_at=found.closes_at)
        return self._known[code]

    async def _load(self, code: str) -> KnownCampaign:
        async with self._database.reading() as connection:
            found = await campaigns.read_campaign(connection, code)
            if found.state == CampaignState.DRAFT:
                raise DomainError("campaign_not_open", {"campaign": code, "state": found.state})
            known = KnownCampaign(
                id=found.id,
                opens_at=found.opens_at,
                closes_at=found.closes_at,
                issued_serials_only=found.issued_serials_only,
                watched=frozenset(found.explained_warnings),
                forms=await campaigns.read_forms(connection, found),
                batches={},
            )
            await self._learn(connection, known, await batches.list_batches(connection, found.id))
        self._known[code] = known
        return known

    async def _learn(self, connection: Reading, known: KnownCampaign, found: Collection[Batch]) -> None:
        known.batches.update({item.code: _known(item, known.forms) for item in found})
        if known.looks_at_serials and found:
            await self._learn_serials(connection, known, [item.code for item in found])

    async def _learn_serials(self, connection: Reading, known: KnownCampaign, codes: Collection[str]) -> None:
        listed = await serials.read_ranges(connection, known.id)
        known.printed[:] = [item.serials for item in listed if item.batch is None]
        for code in codes:
            own = tuple(item.serials for item in listed if item.batch == code)
            known.batches[code] = replace(known.batches[code], serials=own)


def _known(batch: Batch, forms: Mapping[str, BallotForm]) -> KnownBatch:
    return KnownBatch(Bag(batch.questionnaire, batch.group), batch.office, forms[batch.questionnaire])
