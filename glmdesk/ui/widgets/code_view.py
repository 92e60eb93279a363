"""Code to be read, selected and copied, however long it and its lines are."""

import time
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextCursor, QTextFormat, QTextOption
from PySide6.QtWidgets import QWidget

from glmdesk.render.highlight import CodeRun, Kind, Line
from glmdesk.typed import override
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.code_font import colour_of
from glmdesk.ui.widgets.text_input import TextInput

_LONGEST: Final = 1_000
"""Characters of a paragraph. Qt lays one out whole: a megabyte takes ten seconds, in pieces half of one."""

_SLICE_S: Final = 0.008
"""Half a frame. The beginning is there at once, the rest comes beside everything else."""

_GOES_ON: Final = 1
"""The state of a paragraph that goes on with the line of the one before it."""

_KIND: Final = int(QTextFormat.Property.UserProperty)
"""What a piece of text is: with it, it takes other colours."""

_SEPARATOR: Final = "\u2029"
"""Stands between paragraphs in what is selected. There is none in code: it is escaped there."""


class CodeView(TextInput):
    """Shows one text at a time. Lines that are too long are broken, and copied whole."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._formats = dict[Kind, QTextCharFormat]()
        self._rest: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        self.set_style(style)

    def set_style(self, style: Style) -> None:
        """Take other colours and fonts; the text stays as it is."""
        self.setFont(style.code)
        self._formats = {kind: _format(style, kind) for kind in Kind}
        self._rest = chain(self._recolour(), self._rest)
        self._go_on()

    @property
    def is_complete(self) -> bool:
        """Whether all of the text is there."""
        return not self._timer.isActive()

    def show_code(self, text: str, coloured: Sequence[Line] | None) -> None:
        """Show a text, with the colours of its lines where it has some."""
        self.clear()
        lines = coloured or ((CodeRun(line, Kind.PLAIN),) for line in text.split("\n"))
        self._rest = self._write(iter(lines))
        self._go_on()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _go_on(self) -> None:
        until = time.perf_counter() + _SLICE_S
        for _line in self._rest:
            if time.perf_counter() >= until:
                self._timer.start()
                return
        self._timer.stop()

    def _recolour(self) -> Iterator[None]:
        """Give every piece that is there the format of its kind."""
        block, cursor = self.document().begin(), QTextCursor(self.document())
        while block.isValid():
            for start, end, kind in _pieces(block):
                cursor.setPosition(start)
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(self._formats[kind])
            block = block.next()
            yield

    def _write(self, lines: Iterator[Line]) -> Iterator[None]:
        """Add line after line at the end."""
        cursor = QTextCursor(self.document())
        for number, line in enumerate(lines):
            if number:
                cursor.insertBlock()
                cursor.block().setUserState(0)
            yield from self._write_line(cursor, line)
            yield

    def _write_line(self, cursor: QTextCursor, line: Line) -> Iterator[None]:
        room = _LONGEST
        for run in line:
            text = run.text
            while text:
                if not room:
                    yield
                    cursor.insertBlock()
                    cursor.block().setUserState(_GOES_ON)
                    room = _LONGEST
                piece, text = text[:room], text[room:]
                cursor.insertText(piece, self._formats[run.kind])
                room -= len(piece)

    @override
    def createMimeDataFromSelection(self) -> QMimeData:
        cursor = self.textCursor()
        block = self.document().findBlock(cursor.selectionStart())
        first, *others = cursor.selectedText().split(_SEPARATOR)
        pieces = [first]
        for other in others:
            block = block.next()
            pieces += ["" if block.userState() == _GOES_ON else "\n", other]
        data = QMimeData()
        data.setText("".join(pieces))
        return data


def _pieces(block: QTextBlock) -> list[tuple[int, int, Kind]]:
    """Return where the pieces of a paragraph begin and end, with their kinds."""
    pieces: list[tuple[int, int, Kind]] = []
    at = block.begin()
    while not at.atEnd():
        piece = at.fragment()
        start, kind = piece.position(), piece.charFormat().intProperty(_KIND)
        pieces.append((start, start + piece.length(), Kind(kind)))
        at += 1
    return pieces


def _format(style: Style, kind: Kind) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour_of(style.theme, kind)))
    made.setProperty(_KIND, kind.value)
    return made
