"""Calls to strangers over TLS: the certificate must be the name's, the connection goes where was judged."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from parindex.http import outgoing
from parindex.http.outgoing import NotAllowedError, NotReachedError, Sent, post_outside


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate of a name, with its key in the same file."""
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return path


@pytest.fixture(autouse=True)
def fresh_trust() -> Iterator[None]:
    outgoing._trusted.cache_clear()
    yield
    outgoing._trusted.cache_clear()


@asynccontextmanager
async def receiving(pem: Path) -> AsyncIterator[tuple[int, list[bytes], list[str | None]]]:
    """A TLS server that keeps the heads of requests and the names that were asked for."""
    heads: list[bytes] = []
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], heads, names


async def send(port: int, host: str = "localhost") -> Sent:
    return await post_outside(f"https://{host}:{port}/nhan?x=1", b"{}", {"webhook-id": "m"}, lambda _: True)


async def test_the_name_goes_along_though_the_address_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with receiving(pem) as (port, heads, names):
        assert (await send(port)).status == 204
    assert names == ["localhost"]
    assert heads[0].startswith(b"POST /nhan?x=1 HTTP/1.1\r\n")
    assert f"host: localhost:{port}\r\n".encode() in heads[0].lower()


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_strange_certificate_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    """One of another name, and one that nobody vouches for."""
    pem = certificate(tmp_path, "ke-khac.example" if trusted else "localhost")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with receiving(pem) as (port, heads, _):
        with pytest.raises(NotReachedError, match="certificate verify failed"):
            await send(port)
        assert heads == []


async def test_every_address_of_a_name_is_judged_before_one_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def resolve(*_words: object, **_more: object) -> list[object]:
        return [(2, 1, 6, "", (text, 443)) for text in ("8.8.8.8", "10.0.0.5")]

    async def call(address: object, *_words: object) -> Sent:
        asked.append(str(address))
        raise AssertionError

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outgoing, "_post_to", call)
    with pytest.raises(NotAllowedError, match=r"10\.0\.0\.5"):
        await post_outside(
            "https://hai-mat.example/", b"", {}, lambda address: address != ip_address("10.0.0.5")
        )
    assert asked == []


async def test_nobody_keeps_us_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 0.3)
    tired = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await tired.wait()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    async with silent:
        with pytest.raises(NotReachedError, match="không trả lời kịp"):
            await post_outside(f"http://127.0.0.1:{port}/", b"", {}, lambda _: True)
        tired.set()
        await asyncio.sleep(0.05)


async def test_names_that_nobody_resolves_keep_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty calls wait for a silent name server; the one after them, and other work in threads, go on."""
    real, answered = socket.getaddrinfo, threading.Event()

    def resolve(host: str, *words: Any, **more: Any) -> Any:
        if host.endswith(".silent.example"):
            answered.wait(20)
        return real("127.0.0.1", *words, **more)

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 3)
    waiting = [
        asyncio.create_task(post_outside(f"http://a{n}.silent.example/", b"", {}, lambda _: True))
        for n in range(40)
    ]
    await asyncio.sleep(0.1)
    try:
        async with asyncio.timeout(2):
            await asyncio.to_thread(int)
            with pytest.raises(NotReachedError, match="không gửi được"):
                await post_outside("http://mau.example:9/", b"", {}, lambda _: True)
    finally:
        answered.set()
        await asyncio.gather(*waiting, return_exceptions=True)
