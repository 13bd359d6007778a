"""Reading labelled examples."""

from pathlib import Path

import pytest

from matching.suggesting.knowledge import Labelled
from services.cli.labelled import read_labelled
from services.cli.rows import Unreadable
from tests.support.shared_data import shared_data


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file with this text."""
    path = folder / "examples.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "text",
    [
        "euralcode,benaming_afval\n170504,grond schoon\n",
        "Gewicht_KG;BenamingAfval;EuralCode\n12,5;grond schoon;17 05 04\n",
        "Text\tEWC code\ngrond schoon\t170504\n",
    ],
)
def test_the_columns_are_found_by_their_names(tmp_path: Path, text: str) -> None:
    assert read_labelled(written(tmp_path, text)).examples == (Labelled("grond schoon", "170504"),)


def test_a_lost_zero_and_broken_letters_are_mended(tmp_path: Path) -> None:
    text = "euralcode,benaming_afval\n20304,geÃ¯soleerde rest\n"
    assert read_labelled(written(tmp_path, text)).examples == (Labelled("geïsoleerde rest", "020304"),)


def test_rows_that_are_no_example_are_told_and_left_out(tmp_path: Path) -> None:
    text = "euralcode,benaming_afval\n999999,grond\n170504,...\n,hout\n170504,grond\n"
    read = read_labelled(written(tmp_path, text))
    assert read.examples == (Labelled("grond", "170504"),)
    assert [fault.row for fault in read.faults] == [2, 3, 4]
    assert "expected a code of the List of Waste" in read.faults[0].sentence()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("euralcode,gewicht,datum\n170504,1,2\n", "no row with|no column with|names of columns|column"),
        ('{"text": "grond", "code": "170504"}\n', "lines of JSON; expected a CSV or XLSX file"),
        ("", "is empty"),
    ],
)
def test_a_file_without_texts_or_codes_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read_labelled(written(tmp_path, text))


def test_the_real_file_is_read_whole() -> None:
    read = read_labelled(shared_data("lma-waste-descriptions-nl") / "lma_descriptions_shared.csv")
    assert len(read.examples) + len(read.faults) == 2690
    assert len(read.faults) < 10
