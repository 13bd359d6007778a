"""Passwords: kept as hashes that differ each time, and compared for strangers too."""

import pytest

from infra.identity.passwords import SHORTEST, WeakPassword, fits, hashed

GOOD = "een lange zin zonder zin"


async def test_a_password_fits_its_own_hash_only() -> None:
    kept = await hashed(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert await fits(GOOD, kept)
    assert not await fits(GOOD + "!", kept)


async def test_nobody_is_let_in_and_a_broken_hash_lets_nobody_in() -> None:
    assert not await fits(GOOD, None)
    assert not await fits(GOOD, "geen hash")


@pytest.mark.parametrize("password", ["", "kort", "x" * (SHORTEST - 1), "x" * 201])
async def test_short_and_endless_passwords_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword, match="expected"):
        await hashed(password)
