"""What pops up at a link: the tool tip that says where it leads, and the menu."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolTip

from glmdesk.i18n import _
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


def open_link_menu(view: MessageView, link: MessageLink, position: QPoint | None = None) -> None:
    """Open the menu of a link of a message, at a position on the screen or else below the link."""
    areas = view.link_areas(link)
    if position is None:
        position = view.mapToGlobal(areas[-1].bottomLeft().toPoint() if areas else QPoint())
    menu = QMenu(_("Link"), view)
    menu.setAccessibleName(_("Link"))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    follow, copy = QAction(_("Open link"), menu), QAction(_("Copy address"), menu)
    for action in (follow, copy):
        # A screen reader triggers an action and leaves the menu open.
        action.triggered.connect(menu.close)
    follow.triggered.connect(lambda: view.follow_link(link))
    copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(link.copied))
    menu.addActions([follow, copy])
    menu.popup(position)
