"""Keys and tokens for tests: right ones, and every way in which they can be wrong."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key

from infra.identity.tokens import NotAuthenticated

ISSUER = "https://login.example/regio"
AUDIENCE = "kringmarkt"
DEPOT = UUID("b5a1c1de-9b39-4f46-9d1e-0d4d6f1d9a11")
EC_KEY = generate_private_key(SECP256R1())
RSA_KEY = generate_rsa_key(65537, 2048)
STRANGERS_KEY = generate_private_key(SECP256R1())


def public_jwk(key: EllipticCurvePrivateKey | RSAPrivateKey, key_id: str) -> dict[str, Any]:
    """The public half of a key as an issuer publishes it."""
    if isinstance(key, RSAPrivateKey):
        jwk, name = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "RS256"
    else:
        jwk, name = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "ES256"
    return {**jwk, "kid": key_id, "use": "sig", "alg": name}


def pem_of(key: EllipticCurvePrivateKey | RSAPrivateKey) -> bytes:
    """The public half as text that anybody may have."""
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@dataclass
class KnownKeys:
    """An issuer with an EC key `ec` and an RSA key `rsa`; `asked` tells for which keys it was asked."""

    asked: list[str | None] = field(default_factory=list)

    async def key(self, key_id: str | None) -> jwt.PyJWK:
        self.asked.append(key_id)
        known = {"ec": public_jwk(EC_KEY, "ec"), "rsa": public_jwk(RSA_KEY, "rsa")}
        if key_id not in known:
            raise NotAuthenticated(f"The token is signed with key {key_id!r}, which is not known.")
        return jwt.PyJWK.from_dict(known[key_id])


def claims(**changes: Any) -> dict[str, Any]:
    """Claims that are right now; a change to `...` leaves that claim out."""
    now = datetime.now(UTC)
    usual = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "anna",
        "iat": now,
        "exp": now + timedelta(hours=1),
        "organisation_id": str(DEPOT),
        "roles": ["holder"],
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not ...}


def signed(payload: Mapping[str, Any], key_id: str = "ec") -> str:
    """A token signed with one of the known keys."""
    key, algorithm = {"ec": (EC_KEY, "ES256"), "rsa": (RSA_KEY, "RS256")}[key_id]
    return jwt.encode(dict(payload), key, algorithm=algorithm, headers={"kid": key_id})  # type: ignore[arg-type]


def encoded(part: object) -> str:
    """One part of a token."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def by_hand(header: object, payload: object) -> str:
    """A token with any header and payload, properly signed with the EC key: what no library would make."""
    start = f"{encoded(header)}.{encoded(payload)}"
    signature = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256).sign(start.encode(), EC_KEY)
    return f"{start}.{encoded(signature)}"
