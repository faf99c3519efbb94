"""What is still open of a batch's double entry, for the clerks who key it and for who seals it."""

from parindex.db import Reading
from parindex.kernel.clocks import system_time
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.double_entry.domain.plan import DoublePlan, Progress, read_plan
from survey_ingest.double_entry.store.progress import has_entries, read_progress


async def unsettled(connection: Reading, found: Campaign, batch: str) -> tuple[DoublePlan, Progress]:
    """The campaign's plan and how far this batch has come with it."""
    plan = read_plan(found.code, found.double_entry)
    return plan, await read_progress(connection, found.id, batch, plan, system_time())


async def require_settled(connection: Reading, found: Campaign, batch: str) -> None:
    """Raises DomainError `batch_not_double_keyed` with every kind of open item counted.

    The batch is locked by the caller, so that nothing is keyed between this look and the seal.
    """
    is_single = not read_plan(found.code, found.double_entry).share
    if is_single and not await has_entries(connection, found.id, batch):
        return  # nobody counts a large bag of which nothing is keyed twice
    plan, progress = await unsettled(connection, found, batch)
    faults = tuple(_open(plan, progress))
    if faults:
        count = progress.missing(plan) + progress.to_rekey + progress.to_decide
        raise DomainError("batch_not_double_keyed", {"batch": batch, "count": count}, faults)


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
