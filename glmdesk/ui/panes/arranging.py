"""What the sidebar lists, and what is done with several conversations at once: folders, pins, the archive."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QMenu

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.listing import Listing, Order
from glmdesk.i18n import _
from glmdesk.ui.controllers.conversations import ConversationsController
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.widgets.conversation_view import ConversationView
from glmdesk.ui.widgets.menu_button import Choice, MenuButton, filled
from glmdesk.ui.widgets.quotes import shown_in

_WIDEST = 130
"""Pixels of the name of a folder, so that a narrow sidebar has room for it."""


class Arranging(QObject):
    """Connects the list, its menu and the choice above it with what arranges conversations.

    Signals:
        delete_requested(conversation_ids: list[str]), erase_requested(conversation_ids: list[str]),
        export_requested(conversation_ids: list[str]): by the menu.
        name_requested(question: str, name: str, take: Callable[[str], None]): somebody should be asked for a
        name, which is that until now, and is to be handed over.
    """

    delete_requested = Signal(list)
    erase_requested = Signal(list)
    export_requested = Signal(list)
    name_requested = Signal(str, str, object)

    def __init__(
        self, view: ConversationView, rows: ConversationList, controller: ConversationsController
    ) -> None:
        super().__init__(view)
        self._view = view
        self._rows = rows
        self._controller = controller
        self.choice = MenuButton(_("Conversations shown"))
        self.choice.setProperty("kind", "listing")
        self.choice.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        view.menu_requested.connect(self._open_menu)
        controller.loaded.connect(self._show_listing)
        controller.folders_changed.connect(self._show_listing)

    def _show_listing(self) -> None:
        listing, folders = self._rows.listing, self._controller.folders
        if listing.folder is not None and listing.folder not in folders:
            # The last conversation of a folder has gone, and the folder with it.
            self._controller.show(replace(listing, folder=None))
            return
        name = shown_in(_name_of(listing), self.choice.font(), _WIDEST)
        self.choice.setText(f"{name.replace('&', '&&')} ▾")
        self.choice.setAccessibleDescription(_name_of(listing))
        self.choice.set_choices(tuple(self._listings(listing)))

    def _listings(self, shown: Listing) -> Iterator[Choice]:
        """Yield the lines of the menu in which one chooses what is listed."""
        everything = replace(shown, folder=None, is_archive=False)
        archive = replace(everything, is_archive=True)
        folders = [replace(everything, folder=name) for name in self._controller.folders]
        for listing in (everything, *folders, archive):
            count = self._controller.folders.get(listing.folder or "")
            name = _name_of(listing) if count is None else f"{_name_of(listing)} ({count})"
            yield Choice(name, partial(self._controller.show, listing), is_chosen=listing == shown)
        yield Choice()
        orders = ((Order.USED, _("Last used first")), (Order.CREATED, _("Last created first")))
        for order, name in orders:
            listing = replace(shown, order=order)
            yield Choice(name, partial(self._controller.show, listing), is_chosen=listing == shown)
        if shown.folder is not None:
            yield Choice()
            yield Choice(_("Rename the folder…"), partial(self._rename_folder, shown.folder))
            yield Choice(_("Dissolve the folder"), partial(self._controller.rename_folder, shown.folder, ""))

    def _open_menu(self, position: QPoint) -> None:
        chosen = set(self._view.selected_ids)
        conversations = [one for one in self._rows.conversations if one.id in chosen]
        menu = filled(QMenu(self._view), tuple(self._actions(conversations)))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _actions(self, conversations: Sequence[Conversation]) -> Iterator[Choice]:
        """Yield what can be done with these."""
        ids, controller = [one.id for one in conversations], self._controller
        if len(ids) == 1:
            yield Choice(_("Rename"), self._view.rename_current)
        is_pinned = all(one.pinned for one in conversations)
        is_archived = all(one.archived for one in conversations)
        yield Choice(
            _("Unpin") if is_pinned else _("Pin"), partial(controller.pin, ids, is_pinned=not is_pinned)
        )
        yield Choice(_("Folder"), choices=tuple(self._folders(conversations)))
        yield Choice(
            _("Take out of the archive") if is_archived else _("Archive"),
            partial(controller.archive, ids, is_archived=not is_archived),
        )
        yield Choice(_("Export…"), partial(self.export_requested.emit, ids))
        yield Choice()
        yield Choice(_("Erase…"), partial(self.erase_requested.emit, ids))
        yield Choice(_("Delete"), partial(self.delete_requested.emit, ids))

    def _folders(self, conversations: Sequence[Conversation]) -> Iterator[Choice]:
        ids, names = [one.id for one in conversations], {one.folder for one in conversations}
        yield Choice(_("None"), partial(self._controller.move, ids, ""), is_chosen=names == {""})
        for name in self._controller.folders:
            yield Choice(name, partial(self._controller.move, ids, name), is_chosen=names == {name})
        yield Choice()
        yield Choice(_("New folder…"), partial(self._ask_for_folder, ids))

    def _ask_for_folder(self, ids: Sequence[str]) -> None:
        self.name_requested.emit(_("New folder"), "", partial(self._controller.move, ids))

    def _rename_folder(self, name: str) -> None:
        rename = partial(self._controller.rename_folder, name)
        self.name_requested.emit(_("Rename the folder"), name, rename)


def _name_of(listing: Listing) -> str:
    if listing.is_archive:
        return _("Archive")
    return _("All conversations") if listing.folder is None else listing.folder
