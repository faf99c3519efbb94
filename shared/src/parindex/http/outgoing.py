"""POST to a stranger's address: the resolved address is judged and kept, nothing followed, all bounded."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import httpx

Address = IPv4Address | IPv6Address
CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 15.0
EXCERPT_BYTES = 1024
PORTS = {"https": 443, "http": 80}
_RESOLVING = ThreadPoolExecutor(64, "resolve")
"""Threads of their own: a name server that stays silent keeps its thread for half a minute after nobody waits
any more, and the few threads of the event loop would soon all be so kept."""


class NotAllowedError(Exception):
    """The name leads to an address that may not be connected to."""


class NotReachedError(Exception):
    """Nobody answered as HTTP demands, or not in time; the words are for the log."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The answer of a stranger: its status, the beginning of its body, the pause it asks for."""

    status: int
    excerpt: str
    retry_after: int | None
    milliseconds: int


async def post_outside(
    url: str, body: bytes, headers: Mapping[str, str], admits: Callable[[Address], bool]
) -> Sent:
    """Send, and read no more of the answer than an excerpt; certificates are checked against the name.

    The connection goes to the very address that was judged, so that a name which leads elsewhere a moment
    later leads nobody inside. Raises NotAllowedError, NotReachedError.
    """
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            return await _post(url, body, headers, admits)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise NotReachedError("bên nhận không trả lời kịp") from error
    except (OSError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NotReachedError(f"không gửi được: {str(error) or type(error).__name__}") from error


async def _post(url: str, body: bytes, headers: Mapping[str, str], admits: Callable[[Address], bool]) -> Sent:
    parts = urlsplit(url)
    addresses = await _resolve(parts.hostname or "", parts.port or PORTS[parts.scheme], admits)
    for place, address in enumerate(addresses, 1):
        try:
            return await _post_to(address, url, body, headers)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if place == len(addresses):
                raise
    raise NotReachedError(f"không có địa chỉ của {parts.hostname}")


async def _post_to(address: Address, url: str, body: bytes, headers: Mapping[str, str]) -> Sent:
    """To one address of the host; the name goes along in `Host` and in the TLS handshake."""
    started = time.monotonic()
    parts = urlsplit(url)
    # no proxy of the environment is asked: it would resolve the name once more, past the judgement
    async with (
        httpx.AsyncClient(
            verify=_trusted(),
            timeout=httpx.Timeout(WHOLE_SECONDS, connect=CONNECT_SECONDS),
            trust_env=False,
            follow_redirects=False,
        ) as client,
        client.stream(
            "POST",
            httpx.URL(url).copy_with(host=str(address)),
            content=body,
            headers={**headers, "host": parts.netloc},
            extensions={"sni_hostname": parts.hostname or ""},
        ) as response,
    ):
        excerpt = await _beginning(response)
    milliseconds = round((time.monotonic() - started) * 1000)
    return Sent(response.status_code, excerpt, _retry_after(response), milliseconds)


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are trusted: the usual ones, or those of the file SSL_CERT_FILE."""
    return httpx.create_ssl_context()


async def _resolve(host: str, port: int, admits: Callable[[Address], bool]) -> list[Address]:
    """The addresses of the host; all of them must be allowed, so that none can be had by chance."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_RESOLVING, ask)
    addresses = [ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    if refused := [str(address) for address in addresses if not admits(address)]:
        raise NotAllowedError(", ".join(sorted(set(refused))))
    return list(dict.fromkeys(addresses))


async def _beginning(response: httpx.Response) -> str:
    """The first bytes as they came, not unpacked: a small answer may hold a bomb."""
    found = b""
    async for chunk in response.aiter_raw():
        found += chunk[:EXCERPT_BYTES]
        if len(found) >= EXCERPT_BYTES:
            break
    return found[:EXCERPT_BYTES].decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _retry_after(response: httpx.Response) -> int | None:
    text = response.headers.get("retry-after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None
