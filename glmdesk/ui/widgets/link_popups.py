"""What pops up at a link or an image: the tool tip that says where it leads, and the menu."""

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolTip

from glmdesk.i18n import _
from glmdesk.ui.models.images import Act, Asking, Failed, Loaded, Loading, Unloaded
from glmdesk.ui.widgets.message_links import MessageLink
from glmdesk.ui.widgets.message_view import MessageView


def show_tip(view: MessageView, link: MessageLink, point: QPointF | None = None) -> None:
    """Say where a link of a message leads, at a point of the message or else below the link.

    It is there until the mouse leaves the line that it has pointed at.
    """
    areas = [area.toAlignedRect() for area in view.link_areas(link)]
    if not areas:
        return
    place = None if point is None else point.toPoint()
    area = next((area for area in areas if place is not None and area.contains(place)), areas[-1])
    QToolTip.showText(view.mapToGlobal(place or area.bottomLeft()), link.tip, view, area)


def open_link_menu(view: MessageView, links: Sequence[MessageLink], position: QPoint | None = None) -> None:
    """Open the menu of an image and a link of a message, at a position on the screen or else below them."""
    areas = view.link_areas(links[0])
    if position is None:
        position = view.mapToGlobal(areas[0].bottomLeft().toPoint() if areas else QPoint())
    name = _("Link") if links[0].place.image is None else _("Image")
    menu = QMenu(name, view)
    menu.setAccessibleName(name)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for link in links:
        menu.addSeparator()
        for text, act in _acts(view, link):
            action = QAction(text, menu)
            # A screen reader triggers an action and leaves the menu open.
            action.triggered.connect(menu.close)
            action.triggered.connect(act)
            menu.addAction(action)
    menu.popup(position)


def _acts(view: MessageView, link: MessageLink) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what can be done with a link or an image."""
    src, state = link.place.href, view.links.state(link)
    if link.is_file:
        yield _("Save a copy…"), lambda: view.follow_link(link)
        return
    match state:
        case None:
            yield _("Open link"), lambda: view.follow_link(link)
        case Unloaded():
            yield _("Load image"), lambda: view.follow_link(link)
        case Loading():
            yield _("Stop loading"), lambda: view.follow_link(link)
        case Asking(action=action):
            yield action, lambda: view.follow_link(link)
        case Failed():
            if state.can_retry:
                yield _("Retry"), lambda: view.follow_link(link)
        case Loaded():
            yield _("Copy image"), lambda: view.image_wanted.emit(src, Act.COPY)
            yield _("Save image as…"), lambda: view.image_wanted.emit(src, Act.SAVE)
        case _:
            assert_never(state)
    if state is not None:
        yield _("Open in browser"), lambda: view.link_activated.emit(src, link.place.text)
    yield _("Copy address"), lambda: QGuiApplication.clipboard().setText(link.copied)
