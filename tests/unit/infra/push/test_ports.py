"""The parts of the house fit the ports of a connection."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.identity.tokens import TokenVerifier
from infra.push.protocol import CloseCode
from infra.push.server import PushServer
from tests.unit.infra.push.fakes import World

ISSUER = "https://kringmarkt.example"


async def test_a_signed_token_of_the_house_opens_a_connection_and_a_changed_one_does_not(tmp_path: Path) -> None:
    world, issuer = World(), EmbeddedIssuer(tmp_path, ISSUER, "kringmarkt")
    verifier = TokenVerifier(issuer, ISSUER, "kringmarkt")
    world.server = PushServer(dataclasses.replace(world.ports, authenticator=verifier))
    token = issuer.token(world.organisation_id, [], datetime.now(UTC), timedelta(minutes=5))
    async with await world.server.start("127.0.0.1", 0):
        async with world.client(token) as client:
            assert (await client.subscribe(world.channel))["type"] == "subscribed"
        async with world.stranger() as stranger:
            await stranger.say(type="authenticate", token=token[:-8] + "AAAAAAAA")
            assert (await stranger.hear())["code"] == "not_authenticated"
            assert await stranger.close_code() == CloseCode.NOT_AUTHENTICATED
