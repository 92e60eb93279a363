"""Blocks to text documents. Nothing of a message is ever read as HTML, and nothing is fetched."""

import re
from typing import assert_never
from unicodedata import east_asian_width
from urllib.parse import urlsplit

from PySide6.QtGui import (
    QColor,
    QFont,
    Qt,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextListFormat,
    QTextTableCellFormat,
    QTextTableFormat,
)

from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.highlight import Kind, highlight
from glmdesk.ui.theme import Style, Theme, latin_quote_families

_HEADING_SCALE = (1.55, 1.32, 1.16, 1.06, 1.0, 0.95)
_INDENT = 26
_LINE_HEIGHT_PERCENT = 138
_QUOTES = re.compile("[\u2018\u2019\u201c\u201d]+")
_ALIGNMENT = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
    None: Qt.AlignmentFlag.AlignLeft,
}


class DocumentBuilder:
    """Fills one document with one block and what is nested in it."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._theme = style.theme
        self.document = QTextDocument()
        self.document.setUndoRedoEnabled(False)
        self.document.setDocumentMargin(0)
        self.document.setDefaultFont(style.text)
        self._cursor = QTextCursor(self.document)
        self._is_empty = True
        self._margin = 0
        self._base = QTextCharFormat()
        self._base.setForeground(QColor(self._theme.text))

    def add(self, block: b.Block) -> None:
        """Add a block at the end."""
        match block:
            case b.Heading(level=level, inlines=inlines):
                self._add_heading(level, inlines)
            case b.Paragraph(inlines=inlines):
                self._start_block()
                self._add_inlines(inlines, self._base)
            case b.BulletList(items=items, tight=tight):
                self._add_list(items, QTextListFormat.Style.ListDisc, 1, is_tight=tight)
            case b.OrderedList(start=start, items=items, tight=tight):
                self._add_list(items, QTextListFormat.Style.ListDecimal, start, is_tight=tight)
            case b.Quote(blocks=blocks) | b.Footnote(blocks=blocks):
                self._add_indented(blocks)
            case b.Code(language=language, text=text, closed=closed):
                self._add_code(language if closed else "", text, self._theme.code_background)
            case b.Table():
                self._add_table(block)
            case b.Math(tex=tex):
                self._add_code("", tex, self._theme.code_background)
            case b.Rule():
                self._start_block()
                self._cursor.insertText("―" * 12, self._muted())
            case _:
                assert_never(block)

    def add_code(self, language: str, text: str) -> None:
        """Add code alone; whoever draws the document draws what is behind it."""
        self._add_code(language, text, None)

    def _start_block(self, *, space_above: int = 0, alignment: str | None = None) -> None:
        layout = QTextBlockFormat()
        layout.setLeftMargin(self._margin)
        layout.setTopMargin(space_above)
        layout.setLineHeight(_LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        layout.setAlignment(_ALIGNMENT[alignment])
        if self._is_empty:
            self._cursor.setBlockFormat(layout)
            self._cursor.setBlockCharFormat(self._base)
        else:
            self._cursor.insertBlock(layout, self._base)
        self._is_empty = False

    def _add_heading(self, level: int, inlines: b.Inlines) -> None:
        self._start_block(space_above=6 if not self._is_empty else 0)
        layout = self._cursor.blockFormat()
        layout.setHeadingLevel(level)
        self._cursor.setBlockFormat(layout)
        heading = QTextCharFormat(self._base)
        heading.setFontPointSize(self._style.text.pointSizeF() * _HEADING_SCALE[level - 1])
        heading.setFontWeight(QFont.Weight.DemiBold)
        self._add_inlines(inlines, heading)

    def _add_indented(self, blocks: b.Blocks) -> None:
        self._margin += _INDENT
        for nested in blocks:
            self.add(nested)
        self._margin -= _INDENT

    def _add_list(
        self, items: tuple[b.ListItem, ...], style: QTextListFormat.Style, start: int, *, is_tight: bool
    ) -> None:
        numbering = QTextListFormat()
        numbering.setStyle(style)
        numbering.setStart(start)
        numbering.setIndent(0)
        self._margin += _INDENT
        made = None
        for item in items:
            self._start_block(space_above=2 if is_tight else 6)
            if item.checked is not None:
                layout = self._cursor.blockFormat()
                layout.setMarker(
                    QTextBlockFormat.MarkerType.Checked
                    if item.checked
                    else QTextBlockFormat.MarkerType.Unchecked
                )
                self._cursor.setBlockFormat(layout)
            if made is None:
                made = self._cursor.createList(numbering)
            else:
                made.add(self._cursor.block())
            self._add_item(item.blocks)
        self._margin -= _INDENT

    def _add_item(self, blocks: b.Blocks) -> None:
        rest = blocks
        if blocks and isinstance(blocks[0], b.Paragraph):
            self._add_inlines(blocks[0].inlines, self._base)
            rest = blocks[1:]
        for nested in rest:
            self.add(nested)

    def _add_code(self, language: str, text: str, background: str | None) -> None:
        lines = highlight(text, language) if language else None
        for number, line in enumerate(text.split("\n")):
            self._start_code_line(background)
            if lines is None or number >= len(lines):
                self._cursor.insertText(line, self._code_format(Kind.PLAIN))
            else:
                for run in lines[number]:
                    self._cursor.insertText(run.text, self._code_format(run.kind))

    def _start_code_line(self, background: str | None) -> None:
        layout = QTextBlockFormat()
        layout.setLeftMargin(self._margin)
        layout.setLineHeight(128, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        layout.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        if background is not None:
            layout.setBackground(QColor(background))
        if self._is_empty:
            self._cursor.setBlockFormat(layout)
        else:
            self._cursor.insertBlock(layout)
        self._is_empty = False

    def _add_table(self, table: b.Table) -> None:
        layout = QTextTableFormat()
        layout.setBorder(1)
        layout.setBorderCollapse(True)
        layout.setCellPadding(6)
        layout.setCellSpacing(0)
        layout.setLeftMargin(self._margin)
        layout.setHeaderRowCount(1)
        layout.setWidth(QTextLength())
        if not self._is_empty:
            self._start_block()
        grid = self._cursor.insertTable(1 + len(table.rows), len(table.header), layout)
        self._is_empty = False
        for row, cells in enumerate((table.header, *table.rows)):
            for column, inlines in enumerate(cells):
                cell = grid.cellAt(row, column)
                cursor = cell.firstCursorPosition()
                aligned = QTextBlockFormat()
                aligned.setAlignment(_ALIGNMENT[table.alignments[column]])
                cursor.setBlockFormat(aligned)
                form = QTextCharFormat(self._base)
                if row == 0:
                    form.setFontWeight(QFont.Weight.DemiBold)
                cell.setFormat(self._framed(cell.format(), is_header=row == 0))
                outer, self._cursor = self._cursor, cursor
                self._add_inlines(inlines, form)
                self._cursor = outer
        self._cursor.movePosition(QTextCursor.MoveOperation.End)

    def _framed(self, form: QTextCharFormat, *, is_header: bool) -> QTextTableCellFormat:
        """Return the format of a cell with a border, because Qt 6.8 draws none that only its table has."""
        framed = form.toTableCellFormat()
        framed.setBorder(1)
        framed.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        framed.setBorderBrush(QColor(self._theme.border))
        if is_header:
            framed.setBackground(QColor(self._theme.code_background))
        return framed

    def _add_inlines(self, inlines: b.Inlines, form: QTextCharFormat) -> None:
        for inline in inlines:
            match inline:
                case b.Text(text):
                    self._add_text(text, form)
                case b.CodeSpan(text) | b.MathSpan(tex=text):
                    self._cursor.insertText(text, self._inline_code(form))
                case b.LineBreak():
                    # Soft ones too: models end a line to end it, and Chinese has no space to join lines with.
                    self._cursor.insertText("\u2028", form)
                case b.FootnoteRef(label):
                    raised = QTextCharFormat(form)
                    raised.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
                    self._cursor.insertText(f"[{label}]", raised)
                case b.Image(src, alt):
                    self._cursor.insertText(_placeholder(src, alt), self._muted(form))
                case _:
                    self._add_nested(inline, form)

    def _add_text(self, text: str, form: QTextCharFormat) -> None:
        done = 0
        for mark in _QUOTES.finditer(text):
            if _is_among_wide(text, mark.start(), mark.end()):
                continue
            self._cursor.insertText(text[done : mark.start()], form)
            narrow = QTextCharFormat(form)
            narrow.setFontFamilies(latin_quote_families(self._style.text))
            self._cursor.insertText(mark[0], narrow)
            done = mark.end()
        if done < len(text):
            self._cursor.insertText(text[done:], form)

    def _add_nested(self, inline: b.Strong | b.Emphasis | b.Strike | b.Link, form: QTextCharFormat) -> None:
        nested = QTextCharFormat(form)
        match inline:
            case b.Strong():
                nested.setFontWeight(QFont.Weight.Bold)
            case b.Emphasis():
                nested.setFontItalic(True)
            case b.Strike():
                nested.setFontStrikeOut(True)
            case b.Link(href=href):
                nested.setAnchor(True)
                nested.setAnchorHref(href)
                nested.setForeground(QColor(self._theme.link))
                nested.setFontUnderline(True)
        self._add_inlines(inline.inlines, nested)

    def _muted(self, form: QTextCharFormat | None = None) -> QTextCharFormat:
        muted = QTextCharFormat(form if form is not None else self._base)
        muted.setForeground(QColor(self._theme.muted))
        return muted

    def _inline_code(self, form: QTextCharFormat) -> QTextCharFormat:
        code = QTextCharFormat(form)
        code.setFontFamilies(self._style.code.families())
        code.setBackground(QColor(self._theme.code_header))
        return code

    def _code_format(self, kind: Kind) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setFont(self._style.code)
        form.setForeground(QColor(_colour(self._theme, kind)))
        return form


def _is_among_wide(text: str, start: int, end: int) -> bool:
    """Whether a part of a text touches a Chinese character or a mark that is as wide as one."""
    beside = (text[start - 1 : start], text[end : end + 1])
    return any(character and east_asian_width(character) in ("W", "F") for character in beside)


def _placeholder(src: str | None, alt: str) -> str:
    host = urlsplit(src).hostname if src else None
    label = alt.strip() or _("image")
    return _("[Image: {label}, from {host}]").format(label=label, host=host) if host else f"[{label}]"


def _colour(theme: Theme, kind: Kind) -> str:
    return {
        Kind.PLAIN: theme.text,
        Kind.KEYWORD: theme.keyword,
        Kind.STRING: theme.string,
        Kind.NUMBER: theme.number,
        Kind.COMMENT: theme.comment,
        Kind.FUNCTION: theme.function,
        Kind.TYPE: theme.type,
    }[kind]
