"""What a screen reader is given of links and images in a message: what each reads, and where it leads."""

from typing import Protocol, cast

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from glmdesk.typed import override
from glmdesk.ui.models.images import Loaded, Loading, State
from glmdesk.ui.widgets.accessible_part import AccessiblePart
from glmdesk.ui.widgets.boxes.plates import source_of
from glmdesk.ui.widgets.message_links import MessageLink, MessageLinks


class LinkedMessage(Protocol):
    """A widget that shows links."""

    @property
    def links(self) -> MessageLinks:
        """All of them."""
        ...

    @property
    def focused_link(self) -> MessageLink | None:
        """The link that has the keyboard."""
        ...

    def links_at(self, point: QPointF, /) -> list[MessageLink]:
        """Return the image and the link at a point, in this order."""
        ...

    def link_areas(self, link: MessageLink, /) -> list[QRectF]:
        """Return where a link stands, line by line."""
        ...

    def focus_link(self, number: int, /) -> None:
        """Give a link the keyboard."""
        ...

    def follow_link(self, link: MessageLink, /) -> None:
        """Ask for a link to be followed."""
        ...


class AccessibleLink(AccessiblePart[QWidget]):
    """The link or image of a number, whatever it is. An image is a button until it is loaded."""

    def _message(self) -> LinkedMessage:
        return cast("LinkedMessage", self.owner)

    def _link(self) -> MessageLink:
        return self._message().links.all[self.number]

    def _state(self) -> State | None:
        """Return what is known of the image, if it is one."""
        return self._message().links.state(self._link())

    @override
    def is_there(self) -> bool:
        return self.number < len(self._message().links.all)

    @override
    def press(self) -> None:
        self._message().follow_link(self._link())

    @override
    def take_focus(self) -> None:
        self._message().focus_link(self.number)

    @override
    def role(self) -> QAccessible.Role:
        state = self._state() if self.isValid() else None
        if state is None:
            return QAccessible.Role.Link
        return QAccessible.Role.Graphic if isinstance(state, Loaded) else QAccessible.Role.Button

    @override
    def text(self, t: QAccessible.Text) -> str:
        if not self.isValid():
            return ""
        match t:
            case QAccessible.Text.Name:
                return self._link().place.text
            case QAccessible.Text.Description:
                state = self._state()
                return self._link().tip if state is None else _described(self._link(), state)
            case _:
                return ""

    @override
    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        whole = QRectF()
        for area in self._message().link_areas(self._link()):
            whole = whole.united(area)
        place = whole.toAlignedRect()
        return place.translated(self.owner.mapToGlobal(QPoint())) if place.isValid() else QRect()

    @override
    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        image = self._state()
        state.linked, state.focusable = image is None, True
        state.busy = isinstance(image, Loading)
        state.focused = self._message().focused_link == self._link()
        state.invisible = not self.owner.isVisible()
        window = cast("QWidget", self.owner.parentWidget())
        seen = QRect(window.mapToGlobal(QPoint()), window.size())
        state.offscreen = not seen.intersects(self.rect())
        return state


def _described(link: MessageLink, state: State) -> str:
    """Return where an image is from, how it is, and what pressing it does."""
    assert link.place.image is not None
    return " · ".join(filter(None, (source_of(link.place.image), state.words, state.action)))
