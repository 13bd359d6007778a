"""Settings from the environment. A wrong one stops the start with the name of the variable and the way to mend it."""

from pathlib import Path
from typing import Self
from uuid import UUID, uuid5

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.logging import LEVELS

PREFIX = "KRINGMARKT_"
EMBEDDED = "embedded"
NAMESPACE = UUID("5c2d2b9e-0b0e-5f7b-9a51-9b1f0d2f6c11")


class WrongSettings(Exception):
    """The environment does not describe a marketplace that can start."""


class Settings(BaseSettings):
    """Everything an operator can set. Each field is the variable KRINGMARKT_<NAME>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data_dir: Path = Field(Path("var"), description="Folder for the embedded database, keys and caches.")
    postgres_dsn: str = Field(
        EMBEDDED,
        description="postgresql://user:password@host:port/database, or `embedded` for a server beside the process.",
    )
    postgres_pool: int = Field(10, ge=2, le=200, description="Connections per process.")
    kafka_bootstrap: str | None = Field(
        None, description="host:port of a Kafka broker; absent: services read the log from PostgreSQL."
    )
    kafka_prefix: str = Field("", description="Put before every topic and group name, when regions share a cluster.")
    kafka_replication: int = Field(1, ge=1, le=9, description="Replicas of each topic that is made.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=1, le=65535, description="Port of the HTTP API.")
    push_port: int = Field(8081, ge=1, le=65535, description="Port of the websocket.")
    issuer: str = Field(
        EMBEDDED, description="Address of the OpenID Connect issuer, or `embedded` for the one with its key on disk."
    )
    embedded_issuer_address: str = Field(
        "http://localhost:8080/issuer", description="How the embedded issuer names itself in tokens."
    )
    audience: str = Field("kringmarkt", description="Audience that tokens must name.")
    claim_organisation: str = Field("organisation_id", description="Claim that names the organisation.")
    claim_roles: str = Field("roles", description="Claim that lists the roles.")
    hold_days: int = Field(7, ge=1, le=90, description="Days that an accepted trade holds its quantity.")
    best_k: int = Field(20, ge=1, description="How many candidates stand in the list of one listing.")
    suggestions_model: Path | None = Field(
        None,
        description="Folder of a model made by `kringmarkt suggestions train`; absent: one of our own tables, made at "
        "the first question and kept in the data folder.",
    )
    log_level: str = Field("info", description="debug, info, warning or error.")
    log_json: bool = Field(False, description="Log lines as JSON.")

    @field_validator("postgres_dsn")
    @classmethod
    def _a_postgres_address(cls, value: str) -> str:
        if value != EMBEDDED and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("expected `embedded` or an address that starts with postgresql://")
        return value

    @field_validator("issuer")
    @classmethod
    def _an_issuer_address(cls, value: str) -> str:
        if value != EMBEDDED and not value.startswith(("http://", "https://")):
            raise ValueError("expected `embedded` or an https:// address")
        return value.rstrip("/")

    @field_validator("log_level")
    @classmethod
    def _a_log_level(cls, value: str) -> str:
        if value.lower() not in LEVELS:
            raise ValueError(f"expected {', '.join(LEVELS)}")
        return value.lower()

    @model_validator(mode="after")
    def _two_ports(self) -> Self:
        if self.port == self.push_port:
            raise ValueError(f"KRINGMARKT_PORT and KRINGMARKT_PUSH_PORT are both {self.port}; give two different ones")
        return self

    @property
    def issuer_address(self) -> str:
        """The issuer that tokens must name."""
        return self.embedded_issuer_address.rstrip("/") if self.issuer == EMBEDDED else self.issuer


def load_settings() -> Settings:
    """Settings of this process; raises WrongSettings with one line per wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        # Not `from error`: pydantic's own text repeats every value, passwords too.
        raise WrongSettings("\n".join(_line(item) for item in error.errors())) from None


def _line(item: object) -> str:
    found = dict(item)  # type: ignore[call-overload]
    if not found["loc"]:
        return f"settings: {found['msg']}"
    name = PREFIX + "_".join(str(part) for part in found["loc"]).upper()
    field = Settings.model_fields.get(str(found["loc"][0]))
    help_text = f" ({field.description})" if field else ""
    return f"{name}: {found['msg']}; got {_without_secret(str(found.get('input')))!r}{help_text}"


def _without_secret(text: str) -> str:
    """An address without the name and password before its last `@`: what is printed may end up in a log."""
    before, at, after = text.rpartition("@")
    scheme, separator, _ = before.partition("://")
    return f"{scheme + separator if separator else ''}***@{after}" if at else text


def stable_id(name: str) -> UUID:
    """An id that is the same on every machine for the same name (demo organisations and listings)."""
    return uuid5(NAMESPACE, name)
