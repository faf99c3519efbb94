"""What the routes of one unit's assessment share: their address, its version as an ETag."""

PREFIX = "/api/v1/periods/{code}/assessments/{unit}"
PRIVATE = "private, no-cache"
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the assessment as it was read",
    "schema": {"type": "string"},
    "example": '"v1"',
}


def version_tag(version: int) -> str:
    return f'"v{version}"'
