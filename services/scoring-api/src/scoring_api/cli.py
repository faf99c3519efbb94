"""Commands of scoring-api: the first token, for an operator with the key at hand."""

from datetime import timedelta
from typing import Annotated

import typer

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.tokens import SigningKey
from scoring_api.access.domain import check_grant

commands = typer.Typer()


@commands.command("token")
def issue_token(
    role: Annotated[Role, typer.Option(help="Vai trò")] = Role.ADMINISTRATOR,
    subject: Annotated[str, typer.Option(help="Tên tài khoản")] = "quan-tri",
    days: Annotated[int, typer.Option(help="Số ngày có hiệu lực")] = 1,
) -> None:
    """Cấp mã truy cập đầu tiên bằng khóa ký của máy chủ (PARINDEX_SCORING_SIGNING_KEY)."""
    from scoring_api.settings import load_settings

    check_grant(role.value, days, {})
    key = SigningKey("scoring", load_settings().signing_key)
    typer.echo(key.issue(Principal(subject, role), timedelta(days=days)))
