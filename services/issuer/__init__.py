"""The embedded OpenID Connect issuer."""
