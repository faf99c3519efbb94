"""Reading the documents a framework rests on from JSON."""

from scoring_api.frameworks.domain.framework import LegalBasis
from scoring_api.frameworks.domain.reading import Cursor


def parse_legal_basis(cursor: Cursor) -> tuple[LegalBasis, ...]:
    """The documents listed under `legal_basis`, in their order; a number or a day may not be known yet."""
    found = []
    for row in cursor.rows("legal_basis", most=50):
        row.known({"number", "date", "issuer", "subject", "note"})
        if not row.data.get("number") and not row.data.get("subject"):
            row.fault("number", "document_unnamed", "căn cứ phải có số, ký hiệu hoặc trích yếu")
        found.append(
            LegalBasis(
                number=row.text("number", required=False),
                date=row.day("date"),
                issuer=row.text("issuer", required=False),
                subject=row.text("subject", required=False),
            )
        )
    return tuple(found)
