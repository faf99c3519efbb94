"""Commands of scoring-api: the first token, for an operator with the key at hand."""

from datetime import timedelta
from typing import Annotated

import typer

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.tokens import SigningKey
from parindex.kernel.errors import DomainError
from scoring_api.access.domain import check_grant

commands = typer.Typer()


@commands.command("token")
def issue_token(
    role: Annotated[Role, typer.Option(help="Vai trò")] = Role.ADMINISTRATOR,
    subject: Annotated[str, typer.Option(help="Tên tài khoản")] = "quan-tri",
    days: Annotated[int, typer.Option(help="Số ngày có hiệu lực")] = 1,
    unit: Annotated[list[str] | None, typer.Option(help="Đơn vị của tài khoản")] = None,
    area: Annotated[list[str] | None, typer.Option(help="Lĩnh vực được giao")] = None,
    office: Annotated[list[str] | None, typer.Option(help="Bưu cục của tài khoản")] = None,
) -> None:
    """Cấp mã truy cập bằng khóa ký của máy chủ (PARINDEX_SCORING_SIGNING_KEY)."""
    from scoring_api.settings import load_settings

    units, areas, offices = unit or [], area or [], office or []
    try:
        check_grant(role.value, days, {"units": units, "areas": areas, "offices": offices})
    except DomainError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    holder = Principal(subject, role, frozenset(units), frozenset(areas), frozenset(offices))
    key = SigningKey("scoring", load_settings().signing_key)
    typer.echo(key.issue(holder, timedelta(days=days)))
