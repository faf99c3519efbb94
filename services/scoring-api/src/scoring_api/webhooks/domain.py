"""Webhooks («gửi thông báo»): who may be sent to, how a message is signed, when it is tried again."""

import base64
import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from parindex.kernel.errors import DomainError, Fault

PING = "webhook.ping"
PREFIX = "whsec_"
RETRY_AFTER = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Pauses after the first try, the second …: more than three days in all, as the specification advises."""
DISABLED_AFTER = timedelta(days=3)
"""Failing without one success for so long, an endpoint gets nothing more until it is enabled again."""
LONGEST_PAUSE = timedelta(days=1)
GONE = 410

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_UNICAST, _SIX_TO_FOUR = IPv6Network("2000::/3"), IPv6Network("2002::/16")


@dataclass(frozen=True, slots=True)
class Guard:
    """What this installation allows to be sent to («danh sách được phép»).

    Without `hosts` any host will do. An address must be public, or lie in one of `networks`.
    """

    hosts: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    plain_http: bool = False

    def admits_host(self, host: str) -> bool:
        """Whether the host is on the list: itself, or by `*.domain` whatever lies under the domain.

        >>> Guard(("*.haiduong.gov.vn",)).admits_host("cong.haiduong.gov.vn")
        True
        >>> Guard(("*.haiduong.gov.vn",)).admits_host("haiduong.gov.vn.example.com")
        False
        """
        if not self.hosts:
            return True
        name = host.lower().rstrip(".")
        return any(name.endswith(rule[1:]) if rule.startswith("*.") else name == rule for rule in self.hosts)

    def admits_address(self, address: Address) -> bool:
        """Whether a resolved address may be connected to.

        No IPv6 address that a router turns into an IPv4 one (NAT64, 6to4) is public: it may lead inside.

        >>> [Guard().admits_address(ip_address(text)) for text in ("169.254.169.254", "8.8.8.8")]
        [False, True]
        """
        plain = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        found: Address = plain or address
        if any(found in network for network in self.networks if network.version == found.version):
            return True
        if isinstance(found, IPv6Address) and (found not in _UNICAST or found in _SIX_TO_FOUR):
            return False
        return found.is_global and not found.is_multicast


def guard_of(hosts: Iterable[str], networks: Iterable[str], *, plain_http: bool) -> Guard:
    """Raises ValueError for what is no network."""
    return Guard(tuple(map(str.lower, hosts)), tuple(map(ip_network, networks)), plain_http)


def check_endpoint(url: str, topics: Collection[str], known: Collection[str], guard: Guard) -> None:
    """Raises DomainError `webhook_invalid` naming every fault of an endpoint."""
    faults = [*url_faults(url, guard)]
    faults += [
        Fault(f"/topics/{place}", "topic_unknown", f"không có loại thông báo {topic}")
        for place, topic in enumerate(topics)
        if topic not in known
    ]
    if len(set(topics)) < len(topics):
        faults.append(Fault("/topics", "topic_repeated", "có loại thông báo ghi hai lần"))
    if faults:
        raise DomainError("webhook_invalid", {"count": len(faults)}, tuple(faults))


def url_faults(url: str, guard: Guard) -> Iterator[Fault]:
    """Why an address may not be sent to: asked when it is registered, and again at each try."""
    parts = _parts(url)
    if parts is None:
        yield Fault("/url", "url_malformed", "không phải địa chỉ https://máy-chủ/đường-dẫn viết bằng ASCII")
        return
    if parts.scheme != "https" and not (parts.scheme == "http" and guard.plain_http):
        yield Fault("/url", "url_not_https", "phải là địa chỉ https")
    if parts.username or parts.password:
        yield Fault("/url", "url_with_account", "địa chỉ không được chứa tài khoản")
    if parts.fragment:
        yield Fault("/url", "url_with_fragment", "địa chỉ không được có phần sau dấu #")
    host = parts.hostname or ""
    address = as_address(host)
    if not guard.admits_host(host) or (address is not None and not guard.admits_address(address)):
        yield Fault("/url", "host_not_allowed", f"máy chủ {host} không nằm trong danh sách được phép")


def _parts(url: str) -> SplitResult | None:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable and parts.scheme in {"http", "https"} else None


def as_address(host: str) -> Address | None:
    """The address that a host in a URL is written as, if it is one."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def secret_of(seed: bytes, endpoint: UUID, version: int) -> bytes:
    """The 32 bytes that sign for an endpoint, derived from the installation's seed: no table holds it."""
    return hmac.digest(seed, b"parindex webhook " + endpoint.bytes + version.to_bytes(4), hashlib.sha256)


def secret_text(secret: bytes) -> str:
    """The secret as a receiver keeps it: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secret).decode()


def signature(secret: bytes, message: str, timestamp: int, body: bytes) -> str:
    """One signature of the header `webhook-signature`.

    The example is the one of the specification's own libraries:

    >>> key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = hmac.digest(secret, f"{message}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def pause_after(attempts: int, asked: timedelta | None, jitter: int) -> timedelta | None:
    """How long to wait after so many failed tries; None when the last one was made.

    `jitter` of 0 to 200 thousandths is added, so that what failed together does not come back together; a
    longer pause that the receiver asked for is kept, up to a day.

    >>> pause_after(1, None, 0), pause_after(10, None, 0)
    (datetime.timedelta(seconds=5), None)
    """
    if attempts > len(RETRY_AFTER):
        return None
    pause = RETRY_AFTER[attempts - 1] * (1000 + jitter) / 1000
    return max(pause, min(asked, LONGEST_PAUSE)) if asked is not None else pause


def is_given_up(failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint has failed for so long that it is disabled."""
    return failing_since is not None and now - failing_since >= DISABLED_AFTER
