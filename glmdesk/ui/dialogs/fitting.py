"""The question what of files is to be sent that are too long for a model. Nothing is cut without it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from glmdesk.chat.fitting import Excerpt, LongFile
from glmdesk.documents.chunks import Chunk, Mark
from glmdesk.i18n import _, listed
from glmdesk.ui.widgets.quotes import PlainLabel

_WIDTH: Final = 520
_LIST_HEIGHT: Final = 240
_LONG: Final = 60
"""Letters of what is shown of a part."""


class FittingDialog(QDialog):
    """Offers the beginning, or parts.

    Signals:
        beginning_chosen(): as much as fits of the beginning should be sent.
        parts_chosen(numbers: list[list[int]]): these parts of the files should be.
        model_wanted(): another model should be chosen.
    """

    beginning_chosen = Signal()
    parts_chosen = Signal(list)
    model_wanted = Signal()

    def __init__(
        self, parent: QWidget, files: Sequence[LongFile], first: Sequence[Excerpt], room: int, *, model: str
    ) -> None:
        """`first` is what fits of the beginning; `room` are the tokens for which there is room."""
        super().__init__(parent)
        self._files = files
        self._room = room
        self.setWindowTitle(_("Files too long"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._beginning = QRadioButton(_("The beginning, as much as fits"))
        self._beginning.setAccessibleDescription(_said_of(first, files))
        self._beginning.setEnabled(bool(first))
        self._parts = QRadioButton(_("Chosen parts"))
        self._ways = QButtonGroup(self)
        self._ways.addButton(self._beginning)
        self._ways.addButton(self._parts)
        self._boxes = [[self._box(chunk) for chunk in file.chunks] for file in files]
        self._sum = PlainLabel()
        self._send = QPushButton(_("Send"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(6)
        for part in (
            _wrapped(_total(files, room, model)),
            self._beginning,
            _explained(_said_of(first, files)),
            self._parts,
            self._list(),
            self._sum,
            self._buttons(),
        ):
            column.addWidget(part)
        column.insertSpacing(1, 6)
        self._ways.buttonToggled.connect(self._show_state)
        (self._beginning if first else self._parts).setChecked(True)
        (self._beginning if first else self._parts).setFocus()
        self._show_state()

    def _box(self, chunk: Chunk) -> QCheckBox:
        box = QCheckBox(_line_of(chunk))
        box.toggled.connect(self._choose_parts)
        return box

    def _choose_parts(self) -> None:
        self._parts.setChecked(True)
        self._show_state()

    def _list(self) -> QScrollArea:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        for file, boxes in zip(self._files, self._boxes, strict=True):
            if len(self._files) > 1 and boxes:
                column.addWidget(_wrapped(file.file.name))
            for box in boxes:
                # Several files have parts of one name.
                box.setAccessibleDescription(file.file.name)
                column.addWidget(box)
        column.addStretch()
        area = QScrollArea()
        area.setAccessibleName(_("Parts"))
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(_LIST_HEIGHT)
        area.setWidget(page)
        return area

    def _buttons(self) -> QDialogButtonBox:
        buttons, role = QDialogButtonBox(), QDialogButtonBox.ButtonRole
        other = buttons.addButton(_("Choose another model"), role.ActionRole)
        buttons.addButton(self._send, role.AcceptRole)
        self._send.setDefault(True)
        self._send.setProperty("kind", "primary")
        for button in (other, self._send, buttons.addButton(_("Cancel"), role.RejectRole)):
            button.setAccessibleName(button.text())
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        other.clicked.connect(self._want_model)
        return buttons

    def _show_state(self) -> None:
        chosen = [
            chunk
            for file, boxes in zip(self._files, self._boxes, strict=True)
            for chunk, box in zip(file.chunks, boxes, strict=True)
            if box.isChecked()
        ]
        tokens = sum(chunk.tokens for chunk in chosen)
        is_too_much = tokens > self._room
        words = _("Chosen: ≈ {tokens} of {room} tokens").format(tokens=f"{tokens:,}", room=f"{self._room:,}")
        self._sum.setText(words)
        self._sum.setProperty("kind", "danger" if is_too_much else "muted")
        self._sum.style().polish(self._sum)
        can_send = self._beginning.isChecked() or (bool(chosen) and not is_too_much)
        self._send.setEnabled(can_send)

    def _accept(self) -> None:
        self.accept()
        if self._beginning.isChecked():
            self.beginning_chosen.emit()
        else:
            self.parts_chosen.emit(
                [[at for at, box in enumerate(boxes) if box.isChecked()] for boxes in self._boxes]
            )

    def _want_model(self) -> None:
        self.reject()
        self.model_wanted.emit()


def _total(files: Sequence[LongFile], room: int, model: str) -> str:
    names = listed(file.file.name for file in files if file.chunks)
    tokens = sum(file.tokens for file in files if file.chunks)
    return _(
        "{names}: ≈ {tokens} tokens. Beside your words and an answer {model} has room for {room}. "
        "What should be sent?"
    ).format(names=names, tokens=f"{tokens:,}", model=model, room=f"{room:,}")


def _said_of(first: Sequence[Excerpt], files: Sequence[LongFile]) -> str:
    """Return what the beginning consists of, and what is not in it."""
    sent = {excerpt.file for excerpt in first}
    shown = [excerpt.name or excerpt.file.name for excerpt in first]
    left_out = [file.file.name for file in files if file.file not in sent]
    words = listed(shown)
    if left_out:
        words = _("{sent}; without {left}").format(sent=words, left=listed(left_out))
    return words


def _line_of(chunk: Chunk) -> str:
    return _("{part} · ≈ {tokens} tokens").format(part=_title(chunk), tokens=f"{chunk.tokens:,}")


def _title(chunk: Chunk) -> str:
    """Return where a part is in its file, or how it begins."""
    first, last = chunk.first, chunk.last
    if first is None or last is None:
        return f"“{_begin(chunk.text)}”"
    if first == last or first.kind != last.kind or first.kind == "heading":
        return _one(first)
    match first.kind:
        case "page":
            words = _("Pages {first}–{last}")
        case "slide":
            words = _("Slides {first}–{last}")
        case _:
            words = _("Sheets {first} – {last}")
    return words.format(first=first.name, last=last.name)


def _one(mark: Mark) -> str:
    match mark.kind:
        case "page":
            words = _("Page {name}")
        case "slide":
            words = _("Slide {name}")
        case "sheet":
            words = _("Sheet {name}")
        case _:
            words = "“{name}”"
    return words.format(name=_begin(mark.name))


def _begin(text: str) -> str:
    words = " ".join(text[: 4 * _LONG].split())
    return words if len(words) <= _LONG else f"{words[:_LONG].rstrip()}…"


def _wrapped(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setWordWrap(True)
    return label


def _explained(text: str) -> QLabel:
    label = _wrapped(text)
    label.setProperty("kind", "muted")
    label.setContentsMargins(26, 0, 0, 6)
    return label
