"""EdDSA tokens: a service signs with its own key and verifies the others' by their JWKS."""

import asyncio
import base64
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.revocations import RevokedTokens
from parindex.kernel.canonical import digest_bytes
from parindex.kernel.clocks import system_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7

AUDIENCE = "parindex"
JWKS_PATH = "/.well-known/jwks.json"
SERVICE_TOKEN_LIFE = timedelta(minutes=5)
CLOCKS_APART = timedelta(seconds=30)
"""How far the clocks of two machines may differ: a token issued in what is the future here is none forged."""
_REMEMBERED = 10_000
KEYS_PAUSE_SECONDS = 5.0


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SigningKey:
    """The Ed25519 key of one service, from its 32-byte seed in base64url."""

    def __init__(self, issuer: str, seed: str) -> None:
        self.issuer = issuer
        self._private = Ed25519PrivateKey.from_private_bytes(_unb64(seed))
        self.public = self._private.public_key()
        self._raw = self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = f"{issuer}-{digest_bytes(self._raw)[7:19]}"

    def jwks(self) -> dict[str, Any]:
        key = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA"}
        return {"keys": [{**key, "kid": self.key_id, "x": _b64(self._raw)}]}

    def sign(self, content: bytes) -> str:
        """A detached signature, base64url."""
        return _b64(self._private.sign(content))

    def issue(self, principal: Principal, life: timedelta, token_id: UUID | None = None) -> str:
        """A token that says who the principal is until `life` has passed; its id is what revokes it."""
        now = system_time()
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": principal.subject,
            "role": principal.role.value,
            "units": sorted(principal.units),
            "areas": sorted(principal.areas),
            "offices": sorted(principal.offices),
            "owners": sorted(principal.owners),
            "iat": now,
            "exp": now + life,
            "jti": str(token_id or uuid7()),
        }
        return jwt.encode(claims, self._private, algorithm="EdDSA", headers={"kid": self.key_id})

    def service_token(self) -> str:
        return self.issue(Principal(self.issuer, Role.SERVICE), SERVICE_TOKEN_LIFE)


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What a verified token says: who, until when, and the id it can be revoked by."""

    principal: Principal
    expires: float
    id: UUID


async def _nobody() -> frozenset[UUID]:
    return frozenset()


class TokenVerifier:
    """Turns a bearer token into a Principal. Knows its own key, asks the other issuers for theirs.

    `issuers` maps an issuer to the base URL that serves its JWKS. Only scoring-api's tokens carry people's
    roles; every other issuer speaks as `service` alone.
    """

    def __init__(
        self,
        own: SigningKey,
        issuers: Mapping[str, str],
        revoked: RevokedTokens | None = None,
        people_issuer: str = "scoring",
    ) -> None:
        self._issuers = dict(issuers)
        self._revoked = revoked or RevokedTokens(_nobody)
        self._people_issuer = people_issuer
        self._keys: dict[str, Ed25519PublicKey] = {own.key_id: own.public}
        self._ask_again: dict[str, float] = {}
        self._asking: dict[str, asyncio.Lock] = {}
        self._seen: OrderedDict[str, TokenFacts] = OrderedDict()

    async def verify(self, token: str) -> Principal:
        """A verified token is remembered until it expires; whether it was revoked is asked each time.

        Services' own tokens live five minutes and are not revoked: by them the list itself is asked for.
        Raises DomainError `token_invalid`, `token_revoked`, `upstream_unavailable` when the issuer is away.
        """
        found = await self.read(token)
        if found.principal.role is not Role.SERVICE and await self._revoked.has(found.id):
            raise DomainError("token_revoked")
        return found.principal

    async def read(self, token: str) -> TokenFacts:
        """What a token says, be it revoked or not.

        Raises DomainError `token_invalid`, or `upstream_unavailable` when the issuer is away.
        """
        known = self._seen.get(token)
        if known and known.expires > system_time().timestamp():
            return known
        try:
            claims = await self._claims(token)
            found = TokenFacts(self._principal(claims), float(claims["exp"]), UUID(str(claims["jti"])))
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise DomainError("token_invalid") from error
        self._remember(token, found)
        return found

    async def _claims(self, token: str) -> dict[str, Any]:
        key_id = str(jwt.get_unverified_header(token)["kid"])
        issuer = key_id.rsplit("-", 1)[0]
        if key_id not in self._keys:
            await self._fetch_keys(issuer, key_id)
        claims: dict[str, Any] = jwt.decode(
            token,
            self._keys[key_id],
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=issuer,
            leeway=CLOCKS_APART,
            options={"require": ["exp", "iss", "sub", "aud", "jti"]},
        )
        return claims

    async def _fetch_keys(self, issuer: str, key_id: str) -> None:
        """Ask an issuer for its keys, one question at a time and not again for some seconds after an answer.

        A made-up key id costs us nothing, and who comes while a question is under way waits for its answer.
        """
        url = self._issuers[issuer] + JWKS_PATH
        async with self._asking.setdefault(issuer, asyncio.Lock()):
            if key_id in self._keys or time.monotonic() < self._ask_again.get(issuer, 0.0):
                return
            try:
                async with httpx.AsyncClient(timeout=5) as client:
                    response = (await client.get(url)).raise_for_status()
            except httpx.HTTPError as error:
                raise DomainError("upstream_unavailable", {"url": url}) from error
            self._ask_again[issuer] = time.monotonic() + KEYS_PAUSE_SECONDS
            for key in response.json()["keys"]:
                if str(key["kid"]).startswith(f"{issuer}-"):
                    self._keys[key["kid"]] = Ed25519PublicKey.from_public_bytes(_unb64(key["x"]))

    def _principal(self, claims: Mapping[str, Any]) -> Principal:
        role = Role(claims["role"])
        if claims["iss"] != self._people_issuer and role is not Role.SERVICE:
            raise ValueError("only the people's issuer grants people's roles")
        return Principal(
            subject=str(claims["sub"]),
            role=role,
            units=frozenset(claims.get("units", ())),
            areas=frozenset(claims.get("areas", ())),
            offices=frozenset(claims.get("offices", ())),
            owners=frozenset(claims.get("owners", ())),
        )

    def _remember(self, token: str, found: TokenFacts) -> None:
        self._seen[token] = found
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
