"""Only a token of our issuer, for us, signed with its key and valid now, says who is asking."""

import hashlib
import hmac
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.terms import Role
from infra.identity.tokens import LEEWAY_S, LONGEST_TOKEN, Claims, NotAuthenticated, TokenVerifier
from tests.unit.infra.identity.signing import (
    AUDIENCE,
    DEPOT,
    EC_KEY,
    ISSUER,
    RSA_KEY,
    STRANGERS_KEY,
    KnownKeys,
    by_hand,
    claims,
    encoded,
    pem_of,
    public_jwk,
    signed,
)

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
A_DAY_S = 86_400
"""The cases below are made when the tests are collected, which may be long before they run."""
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)  # lone surrogates too


def verifier(**given_claims: str) -> TokenVerifier:
    """A verifier of tokens of the test's issuer."""
    return TokenVerifier(KnownKeys(), ISSUER, AUDIENCE, Claims(**given_claims))


def now_plus(seconds: float) -> datetime:
    """That many seconds from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def refusal(token: str, **given_claims: str) -> str:
    """Why a token is refused."""
    with pytest.raises(NotAuthenticated) as refused:
        await verifier(**given_claims).verify(token)
    return refused.value.detail


@pytest.mark.parametrize("key_id", ["ec", "rsa"])
async def test_a_right_token_says_who_is_asking(key_id: str) -> None:
    expires = now_plus(60).replace(microsecond=0)
    who = await verifier().verify(signed(claims(exp=expires), key_id))
    assert (who.subject, who.organisation_id, who.expires_at) == ("anna", DEPOT, expires)
    assert who.roles == {Role.HOLDER}


async def test_the_claims_may_have_other_names() -> None:
    payload = claims(organisation_id=..., roles=..., org=str(DEPOT), groups=["authority"])
    who = await verifier(organisation="org", roles="groups").verify(signed(payload))
    assert who.organisation_id == DEPOT
    assert who.roles == {Role.AUTHORITY}


async def test_one_of_several_audiences_may_be_ours() -> None:
    assert (await verifier().verify(signed(claims(aud=["another", AUDIENCE])))).subject == "anna"


@pytest.mark.parametrize("configured", [ISSUER, f"{ISSUER}/"])
@pytest.mark.parametrize("named", [ISSUER, f"{ISSUER}/"])
async def test_the_slash_at_the_end_of_an_issuer_makes_no_difference(configured: str, named: str) -> None:
    checking = TokenVerifier(KnownKeys(), configured, AUDIENCE)
    assert (await checking.verify(signed(claims(iss=named)))).subject == "anna"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"aud": "another"}, "Audience"),
        ({"aud": [1]}, "claim format"),
        ({"aud": {}}, "aud"),
        ({"iss": "https://login.example"}, "Invalid issuer"),
        ({"iss": ISSUER.upper()}, "Invalid issuer"),
        ({"iss": [ISSUER]}, "must be a string"),
        ({"exp": now_plus(-LEEWAY_S - 5)}, "expired"),
        ({"nbf": now_plus(A_DAY_S)}, "not yet valid"),
        ({"iat": now_plus(A_DAY_S)}, "not yet valid"),
        ({"exp": "tomorrow"}, "must be an integer"),
        ({"exp": []}, "must be an integer"),
        ({"exp": 10**15}, "seconds since 1970"),
        ({"exp": 10**40}, "seconds since 1970"),
        ({"nbf": {}}, "must be an integer"),
        ({"organisation_id": "the depot"}, "must be a UUID; got 'the depot'"),
        ({"organisation_id": ["x"]}, "must be a UUID"),
        ({"organisation_id": None}, "must be a UUID; got None"),
    ],
)
async def test_a_claim_that_is_not_right_is_refused_with_the_reason(changes: dict[str, Any], said: str) -> None:
    header = {"alg": "ES256", "kid": "ec", "typ": "JWT"}
    payload = {
        name: int(value.timestamp()) if isinstance(value, datetime) else value
        for name, value in claims(**changes).items()
    }
    assert said in await refusal(by_hand(header, payload))


@pytest.mark.parametrize("missing", ["exp", "iss", "aud", "sub", "organisation_id"])
async def test_a_missing_claim_is_named(missing: str) -> None:
    assert missing in await refusal(signed(claims(**{missing: ...})))


@pytest.mark.parametrize("exp", ["Infinity", "-Infinity", "NaN", "1e400"])
async def test_a_number_that_json_does_not_have_is_refused(exp: str) -> None:
    payload = f'{{"iss":"{ISSUER}","aud":"{AUDIENCE}","sub":"a","exp":{exp},"organisation_id":"{DEPOT}"}}'
    assert "exp" in await refusal(by_hand({"alg": "ES256", "kid": "ec"}, payload.encode()))


@pytest.mark.parametrize("roles", [None, "operator", {"operator": True}, [["operator"]], [1, None], ["emperor"]])
async def test_roles_of_a_wrong_form_or_name_give_no_rights(roles: Any) -> None:
    assert (await verifier().verify(signed(claims(roles=roles)))).roles == frozenset()


async def test_a_small_difference_of_clocks_is_forgiven() -> None:
    payload = claims(exp=now_plus(-LEEWAY_S / 3), nbf=now_plus(LEEWAY_S / 3), iat=now_plus(LEEWAY_S / 3))
    assert (await verifier().verify(signed(payload))).organisation_id == DEPOT


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256", "HS512", "", None, 1, [], {"a": 1}])
async def test_a_token_without_signature_or_with_a_shared_secret_is_refused(algorithm: Any) -> None:
    header, payload = {"alg": algorithm, "kid": "ec"}, {**claims(iat=..., exp=2_000_000_000)}
    keys = KnownKeys()
    for signature in ("", encoded(b"x")):
        with pytest.raises(NotAuthenticated):
            await TokenVerifier(keys, ISSUER, AUDIENCE).verify(f"{encoded(header)}.{encoded(payload)}.{signature}")
    assert keys.asked == [], "no key is looked for: the algorithm is refused before"


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "ES256"])
async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(algorithm: str) -> None:
    """The classic confusion: everybody has the public key, so a MAC made with it proves nothing."""
    start = f"{encoded({'alg': algorithm, 'kid': 'rsa'})}.{encoded(claims(iat=..., exp=2_000_000_000))}"
    mac = hmac.new(pem_of(RSA_KEY), start.encode(), hashlib.sha256).digest()
    with pytest.raises(NotAuthenticated):
        await verifier().verify(f"{start}.{encoded(mac)}")


async def test_a_shared_secret_that_an_issuer_published_by_mistake_signs_nothing() -> None:
    class Careless:
        """Publishes a symmetric key among its keys."""

        async def key(self, key_id: str | None) -> jwt.PyJWK:
            return jwt.PyJWK.from_dict({"kty": "oct", "k": encoded(b"k" * 32), "kid": key_id})

    start = f"{encoded({'alg': 'RS256', 'kid': 'oct'})}.{encoded(claims(iat=..., exp=2_000_000_000))}"
    mac = hmac.new(b"k" * 32, start.encode(), hashlib.sha256).digest()
    with pytest.raises(NotAuthenticated):
        await TokenVerifier(Careless(), ISSUER, AUDIENCE).verify(f"{start}.{encoded(mac)}")


async def test_a_stranger_s_signature_under_a_known_key_id_is_refused() -> None:
    token = jwt.encode(claims(), STRANGERS_KEY, algorithm="ES256", headers={"kid": "ec"})
    assert "Signature verification failed" in await refusal(token)


async def test_a_key_that_comes_along_in_the_header_is_not_used() -> None:
    header = {"kid": "ec", "jwk": public_jwk(STRANGERS_KEY, "ec"), "jku": "https://evil.example/jwks"}
    token = jwt.encode(claims(), STRANGERS_KEY, algorithm="ES256", headers=header)
    assert "Signature verification failed" in await refusal(token)


async def test_another_payload_under_a_right_signature_is_refused() -> None:
    head, _, signature = signed(claims()).split(".")
    other = encoded(claims(iat=..., exp=2_000_000_000, roles=["operator"]))
    assert "Signature" in await refusal(f"{head}.{other}.{signature}")


@pytest.mark.parametrize("key_id", ["another", "", "../../etc/passwd", "' OR 1=1", None])
async def test_an_unknown_key_id_is_refused(key_id: str | None) -> None:
    headers = {} if key_id is None else {"kid": key_id}
    token = jwt.encode(claims(), EC_KEY, algorithm="ES256", headers=headers)
    assert "not known" in await refusal(token)


async def test_a_huge_token_is_refused_before_it_is_read() -> None:
    assert str(LONGEST_TOKEN) in await refusal(signed(claims(padding="x" * LONGEST_TOKEN)))
    assert str(LONGEST_TOKEN) in await refusal("e" * 5_000_000)


async def test_a_deeply_nested_token_is_refused() -> None:
    assert await refusal(f"{encoded(b'[' * 3000)}.{encoded(b'[' * 2000)}.x")


async def test_the_refusal_never_repeats_the_token() -> None:
    token = signed(claims(aud="another"))
    assert token not in await refusal(token)


@settings(max_examples=300, deadline=None)
@given(token=ANY_TEXT)
async def test_any_text_at_all_is_refused_and_nothing_else_happens(token: str) -> None:
    await refusal(token)


@settings(max_examples=200, deadline=None)
@given(header=ANY_JSON, payload=ANY_JSON)
async def test_any_header_and_payload_are_refused_and_nothing_else_happens(header: Any, payload: Any) -> None:
    await refusal(by_hand(header, payload))


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(["exp", "iat", "nbf", "aud", "iss", "sub", "jti", "organisation_id"]), value=ANY_JSON)
async def test_any_value_of_a_claim_is_refused_or_right(name: str, value: Any) -> None:
    payload = {**claims(iat=..., exp=2_000_000_000), name: value}
    with suppress(NotAuthenticated):
        who = await verifier().verify(by_hand({"alg": "ES256", "kid": "ec"}, payload))
        assert isinstance(who.subject, str)
        assert who.expires_at.tzinfo is UTC


async def test_a_token_is_checked_once_a_minute_and_never_believed_after_its_end() -> None:
    clock = [datetime.now(UTC)]
    keys = KnownKeys()
    checking = TokenVerifier(keys, ISSUER, AUDIENCE, now=lambda: clock[0])
    token = signed(claims(exp=int(now_plus(90).timestamp())))
    first = await checking.verify(token)
    assert await checking.verify(token) == first
    assert len(keys.asked) == 1
    clock[0] += timedelta(seconds=61)
    assert await checking.verify(token) == first
    assert len(keys.asked) == 2
    clock[0] += timedelta(seconds=40)
    await checking.verify(token)
    assert len(keys.asked) == 3, "remembered no longer than the token lasts"
