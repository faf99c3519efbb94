"""Calls between the services: a short token of our own, the trace id; the caller checks digests."""

import ssl
from functools import cache
from uuid import UUID

import httpx

from parindex.auth.tokens import SigningKey
from parindex.kernel.errors import DomainError
from parindex.telemetry.trace import traceparent

TIMEOUT_SECONDS = 30.0
LOOK_SECONDS = 5.0  # somebody waits for the answer
REVOCATION_SECONDS = 2.0
REVOCATIONS_PATH = "/internal/revocations"


@cache
def _trust() -> ssl.SSLContext:
    """Loaded once: it takes tens of milliseconds, in which nobody else would be answered."""
    return httpx.create_ssl_context()


async def fetch_internal(
    url: str,
    signing_key: SigningKey,
    *,
    seconds: float = TIMEOUT_SECONDS,
    missing: DomainError | None = None,
) -> httpx.Response:
    """GET an internal resource of another service.

    Raises `missing`, where the caller gives one, when the other service has no such thing; DomainError
    `upstream_unavailable` when it cannot be had now.
    """
    headers = {"Authorization": f"Bearer {signing_key.service_token()}", "traceparent": traceparent()}
    try:
        async with httpx.AsyncClient(timeout=seconds, verify=_trust()) as client:
            response = await client.get(url, headers=headers)
            if missing is not None and response.status_code == httpx.codes.NOT_FOUND:
                raise missing
            response.raise_for_status()
    except httpx.HTTPError as error:
        raise DomainError("upstream_unavailable", {"url": url, "reason": str(error)}) from error
    return response


async def fetch_revoked(scoring_url: str, signing_key: SigningKey) -> frozenset[UUID]:
    """The ids of the revoked tokens, as scoring-api tells them; somebody waits for the answer.

    Raises DomainError `upstream_unavailable`.
    """
    url = f"{scoring_url}{REVOCATIONS_PATH}"
    response = await fetch_internal(url, signing_key, seconds=REVOCATION_SECONDS)
    return frozenset(UUID(found) for found in response.json()["revoked"])


async def is_public(url: str) -> bool:
    """Whether another service shows this resource to everybody: asked without a token.

    Raises DomainError `upstream_unavailable` when it says neither yes nor no.
    """
    try:
        async with httpx.AsyncClient(timeout=LOOK_SECONDS, verify=_trust()) as client:
            response = await client.get(url, headers={"traceparent": traceparent()})
            if response.status_code == httpx.codes.NOT_FOUND:
                return False
            response.raise_for_status()
    except httpx.HTTPError as error:
        raise DomainError("upstream_unavailable", {"url": url, "reason": str(error)}) from error
    return True
