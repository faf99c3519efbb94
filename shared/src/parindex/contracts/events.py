"""The four events: small, versioned, ids and digests only. The content is fetched by URL and digest."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class Event(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TallySealed(Event):
    """The campaign's tally got a revision: every batch is sealed and their sum equals one recount."""

    topic: Literal["tally.sealed.v1"] = "tally.sealed.v1"
    campaign: str
    period: str
    revision: int
    digest: Digest
    url: str


class CampaignHandedOver(Event):
    """Post office and department both confirmed the hand-over of the sealed bags («bàn giao»)."""

    topic: Literal["campaign.handed_over.v1"] = "campaign.handed_over.v1"
    campaign: str
    period: str
    digest: Digest
    url: str


class PeriodFinalized(Event):
    """The council fixed the results: edition n of the period exists and will not change."""

    topic: Literal["period.finalized.v1"] = "period.finalized.v1"
    period: str
    edition: int
    digest: Digest
    url: str


class DocumentReady(Event):
    """One document of an edition is rendered and can be fetched; `url` is its public path."""

    topic: Literal["document.ready.v1"] = "document.ready.v1"
    period: str
    edition: int
    document: UUID
    kind: str
    title: str
    file_name: str
    digest: Digest
    url: str


AnyEvent = TallySealed | CampaignHandedOver | PeriodFinalized | DocumentReady

SUBSCRIBERS: dict[str, tuple[str, ...]] = {
    "tally.sealed.v1": ("scoring",),
    "campaign.handed_over.v1": ("report", "scoring"),
    "period.finalized.v1": ("report", "survey"),
    "document.ready.v1": ("scoring",),
}
"""Who gets a delivery row of each topic. A test holds this against the handlers the services register."""
