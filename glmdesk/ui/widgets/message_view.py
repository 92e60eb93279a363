"""One message on the screen: its blocks painted, its actions below."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, Qt
from PySide6.QtWidgets import QWidget

from glmdesk.domain.message import State
from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.clipboard import plain_text
from glmdesk.render.stream import BlockStream
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.message_list import Row
from glmdesk.ui.theme import COLUMN_WIDTH, Style
from glmdesk.ui.widgets.accessible_message import make_message_accessible
from glmdesk.ui.widgets.block_view import BlockView, TextView, make_block_view
from glmdesk.ui.widgets.message_footer import MessageFooter

_BLOCK_GAP = 12.0
_EDGE = 24
_CARD_PADDING_X = 16.0
# Lines stand at the top of their height, so that equal paddings would look unequal.
_CARD_PADDING_TOP, _CARD_PADDING_BOTTOM = 11.0, 6.0
_CARD_SHARE = 0.82
_CARD_RADIUS = 14.0
_TOP = 10.0


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a message: which block, and which position in it."""

    block: int
    position: int


@dataclass(slots=True)
class _Placed:
    view: BlockView
    top: float = 0.0
    height: float = 0.0
    width: float = -1.0


class MessageView(QWidget):
    """A message. Its height follows from the width it is fitted to."""

    def __init__(self, style: Style, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        make_message_accessible(MessageView)
        self._style = style
        self._row: Row | None = None
        self._title = ""
        self._stream = BlockStream()
        self._placed: list[_Placed] = []
        self._card = QRectF()
        self._origin = QPointF()
        self._selection: tuple[Place, Place] | None = None
        self._is_pinned_open = False
        self.footer = MessageFooter(icons, style.theme)
        self.footer.setParent(self)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # What does not track the mouse hides its moves from the transcript, which shows where links lead.
        self.setMouseTracking(True)

    @property
    def is_card(self) -> bool:
        """Whether the message is the user's."""
        return self._row is not None and self._row.message.role == "user"

    def show_row(self, row: Row, title: str) -> None:
        """Show a message in its present state; `title` is the name of its model."""
        before, self._row, self._title = self._row, row, title
        if before is None or _source(before) != _source(row):
            self._build()
        self.footer.show_row(row, title)
        self.update()

    def grow(self, row: Row, text: str) -> None:
        """Go on with the text of an answer."""
        self._row = row
        update = self._stream.feed(text)
        del self._placed[update.kept :]
        self._place(update.blocks)
        self.update()

    def keep_actions_visible(self, *, is_kept: bool) -> None:
        """Show the row of actions even when the message is not pointed at."""
        self._is_pinned_open = is_kept
        self.footer.reveal(is_visible=is_kept or self.underMouse())

    def fit(self, width: int) -> int:
        """Lay out for a width and return the height."""
        column = min(width - 2 * _EDGE, COLUMN_WIDTH)
        left = (width - column) / 2
        inner = column * _CARD_SHARE - 2 * _CARD_PADDING_X if self.is_card else float(column)
        bottom = self._stack_blocks(inner)
        if self.is_card:
            texts = [placed.view for placed in self._placed if isinstance(placed.view, TextView)]
            natural = max((view.natural_width for view in texts), default=0.0)
            card_width = min(natural + 2, inner) + 2 * _CARD_PADDING_X
            self._card = QRectF(
                left + column - card_width,
                _TOP,
                card_width,
                bottom + _CARD_PADDING_TOP + _CARD_PADDING_BOTTOM,
            )
            self._origin = self._card.topLeft() + QPointF(_CARD_PADDING_X, _CARD_PADDING_TOP)
            bottom = self._card.bottom()
        else:
            self._origin = QPointF(left, _TOP)
            bottom += _TOP
        footer_height = self.footer.height_for(column)
        self.footer.setGeometry(round(left), round(bottom) + 4, column, footer_height)
        return round(bottom) + 4 + footer_height

    def spoken_name(self) -> str:
        """Return who wrote it."""
        return _("You") if self.is_card else self._title

    def spoken_text(self) -> str:
        """Return the whole text, without marks."""
        if self._row is None:
            return ""
        return self._row.message.text if self.is_card else plain_text(self._stream.blocks) or self._row.status

    def place_at(self, point: QPointF) -> Place:
        """Return the place nearest to a point."""
        inside = point - self._origin
        for number, placed in enumerate(self._placed):
            if inside.y() < placed.top + placed.height + _BLOCK_GAP / 2:
                return Place(number, max(0, placed.view.position_at(inside - QPointF(0, placed.top))))
        return self.end

    @property
    def end(self) -> Place:
        """The last place."""
        if not self._placed:
            return Place(0, 0)
        return Place(len(self._placed) - 1, self._placed[-1].view.length)

    def select(self, selection: tuple[Place, Place] | None) -> None:
        """Mark what lies between two places."""
        if selection != self._selection:
            self._selection = selection
            self.update()

    def selected_text(self) -> str:
        """Return the plain text that is marked."""
        texts = (
            placed.view.text(*marked)
            for number, placed in enumerate(self._placed)
            if (marked := self._marked(number, placed.view)) is not None
        )
        return "\n\n".join(texts)

    def link_at(self, point: QPointF) -> str:
        """Return the target of the link at a point, or an empty text."""
        return next((p.view.link_at(inside) for p, inside in self._at(point)), "")

    def copyable_at(self, point: QPointF) -> str | None:
        """Return the text that a click at this point copies, or None."""
        return next((p.view.copyable_at(inside) for p, inside in self._at(point)), None)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_card:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._style.theme.card))
            painter.drawRoundedRect(self._card, _CARD_RADIUS, _CARD_RADIUS)
        exposed = QRectF(event.rect()).translated(-self._origin)
        for number, placed in enumerate(self._placed):
            if placed.top > exposed.bottom() or placed.top + placed.height < exposed.top():
                continue
            painter.save()
            painter.translate(self._origin + QPointF(0, placed.top))
            clip = exposed.translated(0, -placed.top)
            placed.view.paint(painter, clip, self._marked(number, placed.view))
            painter.restore()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.footer.reveal(is_visible=True)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        has_focus = self.footer.isAncestorOf(self.window().focusWidget())
        self.footer.reveal(is_visible=self._is_pinned_open or has_focus)

    def _build(self) -> None:
        assert self._row is not None
        message = self._row.message
        self._stream = BlockStream()
        self._placed = []
        if self.is_card:
            lines = message.text.split("\n")
            inlines: list[b.Inline] = []
            for number, line in enumerate(lines):
                if number:
                    inlines.append(b.LineBreak(hard=True))
                inlines.append(b.Text(line))
            self._place((b.Paragraph(tuple(inlines)),))
            return
        self._stream.feed(message.text)
        self._place(self._stream.blocks)
        if not self._placed and message.state is State.STREAMING:
            self._place((b.Paragraph((b.Text(self._row.status or "…"),)),))

    def _place(self, blocks: b.Blocks) -> None:
        self._placed += [_Placed(make_block_view(block, self._style)) for block in blocks]

    def _stack_blocks(self, width: float) -> float:
        bottom = 0.0
        for placed in self._placed:
            if placed.width != width:
                placed.height, placed.width = placed.view.fit(width), width
            placed.top = bottom
            bottom += placed.height + _BLOCK_GAP
        return max(0.0, bottom - _BLOCK_GAP)

    def _marked(self, number: int, view: BlockView) -> tuple[int, int] | None:
        if self._selection is None:
            return None
        first, last = self._selection
        if not first.block <= number <= last.block:
            return None
        start = first.position if number == first.block else 0
        end = last.position if number == last.block else view.length
        return (start, end) if start < end else None

    def _at(self, point: QPointF) -> list[tuple[_Placed, QPointF]]:
        inside = point - self._origin
        return [
            (placed, inside - QPointF(0, placed.top))
            for placed in self._placed
            if placed.top <= inside.y() <= placed.top + placed.height
        ]


def _source(row: Row) -> tuple[str, str, bool]:
    """Return what the blocks of a row are made of."""
    if row.message.text:
        return row.message.text, "", False
    return "", row.status, row.message.state is State.STREAMING
