"""Calls between the services: a short token of our own, the trace id; the caller checks digests."""

import httpx

from parindex.auth.tokens import SigningKey
from parindex.kernel.errors import DomainError
from parindex.telemetry.trace import traceparent

TIMEOUT_SECONDS = 30.0
LOOK_SECONDS = 5.0  # somebody waits for the answer


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


async def is_public(url: str) -> bool:
    """Whether another service shows this resource to everybody: asked without a token.

    Raises DomainError `upstream_unavailable` when it says neither yes nor no.
    """
    try:
        async with httpx.AsyncClient(timeout=LOOK_SECONDS) as client:
            response = await client.get(url, headers={"traceparent": traceparent()})
            if response.status_code == httpx.codes.NOT_FOUND:
                return False
            response.raise_for_status()
    except httpx.HTTPError as error:
        raise DomainError("upstream_unavailable", {"url": url, "reason": str(error)}) from error
    return True
