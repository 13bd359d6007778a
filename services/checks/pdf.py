"""A dossier as PDF on A4, with its fonts inside; the same dossier gives the same bytes.

Text is always escaped before it is set: the typesetter reads markup, and markup can name files and addresses.
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from services.checks.dossier import CriterionRow, Dossier, Pair
from services.checks.pages import safe_link
from services.checks.views import LineView
from services.checks.wording import Say, day_in, speaker

REGULAR, BOLD = "Vera", "VeraBd"
MARGIN_MM = 18
LABEL_SHARE = 0.28
CRITERIA_SHARES = (0.34, 0.13, 0.13, 0.13, 0.27)
SIGNATURE_HEIGHT_MM = 11
TEXT, SMALL, HEAD, SUBHEAD, TITLE = "text", "small", "head", "subhead", "title"
TABLE_HEAD, TABLE_START_MM = "table_head", 45
SIZES = {
    TEXT: (REGULAR, 9),
    SMALL: (REGULAR, 7),
    SUBHEAD: (BOLD, 10),
    HEAD: (BOLD, 12),
    TABLE_HEAD: (BOLD, 12),
    TITLE: (BOLD, 16),
}


def dossier_pdf(dossier: Dossier) -> bytes:
    """The dossier as the bytes of a PDF."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    file = BytesIO()
    margin = MARGIN_MM * mm
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
        title=f"{dossier.title} - {dossier.status_label}",
        author="Kringmarkt",
        subject=dossier.notice,
        lang=dossier.language.value,
        invariant=1,
    )
    foot = _foot(dossier)
    document.build(_Typesetter(dossier, document.width).story(), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


@cache
def _styles() -> dict[str, Any]:
    """The styles; the fonts are those that come with the typesetter, imported at first use as it takes long."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    return {
        name: ParagraphStyle(
            name,
            fontName=font,
            fontSize=size,
            leading=size * 1.35,
            spaceBefore=size * 0.8 if font == BOLD else 0,
            spaceAfter=size * 0.3,
            # Kept with a table of pages, a heading would push the whole of it to the next page.
            keepWithNext=font == BOLD and name != TABLE_HEAD,
        )
        for name, (font, size) in SIZES.items()
    }


def _plain(text: str) -> str:
    """Text in which nothing is markup and nothing is a control character."""
    return escape("".join(sign if sign.isprintable() else " " for sign in text))


def _foot(dossier: Dossier) -> Any:
    say, left = speaker(dossier.language), f"{dossier.title} - {dossier.notice}"

    def draw(canvas: Any, document: Any) -> None:
        _styles()
        canvas.saveState()
        canvas.setFont(REGULAR, 7)
        canvas.drawString(document.leftMargin, document.bottomMargin / 2, left)
        right = document.leftMargin + document.width
        canvas.drawRightString(right, document.bottomMargin / 2, f"{say('page')} {document.page}")
        canvas.restoreState()

    return draw


class _Typesetter:
    """Sets one dossier within `width` points."""

    def __init__(self, dossier: Dossier, width: float) -> None:
        self._dossier = dossier
        self._width = width
        self._say: Say = speaker(dossier.language)

    def story(self) -> list[Any]:
        """Everything, from top to bottom."""
        return [
            *self._top(),
            *self._material(),
            *self._sentences("blockers", self._dossier.blockers),
            *self._sentences("missing", self._dossier.missing),
            *self._criteria(),
            *self._sentences("duties", self._dossier.duties),
            *self._receipt(),
            *self._signature(),
        ]

    def _set(self, text: str, style: str = TEXT) -> Any:
        return self._marked(_plain(text), style)

    def _marked(self, escaped: str, style: str = TEXT) -> Any:
        from reportlab.platypus import Paragraph

        return Paragraph(escaped, _styles()[style])

    def _top(self) -> list[Any]:
        dossier, say = self._dossier, self._say
        lines = [
            Pair(label=say("on"), text=day_in(dossier.language, dossier.on)),
            Pair(label=say("made_on"), text=day_in(dossier.language, dossier.made_on)),
            Pair(label=say("status"), text=dossier.status_label),
        ]
        if dossier.reference:
            lines.insert(0, Pair(label=say("reference"), text=dossier.reference))
        return [
            self._set(dossier.title, TITLE),
            self._set(f"{dossier.notice}. {dossier.advice}", SUBHEAD),
            self._pairs(lines),
            self._set(say("outcome"), HEAD),
            self._set(dossier.outcome),
            self._set(dossier.confidence),
        ]

    def _material(self) -> list[Any]:
        dossier, say = self._dossier, self._say
        found = [self._set(say("subject"), HEAD), self._pairs(dossier.subject)]
        for name, items in (("properties", dossier.properties), ("trade", dossier.trade)):
            if items:
                found += [self._set(say(name), SUBHEAD), self._pairs(items)]
        papers = "; ".join(dossier.evidence) or say("none")
        return [*found, self._set(say("evidence"), SUBHEAD), self._set(papers)]

    def _sentences(self, name: str, items: Sequence[LineView]) -> list[Any]:
        texts = [f"- {item.text}" for item in items] or [self._say("none")]
        return [self._set(self._say(name), HEAD), *map(self._set, texts)]

    def _pairs(self, items: Sequence[Pair]) -> Any:
        rows = [[self._set(item.label), self._set(item.text)] for item in items]
        return self._table(rows, (LABEL_SHARE, 1 - LABEL_SHARE), lined=False)

    def _criteria(self) -> list[Any]:
        from reportlab.lib.units import mm
        from reportlab.platypus import CondPageBreak

        title = self._set(self._say("criteria"), TABLE_HEAD)
        if not self._dossier.criteria:
            return [title, self._set(self._say("none"))]
        head = [self._set(self._say(name)) for name in ("criterion", "finding", "value", "limit", "article")]
        rows = [self._criterion(row) for row in self._dossier.criteria]
        return [CondPageBreak(TABLE_START_MM * mm), title, self._table([head, *rows], CRITERIA_SHARES, lined=True)]

    def _criterion(self, row: CriterionRow) -> list[Any]:
        article, link = _plain(row.article), escape(safe_link(row.link), {'"': "&quot;"})
        return [
            [self._set(row.title), self._set(row.explanation, SMALL)],
            self._set(row.outcome_label),
            self._set(row.value),
            self._set(row.limit),
            [
                self._marked(f'<a href="{link}" color="#00428a">{article}</a>' if link else article),
                self._set(f"{self._say('source')}: {row.source}; {row.confidence_label}", SMALL),
            ],
        ]

    def _receipt(self) -> list[Any]:
        receipt, say = self._dossier.receipt, self._say
        return [
            self._set(say("receipt"), HEAD),
            *(self._set(f"{say(name)}: {receipt[name]}", SMALL) for name in ("engine", "rulebook", "facts")),
            self._set(say("law_files"), SUBHEAD),
            *(self._set(f"{file.label}: {file.text}", SMALL) for file in self._dossier.law_files),
        ]

    def _signature(self) -> list[Any]:
        from reportlab.lib.units import mm
        from reportlab.platypus import KeepTogether

        names = ("name", "organisation", "date", "autograph")
        rows = [[self._set(self._say(name)), ""] for name in names]
        table = self._table(rows, (LABEL_SHARE, 1 - LABEL_SHARE), lined=True, height=SIGNATURE_HEIGHT_MM * mm)
        return [KeepTogether([self._set(self._say("signature"), HEAD), table])]

    def _table(
        self, rows: list[list[Any]], shares: Sequence[float], *, lined: bool, height: float | None = None
    ) -> Any:
        from reportlab.lib import colors
        from reportlab.platypus import Table, TableStyle

        widths = [share * self._width for share in shares]
        heads = 1 if lined and height is None else 0
        # A long text in a narrow column may be higher than a page: rows may split too.
        table = Table(rows, widths, [height] * len(rows), repeatRows=heads, splitInRow=int(height is None))
        style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 3)]
        if lined:
            style.append(("GRID", (0, 0), (-1, -1), 0.4, colors.grey))
        if heads:
            style.append(("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eef2f6")))
        table.setStyle(TableStyle(style))
        return table
