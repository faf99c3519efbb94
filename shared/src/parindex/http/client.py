"""Calls between the services: a short token of our own, the trace id; the caller checks digests."""

import httpx

from parindex.auth.tokens import SigningKey
from parindex.kernel.errors import DomainError
from parindex.telemetry.trace import traceparent

TIMEOUT_SECONDS = 30.0


async def fetch_internal(url: str, signing_key: SigningKey) -> httpx.Response:
    """GET an internal resource of another service.

    Raises DomainError `upstream_unavailable` when it cannot be had now.
    """
    headers = {"Authorization": f"Bearer {signing_key.service_token()}", "traceparent": traceparent()}
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            response = await client.get(url, headers=headers)
            response.raise_for_status()
    except httpx.HTTPError as error:
        raise DomainError("upstream_unavailable", {"url": url, "reason": str(error)}) from error
    return response
