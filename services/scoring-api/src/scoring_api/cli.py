"""Commands of scoring-api: the first token; computing a bundle and verifying a pack, offline.

Computing and verifying need the rules alone: what speaks to a database or the network is imported by the
command that does so.
"""

import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError, Fault
from scoring_api.results.domain.bundle import Bundle, compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.pack_pair import pair_differences
from scoring_api.results.domain.pack_verdict import Verdict, verify_pack
from scoring_api.results.domain.ranking_text import ranking_lines
from scoring_api.results.domain.record import result_record
from scoring_api.results.domain.verdict_text import pair_lines, verdict_lines

commands = typer.Typer()

UNPROVEN, UNREADABLE = 1, 2
MEGABYTES = 64


@commands.command("token")
def issue_token(
    role: Annotated[str, typer.Option(help="Vai trò, ví dụ administrator, appraiser")] = "administrator",
    subject: Annotated[str, typer.Option(help="Tên tài khoản")] = "quan-tri",
    days: Annotated[int, typer.Option(help="Số ngày có hiệu lực")] = 1,
    unit: Annotated[list[str] | None, typer.Option(help="Đơn vị của tài khoản")] = None,
    area: Annotated[list[str] | None, typer.Option(help="Lĩnh vực được giao")] = None,
    office: Annotated[list[str] | None, typer.Option(help="Bưu cục của tài khoản")] = None,
    owner: Annotated[list[str] | None, typer.Option(help="Chỉ các kỳ do đơn vị này chủ trì")] = None,
) -> None:
    """Cấp mã truy cập bằng khóa ký của máy chủ (PARINDEX_SCORING_SIGNING_KEY)."""
    from parindex.auth.policy import Role
    from parindex.auth.principal import Principal
    from parindex.auth.tokens import SigningKey
    from scoring_api.access.domain import check_grant
    from scoring_api.settings import load_settings

    if role not in set(Role):
        raise typer.BadParameter(f"vai trò là một trong: {', '.join(Role)}", param_hint="--role")
    scopes = {"units": unit or [], "areas": area or [], "offices": office or [], "owners": owner or []}
    try:
        check_grant(role, days, {name: list(found) for name, found in scopes.items()})
    except DomainError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    holder = Principal(subject, Role(role), **{name: frozenset(found) for name, found in scopes.items()})
    key = SigningKey("scoring", load_settings().signing_key)
    typer.echo(key.issue(holder, timedelta(days=days)))


@commands.command("compute")
def compute(
    bundle: Annotated[Path, typer.Argument(help="Gói dữ liệu tính (JSON, parindex/bundle/1)")],
    output: Annotated[Path | None, typer.Option(help="Tệp nhận bản ghi kết quả")] = None,
    *,
    table: Annotated[bool, typer.Option("--table", help="In bảng xếp hạng thay cho bản ghi")] = False,
) -> None:
    """Tính chỉ số từ một gói dữ liệu, không cần máy chủ; in bản ghi kết quả ở dạng chuẩn."""
    results = compute_bundle(_bundle(bundle))
    record = canonical_bytes(result_record(results))
    if output is not None:
        _write(output, record)
    if table:
        _print(ranking_lines(results))
    elif output is None:
        sys.stdout.buffer.write(record)
        sys.stdout.flush()


@commands.command("verify")
def verify(
    pack: Annotated[Path, typer.Argument(help="Gói kết quả (JSON, parindex/pack/1)")],
    key: Annotated[Path | None, typer.Option(help="Danh sách khóa của dịch vụ (jwks.json)")] = None,
    edition: Annotated[
        Path | None, typer.Option(help="Lần công bố: tệp kết quả hoặc bảng chỉ số (JSON)")
    ] = None,
    public: Annotated[Path | None, typer.Option(help="Gói công khai, đối chiếu với gói đầy đủ này")] = None,
) -> None:
    """Kiểm tra một gói kết quả, không cần máy chủ: chữ ký, và từng số liệu tính lại từ dữ liệu trong gói.

    Kết thúc bằng 0 khi đúng, 1 khi có chỗ sai, 2 khi không đọc được.
    """
    document, keys, held = _document(pack), _object(key), _object(edition)
    verdict = _verdict(document, keys, held, pack)
    _print(verdict_lines(verdict))
    if not verdict.proven:
        raise typer.Exit(UNPROVEN)
    if public is not None:
        if verdict.level != "full":
            _refuse(f"{pack} phải là gói đầy đủ thì mới đối chiếu được gói công khai.")
        other = _document(public)
        verdict = _verdict(other, keys, held, public)
        found = list(pair_differences(document, other))
        _print(["", *verdict_lines(verdict), *pair_lines(found)])
        if found or not verdict.proven:
            raise typer.Exit(UNPROVEN)


def _verdict(pack: Any, keys: Any, edition: Any, path: Path) -> Verdict:
    from parindex.auth.signatures import signed_by

    try:
        return verify_pack(pack, signed_by, keys=keys, edition=edition)
    except DomainError as error:
        _refuse(f"{path} không phải gói kết quả kiểm tra được:", error.faults)
    except RecursionError:
        _refuse(f"{path} lồng quá nhiều lớp, không kiểm tra.")


def _bundle(path: Path) -> Bundle:
    try:
        return parse_bundle(_document(path))
    except DomainError as error:
        _refuse(f"{path} có {len(error.faults)} lỗi:", error.faults)


def _object(path: Path | None) -> Any:
    if path is None:
        return None
    found = _document(path)
    if not isinstance(found, dict):
        _refuse(f"{path} phải là một đối tượng JSON.")
    return found


def _document(path: Path) -> Any:
    """The JSON of a file of sane size; the rest ends the command with a sentence."""
    try:
        if path.stat().st_size > MEGABYTES * 1024 * 1024:
            _refuse(f"{path} lớn hơn {MEGABYTES} MB, không đọc.")
        content = path.read_bytes()
    except OSError as error:
        _refuse(f"Không đọc được {path}: {error.strerror}.")
    try:
        return read_document(content)
    except DomainError as error:
        _refuse(f"{path} không phải JSON hợp lệ.", error.faults)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        _refuse(f"Không ghi được {path}: {error.strerror}.")


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(_plain(line))


def _plain(line: str) -> str:
    """The line as one line: a name in a file moves no cursor, hides nothing, and adds no line of its own."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)


def _refuse(sentence: str, faults: Iterable[Fault] = ()) -> NoReturn:
    typer.echo(_plain(sentence), err=True)
    for fault in faults:
        typer.echo(_plain(f"  {fault.pointer or '/'}: {fault.detail}"), err=True)
    raise typer.Exit(UNREADABLE)
