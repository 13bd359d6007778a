"""`kringmarkt publish` against a real API on a real PostgreSQL."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Container
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import openpyxl
import pytest
from typer.testing import CliRunner, Result

from contracts.vocabulary.materials import resolve_label
from contracts.vocabulary.terms import ListingKind, Role
from infra.settings import Settings
from services.cli.main import app
from services.cli.publish import Order, publish_file
from services.cli.publishing import Patience
from services.cli.reporting import NOTHING_DONE, SOME_REFUSED
from services.house import House
from services.http_app import create_app
from services.listings_api.app import routers
from services.wiring import open_house
from tests.support.http_server import serving
from tests.support.postgres import NewDsn
from tests.support.shared_data import shared_data

ORGANISATION = UUID(int=4711)
TITLE = 100
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Market:
    """A marketplace that answers at `url`, and a token of an organisation that is registered there."""

    house: House
    url: str
    token: str

    async def count(self, table: str, condition: str = "true") -> int:
        """How many rows there are."""
        async with self.house.database.connection() as connection:
            return int(await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {condition}"))

    def order(self, file: Path) -> Order:
        """An order to publish a file here."""
        return Order(file, self.url, self.token)

    async def run(self, *arguments: str) -> Result:
        """`kringmarkt publish` as people start it."""
        environment = {"KRINGMARKT_TOKEN": self.token, "KRINGMARKT_URL": self.url}
        return await asyncio.to_thread(CliRunner().invoke, app, ["publish", *arguments], env=environment)


@pytest.fixture
async def market(new_dsn: NewDsn, tmp_path: Path) -> AsyncIterator[Market]:
    async with open_house(Settings(data_dir=tmp_path / "var"), await new_dsn()) as house:
        assert house.issuer is not None
        token = house.issuer.token(ORGANISATION, [Role.HOLDER], datetime.now(UTC), timedelta(hours=1))
        async with serving(create_app(house, "test", routers())) as url:
            async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
                (await client.post("/v1/organisations", json={"name": "Sloperij De Test"})).raise_for_status()
            yield Market(house, url, token)


def day(ahead: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=ahead)


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    path = tmp_path / "aanbod.csv"
    path.write_bytes(
        "\r\n".join(
            (
                "Overzicht;;;;;;",
                "Titel;Materiaal;Euralcode;Hoeveelheid;Postcode;Prijs;Tot",
                f'"Resten &amp;gt; 1 m";A-hout;30105;12,5 ton;3511 AB;-15,00;{day(30):%d-%m-%Y}',
                "Dakleien;houtig spul;170201;1.234 kg;1012;;",
                ";;;;;;",
                "Houten balken;hout;17 02 01;40 stuks;0123 AB;;",
                'Kozijnen "oud";B-hout;170201;1 200 kg;1012 AB;0;',
            )
        ).encode("cp1252")
    )
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "aanbod.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Onze reststromen"])
    sheet.merge_cells("A1:F1")
    sheet.append(["titel", "materiaal", "hoeveelheid", None, "postcode", "tot", "eigenschap:moisture[% w/w]"])
    sheet.append([None, None, "waarde", "eenheid", None, None, None])
    sheet.append(["Pallets", "wood_grade_a", 2.5, "ton", 3511, datetime(2099, 1, 31), 18])  # noqa: DTZ001
    sheet.append(["Balken", "wood_grade_b", "=1+1", "ton", "1012 AB", None, None])
    book.save(path)
    return path


@pytest.fixture
def lines_file(tmp_path: Path) -> Path:
    path = tmp_path / "beide.ndjson"
    want = {"kind": "want", "title": "Hout gezocht", "concepts": ["wood"], "quantity": "20", "unit": "t"}
    offer = {"kind": "offer", "title": "Puin", "concept": "minerals", "quantity": 1.5, "unit": "t", "postcode": "3511"}
    bad = {**offer, "quantity": -1, "colour": "red"}
    lines = [
        json.dumps({**want, "postcode": "7411", "external_id": "W-1"}),
        json.dumps(offer),
        "",
        json.dumps(bad),
        "{",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


async def test_a_csv_file_is_published_but_for_its_wrong_rows(market: Market, csv_file: Path) -> None:
    first = await market.run(str(csv_file), "--json")
    assert first.exit_code == SOME_REFUSED
    summary = json.loads(first.stdout)
    assert (summary["created"], summary["refused"]) == (2, 2)
    assert [row["row"] for row in summary["rows"]] == [4, 6]
    columns = [[fault["column"] for fault in row["faults"]] for row in summary["rows"]]
    assert columns == [["Hoeveelheid", "Materiaal"], ["Postcode"]]
    assert "row 4: column 'Hoeveelheid': got '1.234 kg'; expected a number" in first.stderr
    assert await market.count("listings.listings", "status = 'open'") == 2


async def test_a_second_time_nothing_changes(market: Market, csv_file: Path, workbook: Path, lines_file: Path) -> None:
    files = (csv_file, workbook, lines_file)
    first = [await publish_file(market.order(file)) for file in files]
    events = await market.count("eventlog.events")
    again = [await publish_file(market.order(file)) for file in files]
    assert [report.counts["created"] for report in first] == [2, 1, 2]
    assert [report.counts["unchanged"] for report in again] == [2, 1, 2]
    assert [report.counts["refused"] for report in again] == [2, 1, 2]
    assert await market.count("eventlog.events") == events


async def test_a_workbook_and_a_csv_file_with_the_same_content_are_the_same_lots(
    market: Market, workbook: Path, tmp_path: Path
) -> None:
    same = tmp_path / "same.csv"
    same.write_text(
        "name,material,quantity,unit,postcode,until,property:moisture[% w/w]\n"
        "Pallets,A-hout,2.50,tonne,3511,2099-01-31,18.0\n"
    )
    assert (await publish_file(market.order(workbook))).counts["created"] == 1
    assert (await publish_file(market.order(same))).counts["unchanged"] == 1


async def test_a_formula_without_a_value_is_told_with_its_row(market: Market, workbook: Path) -> None:
    report = await publish_file(market.order(workbook))
    assert report.refusals == [
        {
            "row": 5,
            "faults": [
                {
                    "column": "hoeveelheid waarde",
                    "got": "=1+1",
                    "expected": "expected a value; the formula in this cell was never calculated: open the file, "
                    "save it and send it again",
                }
            ],
        }
    ]


async def test_lines_of_json_may_hold_both_kinds(market: Market, lines_file: Path) -> None:
    report = await publish_file(market.order(lines_file))
    assert [(row["row"], [f["column"] for f in row["faults"]]) for row in report.refusals] == [  # type: ignore[attr-defined]
        (4, ["quantity", "colour"]),
        (5, [None]),
    ]
    assert await market.count("listings.listings", "kind = 'want'") == 1


async def test_a_row_with_its_own_number_is_revised_and_can_go_back(market: Market, tmp_path: Path) -> None:
    file = tmp_path / "een.csv"
    text = "nummer;titel;materiaal;hoeveelheid;postcode\nA-1;Puin;minerals;{} t;3511\n"
    results = []
    for tonnes in (10, 12, 10):
        file.write_text(text.format(tonnes))
        results.append(dict((await publish_file(market.order(file))).counts))
    assert results == [{"created": 1}, {"revised": 1}, {"revised": 1}]


async def test_what_the_marketplace_refuses_is_told_in_the_words_of_the_file(market: Market, tmp_path: Path) -> None:
    file = tmp_path / "oud.csv"
    file.write_text(
        "titel;materiaal;hoeveelheid;postcode;tot\nPuin;minerals;1 t;;\nZand;soil_sand;1 t;3511;01-02-2020\n"
    )
    report = await publish_file(market.order(file))
    assert [row["faults"][0]["column"] for row in report.refusals] == ["postcode", "tot"]  # type: ignore[index]
    rehearsed = await publish_file(replace(market.order(file), dry_run=True, token=None))
    assert rehearsed.refusals == report.refusals


async def test_refused_rows_can_be_mended_in_their_own_file(market: Market, csv_file: Path, tmp_path: Path) -> None:
    mended = tmp_path / "fout.csv"
    await publish_file(replace(market.order(csv_file), errors=mended))
    rows = list(csv.reader(mended.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert [row[-2] for row in rows] == ["_rij", "4", "6"]
    text = mended.read_text(encoding="utf-8-sig")
    text = text.replace("houtig spul", "hout").replace("1.234 kg", "1234 kg").replace("0123 AB", "1012 AB")
    mended.write_text(text, encoding="utf-8-sig")
    report = await publish_file(market.order(mended))
    assert dict(report.counts) == {"created": 2}


@pytest.mark.parametrize("lost", ["request", "answer"])
async def test_a_cut_connection_makes_nothing_twice(market: Market, tmp_path: Path, lost: str) -> None:
    file = tmp_path / "veel.csv"
    rows = "".join(f"Partij {number};minerals;{number} t;3511\n" for number in range(1, 41))
    file.write_text(f"titel;materiaal;hoeveelheid;postcode\n{rows}")
    async with CuttingProxy(market.url, lost=lost, cuts=(2, 3)) as proxy:
        order = replace(market.order(file), url=proxy.url, batch=10, patience=Patience(5.0, sleep=_no_wait))
        report = await publish_file(order)
    assert proxy.requests == 6
    assert dict(report.counts) == {"created": 40}
    assert await market.count("listings.listings") == 40
    assert await market.count("eventlog.events", "type LIKE '%offer.published%'") == 40


async def test_a_run_that_broke_off_is_finished_by_sending_the_file_again(market: Market, tmp_path: Path) -> None:
    file = tmp_path / "veel.csv"
    rows = "".join(f"Partij {number};minerals;{number} t;3511\n" for number in range(1, 41))
    file.write_text(f"titel;materiaal;hoeveelheid;postcode\n{rows}")
    async with CuttingProxy(market.url, lost="answer", cuts=range(2, 100)) as proxy:
        order = replace(market.order(file), url=proxy.url, batch=10, patience=Patience(2.0, sleep=_no_wait))
        broken = await publish_file(order)
    assert broken.exit_code == SOME_REFUSED
    assert broken.stopped is not None
    assert broken.stopped.startswith("stopped at row 12:")
    again = await publish_file(market.order(file))
    assert dict(again.counts) == {"unchanged": 20, "created": 20}
    assert await market.count("listings.listings") == 40


async def test_without_a_marketplace_nothing_is_done(csv_file: Path) -> None:
    order = Order(csv_file, "http://127.0.0.1:9", "token", patience=Patience(1.0, sleep=_no_wait))
    report = await publish_file(order)
    assert report.exit_code == NOTHING_DONE
    assert "no answer" in (report.stopped or "")


async def test_a_wrong_token_says_how_to_get_another(market: Market, csv_file: Path) -> None:
    report = await publish_file(replace(market.order(csv_file), token="wrong"))
    assert report.exit_code == NOTHING_DONE
    assert "`kringmarkt token`" in (report.stopped or "")


async def test_2690_real_names_are_published(market: Market, tmp_path: Path) -> None:
    source = shared_data("lma-waste-descriptions-nl") / "lma_descriptions_shared.csv"
    file = tmp_path / "lma.csv"
    with source.open(encoding="utf-8", newline="") as given, file.open("w", encoding="utf-8", newline="") as made:
        writer = csv.writer(made, delimiter=";")
        writer.writerow(("id", "titel", "omschrijving", "euralcode", "materiaal", "gewicht_kg", "postcode", "keyflow"))
        for number, row in enumerate(csv.DictReader(given), start=1):
            name, code = row["benaming_afval"], row["euralcode_as_recorded"]
            found = resolve_label(name, row["euralcode"])
            concept = found[0].id if found else "residual_mixed"
            title = f"{name[:TITLE]} ({code})"
            writer.writerow((row["id"], title, name, code, concept, number, "1012 AB", row["keyflow"]))
    report = await publish_file(replace(market.order(file), kind=ListingKind.OFFER))
    assert report.refusals == []
    assert dict(report.counts) == {"created": 2690}
    assert await market.count("listings.listings", "status = 'open'") == 2690


async def _no_wait(_seconds: float) -> None:
    await asyncio.sleep(0)


class CuttingProxy:
    """Passes HTTP requests on to `upstream`, one per connection, and cuts those whose number is in `cuts`.

    `lost="request"`: the marketplace never hears of it. `lost="answer"`: it is carried out, and the caller cannot know.
    """

    def __init__(self, upstream: str, *, lost: str, cuts: Container[int]) -> None:
        self._upstream = urlsplit(upstream)
        self._lost = lost
        self._cuts = cuts
        self.requests = 0
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _message(reader)
        self.requests += 1
        cut = self.requests in self._cuts
        if not (cut and self._lost == "request"):
            answer = await self._ask(request)
            if not cut:
                writer.write(answer)
                await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
        head, end, body = request.partition(HEAD_END)
        writer.write(head + b"\r\nConnection: close" + end + body)
        await writer.drain()
        answer = await reader.read(-1)
        writer.close()
        await writer.wait_closed()
        return answer


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(HEAD_END)
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
    return head + await reader.readexactly(length)
