"""Keys that a file can be sent again with."""

from decimal import Decimal

from services.cli.keys import Seen, content_key, numbered


def test_a_key_depends_on_the_content_and_not_on_its_writing() -> None:
    assert content_key({"a": Decimal("12.50"), "b": "x"}) == content_key({"b": "x", "a": Decimal("12.5")})
    assert content_key({"a": Decimal("12.5")}) != content_key({"a": Decimal("12.6")})
    assert content_key({"a": Decimal(1000)}) == content_key({"a": Decimal("1E+3")})
    assert numbered("abc", 2) == "row-abc-2"


def test_what_came_before_is_counted_with_its_first_row() -> None:
    with Seen() as seen:
        assert [seen.count(b"a", 2), seen.count(b"b", 3), seen.count(b"a", 9)] == [(2, 1), (3, 1), (2, 2)]
