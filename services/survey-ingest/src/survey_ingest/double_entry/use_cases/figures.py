"""How clerks key: kept for each bag as it is sealed, counted anew only of bags that are still open."""

from collections.abc import Sequence

from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.double_entry.domain.figures import BagFigures
from survey_ingest.double_entry.domain.plan import read_plan
from survey_ingest.double_entry.store.figures import count_bags, keep_bag, read_bags


async def keep_figures(connection: Writing, found: Campaign, batch: Batch) -> None:
    """The figures of a bag that is being sealed: nothing of them changes any more."""
    marks = _marks((await campaigns.read_forms(connection, found))[batch.questionnaire])
    counted = await count_bags(connection, found.id, batch.questionnaire, [batch.code], marks, blind=False)
    figures = counted.get(batch.code, BagFigures(batch.questionnaire))
    await keep_bag(connection, found.id, batch.code, figures, business_time())


async def figures_of(connection: Reading, found: Campaign, offices: Sequence[str] | None) -> list[BagFigures]:
    """The figures of every bag of these offices (None: of all)."""
    bags, rest = await read_bags(connection, found.id, offices)
    if not rest:
        return bags
    forms = await campaigns.read_forms(connection, found)
    blind = read_plan(found.code, found.double_entry).share > 0
    for questionnaire, codes in rest.items():
        marks = _marks(forms[questionnaire])
        counted = await count_bags(connection, found.id, questionnaire, codes, marks, blind=blind)
        bags += counted.values()
    return bags


def _marks(form: BallotForm) -> list[int]:
    """Where answers of a ballot are rarely all alike, counted from 1: one option of each index question."""
    return [
        place
        for place, slot in enumerate(form.slots, start=1)
        if slot.kind != "multiple" and slot.use == "index"
    ]
