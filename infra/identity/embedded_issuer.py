"""An OpenID Connect issuer of our own for the one-process mode: keys on disk, tokens by `kringmarkt token`."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key

from contracts.vocabulary.terms import Role
from infra.identity.tokens import NotAuthenticated

ALGORITHM = "ES256"


class EmbeddedIssuer:
    """Issues tokens and answers for its keys. The newest key signs; older ones stay valid until removed."""

    def __init__(self, folder: Path, issuer: str, audience: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.issuer = issuer.rstrip("/")
        self._folder = folder
        self._audience = audience
        if not self._files():
            self.rotate()

    def rotate(self) -> str:
        """Make a new signing key; returns its id."""
        # One above the highest, not the count: after an old key was removed the new one must still be the newest.
        numbers = [file.stem.partition("-")[0] for file in self._files()]
        number = max((int(found) for found in numbers if found.isdecimal()), default=0) + 1
        key_id = f"{number:04d}-{uuid4().hex[:8]}"
        pem = generate_private_key(SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # Written under another name and renamed, so that no reader sees half a key.
        draft = self._folder / f".{key_id}.draft"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        draft.rename(self._folder / f"{key_id}.pem")
        return key_id

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.pem"))

    @staticmethod
    def _load(file: Path) -> EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
        if not isinstance(key, EllipticCurvePrivateKey):
            raise TypeError(f"{file.name} is not an elliptic-curve key; remove it and a new one is made")
        return key

    def token(
        self,
        organisation_id: UUID,
        roles: Sequence[Role],
        now: datetime,
        lifetime: timedelta,
        subject: str | None = None,
    ) -> str:
        """A signed token for someone who acts for `organisation_id`."""
        newest = self._files()[-1]
        claims = {
            "iss": self.issuer,
            "aud": self._audience,
            "sub": subject or f"organisation:{organisation_id}",
            "iat": now,
            "exp": now + lifetime,
            "jti": uuid4().hex,
            "organisation_id": str(organisation_id),
            "roles": [role.value for role in roles],
        }
        return jwt.encode(claims, self._load(newest), algorithm=ALGORITHM, headers={"kid": newest.stem})

    def id_token(self, client: str, subject: str, name: str, nonce: str | None, now: datetime, until: datetime) -> str:
        """A signed identity token for the site `client`: who signed in, and for which sign-in (`nonce`)."""
        newest = self._files()[-1]
        claims = {"iss": self.issuer, "aud": client, "sub": subject, "name": name, "iat": now, "exp": until}
        given = {"nonce": nonce} if nonce else {}
        return jwt.encode({**claims, **given}, self._load(newest), algorithm=ALGORITHM, headers={"kid": newest.stem})

    def jwks(self) -> dict[str, Any]:
        """The public keys (RFC 7517)."""
        return {"keys": [self._public(file) for file in self._files()]}

    def _public(self, file: Path) -> dict[str, Any]:
        public = jwt.algorithms.ECAlgorithm.to_jwk(self._load(file).public_key(), as_dict=True)
        return {**public, "kid": file.stem, "use": "sig", "alg": ALGORITHM}

    def discovery(self) -> dict[str, Any]:
        """The discovery document of OpenID Connect: sign-in with a code and PKCE, and nothing else."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks.json",
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "subject_types_supported": ["public"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": ["openid", "profile"],
        }

    async def key(self, key_id: str | None) -> jwt.PyJWK:
        """The public key named `key_id`; raises NotAuthenticated when there is none."""
        for key in jwt.PyJWKSet.from_dict(self.jwks()).keys:
            if key.key_id == key_id:
                return key
        raise NotAuthenticated(f"The token is signed with key {key_id!r}, which this marketplace does not have.")
