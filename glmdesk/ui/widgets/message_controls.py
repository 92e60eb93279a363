"""The controls over those panels of a message that are in the window."""

import math
from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRect, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from glmdesk.i18n import _
from glmdesk.render.languages import language_of
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.code_box import CodeBox
from glmdesk.ui.widgets.boxes.details_box import DetailsBox
from glmdesk.ui.widgets.boxes.panel import Panel
from glmdesk.ui.widgets.boxes.table_box import TableBox
from glmdesk.ui.widgets.boxes.written_box import WrittenBox
from glmdesk.ui.widgets.code_controls import CodeControls
from glmdesk.ui.widgets.details_controls import DetailsControls
from glmdesk.ui.widgets.fold_controls import WrittenControls
from glmdesk.ui.widgets.panel_controls import PanelControls
from glmdesk.ui.widgets.table_controls import TableControls

_PULL = 6
"""Pixels. A selection that has just left a panel moves it by so many, some thirty times a second."""

Spot = tuple[int, int]
"""Where a panel is found: a block, and the panel's first position in it."""


class MessageControls(QObject):
    """Makes them when they are first needed, and keeps them for the panels that come into the window next.

    `number_of` returns which one of its kind stands at a block and a position.

    Signals:
        moved(area: QRect): what is there has been moved sideways.
        wraps_chosen(spot: Spot, is_wrapped: bool), expansion_chosen(spot: Spot, is_expanded: bool): of code.
        save_requested(name: str, text: str): a text should become a file, for which there is a name.
    """

    moved = Signal(object)
    wraps_chosen = Signal(object, bool)
    expansion_chosen = Signal(object, bool)
    save_requested = Signal(str, str)

    def __init__(self, style: Style, view: QWidget, number_of: Callable[[int, int], int]) -> None:
        super().__init__(view)
        self._style = style
        self._view = view
        self._number_of = number_of
        self._shown: dict[Spot, PanelControls] = {}
        self._spare: list[PanelControls] = []
        self._grabbed: PanelControls | None = None

    def show(self, panels: Iterable[tuple[Spot, Panel, QPoint]], top: int, bottom: int) -> bool:
        """Stand over these panels, from the upper to the lower, as far as they are seen between two heights.

        Return whether others are there than before.
        """
        before, self._shown = self._shown, {}
        old = list(before.values())
        for spot, panel, corner in panels:
            controls = self._taken(before, spot, panel)
            self._shown[spot] = controls
            controls.stand(corner, top, bottom)
        for spot, controls in before.items():
            if _has_focus(controls):
                # Whoever is there with the keyboard stays there, also out of sight.
                self._shown[spot] = controls
            else:
                self._retire(controls)
        if len(self._shown) > 1:
            self._shown = dict(sorted(self._shown.items()))
        is_other = old != list(self._shown.values())
        if is_other:
            self._stack()
        return is_other

    def clear(self) -> None:
        """Stand over nothing."""
        for controls in self._shown.values():
            self._retire(controls)
        self._shown = {}

    @property
    def stops(self) -> list[tuple[Spot, QWidget]]:
        """Where Tab stops, from the top, with the panels that these are for."""
        return [(spot, stop) for spot, controls in self._shown.items() for stop in controls.stops]

    @property
    def due_code(self) -> list[CodeBox]:
        """The code that waits for colours."""
        panels = (controls.panel for controls in self._shown.values())
        return [panel for panel in panels if isinstance(panel, CodeBox) and panel.colouring.is_due]

    def at(self, spot: Spot) -> PanelControls:
        """Return the controls over a panel that is seen."""
        return self._shown[spot]

    def area_of(self, panel: Panel) -> QRect:
        """Return where a panel is that is seen."""
        return next(it.area for it in self._shown.values() if it.panel is panel)

    def point_at(self, point: QPoint | None) -> None:
        """Show what is only seen while its panel is pointed at."""
        for controls in self._shown.values():
            controls.reveal(is_visible=point is not None and controls.area.contains(point))

    def scroll(self, point: QPoint, pixels: float) -> bool:
        """Move the panel at a point sideways; return whether there is one that can be moved."""
        controls = self._under(point)
        return controls is not None and controls.scroll(pixels)

    def grab(self, point: QPoint) -> None:
        """Let the panel at a point, if there is one, be that which `pull` moves."""
        self._grabbed = self._under(point)

    def pull(self, point: QPoint) -> bool:
        """Move the panel that a selection began in towards a point beside it; return whether it goes on."""
        controls = self._grabbed
        if controls is None or not controls.area.top() <= point.y() <= controls.area.bottom():
            return False
        beyond = max(0, point.x() - controls.area.right()) + min(0, point.x() - controls.area.left())
        return beyond != 0 and controls.scroll(beyond + math.copysign(_PULL, beyond))

    def _under(self, point: QPoint) -> PanelControls | None:
        return next((it for it in self._shown.values() if it.area.contains(point)), None)

    def _taken(self, before: dict[Spot, PanelControls], spot: Spot, panel: Panel) -> PanelControls:
        """Return the controls for a panel: those it has, spare ones, or new ones."""
        kind = _kind_of(panel)
        controls = before.get(spot)
        if isinstance(controls, kind):
            del before[spot]
        else:
            controls = next((spare for spare in self._spare if isinstance(spare, kind)), None)
            if controls is None:
                controls = self._made(kind)
            else:
                self._spare.remove(controls)
        if controls.panel is not panel:
            controls.serve(panel, self._name_of(spot, panel))
        return controls

    def _name_of(self, spot: Spot, panel: Panel) -> str:
        """Return what tells a panel from the others of its kind, where there may be others."""
        match panel:
            case CodeBox():
                language = language_of(panel.block.language).name
                number = self._number_of(*spot)
                if not language:
                    return _("code block {number}").format(number=number)
                return _("code block {number} ({language})").format(number=number, language=language)
            case TableBox():
                return _("table {number}").format(number=self._number_of(*spot))
            case _:
                return ""

    def _retire(self, controls: PanelControls) -> None:
        if controls is self._grabbed:
            self._grabbed = None
        controls.retire()
        self._spare.append(controls)

    def _made(self, kind: type[PanelControls]) -> PanelControls:
        made = kind(self._style, self._view)
        made.moved.connect(lambda: self.moved.emit(made.area))
        made.wraps_chosen.connect(partial(self._tell, made, self.wraps_chosen))
        made.expansion_chosen.connect(partial(self._tell, made, self.expansion_chosen))
        made.save_requested.connect(self.save_requested)
        return made

    def _tell(self, controls: PanelControls, signal: SignalInstance, is_wanted: bool) -> None:
        spot = next(spot for spot, other in self._shown.items() if other is controls)
        signal.emit(spot, is_wanted)

    def _stack(self) -> None:
        """Let a screen reader come to the controls in the order in which they are seen."""
        for controls in self._shown.values():
            for part in controls.parts:
                part.raise_()


def _kind_of(panel: Panel) -> type[PanelControls]:
    match panel:
        case CodeBox():
            return CodeControls
        case DetailsBox():
            return DetailsControls
        case WrittenBox():
            return WrittenControls
        case _:
            return TableControls


def _has_focus(controls: PanelControls) -> bool:
    return any(stop.hasFocus() for stop in controls.stops)
