"""The circularity ladder R0 to R9 (Potting et al., PBL 2017), a property of the planned use, not of the material."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from functools import cache
from types import MappingProxyType
from typing import Literal

from contracts.reference.tables import read_table
from contracts.vocabulary.terms import Language


class WasteHierarchyStep(StrEnum):
    """The steps of art. 4 of Directive 2008/98/EC, best first."""

    PREVENTION = "prevention"
    PREPARING_FOR_REUSE = "preparing_for_reuse"
    RECYCLING = "recycling"
    OTHER_RECOVERY = "other_recovery"
    DISPOSAL = "disposal"


class RStep(IntEnum):
    """A step of the ladder; a lower number keeps more of the product and is better."""

    R0 = 0
    R1 = 1
    R2 = 2
    R3 = 3
    R4 = 4
    R5 = 5
    R6 = 6
    R7 = 7
    R8 = 8
    R9 = 9

    @property
    def tradable(self) -> bool:
        """R0 to R2 change what is made or needed, so there is nothing to hand over."""
        return self >= RStep.R3

    @property
    def wfd_steps(self) -> tuple[WasteHierarchyStep, ...]:
        """The matching steps of the waste hierarchy, best first; two when the ladder alone does not decide."""
        return tuple(WasteHierarchyStep(step) for step in _row(self)["wfd_steps"].split())

    def label(self, lang: Language | Literal["nl", "en"]) -> str:
        """Number and name, such as "R3 Hergebruiken" (nl) or "R3 Reuse" (en). ValueError for another language."""
        return f"{self.name} {_text(self, 'name', lang)}"

    def description(self, lang: Language | Literal["nl", "en"]) -> str:
        """One sentence on what happens to the product. ValueError for another language."""
        return _text(self, "description", lang)


@cache
def _rows() -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType({row["step"]: row for row in read_table("r_ladder")})


def _row(step: RStep) -> Mapping[str, str]:
    return _rows()[step.name]


def _text(step: RStep, column: str, lang: str) -> str:
    """Takes any text as language, because one that comes from a request is not checked by a type."""
    if lang not in set(Language):
        raise ValueError(f"got language {lang[:20]!r}, expected one of {', '.join(Language)}")
    return _row(step)[f"{column}_{lang}"]
