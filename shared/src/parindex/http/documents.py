"""JSON bodies that routes read by hand: bounded, read beside the event loop; what they say is for others."""

import asyncio
from typing import Any

from fastapi import Request

from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError

DOCUMENT_LIMIT = 8 * 1024 * 1024
"""A criteria set of ten thousand nodes, or a report of ten thousand units, is well within this."""


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of the body. Raises DomainError `body_too_large`, `malformed_request`."""
    content = await request.body()
    if len(content) > DOCUMENT_LIMIT:
        raise DomainError("body_too_large", {"limit": DOCUMENT_LIMIT})
    data = await asyncio.to_thread(read_document, content)
    if not isinstance(data, dict):
        raise DomainError("malformed_request")
    return data
