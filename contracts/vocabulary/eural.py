"""The European List of Waste (Eural): 842 six-digit codes, in force until 2026-12-08 (contracts/reference/eural)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from contracts.reference.tables import read_table


class EuralKind(StrEnum):
    """What a test report can change: nothing for an absolute entry, the code itself for a mirror entry."""

    ABSOLUTE_HAZARDOUS = "absolute_hazardous"
    ABSOLUTE_NON_HAZARDOUS = "absolute_non_hazardous"
    MIRROR_HAZARDOUS = "mirror_hazardous"
    MIRROR_NON_HAZARDOUS = "mirror_non_hazardous"

    @property
    def is_mirror(self) -> bool:
        """Whether the properties of the waste decide between this entry and a counterpart."""
        return self in (EuralKind.MIRROR_HAZARDOUS, EuralKind.MIRROR_NON_HAZARDOUS)


@dataclass(frozen=True, slots=True)
class EuralCode:
    """One entry of the list. `code` is six digits without blanks or asterisk."""

    code: str
    name_nl: str
    name_en: str
    hazardous: bool
    kind: EuralKind

    @property
    def display(self) -> str:
        """The code as the Decision writes it: pairs of digits, an asterisk when hazardous ("17 02 04*")."""
        return _pairs(self.code) + ("*" if self.hazardous else "")

    @property
    def chapter(self) -> str:
        """Two digits, a key of eural_headings()."""
        return self.code[:2]

    @property
    def subchapter(self) -> str:
        """Four digits, a key of eural_headings()."""
        return self.code[:4]


@dataclass(frozen=True, slots=True)
class EuralHeading:
    """A chapter (two digits) or sub-chapter (four digits) with a short Dutch label and the English heading."""

    code: str
    name_nl: str
    name_en: str


class UnknownEuralCode(ValueError):
    """The text is no code of the list. `nearby` holds up to three codes that may have been meant."""

    def __init__(self, got: str, expected: str, nearby: tuple[EuralCode, ...]) -> None:
        self.got = got
        self.nearby = nearby
        if nearby:
            choices = "; ".join(f"{entry.display} {entry.name_nl}" for entry in nearby)
            advice = f"perhaps you mean: {choices}"
        else:
            advice = "look the code up in the List of Waste"
        super().__init__(f"got Eural code {got[:40]!r}, expected {expected}; {advice}")


_KINDS = {
    "AH": EuralKind.ABSOLUTE_HAZARDOUS,
    "AN": EuralKind.ABSOLUTE_NON_HAZARDOUS,
    "MH": EuralKind.MIRROR_HAZARDOUS,
    "MN": EuralKind.MIRROR_NON_HAZARDOUS,
}
_HAZARDOUS = {"0": False, "1": True}
_WRITTEN_CODE = re.compile(r"([0-9]{1,2})[\s.]*([0-9]{2})[\s.]*([0-9]{2})\s*(\*?)")


@cache
def eural_codes() -> Mapping[str, EuralCode]:
    """All codes by their six digits, in the order of the list."""
    entries = (
        EuralCode(
            code=row["code"],
            name_nl=row["name_nl"],
            name_en=row["name_en"],
            hazardous=_HAZARDOUS[row["hazardous"]],
            kind=_KINDS[row["kind"]],
        )
        for row in read_table("eural")
    )
    return MappingProxyType({entry.code: entry for entry in entries})


@cache
def eural_headings() -> Mapping[str, EuralHeading]:
    """The 20 chapters by two digits and the 111 sub-chapters by four, in the order of the list."""
    return MappingProxyType({row["code"]: EuralHeading(**row) for row in read_table("eural_chapters")})


def parse_eural(text: str) -> EuralCode:
    """The entry for a code as people and exports write it: "170204", "17 02 04*", "17.02.04" or "10408".

    Five digits are a code whose leading zero a spreadsheet took away. An asterisk may be left out, but one that
    the list does not give is refused: the writer means another entry, or a later version of the list.
    Raises UnknownEuralCode.
    """
    match = _WRITTEN_CODE.fullmatch(text.strip())
    if match is None:
        raise UnknownEuralCode(text, "six digits such as 170204 or 17 02 04*", _nearby(text))
    first, second, third, asterisk = match.groups()
    entry = eural_codes().get(first.zfill(2) + second + third)
    if entry is None:
        raise UnknownEuralCode(text, "a code of the List of Waste", _nearby(text))
    if asterisk and not entry.hazardous:
        expected = f"{entry.display} without an asterisk, or the hazardous code that is meant"
        raise UnknownEuralCode(text, expected, _hazardous_counterparts(entry))
    return entry


def _pairs(code: str) -> str:
    return f"{code[:2]} {code[2:4]} {code[4:]}"


def _nearby(text: str) -> tuple[EuralCode, ...]:
    """Up to three codes that differ in the fewest digits, nearest in the list first; none without digits."""
    digits = "".join(re.findall("[0-9]", text[:40]))
    if not digits:
        return ()
    wanted = digits.zfill(6) if len(digits) == 5 else digits[:6].ljust(6, "0")
    ranked = sorted(eural_codes().values(), key=lambda entry: _slips(wanted, entry.code))
    return tuple(ranked[:3])


def _slips(wanted: str, code: str) -> tuple[int, int]:
    """How far apart two codes are: digits that differ (swapped digits count once), then places in the list."""
    different = sum(a != b for a, b in zip(wanted, code, strict=True))
    swapped = different == 2 and sorted(wanted) == sorted(code)
    return (1 if swapped else different, abs(int(wanted) - int(code)))


def _hazardous_counterparts(entry: EuralCode) -> tuple[EuralCode, ...]:
    """Up to three hazardous codes of the same sub-chapter, nearest in the list first."""
    same = (other for other in eural_codes().values() if other.subchapter == entry.subchapter)
    hazardous = (other for other in same if other.hazardous)
    return tuple(sorted(hazardous, key=lambda other: abs(int(other.code) - int(entry.code)))[:3])
