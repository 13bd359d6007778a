"""Passwords of the embedded issuer: hashed with Argon2id, compared in a thread, and in the same time for strangers."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200


class WeakPassword(ValueError):
    """A password that is too short or too long."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password has: an unknown name must take as long to refuse as a wrong password."""
    return _hasher().hash("nobody" * 10)


async def hashed(password: str) -> str:
    """The hash to keep; raises WeakPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"got {len(password)} characters; expected {SHORTEST} to {LONGEST}")
    return await asyncio.to_thread(_hasher().hash, password)


async def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password of this hash; None: nobody has that name."""
    return await asyncio.to_thread(_fits, password[:LONGEST], kept) and kept is not None


def _fits(password: str, kept: str | None) -> bool:
    try:
        return _hasher().verify(kept or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
