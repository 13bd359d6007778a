"""`kringmarkt token`: a token of the embedded issuer, for the demo and for tries by hand."""

from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Annotated
from uuid import UUID

import typer

from contracts.vocabulary.terms import Role
from infra.settings import load_settings
from services.cli.ending import Ending
from services.demo.region import demo_organisations
from services.wiring import issuer_of

MOST_HOURS = 24.0 * 366


def token(
    organisation: Annotated[str, typer.Option(help="The organisation's id (a UUID), or its name in the demo.")],
    role: Annotated[list[Role] | None, typer.Option(help="A role of whoever signs in; may be given again.")] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=MOST_HOURS, help="How long it is valid.")] = 12.0,
) -> None:
    """Print a token for somebody who acts for an organisation, signed by the embedded issuer."""
    settings = load_settings()
    issuer = issuer_of(settings)
    if issuer is None:
        raise Ending(
            f"tokens come from {settings.issuer} (KRINGMARKT_ISSUER), so ask for one there; only the embedded issuer "
            "can be asked with this command"
        )
    organisation_id = organisation_of(organisation)
    now = datetime.now(UTC)
    until = now + timedelta(hours=hours)
    typer.echo(issuer.token(organisation_id, role or [], now, timedelta(hours=hours)))
    typer.echo(f"for organisation {organisation_id}, valid until {until:%Y-%m-%d %H:%M} UTC", err=True)


def organisation_of(text: str) -> UUID:
    """The id that is written, or that of the demo organisation with this name."""
    try:
        return UUID(text)
    except ValueError:
        known = demo_organisations()
    if text not in known:
        near = get_close_matches(text, known, n=3, cutoff=0.3)
        choices = ", ".join(near or list(known)[:3])
        raise Ending(f"got organisation {text!r}; expected a UUID or a name of the demo, such as {choices}")
    return known[text]
