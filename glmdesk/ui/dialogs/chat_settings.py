"""How one chat asks: its system prompt, what it tells the service, and presets of all that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from glmdesk.domain.model import Model
from glmdesk.domain.options import MOST_TOKENS, PLAIN, TEMPERATURES, TOP_PS, Options, Preset
from glmdesk.domain.request import MOST_SOURCES
from glmdesk.i18n import N_, _
from glmdesk.typed import override
from glmdesk.ui.dialogs.name import NameDialog
from glmdesk.ui.dialogs.scrolled import ScrolledDialog
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.number_input import HundredthsInput, NumberInput
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import LineInput, TextInput

_WIDTH: Final = 640
_PROMPT_LINES: Final = 5
_TEMPLATE_LINES: Final = 3
_HUNDREDTHS: Final = 100

_SAMPLING: Final[Mapping[bool | None, str]] = {
    None: N_("Default"),
    True: N_("With chance"),
    False: N_("Without chance: always the most probable word"),
}
_THINKING: Final[Mapping[bool | None, str]] = {
    None: N_("Default"),
    True: N_("On"),
    False: N_("Off"),
}
_EFFORT: Final = N_("How much it thinks; that is paid for too.")
_TRIMMINGS: Final[Mapping[str, str]] = {
    "oldest": N_("Leave out the oldest messages"),
    "summary": N_("Sum up the oldest messages"),
}
_ENGINES: Final[Mapping[str, str]] = {
    "search_std": N_("Standard"),
    "search_pro": N_("Advanced"),
    "search_pro_sogou": N_("Sogou"),
    "search_pro_quark": N_("Quark"),
}
_RECENCIES: Final[Mapping[str | None, str]] = {
    None: N_("Of any age"),
    "oneDay": N_("Of the last day"),
    "oneWeek": N_("Of the last week"),
    "oneMonth": N_("Of the last month"),
    "oneYear": N_("Of the last year"),
}


class ChatSettingsDialog(ScrolledDialog):
    """Every change takes effect at once, from the next question on.

    Signals:
        changed(system: str, options: Options): the chat should ask another way.
        preset_saved(preset: Preset), preset_deleted(name: str): the user's presets should be others.
    """

    changed = Signal(str, object)
    preset_saved = Signal(object)
    preset_deleted = Signal(str)

    def __init__(self, system: str, options: Options, model: Model | None, parent: QWidget) -> None:
        super().__init__(parent, _("Chat settings"), width=_WIDTH, spacing=12, wide_column=1)
        self._options = options
        self._shows: list[Callable[[], None]] = []
        """Each puts what is chosen into one control."""
        self._takes: list[Callable[[], None]] = []
        """Each takes what was written into one control."""
        self._presets: tuple[Preset, ...] = ()
        self._preset = ChoiceBox()
        self._preset.activated.connect(self._apply_preset)
        self._forget = QPushButton(_("Delete"))
        self._forget.setAccessibleName(_("Delete preset"))
        self._forget.clicked.connect(self._delete_preset)
        self._system = TextInput()
        self._add_presets()
        self._add_system(system)
        self._add_answers(model)
        if model is not None and model.thinking != "none":
            self._add_thinking(model)
        self._add_search()
        if (model is not None and "retrieval" in model.supports) or options.knowledge.base_id:
            self._add_knowledge()
        self._add_choice(
            N_("Long history"),
            _TRIMMINGS,
            lambda: self._options.trimming,
            lambda value: self._change(trimming=value),
            N_("When the model's window is too small for the whole chat."),
        )
        reset = QPushButton(_("Reset parameters"))
        reset.setAccessibleName(reset.text())
        reset.clicked.connect(self._reset)
        self.grid.addWidget(reset, self.grid.rowCount(), 1, Qt.AlignmentFlag.AlignLeft)
        self.end_rows()
        self.show_presets(())
        self._show()

    def show_presets(self, presets: Sequence[Preset]) -> None:
        """Offer these presets."""
        self._presets = tuple(presets)
        self._preset.clear()
        self._preset.addItem(_("Choose a preset") if presets else _("None saved yet"), None)
        for preset in presets:
            self._preset.addItem(preset.name, preset)
        self._preset.setEnabled(bool(presets))
        self._mark_preset()

    @override
    def done(self, result: int) -> None:
        # What was written without the keyboard being elsewhere since is meant too.
        for box in self.findChildren(NumberInput):
            box.interpretText()
        for line in self.findChildren(LineInput):
            line.editingFinished.emit()
        for take in self._takes:
            take()
        self._emit()
        super().done(result)

    def _add_presets(self) -> None:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        save = QPushButton(_("Save as…"))
        save.setAccessibleName(_("Save as preset"))
        save.clicked.connect(self._save_preset)
        line.addWidget(self._preset, 1)
        line.addWidget(save)
        line.addWidget(self._forget)
        self._add_row(_("Preset"), row, self._preset)

    def _add_system(self, system: str) -> None:
        self._system.setPlainText(system)
        self._system.setTabChangesFocus(True)
        self._system.setProperty("kind", "list")
        self._system.setPlaceholderText(_("What the model is to know or to be in this chat"))
        height = self._system.fontMetrics().lineSpacing() * _PROMPT_LINES + 18
        self._system.setFixedHeight(height)
        self._system.focus_changed.connect(self._emit)
        self._system.cancelled.connect(self.reject)
        self._add_row(_("System prompt"), self._system, self._system)

    def _add_answers(self, model: Model | None) -> None:
        least, most = (round(value * _HUNDREDTHS) for value in TEMPERATURES)
        self._add_number(
            N_("Temperature"),
            HundredthsInput(),
            range(least, most + 1),
            lambda: _in_hundredths(self._options.temperature),
            lambda value: self._change(temperature=_from_hundredths(value)),
            explanation=N_("0 to 1: how freely the model chooses its words. Change this or Top P, not both."),
        )
        least, most = (round(value * _HUNDREDTHS) for value in TOP_PS)
        self._add_number(
            N_("Top P"),
            HundredthsInput(),
            range(least, most + 1),
            lambda: _in_hundredths(self._options.top_p),
            lambda value: self._change(top_p=_from_hundredths(value)),
            explanation=N_("0.01 to 1: from how much of the probable it chooses."),
        )
        self._add_choice(
            N_("Sampling"),
            _SAMPLING,
            lambda: self._options.do_sample,
            lambda value: self._change(do_sample=value),
        )
        longest = (model and model.max_output) or MOST_TOKENS
        self._add_number(
            N_("Longest answer"),
            NumberInput(),
            range(1, longest + 1),
            lambda: self._options.max_tokens,
            lambda value: self._change(max_tokens=value),
            explanation=_("In tokens, at most {most}.").format(most=f"{longest:,}"),
        )
        self._add_line(
            N_("Stop text"),
            lambda: self._options.stop or "",
            lambda text: self._change(stop=text or None),
            N_("The answer ends before this text."),
        )

    def _add_thinking(self, model: Model) -> None:
        thinking: ChoiceBox | None = None
        if model.can_be_told_to_think:
            thinking, _explained = self._add_choice(
                N_("Thinking"),
                _THINKING,
                lambda: self._options.thinking,
                lambda value: self._change(thinking=value),
            )
        if not model.efforts:
            return
        words: Mapping[str | None, str] = {
            None: N_("Default"),
            **{
                effort: effort
                for effort in model.efforts
                # What comes to the same as another one is no choice, unless it was made.
                if effort in (*model.distinct_efforts, self._options.effort)
            },
        }
        effort, explained = self._add_choice(
            N_("Effort"),
            words,
            lambda: self._options.effort,
            lambda value: self._change(effort=value),
            _EFFORT,
        )

        def show() -> None:
            is_off = thinking is not None and self._options.thinking is False
            effort.setEnabled(not is_off)
            explained.setText(_("Thinking is switched off.") if is_off else _(_EFFORT))
            effort.setAccessibleDescription(explained.text())

        self._shows.append(show)
        if thinking is not None:
            thinking.activated.connect(show)

    def _add_search(self) -> None:
        self._add_choice(
            N_("Web search with"),
            _ENGINES,
            lambda: self._options.web_search.engine,
            lambda value: self._change_search(engine=value),
            N_("Switched on below the message. What it finds is read by the model and paid for."),
        )
        self._add_number(
            N_("Sources"),
            NumberInput(),
            range(1, MOST_SOURCES + 1),
            lambda: self._options.web_search.count,
            lambda value: self._change_search(count=value or PLAIN.web_search.count),
        )
        self._add_choice(
            N_("Pages"),
            _RECENCIES,
            lambda: self._options.web_search.recency,
            lambda value: self._change_search(recency=value),
        )
        self._add_line(
            N_("Only from"),
            lambda: self._options.web_search.domain,
            lambda text: self._change_search(domain=text),
            N_("One host, such as www.example.org."),
        )
        self._add_choice(
            N_("Of each source"),
            {False: N_("A summary"), True: N_("As much as there is")},
            lambda: self._options.web_search.is_long,
            lambda value: self._change_search(is_long=value),
        )

    def _add_knowledge(self) -> None:
        self._add_line(
            N_("Knowledge base"),
            lambda: self._options.knowledge.base_id,
            lambda text: self._change_knowledge(base_id=text),
            N_("The ID of one in the console of BigModel. What is found there is read and paid for."),
        )
        box = TextInput()
        box.setProperty("kind", "list")
        box.setTabChangesFocus(True)
        box.setFixedHeight(box.fontMetrics().lineSpacing() * _TEMPLATE_LINES + 18)
        box.setPlaceholderText(_("The service's own"))
        box.cancelled.connect(self.reject)

        def take() -> None:
            if box.toPlainText().strip() != self._options.knowledge.template:
                self._change_knowledge(template=box.toPlainText().strip())

        box.focus_changed.connect(take)
        self._takes.append(take)
        self._shows.append(lambda: box.setPlainText(self._options.knowledge.template))
        words = _("What the model is told, with {knowledge} and {question} in it.")
        named = words.format(knowledge="{{ knowledge }}", question="{{ question }}")
        self._add_row(_("Template"), box, box, named)

    def _add_row(self, name: str, row: QWidget, control: QWidget, explanation: str = "") -> QLabel:
        """Add a control with its name; return the words below it."""
        control.setAccessibleName(name)
        control.setAccessibleDescription(explanation)
        label = QLabel(name)
        label.setBuddy(control)
        label.setContentsMargins(0, label.fontMetrics().height() * 3 // 8, 0, 0)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(row)
        words = PlainLabel(explanation)
        words.setProperty("kind", "muted")
        words.setWordWrap(True)
        column.addWidget(words)
        if not explanation:
            words.hide()
        number = self.grid.rowCount()
        self.grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(holder, number, 1)
        return words

    def _add_choice(
        self,
        name: str,
        words: Mapping[Any, str],
        value: Callable[[], object],
        choose: Callable[[Any], None],
        explanation: str = "",
    ) -> tuple[ChoiceBox, QLabel]:
        box, values = ChoiceBox(), list(words)
        for word in words.values():
            box.addItem(_(word))
        box.activated.connect(lambda: choose(values[box.currentIndex()]))
        self._shows.append(lambda: box.setCurrentIndex(values.index(value())))
        return box, self._add_row(_(name), box, box, _(explanation) if explanation else "")

    def _add_number(
        self,
        name: str,
        box: NumberInput,
        allowed: range,
        value: Callable[[], int | None],
        choose: Callable[[int | None], None],
        *,
        explanation: str = "",
    ) -> None:
        unset = allowed.start - 1
        box.setRange(unset, allowed[-1])
        box.second = allowed.start
        box.setSpecialValueText(_("Default"))
        box.valueChanged.connect(lambda: choose(None if box.value() == unset else box.value()))
        box.cancelled.connect(self.reject)

        def show() -> None:
            number = value()
            box.blockSignals(True)
            box.setValue(unset if number is None else number)
            box.blockSignals(False)

        self._shows.append(show)
        self._add_row(_(name), box, box, _(explanation) if explanation else "")

    def _add_line(
        self, name: str, value: Callable[[], str], choose: Callable[[str], None], explanation: str
    ) -> None:
        line = LineInput()

        def take() -> None:
            if line.text().strip() != value():
                choose(line.text().strip())

        line.submitted.connect(take)
        line.editingFinished.connect(take)
        line.cancelled.connect(self.reject)
        self._shows.append(lambda: line.setText(value()))
        self._add_row(_(name), line, line, _(explanation))

    def _show(self) -> None:
        for show in self._shows:
            show()
        self._mark_preset()

    def _change(self, **values: Any) -> None:
        self._options = replace(self._options, **values)
        self._emit()

    def _change_search(self, **values: Any) -> None:
        self._change(web_search=replace(self._options.web_search, **values))

    def _change_knowledge(self, **values: str) -> None:
        self._change(knowledge=replace(self._options.knowledge, **values))

    def _emit(self) -> None:
        self.changed.emit(self._system.toPlainText().strip(), self._options)
        self._mark_preset()

    def _reset(self) -> None:
        kept = self._options
        self._options = replace(
            PLAIN,
            searches_web=kept.searches_web,
            tools=kept.tools,
            connectors=kept.connectors,
            json_schema=kept.json_schema,
        )
        self._show()
        self._emit()

    def _apply_preset(self) -> None:
        preset: Preset | None = self._preset.currentData()
        if preset is None:
            return
        self._system.setPlainText(preset.system)
        self._options = preset.options
        self._show()
        self._emit()

    def _mark_preset(self) -> None:
        """Choose the preset that is in force, if one is."""
        now = (self._system.toPlainText().strip(), self._options)
        places = [place for place, one in enumerate(self._presets, 1) if (one.system, one.options) == now]
        self._preset.setCurrentIndex(places[0] if places else 0)
        self._forget.setEnabled(bool(places))

    def _save_preset(self) -> None:
        dialog = NameDialog(_("Name of the preset"), "", self)
        dialog.named.connect(self._name_preset)
        dialog.open()

    def _name_preset(self, name: str) -> None:
        self.preset_saved.emit(Preset(name, self._system.toPlainText().strip(), self._options))

    def _delete_preset(self) -> None:
        preset: Preset | None = self._preset.currentData()
        if preset is not None:
            self.preset_deleted.emit(preset.name)


def _in_hundredths(value: float | None) -> int | None:
    return None if value is None else round(value * _HUNDREDTHS)


def _from_hundredths(value: int | None) -> float | None:
    return None if value is None else value / _HUNDREDTHS
