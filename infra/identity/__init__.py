"""Who is asking: bearer tokens checked against an OpenID Connect issuer, or against the embedded one."""
