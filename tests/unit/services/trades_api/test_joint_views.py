"""What a party sees of a joint trade: its own part in full, the others by role until all agreed."""

from services.matcher.handler import matcher_consumer
from services.trades_api.consumer import trades_consumer
from services.trades_api.joint_views import JointTradeView
from tests.unit.services.scenes import Office

SECRETS = [b"Geheime Handel", b"87654321", b"5038", b"Tilburg"]


async def test_an_anonymous_holder_stays_unknown_until_all_agreed(office: Office) -> None:
    secret = await office.member("Geheime Handel", kvk_number="87654321")
    other, seeker = await office.member("Other"), await office.member("Seeker")
    await secret.offer(quantity="10", visibility="anonymous", postcode="5038 AB")
    await other.offer(quantity="10", postcode="4811")
    await seeker.want(quantity="30", minimum="20")
    await office.settle([matcher_consumer, trades_consumer])
    (trade,) = await seeker.joint_trades()
    path = f"/v1/joint-trades/{trade['joint_id']}"

    for member in (secret, seeker):
        await member.client.post(f"{path}/accept")
        for reader in (seeker, other):
            seen = await reader.client.get(path)
            assert [word for word in (*SECRETS, str(secret.organisation_id).encode()) if word in seen.content] == []
    distances = [leg["distance_km"] for leg in (await seeker.client.get(path)).json()["legs"]]
    assert any(km % 5 == 0 for km in distances)

    await other.client.post(f"{path}/accept")
    view = JointTradeView.model_validate((await other.client.get(path)).json())
    names = {party.organisation["name"] for party in view.parties if party.organisation}
    assert names == {"Geheime Handel", "Other", "Seeker"}


async def test_parties_are_known_by_number_and_ones_own_is_marked(office: Office) -> None:
    one, other = await office.member("One"), await office.member("Other")
    seeker = await office.member("Seeker")
    for member in (one, other):
        await member.offer(quantity="10")
    await seeker.want(quantity="30", minimum="20", title="Voor de pers")
    await office.settle([matcher_consumer, trades_consumer])
    (seen,) = await seeker.joint_trades()

    assert [party["role"] for party in seen["parties"]] == ["holder", "holder", "seeker"]
    assert [party["mine"] for party in seen["parties"]] == [False, False, True]
    assert seen["parties"][2]["title"] == "Voor de pers"
    assert [(leg["sender"], leg["receiver"]) for leg in seen["legs"]] == [(1, 3), (2, 3)]
    assert all(leg["verdict"]["status"] for leg in seen["legs"])
