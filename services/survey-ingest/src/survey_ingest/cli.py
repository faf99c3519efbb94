"""Commands of survey-ingest: checking the ledger of seals against the ballots."""

import asyncio

import typer

from parindex.kernel.errors import DomainError
from survey_ingest.custody.domain.ledger import Flaw

commands = typer.Typer()

REASONS = {
    "sequence_broken": "số thứ tự không liền nhau",
    "chain_broken": "không nối với dòng trước",
    "entry_changed": "nội dung dòng đã bị sửa",
    "ballots_changed": "phiếu hoặc kết quả kiểm đếm của túi đã bị sửa",
    "double_entry_changed": "phiếu nhập lần hai, chỗ lệch hoặc kết luận của túi đã bị sửa",
    "remarks_changed": "ý kiến hoặc giải trình cảnh báo của phiếu trong túi đã bị sửa",
    "batch_changed": "túi đã bị mở lại hoặc thông tin phát túi đã bị sửa",
    "differs_from_log": "khác nhật ký lúc ghi sổ: dòng đã bị bỏ hoặc bị viết lại",
    "entry_missing": "túi đã niêm phong nhưng không có trong sổ",
    "bag_seal_changed": "danh mục số niêm phong đã bị sửa",
    "correction_changed": "nội dung hoặc quyết định đính chính đã bị sửa",
    "incident_changed": "nội dung hoặc kết luận sự cố niêm phong đã bị sửa",
    "differs_from_minutes": "khác dòng ghi trong biên bản bàn giao",
    "head_differs": "dòng cuối của sổ khác biên bản bàn giao",
    "tally_changed": "bản tổng hợp phiếu đã bị sửa hoặc không phải tổng các túi đã niêm phong",
    "tally_differs": "bản tổng hợp phiếu khác biên bản bàn giao",
    "handover_changed": "lần giao nhận khác biên bản bàn giao",
    "minutes_changed": "biên bản bàn giao đã bị sửa",
    "minutes_missing": "đã bàn giao nhưng không có biên bản",
}


@commands.command("verify-ledger")
def verify_campaign_ledger(campaign: str) -> None:
    """Kiểm tra sổ niêm phong của một đợt điều tra với từng phiếu; nêu dòng sai đầu tiên và các dòng sau."""
    try:
        found = asyncio.run(_flaws(campaign))
    except DomainError as error:
        from parindex.http.catalogue import CATALOGUE

        problem = CATALOGUE[error.code]
        typer.echo(f"Không kiểm tra được: {problem.detail.format_map(error.params)}", err=True)
        raise typer.Exit(2) from error
    for flaw in found:
        place = f"Dòng {flaw.sequence}, túi {flaw.batch}" if flaw.batch else "Cả đợt"
        typer.echo(f"{place}: {REASONS[flaw.reason]}")
    if found:
        raise typer.Exit(1)
    typer.echo(f"Sổ niêm phong của đợt {campaign} nguyên vẹn.")


async def _flaws(campaign: str) -> list[Flaw]:
    from parindex.db import Database
    from survey_ingest.custody.use_cases.verifying import verify_ledger
    from survey_ingest.settings import load_settings

    database = Database(load_settings().database_url, pool_size=1)
    try:
        async with database.reading() as connection:
            return await verify_ledger(connection, campaign)
    finally:
        await database.close()
