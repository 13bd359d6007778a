"""The guide for operators is true: its table of metrics, every alarm over them, its settings and commands."""

import re
from dataclasses import dataclass

import pytest

from infra.metrics import METRICS, PROCESS_METRICS, documented
from infra.settings import PREFIX, Settings
from services.cli.main import COMMANDS
from services.deployables import DEPLOYABLES
from tests.architecture.tree import REPOSITORY
from tests.support.promql import NotPromQL, grouped_by, selected

GUIDE = (REPOSITORY / "docs" / "guides" / "operate.md").read_text(encoding="utf-8")
OF_PROMETHEUS = {"job", "instance", "le"}
CELL = re.compile(r"(?<!\\)\|")


def between(name: str) -> str:
    """What stands between two marks of the guide."""
    return GUIDE.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A row of the table of alarms."""

    name: str
    expression: str
    lasting: str
    meaning: str


def alarms() -> list[Alarm]:
    """The table of alarms; a bar inside a cell is escaped."""
    rows = [CELL.split(line.strip())[1:-1] for line in between("alarms").splitlines()[2:]]
    cells = [[cell.strip().replace("\\|", "|") for cell in row] for row in rows]
    return [Alarm(name, expression.strip("`"), lasting, meaning) for name, expression, lasting, meaning in cells]


def labels_by_series() -> dict[str, set[str]]:
    """The labels of every series that a process exposes."""
    ours = {name: set(item.labels) for item in METRICS for name in item.series}
    return ours | {name: set() for name in PROCESS_METRICS} | {"up": set()}


def test_the_table_of_metrics_is_the_list() -> None:
    shown = between("metrics").strip()
    assert shown == documented().strip(), "put what `kringmarkt metrics` prints between the marks"


def test_there_are_alarms_for_all_that_must_work() -> None:
    found = alarms()
    assert len(found) >= 15
    assert len({alarm.name for alarm in found}) == len(found)
    used = {one.name for alarm in found for one in selected(alarm.expression)}
    assert used >= {
        "up",
        "kringmarkt_consumer_lag_seconds",
        "kringmarkt_relay_lag_seconds",
        "kringmarkt_dead_letters_waiting",
        "kringmarkt_task_up",
        "kringmarkt_part_ok",
    }


@pytest.mark.parametrize("alarm", alarms(), ids=[alarm.name for alarm in alarms()])
def test_an_alarm_is_an_expression_over_metrics_that_exist(alarm: Alarm) -> None:
    known = labels_by_series()
    series = selected(alarm.expression)
    assert series
    for one in series:
        assert one.name in known, f"{one.name} is no metric"
        labels = known[one.name] | OF_PROMETHEUS
        assert {label for label, _value in one.matched} <= labels, f"{one.name} has labels {sorted(labels)}"
    assert grouped_by(alarm.expression) <= set().union(*(known[one.name] for one in series)) | OF_PROMETHEUS
    assert re.fullmatch(r"\d+[mh]", alarm.lasting)
    assert len(alarm.meaning) > 40, "say what it means and what to do"


def test_alarms_name_services_and_parts_that_exist() -> None:
    matched = [pair for alarm in alarms() for one in selected(alarm.expression) for pair in one.matched]
    services = {name for label, value in matched if label == "service" for name in value.split("|")}
    assert services <= {*DEPLOYABLES, "all_in_one"}
    assert {value for label, value in matched if label == "part"} <= {"database", "broker"}


def test_every_setting_and_command_that_is_named_exists() -> None:
    settings = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", GUIDE)) <= settings
    commands = {name for name, _command in COMMANDS} | {"dead-letters"}
    assert set(re.findall(r"`kringmarkt ([a-z-]+)", GUIDE)) <= commands


@pytest.mark.parametrize(
    "text",
    [
        "up ==",
        "rate(up)",
        "sum by job (up)",
        "up{job=kringmarkt}",
        "nothing(up)",
        "up)",
        "(up",
        "up[5]",
        "absent(up, 1)",
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(NotPromQL):
        selected(text)
