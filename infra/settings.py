"""Settings from the environment. A wrong one stops the start with the name of the variable and the way to mend it."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from uuid import UUID, uuid5

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.logging import LEVELS

PREFIX = "KRINGMARKT_"
EMBEDDED = "embedded"
NAMESPACE = UUID("5c2d2b9e-0b0e-5f7b-9a51-9b1f0d2f6c11")


CLOSE = 0.8
"""How alike two names must be for one to be a slip for the other; the prefix makes all of them alike."""
FOR_TESTS = "KRINGMARKT_TEST_"
OF_OTHERS = frozenset(
    f"{PREFIX}{name}" for name in ("IMAGE", "LISTINGS_PORT", "TRADES_PORT", "ALERTS_PORT", "ISSUER_PORT")
)
"""Variables of docker-compose.yml, which may stand in the environment of a command too."""


class WrongSettings(Exception):
    """The environment does not describe a marketplace that can start."""


class Settings(BaseSettings):
    """Everything an operator can set. Each field is the variable KRINGMARKT_<NAME>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    data_dir: Path = Field(Path("var"), description="Folder for the embedded database, keys and caches.")
    postgres_dsn: str = Field(
        EMBEDDED,
        examples=["postgresql://kringmarkt:password@localhost:5432/kringmarkt"],
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
    push_port: int = Field(8081, ge=1, le=65535, validate_default=True, description="Port of the websocket.")
    issuer: str = Field(
        EMBEDDED, description="Address of the OpenID Connect issuer, or `embedded` for the one with its key on disk."
    )
    embedded_issuer_address: str | None = Field(
        None, description="How the embedded issuer names itself in tokens; absent: at KRINGMARKT_PORT of localhost."
    )
    issuer_reached_at: str | None = Field(
        None, description="Where services reach the issuer, when that is not the address that browsers use."
    )
    oidc_client: str = Field("kringmarkt-site", description="Name of the site at the OpenID Connect issuer.")
    oidc_secret: str | None = Field(None, description="Secret of the site at the issuer, when it gave one.")
    oidc_scope: str = Field("openid profile", description="What the site asks of the issuer.")
    audience: str = Field("kringmarkt", description="Audience that tokens must name.")
    claim_organisation: str = Field("organisation_id", description="Claim that names the organisation.")
    claim_roles: str = Field("roles", description="Claim that lists the roles.")
    site_address: str | None = Field(
        None, description="Address of the site for browsers, https:// in use; absent: KRINGMARKT_PORT of this machine."
    )
    push_address: str | None = Field(
        None, description="Address of the websocket for browsers; absent: KRINGMARKT_PUSH_PORT beside the site."
    )
    region: str = Field("kringmarkt", pattern=r"^[a-z0-9-]{1,40}$", description="Which token file dresses the site.")
    tile_address: str | None = Field(
        None, description="Map tiles, https://host/{z}/{x}/{y}.png; absent: outlines of municipalities only."
    )
    demo: bool = Field(False, description="Whether the accounts of the demo region may sign in.")
    hold_days: int = Field(7, ge=1, le=90, description="Days that an accepted trade holds its quantity.")
    best_k: int = Field(20, ge=1, description="How many candidates stand in the list of one listing.")
    suggestions_model: Path | None = Field(
        None,
        description="Folder of a model made by `kringmarkt suggestions train`; absent: one of our own tables, made at "
        "the first question and kept in the data folder.",
    )
    rulebook: Path | None = Field(
        None, description="Folder with the law files; absent: the rulebook that comes with the package."
    )
    log_level: str = Field("info", description="debug, info, warning or error.")
    log_json: bool = Field(False, description="Log lines as JSON.")
    otlp_endpoint: str | None = Field(
        None,
        examples=["http://collector:4318"],
        description="Address of an OTLP/HTTP collector of traces; absent: the OTEL_ variables count, or none are kept.",
    )
    late_after_s: float = Field(
        60, gt=0, description="A consumer or relay that is more seconds behind than this is called late when asked."
    )
    late_after_records: int = Field(
        50_000, ge=1, description="A consumer or relay that is more records behind than this is called late when asked."
    )
    accept_newer_schema: bool = Field(
        False, description="Start on a database that a later release migrated, when going back one release."
    )

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

    @field_validator("otlp_endpoint")
    @classmethod
    def _a_collector_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("expected an address that starts with http:// or https://")
        return value

    @field_validator("push_port")
    @classmethod
    def _two_ports(cls, value: int, known: ValidationInfo) -> int:
        # Not a check of the whole model: that would be made only once every variable is right by itself.
        if known.data.get("port") == value:
            raise ValueError(f"KRINGMARKT_PORT and KRINGMARKT_PUSH_PORT are both {value}; give two different ones")
        return value

    @property
    def issuer_address(self) -> str:
        """The issuer that tokens must name."""
        if self.issuer != EMBEDDED:
            return self.issuer
        return (self.embedded_issuer_address or f"http://localhost:{self.port}/issuer").rstrip("/")

    @property
    def site_addresses(self) -> tuple[str, ...]:
        """Where browsers may find the site: the one address that is set, or both names of this machine."""
        if self.site_address:
            return (self.site_address.rstrip("/"),)
        return tuple(f"http://{name}:{self.port}" for name in ("127.0.0.1", "localhost"))


def load_settings() -> Settings:
    """Settings of this process; raises WrongSettings with one line per wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        # Not `from error`: pydantic's own text repeats every value, passwords too.
        raise WrongSettings("\n".join(_line(item) for item in error.errors())) from None


def _line(item: object) -> str:
    found = dict(item)  # type: ignore[call-overload]
    name = str(found["loc"][0])
    field = Settings.model_fields[name]
    got = _without_secret(str(found.get("input")))
    expected = (
        str(found["msg"]).removeprefix("Value error, ").removeprefix("expected ").removeprefix("Input should be ")
    )
    example = field.examples[0] if field.examples else str(field.default)
    example = example.lower() if isinstance(field.default, bool) else example
    variable = PREFIX + name.upper()
    return f"{variable}: got {got!r}; expected {expected}. {field.description} For example: {variable}={example}"


def misspelt(environment: Mapping[str, str]) -> list[str]:
    """A sentence for every variable that looks like a setting and is none: a slip that would go unseen."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    strange = {name for name in environment if name.startswith(PREFIX)} - known - OF_OTHERS
    return [
        f"{name} is no setting of Kringmarkt and does nothing; {_meant(name, known)}"
        for name in sorted(strange)
        if not name.startswith(FOR_TESTS)
    ]


def _meant(name: str, known: set[str]) -> str:
    close = get_close_matches(name, sorted(known), 1, CLOSE)
    return f"did you mean {close[0]}?" if close else "`kringmarkt settings` shows what there is"


def _without_secret(text: str) -> str:
    """An address without the name and password before its last `@`: what is printed may end up in a log."""
    before, at, after = text.rpartition("@")
    scheme, separator, _ = before.partition("://")
    return f"{scheme + separator if separator else ''}***@{after}" if at else text


def stable_id(name: str) -> UUID:
    """An id that is the same on every machine for the same name (demo organisations and listings)."""
    return uuid5(NAMESPACE, name)
