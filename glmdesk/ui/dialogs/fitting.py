"""The question what of files is to be sent that are too long for a model. Nothing is cut without it."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from glmdesk.chat.fitting import Excerpt, LongFile
from glmdesk.chat.parts import Forecast
from glmdesk.documents.chunks import Chunk, Mark
from glmdesk.domain.errors import joined
from glmdesk.i18n import _, listed
from glmdesk.typed import override
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.elided_check_box import ElidedCheckBox
from glmdesk.ui.widgets.quotes import PlainLabel

_WIDTH: Final = 520
_INDENT: Final = 26
_LIST_HEIGHT: Final = 180
_LONG: Final = 60
"""Letters of what is shown of a part."""


class FittingDialog(QDialog):
    """Offers the beginning, all of it part by part, or chosen parts.

    Signals:
        beginning_chosen(): as much as fits of the beginning should be sent.
        reader_changed(model_id: str): what would it take with this model; empty: with who answers.
        reader_chosen(model_id: str): this model should read all of it part by part.
        parts_chosen(numbers: list[list[int]]): these parts of the files should be.
        model_wanted(): another model should be chosen.
    """

    beginning_chosen = Signal()
    reader_changed = Signal(str)
    reader_chosen = Signal(str)
    parts_chosen = Signal(list)
    model_wanted = Signal()

    def __init__(
        self,
        parent: QWidget,
        files: Sequence[LongFile],
        first: Sequence[Excerpt],
        room: int,
        *,
        model: str,
        readers: Iterable[tuple[str, str]],
    ) -> None:
        """`first` is what fits of the beginning; `room` are the tokens for which there is room.

        `readers` are the ids of models that can read part by part, with what is said of them.
        """
        super().__init__(parent)
        self._files = files
        self._room = room
        self._can_read = False
        self.setWindowTitle(_("Files too long"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._beginning = QRadioButton(_("The beginning, as much as fits"))
        self._beginning.setAccessibleDescription(_said_of(first, files))
        self._beginning.setEnabled(bool(first))
        self._whole = QRadioButton(_("All of it, part by part"))
        self._whole.setEnabled(False)
        self._forecast = _explained("")
        self._reader = ChoiceBox()
        for model_id, words in readers:
            self._reader.addItem(words, model_id)
        self._parts = QRadioButton(_("Chosen parts"))
        self._ways = QButtonGroup(self)
        self._ways.addButton(self._beginning)
        self._ways.addButton(self._whole)
        self._ways.addButton(self._parts)
        self._boxes = [[self._box(chunk) for chunk in file.chunks] for file in files]
        self._sum = PlainLabel()
        self._send = QPushButton(_("Send"))
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(6)
        for part in (
            _wrapped(_total(files, room, model)),
            self._beginning,
            _explained(_said_of(first, files)),
            self._whole,
            self._forecast,
            self._choice_of_reader(),
            self._parts,
            self._list(),
            self._sum,
            self._buttons(),
        ):
            column.addWidget(part)
        column.insertSpacing(1, 6)
        self._reader.set_label(_("Model that reads the parts"))
        self._reader.currentIndexChanged.connect(self._change_reader)
        self._ways.buttonToggled.connect(self._show_state)
        (self._beginning if first else self._parts).setChecked(True)
        (self._beginning if first else self._parts).setFocus()
        self._show_state()

    def _box(self, chunk: Chunk) -> QCheckBox:
        box = ElidedCheckBox(_title(chunk), partial(_line_of, chunk))
        box.toggled.connect(self._choose_parts)
        return box

    def _choice_of_reader(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(_INDENT, 0, 0, 6)
        label = PlainLabel(_("Parts read by:"))
        label.setBuddy(self._reader)
        line.addWidget(label)
        line.addWidget(self._reader, 1)
        return row

    def _change_reader(self) -> None:
        self._can_read = False
        self._forecast.setText(_("Working it out…"))
        if self._whole.isEnabled():
            self._whole.setChecked(True)
        self._show_state()
        self.reader_changed.emit(self._reader.currentData())

    def show_forecast(self, forecast: Forecast | None, *, lacks_tools: bool) -> None:
        """Say what reading part by part takes; None: the chosen model cannot do it."""
        self._can_read = forecast is not None
        if forecast is None:
            words = _("This model has too little room for it: choose another one to read the parts.")
        else:
            words = _(
                "{forecast}. The question is asked about each part, and one answer is made of all of that."
            ).format(forecast=forecast.words)
            if lacks_tools:
                words = joined(words, _("Tools, the web search and knowledge bases take no part in it."))
        self._forecast.setText(words)
        self._whole.setAccessibleDescription(words)
        self._whole.setEnabled(self._can_read or self._reader.count() > 1)
        self._show_state()
        self._make_room()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Be as high as texts are that were broken into lines: a layout by itself takes them for shorter."""
        needed = self._column.totalHeightForWidth(self.width())
        if self.height() < needed:
            self.resize(self.width(), needed)

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
        chosen = self._chosen
        tokens = sum(file.tokens_of(numbers) for file, numbers in zip(self._files, chosen, strict=True))
        is_too_much = tokens > self._room
        words = _("Chosen: ≈ {tokens} of {room} tokens").format(tokens=f"{tokens:,}", room=f"{self._room:,}")
        self._sum.setText(words)
        self._sum.setProperty("kind", "danger" if is_too_much else "muted")
        self._sum.style().polish(self._sum)
        can_send = self._beginning.isChecked()
        if self._whole.isChecked():
            can_send = self._can_read
        elif self._parts.isChecked():
            can_send = any(chosen) and not is_too_much
        self._send.setEnabled(can_send)

    @property
    def _chosen(self) -> list[list[int]]:
        """Which parts of each file are chosen, counted from 0."""
        return [[at for at, box in enumerate(boxes) if box.isChecked()] for boxes in self._boxes]

    def _accept(self) -> None:
        self.accept()
        if self._beginning.isChecked():
            self.beginning_chosen.emit()
        elif self._whole.isChecked():
            self.reader_chosen.emit(self._reader.currentData())
        else:
            self.parts_chosen.emit(self._chosen)

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


def _line_of(chunk: Chunk, title: str) -> str:
    return _("{part} · ≈ {tokens} tokens").format(part=title, tokens=f"{chunk.tokens:,}")


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
    label.setContentsMargins(_INDENT, 0, 0, 6)
    return label
