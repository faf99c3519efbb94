"""The command `verify-audit` in words: heads noted earlier come in, what verifying found goes out."""

from collections.abc import Iterator, Sequence

from parindex.db.audit_chain import ChainReport, verify_chain
from parindex.db.engine import Database
from parindex.kernel.clocks import instant_text
from parindex.service import installed_services, load_service


def noted_heads(texts: Sequence[str], services: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """`<service>:<number>:sha256:<hex>` by service. Raises ValueError with a sentence.

    >>> noted_heads(["scoring:3:sha256:ab"], ["scoring", "survey"])
    {'scoring': [(3, 'sha256:ab')], 'survey': []}
    """
    if unknown := sorted(set(services) - set(installed_services())):
        raise ValueError(f"không có dịch vụ {', '.join(unknown)}")
    found: dict[str, list[tuple[int, str]]] = {name: [] for name in services}
    for text in texts:
        name, _, rest = text.partition(":")
        number, _, digest = rest.partition(":")
        if name not in found or not number.isdecimal() or not digest.startswith("sha256:"):
            raise ValueError(f"«{text}» không có dạng <dịch vụ>:<số>:sha256:<mã băm>")
        if int(number):
            found[name].append((int(number), digest))
    return found


async def verify_service(name: str, known: Sequence[tuple[int, str]]) -> ChainReport:
    service = load_service(name)
    database = Database(service.settings().database_url, pool_size=1)
    try:
        async with database.reading() as connection:
            return await verify_chain(connection, service.audit, known)
    finally:
        await database.close()


def chain_lines(name: str, report: ChainReport) -> Iterator[str]:
    """What a person reads; the head is to be written down where this system cannot reach it."""
    if report.bad is None:
        head = f"{name}:{report.links}:{report.head}"
        yield f"{name}: đúng, {report.links} dòng nhật ký trong chuỗi; đầu chuỗi {head}"
    else:
        bad = report.bad
        row = f", dòng nhật ký {bad.audit_id}" if bad.audit_id else ""
        yield f"{name}: SAI ở mắt xích {bad.number}{row}: {bad.reason}"
    if report.unlinked_since is not None:
        since = instant_text(report.unlinked_since)
        yield f"{name}: còn {report.unlinked} dòng chưa vào chuỗi, từ {since}"
