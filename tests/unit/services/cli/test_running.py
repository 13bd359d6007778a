"""What `kringmarkt run` shows of trades, and what `kringmarkt serve` refuses."""

from decimal import Decimal
from typing import Any

import pytest
import typer

from contracts.events.registry import EVENT_TYPES
from contracts.events.trades import ProposalState, TradeAccepted, TradesLapsed, TradesProposed
from contracts.upcasts import read
from contracts.vocabulary.quantities import Unit
from infra.settings import Settings
from services.cli import running
from services.cli.main import COMMANDS
from services.cli.running import SHOW, SHOWN_PER_EVENT
from services.deployables import DEPLOYABLES
from tests.contracts.example_events import example_event


def example(kind: type[Any]) -> Any:
    return read(example_event(f"{kind.name}.v{kind.version}"))


def proposal(**given: Any) -> ProposalState:
    (first, *_) = example(TradesProposed).proposals
    changed: ProposalState = first.model_copy(update=given)
    return changed


def test_run_and_serve_are_commands() -> None:
    assert dict(COMMANDS)["run"] is running.run
    assert dict(COMMANDS)["serve"] is running.serve


def test_a_service_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(typer.BadParameter, match=f"got 'bakery'; expected one of {', '.join(DEPLOYABLES)}"):
        running.serve("bakery")


@pytest.mark.parametrize(
    ("quantity", "unit", "shown"),
    [
        (Decimal("12.50"), Unit.TONNE, "12.5 t"),
        (Decimal("100.000000"), Unit.TONNE, "100 t"),
        (Decimal("1E+3"), Unit.KG, "1000 kg"),
        (Decimal("33.333333"), Unit.TONNE, "33.3 t"),
        (None, None, "?"),
    ],
)
def test_a_proposal_shows_its_quantity_as_people_write_it(
    quantity: Decimal | None, unit: Unit | None, shown: str
) -> None:
    assert f": {shown}, " in running._line(proposal(quantity=quantity, unit=unit))


def test_a_proposal_shows_material_distance_score_and_status() -> None:
    shown = proposal(concept="wood_grade_a", distance_km=41.6, score=0.876)
    assert running._line(shown).endswith(f", 42 km, score 0.88, {shown.verdict.status.value}")
    assert "A-hout" in running._line(shown)


def printed(data: Any, capsys: pytest.CaptureFixture[str]) -> list[str]:
    SHOW[type(data)](data)
    return capsys.readouterr().out.splitlines()


def test_of_many_proposals_the_first_are_shown_and_the_rest_counted(capsys: pytest.CaptureFixture[str]) -> None:
    data = example(TradesProposed)
    few = data.model_copy(update={"proposals": (proposal(),) * SHOWN_PER_EVENT})
    many = data.model_copy(update={"proposals": (proposal(),) * (SHOWN_PER_EVENT + 2)})
    assert len(printed(few, capsys)) == SHOWN_PER_EVENT
    *shown, rest = printed(many, capsys)
    assert len(shown) == SHOWN_PER_EVENT
    assert rest == "  and 2 more for the same listing"


def test_lapsed_proposals_are_counted_with_their_reason(capsys: pytest.CaptureFixture[str]) -> None:
    data = example(TradesLapsed)
    assert printed(data, capsys) == [f"  vervallen {len(data.lapsed)} ({data.lapsed[0].reason.value})"]


def test_a_trade_is_shown_with_its_status_and_material(capsys: pytest.CaptureFixture[str]) -> None:
    data = example(TradeAccepted)
    running._show_trade(data)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"  {data.trade.status.value} ")


def test_what_is_shown_are_events_of_the_topic_that_is_followed() -> None:
    followed = {kind for kind in EVENT_TYPES.values() if kind.topic == TradesProposed.topic}
    assert set(SHOW) <= followed


def test_where_the_marketplace_is_open_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    running._say_where(Settings(host="127.0.0.1", port=8123, push_port=8124))
    told = capsys.readouterr().out
    assert "http://127.0.0.1:8123/docs" in told
    assert "ws://127.0.0.1:8124" in told
