"""Reading the documents a framework rests on from JSON."""

from scoring_api.frameworks.domain.framework import LegalBasis
from scoring_api.frameworks.domain.reading import Cursor


def parse_legal_basis(cursor: Cursor) -> tuple[LegalBasis, ...]:
    """The documents listed under `legal_basis`, in their order."""
    found = []
    for row in cursor.rows("legal_basis", most=50):
        row.known({"number", "date", "issuer", "subject", "note"})
        found.append(
            LegalBasis(
                number=row.text("number"),
                date=row.day("date"),
                issuer=row.text("issuer", required=False),
                subject=row.text("subject", required=False),
            )
        )
    return tuple(found)
