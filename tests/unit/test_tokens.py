"""Tokens: who may speak for whom, and what a forged key id costs."""

import asyncio
import base64
import secrets
from datetime import timedelta
from uuid import UUID

import httpx
import jwt
import pytest

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.revocations import RevokedTokens
from parindex.auth.tokens import CLOCKS_APART, JWKS_PATH, SigningKey, TokenVerifier
from parindex.kernel.clocks import system_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7

HOUR = timedelta(hours=1)


def key(issuer: str) -> SigningKey:
    return SigningKey(issuer, base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode())


class Issuer:
    """Serves one service's public key, counting how often it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, signing: SigningKey) -> None:
        self.asked = 0
        self.up = True
        real = httpx.AsyncClient

        async def answer(request: httpx.Request) -> httpx.Response:
            assert request.url.path == JWKS_PATH
            self.asked += 1
            await asyncio.sleep(0.01)
            return httpx.Response(200, json=signing.jwks()) if self.up else httpx.Response(503)

        monkeypatch.setattr(
            "parindex.auth.tokens.httpx.AsyncClient",
            lambda **_: real(transport=httpx.MockTransport(answer)),
        )


async def refused(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(DomainError) as caught:
        await verifier.verify(token)
    return caught.value.code


async def test_a_token_of_the_people_issuer_carries_role_and_scope() -> None:
    own = key("scoring")
    officer = Principal("cong-chuc", Role.UNIT_OFFICER, units=frozenset({"so-noi-vu"}))
    assert await TokenVerifier(own, {}).verify(own.issue(officer, HOUR)) == officer


async def test_an_expired_a_foreign_and_a_signed_by_nobody_token_are_refused() -> None:
    own, stranger = key("scoring"), key("scoring")
    verifier = TokenVerifier(own, {})
    clerk = Principal("nhap-phieu", Role.ENTRY_CLERK)
    assert await refused(verifier, own.issue(clerk, -CLOCKS_APART)) == "token_invalid"
    assert await refused(verifier, stranger.issue(clerk, HOUR)) == "token_invalid"
    unsigned = jwt.encode({"sub": "x"}, None, algorithm="none", headers={"kid": own.key_id})
    assert await refused(verifier, unsigned) == "token_invalid"
    assert await refused(verifier, "không phải mã") == "token_invalid"


async def test_another_service_speaks_as_a_service_only(monkeypatch: pytest.MonkeyPatch) -> None:
    survey = key("survey")
    Issuer(monkeypatch, survey)
    verifier = TokenVerifier(key("scoring"), {"survey": "http://survey.test"})
    assert (await verifier.verify(survey.service_token())).role is Role.SERVICE
    promoted = survey.issue(Principal("survey", Role.ADMINISTRATOR), HOUR)
    assert await refused(verifier, promoted) == "token_invalid"


async def test_made_up_key_ids_ask_the_issuer_once(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer(monkeypatch, key("survey"))
    verifier = TokenVerifier(key("scoring"), {"survey": "http://survey.test"})
    for _ in range(20):
        assert await refused(verifier, key("survey").service_token()) == "token_invalid"
    assert issuer.asked == 1


async def test_who_comes_while_the_keys_are_fetched_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    survey = key("survey")
    issuer = Issuer(monkeypatch, survey)
    verifier = TokenVerifier(key("scoring"), {"survey": "http://survey.test"})
    tokens = [survey.service_token() for _ in range(16)]
    found = await asyncio.gather(*(verifier.verify(token) for token in tokens))
    assert {principal.role for principal in found} == {Role.SERVICE}
    assert issuer.asked == 1


async def test_an_issuer_that_is_away_is_no_invalid_token(monkeypatch: pytest.MonkeyPatch) -> None:
    survey = key("survey")
    issuer = Issuer(monkeypatch, survey)
    verifier = TokenVerifier(key("scoring"), {"survey": "http://survey.test"})
    issuer.up = False
    assert await refused(verifier, survey.service_token()) == "upstream_unavailable"
    issuer.up = True
    assert (await verifier.verify(survey.service_token())).subject == "survey"


async def test_a_token_of_a_machine_whose_clock_is_ahead_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    own = key("scoring")
    ahead = system_time() + timedelta(seconds=10)
    monkeypatch.setattr("parindex.auth.tokens.system_time", lambda: ahead)
    token = own.issue(Principal("nhap-phieu", Role.ENTRY_CLERK), HOUR)
    monkeypatch.undo()
    assert (await TokenVerifier(own, {}).verify(token)).subject == "nhap-phieu"


async def test_a_process_started_while_the_list_cannot_be_had_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It cannot tell who was revoked; as soon as the list is there, it can."""
    monkeypatch.setattr("parindex.auth.revocations.FRESH_SECONDS", 0.05)
    own, token_id, away = key("scoring"), uuid7(), True

    async def fetch() -> frozenset[UUID]:
        if away:
            raise OSError
        return frozenset({token_id})

    verifier = TokenVerifier(own, {}, RevokedTokens(fetch))
    clerk = Principal("nhap-phieu", Role.ENTRY_CLERK)
    revoked, good = own.issue(clerk, HOUR, token_id), own.issue(clerk, HOUR)
    for token in (revoked, good, good):
        assert await refused(verifier, token) == "upstream_unavailable"
    assert (await verifier.verify(own.service_token())).role is Role.SERVICE, "services go on"
    away = False
    await asyncio.sleep(0.06)
    assert await refused(verifier, revoked) == "token_revoked"
    assert (await verifier.verify(good)).subject == "nhap-phieu"
