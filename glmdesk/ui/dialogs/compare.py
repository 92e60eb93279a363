"""One question to several models: which ones, and their answers side by side."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from glmdesk.i18n import _
from glmdesk.ui.widgets.check_list import CheckList
from glmdesk.ui.widgets.elided_label import ElidedLabel
from glmdesk.ui.widgets.message_view import EDGE
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import TextInput

LEAST: Final = 2
MOST: Final = 5
_SIZE: Final = (1080, 640)
_NARROWEST: Final = 300
_PADDING: Final = 10
_QUESTION_LINES: Final = 3


class AnswerColumn(QWidget):
    """One model's answer with what it takes.

    Signals:
        kept(), stopped(): its buttons were pressed.
    """

    kept = Signal()
    stopped = Signal()

    def __init__(self, title: str, transcript: QWidget) -> None:
        super().__init__()
        self.setMinimumWidth(_NARROWEST)
        self.setAccessibleName(title)
        self._figures = PlainLabel()
        name = ElidedLabel()
        name.setText(title)
        font = name.font()
        font.setBold(True)
        name.setFont(font)
        for words in (name, self._figures):
            words.setContentsMargins(EDGE, 0, EDGE, 0)
        self._figures.setProperty("kind", "muted")
        self._figures.setWordWrap(True)
        self._stop = QPushButton(_("Stop"))
        self._stop.setAccessibleName(_("Stop {model}").format(model=title))
        self._stop.clicked.connect(self.stopped)
        self._keep = QPushButton(_("Keep this one"))
        self._keep.setAccessibleName(_("Keep {model}").format(model=title))
        self._keep.setProperty("kind", "primary")
        self._keep.clicked.connect(self.kept)
        row = QHBoxLayout()
        row.setContentsMargins(EDGE, 0, EDGE, 0)
        row.addWidget(self._stop)
        row.addWidget(self._keep)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(name)
        column.addWidget(transcript, 1)
        column.addWidget(self._figures)
        column.addLayout(row)
        self.show_state("", is_writing=True)

    def show_state(self, figures: str, *, is_writing: bool, can_be_kept: bool = False) -> None:
        """Say what the answer has taken, and offer to stop it or to keep it."""
        self._figures.setText(figures)
        self._stop.setVisible(is_writing)
        self._keep.setVisible(can_be_kept)


class CompareDialog(QDialog):
    """Asks for models, and then shows their answers. Closing it leaves them as variants.

    Signals:
        asked(question: str, model_ids: list[str]): it should go to these models, `LEAST` to `MOST` of them.
    """

    asked = Signal(str, list)

    def __init__(
        self,
        question: str,
        models: Iterable[tuple[str, str, str]],
        chosen: Sequence[str],
        parent: QWidget,
        *,
        is_asked: bool,
    ) -> None:
        """Begin with a question, which can be changed unless it `is_asked` already.

        `models` have an id, a title, and what is to be known of them for the choice.
        """
        super().__init__(parent)
        self.setWindowTitle(_("Compare models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._models = CheckList(_("Models"))
        self._is_asking = False
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._ask = QPushButton(_("Ask them"))
        self._question = TextInput()
        self._row = QHBoxLayout()
        self._pages = QStackedWidget()
        self._furnish_question(question, is_asked=is_asked)
        self._furnish_choice(models, chosen)
        self._pages.addWidget(self._choice())
        self._pages.addWidget(self._answers())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(12)
        whole.addWidget(self._question)
        whole.addWidget(self._pages, 1)
        self._show_whether_enough()

    def _furnish_question(self, question: str, *, is_asked: bool) -> None:
        self._question.setAccessibleName(_("Question"))
        self._question.setProperty("kind", "list")
        self._question.setPlaceholderText(_("Ask anything"))
        self._question.setPlainText(question)
        self._question.setReadOnly(is_asked)
        self._question.setTabChangesFocus(True)
        self._question.setFixedHeight(self._question.fontMetrics().lineSpacing() * _QUESTION_LINES + 18)
        self._question.textChanged.connect(self._show_whether_enough)
        self._question.submitted.connect(self._submit)
        self._question.cancelled.connect(self.reject)

    def _furnish_choice(self, models: Iterable[tuple[str, str, str]], chosen: Sequence[str]) -> None:
        for model_id, title, words in models:
            text = f"{title} – {words}" if words else title
            item = self._models.add(text, model_id, is_marked=model_id in chosen)
            item.setSizeHint(QSize(0, self.fontMetrics().height() + _PADDING))
        self._models.itemChanged.connect(self._choose)
        self._show_hint()
        self._ask.setAccessibleName(self._ask.text())
        self._ask.setProperty("kind", "primary")
        self._ask.setAutoDefault(False)
        self._ask.clicked.connect(self._submit)

    def _choice(self) -> QWidget:
        foot = QHBoxLayout()
        foot.addWidget(self._hint, 1)
        foot.addWidget(self._ask)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._models, 1)
        column.addLayout(foot)
        return page

    def _answers(self) -> QWidget:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(20)
        holder = QWidget()
        holder.setLayout(self._row)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(holder)
        return area

    def show_columns(self, columns: Sequence[AnswerColumn]) -> None:
        """Show answers in place of the choice."""
        for column in columns:
            self._row.addWidget(column, 1)
        self._question.setReadOnly(True)
        self._pages.setCurrentIndex(1)

    def choose_again(self) -> None:
        """Let models be chosen: nothing was asked."""
        self._is_asking = False
        self._show_whether_enough()

    def refuse(self, reason: str) -> None:
        """Say why the chosen models cannot be asked, and let others be."""
        self._hint.setText(reason)
        self._hint.setProperty("kind", "danger")
        self._hint.style().polish(self._hint)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._hint, reason))
        self.choose_again()

    @property
    def question(self) -> str:
        """What is written in it to be asked."""
        return self._question.toPlainText()

    @property
    def is_showing(self) -> bool:
        """Whether there are answers in it."""
        return self._pages.currentIndex() == 1

    def _submit(self) -> None:
        if self._ask.isEnabled() and not self.is_showing:
            self._is_asking = True
            self._show_whether_enough()
            self.asked.emit(self.question.strip(), self._chosen)

    @property
    def _chosen(self) -> list[str]:
        return [item.data(Qt.ItemDataRole.UserRole) for item in self._models.marked]

    def _choose(self) -> None:
        self._show_hint()
        self._show_whether_enough()

    def _show_hint(self) -> None:
        self._hint.setText(_("Choose {least} to {most} models.").format(least=LEAST, most=MOST))
        self._hint.setProperty("kind", "muted")
        self._hint.style().polish(self._hint)

    def _show_whether_enough(self) -> None:
        has_question = bool(self.question.strip())
        is_enough = LEAST <= len(self._chosen) <= MOST
        self._ask.setEnabled(has_question and is_enough and not self._is_asking)
