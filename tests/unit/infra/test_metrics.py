"""One list of metrics: every one that is used stands in it, with a unit and labels of few values."""

import ast
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts.events.registry import EVENT_TYPES
from infra.metrics import METRICS, OTHER, PROCESS_METRICS, REGISTRY, Kind, Metric, documented, exposed, type_label
from tests.architecture.tree import sources

MADE_BY = ("Counter", "Gauge", "Histogram", "Summary", "Info", "Enum")
NEVER = {"id", "organisation", "organisation_id", "listing_id", "trade_id", "user", "path", "channel", "address"}


def test_no_metric_is_made_outside_the_list() -> None:
    importing = {
        module.path
        for module in sources()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("prometheus_client")
    }
    assert importing == {"infra/metrics.py"}


def test_what_is_exposed_is_what_is_listed() -> None:
    families = {family.name: family for family in REGISTRY.collect()}
    listed = {item.name.removesuffix("_total") for item in METRICS}
    assert families.keys() - {name.removesuffix("_total") for name in PROCESS_METRICS} == listed
    for item in METRICS:
        family = families[item.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (item.kind.value, item.help)


@pytest.mark.parametrize("item", METRICS, ids=[item.name for item in METRICS])
def test_a_metric_is_named_by_the_rules(item: Metric) -> None:
    assert re.fullmatch(r"kringmarkt_[a-z]+(_[a-z]+)*", item.name)
    assert item.help
    assert item.unit
    assert not NEVER & set(item.labels), "such a label is a series for ever, and may tell of people"
    assert item.name.endswith("_total") == (item.kind is Kind.COUNTER)
    if item.unit == "seconds":
        assert item.name.removesuffix("_total").endswith("_seconds")


def test_every_metric_of_the_list_is_used() -> None:
    constants = {
        target.id
        for module in sources()
        if module.path == "infra/metrics.py"
        for node in module.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name) and getattr(node.value.func, "id", "") in {"_counter", "_gauge", "_histogram"}
    }
    assert len(constants) == len(METRICS)
    used = {
        name
        for module in sources()
        if module.path != "infra/metrics.py"
        for node in ast.walk(module.tree)
        for name in (getattr(node, "id", None), getattr(node, "attr", None))
    }
    assert not constants - used


def test_event_types_are_labels_without_prefix_and_version() -> None:
    assert type_label("nl.kringmarkt.offer.published.v1") == "offer.published"
    assert type_label("com.example.anything") == OTHER
    assert all(type_label(event_type) != OTHER for event_type in EVENT_TYPES)


def test_the_table_has_a_row_for_each() -> None:
    rows = documented().splitlines()
    assert len(rows) == len(METRICS) + 2
    assert all(row.count("|") == rows[0].count("|") for row in rows)


def test_what_is_exposed_can_be_read_by_prometheus() -> None:
    read = {family.name for family in text_string_to_metric_families(exposed().decode())}
    assert read >= {item.name.removesuffix("_total") for item in METRICS}


@pytest.mark.parametrize(
    ("kind", "series"),
    [
        (Kind.COUNTER, ("kringmarkt_x",)),
        (Kind.HISTOGRAM, ("kringmarkt_x_bucket", "kringmarkt_x_sum", "kringmarkt_x_count")),
    ],
)
def test_a_metric_knows_its_series(kind: Kind, series: tuple[str, ...]) -> None:
    assert Metric("kringmarkt_x", kind, "1", "x").series == series
