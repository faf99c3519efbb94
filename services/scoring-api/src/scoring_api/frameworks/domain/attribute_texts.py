"""Every attribute of a framework and of its nodes as text under its name, to compare two of them by."""

from collections.abc import Iterable
from decimal import Decimal

from parindex.kernel.canonical import canonical_bytes, decimal_text
from scoring_api.frameworks.domain.framework import Framework, Leaf, LegalBasis, Node


def framework_texts(framework: Framework) -> dict[str, str]:
    """Attribute → text, the tree left out («thông tin chung, nhóm điểm, xếp loại, kiểm điểm»)."""
    texts = {
        "code": framework.code,
        "title": framework.title,
        "year": str(framework.year),
        "valid_from": _whole(framework.valid_from),
        "valid_to": _whole(framework.valid_to),
        "level": framework.level,
        "form_prefix": framework.form_prefix,
        "origin": framework.origin,
        "legal_basis": _basis(framework.legal_basis),
        "tie_breaks": ", ".join(framework.tie_breaks),
        "cap_total": _flag(framework.cap_total),
    }
    for band in framework.bands:
        texts |= {
            f"bands/{band.code}/name": band.name,
            f"bands/{band.code}/floor": decimal_text(band.floor),
            f"bands/{band.code}/printed": _flag(band.printed),
        }
    return texts | _rating_texts(framework) | _review_texts(framework)


def _rating_texts(framework: Framework) -> dict[str, str]:
    texts = {"ratings/legal_basis": _basis(framework.rating_basis)}
    for rating in framework.ratings:
        texts |= {
            f"ratings/{rating.code}/name": rating.name,
            f"ratings/{rating.code}/total_floor": _figure(rating.total_floor),
            f"ratings/{rating.code}/area_floor": _figure(rating.area_floor),
        }
    return texts


def _review_texts(framework: Framework) -> dict[str, str]:
    review = framework.review
    if review is None:
        return {}
    return {
        "review/areas": ", ".join(review.areas),
        "review/threshold": decimal_text(review.threshold),
        "review/basis": review.basis,
        "review/consequence": review.consequence,
    }


def node_texts(node: Node) -> dict[str, str]:
    """Attribute → text of a node, its place and its rule left out."""
    texts = {
        "name": node.name,
        "role": node.role,
        "max_points": decimal_text(node.max_points),
        "effect": node.effect,
        "percent_over": ", ".join(node.percent_over),
        "rated": _flag(node.rated),
        "legal_basis": _basis(node.legal_basis),
    }
    if node.leaf is None:
        return texts
    leaf = node.leaf
    return texts | {
        "source": leaf.source,
        "missing": leaf.missing,
        "not_applicable": leaf.not_applicable,
        "not_arising": leaf.not_arising,
        "evidence": leaf.evidence,
        "unattributed": _flag(leaf.unattributed),
    }


def case_texts(leaf: Leaf) -> str:
    """The worked cases of a leaf, one a line."""
    return "\n".join(
        f"{canonical_bytes(dict(case.value)).decode()} → {decimal_text(case.points)}"
        for case in leaf.rule.cases
    )


def _basis(documents: Iterable[LegalBasis]) -> str:
    return "; ".join(
        ", ".join(part for part in (basis.number, basis.date, basis.issuer, basis.subject) if part)
        for basis in documents
    )


def _flag(flag: bool) -> str:  # noqa: FBT001 — a value to print, not a switch
    return "true" if flag else "false"


def _figure(figure: Decimal | None) -> str:
    return "" if figure is None else decimal_text(figure)


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)
