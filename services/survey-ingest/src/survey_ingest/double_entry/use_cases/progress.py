"""What is still open of a batch's double entry, for the clerks who key it and for who seals it."""

from parindex.auth.principal import Principal
from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time, system_time
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.double_entry.domain.plan import EVERY, DoublePlan, Progress, read_plan
from survey_ingest.double_entry.store.progress import insert_stop, read_progress
from survey_ingest.double_entry.use_cases.figures import keep_figures
from survey_ingest.schema import record


async def unsettled(connection: Reading, found: Campaign, batch: str) -> tuple[DoublePlan, Progress]:
    """The campaign's plan and how far this batch has come with it."""
    plan = read_plan(found.code, found.double_entry)
    return plan, await read_progress(connection, found.id, batch, plan, system_time())


async def stop_bad_sample(connection: Writing, by: Principal, found: Campaign, batch: str) -> None:
    """A sample with too many errors is given up for good: every ballot of the batch is keyed twice."""
    plan = read_plan(found.code, found.double_entry)
    if plan.stop_rate is None or plan.share == EVERY:
        return
    progress = await read_progress(connection, found.id, batch, plan, system_time())
    if progress.is_stopped(plan) and await insert_stop(
        connection, found.id, batch, progress, business_time()
    ):
        told = {"sampled": progress.sampled, "fields": progress.fields, "errors": progress.errors}
        await record(connection, by, "sample.stopped", f"{found.code}/{batch}", **told)


async def close_double_entry(connection: Writing, found: Campaign, batch: Batch) -> None:
    """Nothing of the bag is left open, and how it was keyed is kept.

    The batch is locked by the caller, so that nothing is keyed between this look and the seal. Raises
    DomainError `batch_not_double_keyed` with every kind of open item counted.
    """
    if read_plan(found.code, found.double_entry).share:
        plan, progress = await unsettled(connection, found, batch.code)
        faults = tuple(_open(plan, progress))
        if faults:
            count = progress.missing(plan) + progress.to_rekey + progress.to_decide
            raise DomainError("batch_not_double_keyed", {"batch": batch.code, "count": count}, faults)
    await keep_figures(connection, found, batch)


def _open(plan: DoublePlan, progress: Progress) -> list[Fault]:
    missing = progress.missing(plan)
    why = " (mẫu nhập lại sai quá mức cho phép nên phải nhập lại cả túi)" if progress.is_stopped(plan) else ""
    counted = (
        (missing, "second_entries_missing", f"còn {missing} phiếu chưa nhập lần hai{why}"),
        (progress.to_rekey, "differences_to_rekey", f"còn {progress.to_rekey} chỗ lệch chờ nhập lại"),
        (
            progress.to_decide,
            "differences_to_decide",
            f"còn {progress.to_decide} chỗ lệch chờ giám sát kết luận",
        ),
    )
    return [Fault("", code, detail) for count, code, detail in counted if count]
