"""In the composer: what the next question is asked with, each a button that is a chip while it is on."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from glmdesk.domain.connector import OfferedConnector
from glmdesk.domain.options import Options
from glmdesk.domain.tool import ToolSpec
from glmdesk.i18n import _, ngettext
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.menu_button import Choice, MenuButton

_ICON: Final = QSize(18, 18)


class WaysBar(QWidget):
    """Web search, tools and JSON.

    Signals:
        web_search_toggled(is_on: bool): the service should search the web, or not.
        json_toggled(is_on: bool): answers should be JSON, or prose.
        schema_wanted(): somebody wants to choose what the JSON has to be.
        tools_wanted(): the menu of the tools is to be opened; whoever has them calls `open_tools`.
        tool_toggled(name: str): the model may call a tool, or may no longer.
        connector_toggled(connector_id: str): the service may ask a server, or may no longer.
        management_requested(): somebody wants to see what runs unasked.
        settings_requested(): somebody wants to choose how this chat asks.
        own_tools_requested(): somebody wants to see the tools of their own.
        changed(): it takes another width.
    """

    web_search_toggled = Signal(bool)
    json_toggled = Signal(bool)
    schema_wanted = Signal()
    tools_wanted = Signal()
    tool_toggled = Signal(str)
    connector_toggled = Signal(str)
    management_requested = Signal()
    settings_requested = Signal()
    own_tools_requested = Signal()
    changed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._theme: Theme | None = None
        self._web = _toggle(_("Web search"))
        self._web.clicked.connect(self.web_search_toggled)
        self._tools = MenuButton(_("Tools"), is_late=True)
        self._tools.setCheckable(True)
        self._tools.wanted.connect(self._want_tools)
        self._json = _toggle(_("JSON"))
        self._json.setToolTip(_("Let the answer be JSON"))
        self._json.clicked.connect(self.json_toggled)
        self._schema = QToolButton()
        self._schema.setText(_("Schema…"))
        self._schema.setAccessibleName(_("JSON Schema"))
        self._schema.setToolTip(_("Choose what the JSON has to be"))
        self._schema.clicked.connect(self._want_schema)
        self._schema.setCheckable(True)
        self._schema.hide()
        self._has_schema = False
        self._settings = QToolButton()
        self._settings.setCheckable(True)
        self._settings.setAccessibleName(_("Chat settings"))
        self._settings.clicked.connect(self._want_settings)
        self._chosen = 0
        self._has_settings = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for button in self.stops:
            button.setProperty("kind", "way")
            button.setIconSize(_ICON)
            row.addWidget(button)

    @property
    def stops(self) -> tuple[QToolButton, ...]:
        """Where Tab stops, in this order."""
        return self._web, self._tools, self._json, self._schema, self._settings

    def set_theme(self, theme: Theme) -> None:
        """Colour the drawings."""
        self._theme = theme
        self._show_icons()

    def show_ways(self, options: Options, *, has_system: bool, unsearching: str = "", deaf: str = "") -> None:
        """Show what is on, and whether anything else is chosen than what the service likes.

        `unsearching` says why the web is not searched for the model, whatever is chosen; empty: it is.
        `deaf` is the title of a model for which the service asks no servers; empty: it does.
        """
        self._web.setChecked(options.searches_web and not unsearching)
        self._web.setEnabled(not unsearching)
        self._web.setToolTip(unsearching or _("Let the service search the web before it answers"))
        self._web.setAccessibleDescription(unsearching)
        self._json.setChecked(options.json_schema is not None)
        self._has_schema = bool(options.json_schema)
        self._schema.setChecked(self._has_schema)
        self._schema.setVisible(options.json_schema is not None)
        self._show_tools(len(options.tools), len(options.connectors), deaf)
        others = replace(options, searches_web=False, tools=(), connectors=(), json_schema=None)
        self._has_settings = has_system or others != Options()
        self._settings.setChecked(self._has_settings)
        words = _("Chat settings: this chat has its own") if self._has_settings else _("Chat settings")
        self._settings.setToolTip(words)
        self._show_words(are_shown=True)
        self._show_icons()
        self.changed.emit()

    def _show_tools(self, tools: int, connectors: int, deaf: str) -> None:
        heard = 0 if deaf else connectors
        self._chosen = tools + heard
        counted = " · ".join(
            words.format(count=count)
            for words, count in (
                (ngettext("{count} tool", "{count} tools", tools), tools),
                (ngettext("{count} server", "{count} servers", heard), heard),
            )
            if count
        )
        explained = [_("Choose what the model may call")]
        if connectors > heard:
            explained.append(_not_asked(deaf))
        self._tools.setChecked(bool(self._chosen))
        self._tools.setText(counted)
        self._tools.setToolTip("\n".join(explained))
        self._tools.setAccessibleDescription("\n".join(filter(None, (counted, *explained[1:]))))

    def fit(self, room: int) -> None:
        """Leave the words out where they do not fit into so many pixels."""
        self._show_words(are_shown=True)
        if self.sizeHint().width() > room:
            self._show_words(are_shown=False)

    def _show_words(self, *, are_shown: bool) -> None:
        style = Qt.ToolButtonStyle
        for button in (self._web, self._tools, self._json, self._schema):
            # While it can be pressed, that of the schema says where one has to be chosen.
            has_words = are_shown and (button.isChecked() or button is self._schema)
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if has_words else style.ToolButtonIconOnly
            )

    def open_tools(
        self,
        tools: Sequence[ToolSpec],
        connectors: Sequence[OfferedConnector],
        chosen: Options,
        *,
        deaf: str = "",
    ) -> None:
        """Open the menu of what is on offer: the tools of each source, and the servers that the service asks.

        `deaf` is the title of a model for which it asks none.
        """
        sources = dict.fromkeys(spec.source for spec in tools)
        choices: list[Choice] = []
        for source in sources:
            own = [spec for spec in tools if spec.source == source]
            lines = tuple(
                Choice(
                    spec.title,
                    partial(self.tool_toggled.emit, spec.name),
                    is_chosen=spec.name in chosen.tools,
                )
                for spec in own
            )
            choices += [Choice(source, choices=lines)] if source else lines
        if connectors:
            lines = tuple(
                Choice(
                    one.name,
                    partial(self.connector_toggled.emit, one.id),
                    is_chosen=one.id in chosen.connectors,
                )
                for one in connectors
            )
            notes = (Choice(_not_asked(deaf)),) if deaf else ()
            choices.append(Choice(_("Servers that the service asks"), choices=(*notes, *lines)))
        choices += [
            Choice(),
            Choice(_("Your tools…"), self.own_tools_requested.emit),
            Choice(_("What may run unasked…"), self.management_requested.emit),
        ]
        self._tools.set_choices(choices)
        self._tools.open_menu()

    def _want_tools(self) -> None:
        # It is on while tools are chosen, not while it is pressed.
        self._tools.setChecked(bool(self._chosen))
        self.tools_wanted.emit()

    def _want_schema(self) -> None:
        # It is on while there is a schema, not while it is pressed.
        self._schema.setChecked(self._has_schema)
        self.schema_wanted.emit()

    def _want_settings(self) -> None:
        # It is on while something is chosen, not while it is pressed.
        self._settings.setChecked(self._has_settings)
        self.settings_requested.emit()

    def _show_icons(self) -> None:
        if self._theme is None:
            return
        icons = (
            (self._web, "globe"),
            (self._tools, "tools"),
            (self._json, "braces"),
            (self._schema, "schema"),
            (self._settings, "bubble"),
        )
        for button, name in icons:
            if not button.isEnabled():
                button.setIcon(self._icons.icon(name, self._theme.border, is_disabled=True))
                continue
            colour = self._theme.accent if button.isChecked() else self._theme.muted
            button.setIcon(self._icons.icon(name, colour))


def _not_asked(title: str) -> str:
    return _("With {model} the service asks no servers.").format(model=title)


def _toggle(name: str) -> QToolButton:
    button = QToolButton()
    button.setCheckable(True)
    button.setText(name)
    button.setAccessibleName(name)
    return button
