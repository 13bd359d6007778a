"""The issuer of the one-process mode: keys on disk that nobody else reads, rotation, several processes."""

import asyncio
import multiprocessing
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.vocabulary.terms import Role
from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.identity.tokens import NotAuthenticated, TokenVerifier

ADDRESS = "http://localhost:8080/issuer"
DEPOT = UUID(int=7)
HOUR = timedelta(hours=1)


def issuer_in(folder: Path) -> EmbeddedIssuer:
    """An issuer with its keys there."""
    return EmbeddedIssuer(folder, f"{ADDRESS}/", "kringmarkt")


def token_of(issuer: EmbeddedIssuer, lifetime: timedelta = HOUR) -> str:
    """A token for the depot, from now on."""
    return issuer.token(DEPOT, [Role.MUNICIPALITY, Role.HOLDER], datetime.now(UTC), lifetime)


def verifier(issuer: EmbeddedIssuer) -> TokenVerifier:
    """Who checks its tokens."""
    return TokenVerifier(issuer, issuer.issuer, "kringmarkt")


def key_id_of(token: str) -> str:
    """The key that signed it."""
    return str(jwt.get_unverified_header(token)["kid"])


@pytest.fixture
def issuer(tmp_path: Path) -> EmbeddedIssuer:
    return issuer_in(tmp_path / "issuer")


async def test_its_tokens_say_who_is_asking(issuer: EmbeddedIssuer) -> None:
    who = await verifier(issuer).verify(token_of(issuer))
    assert (who.subject, who.organisation_id) == (f"organisation:{DEPOT}", DEPOT)
    assert who.roles == {Role.MUNICIPALITY, Role.HOLDER}


async def test_a_token_ends(issuer: EmbeddedIssuer) -> None:
    with pytest.raises(NotAuthenticated, match="expired"):
        await verifier(issuer).verify(token_of(issuer, timedelta(hours=-1)))


def test_keys_are_read_by_their_owner_only(issuer: EmbeddedIssuer, tmp_path: Path) -> None:
    issuer.rotate()
    folder = tmp_path / "issuer"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600, 0o600]


def test_a_restart_keeps_the_key(issuer: EmbeddedIssuer, tmp_path: Path) -> None:
    assert issuer_in(tmp_path / "issuer").jwks() == issuer.jwks()


async def test_a_rotation_signs_with_the_new_key_and_keeps_old_tokens_valid(issuer: EmbeddedIssuer) -> None:
    old = token_of(issuer)
    fresh = issuer.rotate()
    new = token_of(issuer)
    assert key_id_of(new) == fresh != key_id_of(old)
    for token in (old, new):
        assert (await verifier(issuer).verify(token)).organisation_id == DEPOT


def test_the_newest_key_signs_after_an_old_one_was_removed(tmp_path: Path) -> None:
    for attempt in range(12):
        issuer = issuer_in(tmp_path / str(attempt))
        issuer.rotate()
        min((tmp_path / str(attempt)).iterdir()).unlink()
        assert key_id_of(token_of(issuer)) != (fresh := issuer.rotate())
        assert key_id_of(token_of(issuer)) == fresh


async def test_a_removed_key_makes_its_tokens_invalid(issuer: EmbeddedIssuer, tmp_path: Path) -> None:
    token = token_of(issuer)
    issuer.rotate()
    (tmp_path / "issuer" / f"{key_id_of(token)}.pem").unlink()
    with pytest.raises(NotAuthenticated, match="does not have"):
        await verifier(issuer).verify(token)


async def test_another_process_s_rotation_is_seen_without_a_restart(issuer: EmbeddedIssuer, tmp_path: Path) -> None:
    other = issuer_in(tmp_path / "issuer")
    other.rotate()
    assert (await verifier(issuer).verify(token_of(other))).organisation_id == DEPOT


def test_half_a_key_is_never_read(issuer: EmbeddedIssuer, tmp_path: Path) -> None:
    before = issuer.jwks()
    (tmp_path / "issuer" / ".0009-abcdef01.draft").write_bytes(b"-----BEGIN PRIVATE KEY-----\nMIGH")
    assert issuer_in(tmp_path / "issuer").jwks() == before
    assert key_id_of(token_of(issuer)) == before["keys"][0]["kid"]


def test_only_the_public_halves_are_told(issuer: EmbeddedIssuer) -> None:
    (key,) = issuer.jwks()["keys"]
    assert "d" not in key
    assert (key["use"], key["alg"], key["kty"]) == ("sig", "ES256", "EC")


def test_discovery_leads_to_the_keys(issuer: EmbeddedIssuer) -> None:
    found = issuer.discovery()
    assert (found["issuer"], found["jwks_uri"]) == (ADDRESS, f"{ADDRESS}/jwks.json")


async def test_a_file_that_is_no_key_of_ours_is_named(issuer: EmbeddedIssuer, tmp_path: Path) -> None:
    other = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "issuer" / "0002-other.pem").write_bytes(other)
    with pytest.raises(TypeError, match=r"0002-other\.pem is not an elliptic-curve key; remove it"):
        issuer.jwks()


def _started(folder: str, tokens: "multiprocessing.Queue[str]") -> None:
    issuer = issuer_in(Path(folder))
    for _ in range(5):
        issuer.rotate()
        issuer.jwks()
        tokens.put(token_of(issuer))


async def test_processes_that_start_and_rotate_at_once_accept_each_other_s_tokens(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    tokens: multiprocessing.Queue[str] = spawning.Queue()
    folder = tmp_path / "issuer"
    processes = [spawning.Process(target=_started, args=(str(folder), tokens)) for _ in range(2)]
    for process in processes:
        process.start()
    made = [await asyncio.to_thread(tokens.get, True, 60) for _ in range(10)]
    for process in processes:
        await asyncio.to_thread(process.join, 60)
    assert [process.exitcode for process in processes] == [0, 0]
    tokens.close()
    checking = verifier(issuer_in(folder))
    assert {(await checking.verify(token)).organisation_id for token in made} == {DEPOT}
