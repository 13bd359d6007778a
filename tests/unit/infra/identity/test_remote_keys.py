"""Keys of an issuer over HTTP: found by discovery, renewed on rotation, kept when the issuer is away."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from starlette.responses import Response

from infra.identity.remote_keys import ASK_AGAIN_AFTER_S, KEEP_S, RemoteKeys
from infra.identity.tokens import NotAuthenticated, TokenVerifier
from tests.unit.infra.identity.served import Issuer, as_json, new_issuer, served
from tests.unit.infra.identity.signing import AUDIENCE, DEPOT, EC_KEY, claims, public_jwk, signed

DISCOVERY, KEYS = "/.well-known/openid-configuration", "/keys"


@dataclass
class Clock:
    """Seconds that pass when the test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    """An issuer that listens and has one key, `ec`."""
    made = new_issuer()
    made.keys["ec"] = EC_KEY
    async with served(made):
        yield made


@pytest.fixture
async def keys(issuer: Issuer, clock: Clock) -> AsyncIterator[RemoteKeys]:
    client = httpx.AsyncClient(timeout=1.0, trust_env=False)
    made = RemoteKeys(f"{issuer.address}/", clock, client)
    yield made
    await made.close()


async def unknown(keys: RemoteKeys, key_id: str | None) -> str:
    """What is said of a key that the issuer does not have."""
    with pytest.raises(NotAuthenticated) as refused:
        await keys.key(key_id)
    return refused.value.detail


async def test_a_token_is_verified_with_the_key_that_discovery_leads_to(issuer: Issuer, keys: RemoteKeys) -> None:
    token = signed(claims(iss=issuer.address))
    who = await TokenVerifier(keys, issuer.address, AUDIENCE).verify(token)
    assert who.organisation_id == DEPOT
    assert issuer.asked == [DISCOVERY, KEYS]


async def test_a_known_key_is_not_asked_for_again(issuer: Issuer, keys: RemoteKeys) -> None:
    for _ in range(50):
        assert (await keys.key("ec")).key_id == "ec"
    assert len(issuer.asked) == 2


async def test_a_new_key_is_found_after_a_rotation_and_a_removed_one_is_gone(
    issuer: Issuer, keys: RemoteKeys, clock: Clock
) -> None:
    await keys.key("ec")
    issuer.keys = {"newer": generate_private_key(SECP256R1())}
    clock.seconds += ASK_AGAIN_AFTER_S
    assert (await keys.key("newer")).key_id == "newer"
    assert "'ec'" in await unknown(keys, "ec")


async def test_keys_are_renewed_after_a_while_so_that_a_withdrawn_key_stops_counting(
    issuer: Issuer, keys: RemoteKeys, clock: Clock
) -> None:
    await keys.key("ec")
    issuer.keys = {"newer": generate_private_key(SECP256R1())}
    clock.seconds += KEEP_S
    await keys.key("ec")
    clock.seconds += 1
    assert issuer.address in await unknown(keys, "ec")


async def test_a_storm_of_forged_key_ids_does_not_reach_the_issuer(
    issuer: Issuer, keys: RemoteKeys, clock: Clock
) -> None:
    for second in range(20):
        clock.seconds = 1000.0 + second
        await asyncio.gather(*(unknown(keys, f"forged-{second}-{number}") for number in range(25)))
    assert len(issuer.asked) == 2 * 20 / ASK_AGAIN_AFTER_S
    await keys.key("ec")


async def test_many_first_requests_at_once_ask_the_issuer_once(issuer: Issuer, keys: RemoteKeys) -> None:
    issuer.gate.clear()
    asking = [asyncio.create_task(keys.key("ec")) for _ in range(30)]
    await issuer.arrived.wait()
    issuer.gate.set()
    assert {key.key_id for key in await asyncio.gather(*asking)} == {"ec"}
    assert issuer.asked == [DISCOVERY, KEYS]


async def test_known_keys_do_not_wait_while_a_forged_one_is_looked_for(
    issuer: Issuer, keys: RemoteKeys, clock: Clock
) -> None:
    await keys.key("ec")
    clock.seconds += ASK_AGAIN_AFTER_S
    issuer.gate.clear()
    issuer.arrived.clear()
    forged = asyncio.create_task(unknown(keys, "forged"))
    await issuer.arrived.wait()
    assert (await keys.key("ec")).key_id == "ec"
    assert not forged.done()
    issuer.gate.set()
    assert "'forged'" in await forged


async def test_known_keys_stay_in_use_while_the_issuer_is_away_and_it_is_found_when_it_is_back(clock: Clock) -> None:
    issuer = new_issuer()
    issuer.keys["ec"] = EC_KEY
    keys = RemoteKeys(issuer.address, clock, httpx.AsyncClient(timeout=1.0, trust_env=False))
    async with served(issuer):
        await keys.key("ec")
    for _ in range(3):
        clock.seconds += KEEP_S + 1
        assert (await keys.key("ec")).key_id == "ec"
    assert "'newer'" in await unknown(keys, "newer")
    issuer.keys["newer"] = generate_private_key(SECP256R1())
    clock.seconds += ASK_AGAIN_AFTER_S
    async with served(issuer):
        assert (await keys.key("newer")).key_id == "newer"
    await keys.close()


async def test_an_issuer_that_was_never_there_refuses_everybody_and_crashes_nobody(clock: Clock) -> None:
    keys = RemoteKeys(new_issuer().address, clock, httpx.AsyncClient(timeout=1.0, trust_env=False))
    assert "'ec'" in await unknown(keys, "ec")
    await keys.close()


async def test_an_issuer_that_hangs_costs_one_time_out(issuer: Issuer, clock: Clock) -> None:
    keys = RemoteKeys(issuer.address, clock, httpx.AsyncClient(timeout=0.1, trust_env=False))
    issuer.gate.clear()
    assert "'ec'" in await unknown(keys, "ec")
    issuer.gate.set()
    clock.seconds += ASK_AGAIN_AFTER_S
    assert (await keys.key("ec")).key_id == "ec"
    await keys.close()


NONSENSE = {
    "an error": Response("down", 503),
    "a redirect": Response(status_code=302, headers={"location": "https://evil.example"}),
    "html": Response("<html>", media_type="text/html"),
    "no utf-8": Response(b'{"keys": "\xff\xfe"}', media_type="application/json"),
    "a list": as_json([]),
    "a number": as_json(1),
    "null": as_json(None),
    "nothing in it": as_json({}),
    "an address that is none": as_json({"jwks_uri": "http://[::bad", "keys": "none"}),
    "an address that is a number": as_json({"jwks_uri": 7, "keys": 7}),
    "another scheme": as_json({"jwks_uri": "file:///etc/passwd", "keys": {"a": 1}}),
    "no keys": as_json({"jwks_uri": None, "keys": []}),
    "broken keys": as_json({"jwks_uri": "", "keys": [{}, 1, None, {"kty": "EC", "kid": "ec", "crv": "P-256", "x": 1}]}),
    "deep": Response("[" * 100_000, media_type="application/json"),
}


@pytest.mark.parametrize("path", [DISCOVERY, KEYS])
@pytest.mark.parametrize("nonsense", NONSENSE)
async def test_nonsense_of_the_issuer_leaves_the_known_keys_in_use(
    issuer: Issuer, keys: RemoteKeys, clock: Clock, path: str, nonsense: str
) -> None:
    await keys.key("ec")
    issuer.instead[path] = NONSENSE[nonsense]
    clock.seconds += KEEP_S + 1
    assert (await keys.key("ec")).key_id == "ec"
    assert "'other'" in await unknown(keys, "other")
    issuer.instead.clear()
    clock.seconds += KEEP_S + 1
    assert (await keys.key("ec")).key_id == "ec"


async def test_a_key_of_a_kind_that_is_not_known_does_not_hide_the_others(issuer: Issuer, keys: RemoteKeys) -> None:
    strange = [{"kty": "POST-QUANTUM", "kid": "pq"}, {"kty": "EC", "crv": "P-999", "kid": "x"}]
    issuer.instead[KEYS] = as_json({"keys": [*strange, public_jwk(EC_KEY, "ec")]})
    assert (await keys.key("ec")).key_id == "ec"
