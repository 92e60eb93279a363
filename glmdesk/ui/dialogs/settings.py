"""The settings dialog, made from the declarations of the settings. Every change takes effect at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from glmdesk.domain.catalog import Offer
from glmdesk.domain.errors import UsageError
from glmdesk.domain.own_service import OwnService
from glmdesk.i18n import N_, _
from glmdesk.storage.setting import Choice, Setting, Whole
from glmdesk.storage.settings import Settings
from glmdesk.typed import override
from glmdesk.ui.dialogs.scrolled import ScrolledDialog
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.explained import Explained
from glmdesk.ui.widgets.login_row import LoginRow
from glmdesk.ui.widgets.number_input import NumberInput
from glmdesk.ui.widgets.shortcut_row import ShortcutRow
from glmdesk.ui.widgets.text_input import LineInput

_WIDTH = 620

_WORDS: Mapping[str, str] = {
    "system": N_("As the desktop"),
    "light": N_("Light"),
    "dark": N_("Dark"),
    "enter": "Enter",
    "ctrl-enter": "Ctrl+Enter",
    "resident": N_("Shown; closing the window leaves glmdesk there"),
    "icon": N_("Shown; closing the window ends glmdesk"),
    "none": N_("Not shown"),
    "full": N_("With the first words"),
    "hidden": N_("Without any words of the answer"),
    "off": N_("None"),
    "en": "English",
    "zh-CN": "简体中文",
    "offered": N_("Offered when the window opens"),
    "never": N_("Never looked at"),
    "continued": N_("Kept when they are continued in the main window"),
    "always": N_("Always kept"),
}


_HEADINGS: Mapping[str, str] = {
    Settings.language.key: N_("Look and writing"),
    Settings.model.key: N_("Model and service"),
    Settings.monthly_budget.key: N_("Costs and history"),
    Settings.tray.key: N_("Desktop"),
    Settings.quick_shortcut.key: N_("Quick ask"),
    Settings.tools_python.key: N_("Tools"),
}
"""What stands above a setting and those that follow it."""


@dataclass(frozen=True, slots=True)
class Override:
    """What holds in place of a setting, the variable of the environment that says so, and what is wrong."""

    value: str
    variable: str
    problem: str = ""


class SettingsDialog(ScrolledDialog):
    """Shows every setting, below what is said of the API key. What the environment decides can only be read.

    Signals:
        change_requested(setting: Setting, value: object): a control was changed.
        services_requested(): the services that the user has added should be shown.
        servers_requested(): the servers of tools should be shown.
    """

    change_requested = Signal(object, object)
    services_requested = Signal()
    servers_requested = Signal()

    def __init__(
        self,
        settings: Settings,
        offer: Offer,
        parent: QWidget,
        *,
        services: Sequence[OwnService] = (),
        overrides: Mapping[str, Override] = MappingProxyType({}),
        key_row: QWidget | None = None,
        login_row: LoginRow | None = None,
        shortcut_row: ShortcutRow | None = None,
    ) -> None:
        super().__init__(parent, _("Settings"), width=_WIDTH, spacing=14, wide_column=1)
        self._settings = settings
        self._models: dict[Setting[str], ChoiceBox] = {
            setting: ChoiceBox() for setting in (Settings.model, Settings.quick_model)
        }
        self._presets = ChoiceBox()
        self._presets.activated.connect(
            lambda: self._change(Settings.quick_preset, self._presets.currentData())
        )
        # Until it is told which there are, the one that is set is taken for one of them.
        self.set_presets([name for name in (settings.quick_preset,) if name])
        self._services = ChoiceBox(self)
        self._services.setVisible(Settings.service.key not in overrides)
        self._overrides = overrides
        self._rows: dict[str, Explained] = {}
        self._lines: list[tuple[Setting[Any], LineInput]] = []
        self.set_offer(offer)
        self.set_services(services)
        self._services.activated.connect(lambda: self._change(Settings.service, self._services.currentData()))
        for setting, box in self._models.items():
            box.activated.connect(partial(self._choose_model, setting, box))
        if key_row is not None:
            self._add_row(_("API key"), key_row, key_row)
        for setting in settings.declared():
            if heading := _HEADINGS.get(setting.key):
                self.add_heading(_(heading))
            if setting is not Settings.quick_shortcut:
                self._add_setting(setting)
            elif shortcut_row is not None:
                self._rows[setting.key] = shortcut_row
                self._add_row(_(setting.label), shortcut_row, shortcut_row.button)
            if setting is Settings.tray and login_row is not None:
                self._add_row(_("At login"), login_row, login_row.control)
        self._add_servers()
        self.end_rows()

    def set_offer(self, offer: Offer) -> None:
        """Offer the models of a service. The one that is set is shown even where the service has it not."""
        default = _("The free one: {title}") if offer.default.is_free else "{title}"
        offered = {"": default.format(title=offer.default.title)}
        offered |= {model.id: model.title for model in offer}
        for setting, box in self._models.items():
            chosen, words = self._settings.value(setting), dict(offered)
            if chosen not in words:
                title = offer.title(chosen)
                elsewhere = _("{title} (not at {host})").format(title=title, host=offer.host)
                words[chosen] = elsewhere if offer.is_elsewhere(chosen) else title
            box.clear()
            _fill(box, words, chosen)

    def set_presets(self, names: Sequence[str]) -> None:
        """Offer presets by their names. The one that is set is shown even where it is gone."""
        chosen = self._settings.quick_preset
        words = {"": _("None")} | {name: name for name in names}
        if chosen not in words:
            words[chosen] = _("{title} (not there any more)").format(title=chosen)
        self._presets.clear()
        _fill(self._presets, words, chosen)

    def set_services(self, services: Sequence[OwnService]) -> None:
        """Offer the services that the user has added. The one that is set is shown even where it is gone."""
        chosen = self._settings.service
        words = {"": _("At the address below")} | {service.name: service.name for service in services}
        if chosen not in words:
            words[chosen] = _("{title} (not there any more)").format(title=chosen)
        self._services.clear()
        _fill(self._services, words, chosen)

    def show_problem(self, key: str, reason: str) -> None:
        """Say why a value was refused."""
        self._rows[key].show_problem(reason)

    @override
    def done(self, result: int) -> None:
        # What was written without the keyboard being there is meant too; what is refused is not dropped.
        for box in self.findChildren(NumberInput):
            box.interpretText()
        for setting, line in self._lines:
            self._take(setting, line)
        for setting, line in self._lines:
            if self._differs(setting, line) and self._rows[setting.key].problem.text():
                line.setFocus()
                return
        super().done(result)

    def _add_row(self, name: str, row: QWidget, control: QWidget) -> None:
        label = QLabel(name)
        label.setBuddy(control)
        # Where an input has its text.
        label.setContentsMargins(0, label.fontMetrics().height() * 3 // 8, 0, 0)
        number = self.grid.rowCount()
        self.grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(row, number, 1)

    def _add_setting(self, setting: Setting[Any]) -> None:
        override = self._overrides.get(setting.key)
        control = self._control(setting) if override is None else self._fixed(override.value)
        control.setAccessibleName(_(setting.label))
        row = self._rows[setting.key] = Explained(
            control,
            _(setting.help)
            if override is None
            else _("The variable {name} decides this as long as it is set.").format(name=override.variable),
        )
        # What is wrong says it too.
        row.explanation.setHidden(override is not None and bool(override.problem))
        row.show_problem(self._standing_problem(setting) if override is None else override.problem)
        if setting is Settings.service:
            row.column.addWidget(self._way_to_services(), 0, Qt.AlignmentFlag.AlignLeft)
        self._add_row(_(setting.label), row, control)

    def _way_to_services(self) -> QWidget:
        button = QPushButton(_("Services…"))
        button.setAccessibleName(button.text())
        button.setAutoDefault(False)
        button.clicked.connect(self.services_requested)
        return button

    def _add_servers(self) -> None:
        """Lead to the servers of tools, which are no setting: what may be run is looked at."""
        manage = QPushButton(_("Manage…"))
        manage.setAutoDefault(False)
        manage.setAccessibleName(_("MCP servers"))
        manage.clicked.connect(self.accept)
        manage.clicked.connect(self.servers_requested)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(manage)
        line.addStretch(1)
        self._add_row(_("MCP servers"), row, manage)

    def _control(self, setting: Setting[Any]) -> QWidget:
        if setting in self._models:
            return self._models[setting]
        if setting is Settings.quick_preset:
            return self._presets
        if setting is Settings.service:
            return self._services
        match setting.kind:
            case Choice(values=values):
                return self._choice(setting, {value: _(_WORDS.get(value, value)) for value in values})
            case Whole():
                return self._number(setting, setting.kind)
            case _:
                return self._line(setting)

    def _choice(self, setting: Setting[Any], words: Mapping[str, str]) -> QWidget:
        box = ChoiceBox()
        _fill(box, words, self._settings.value(setting))
        box.activated.connect(lambda: self._change(setting, box.currentData()))
        return box

    def _number(self, setting: Setting[Any], kind: Whole) -> QWidget:
        box = NumberInput()
        box.setRange(kind.minimum if kind.automatic is None else kind.automatic, kind.maximum)
        box.second = kind.minimum
        if kind.automatic is not None:
            box.setSpecialValueText(_("As the desktop"))
        box.setValue(self._settings.value(setting))
        box.valueChanged.connect(lambda: self._change(setting, box.value()))
        box.cancelled.connect(self.reject)
        return box

    def _line(self, setting: Setting[Any]) -> QWidget:
        line = LineInput()
        line.setText(self._settings.value(setting))
        line.submitted.connect(lambda: self._take(setting, line))
        line.editingFinished.connect(lambda: self._take(setting, line))
        line.cancelled.connect(lambda: self._give_up(setting, line))
        self._lines.append((setting, line))
        return line

    def _fixed(self, value: str) -> QWidget:
        line = LineInput()
        line.setText(value)
        line.setReadOnly(True)
        line.cancelled.connect(self.reject)
        return line

    def _take(self, setting: Setting[Any], line: LineInput) -> None:
        if self._differs(setting, line):
            self._change(setting, line.text())

    def _differs(self, setting: Setting[Any], line: LineInput) -> bool:
        return line.text() != str(self._settings.value(setting))

    def _give_up(self, setting: Setting[Any], line: LineInput) -> None:
        """Show the text in force again; where it is shown already, Escape closes the dialog as everywhere."""
        stored = self._settings.value(setting)
        if line.text() == stored:
            self.reject()
        else:
            line.setText(stored)
            self.show_problem(setting.key, self._standing_problem(setting))

    def _standing_problem(self, setting: Setting[Any]) -> str:
        """Return what is wrong with the value that the file gives a setting; mostly nothing."""
        try:
            setting.choose(self._settings.value(setting))
        except UsageError as error:
            return str(error)
        return ""

    def _choose_model(self, setting: Setting[str], box: ChoiceBox) -> None:
        self._change(setting, box.currentData())

    def _change(self, setting: Setting[Any], value: object) -> None:
        self.show_problem(setting.key, "")
        self.change_requested.emit(setting, value)


def _fill(box: ChoiceBox, words: Mapping[str, str], chosen: str) -> None:
    for value, word in words.items():
        box.addItem(word, value)
    box.setCurrentIndex(box.findData(chosen))
