"""What a screen reader is given of a button that shows the rest of something: whether that is shown."""

import weakref
from typing import Protocol, cast

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAccessibleWidget, QWidget

from glmdesk.typed import override
from glmdesk.ui.widgets.accessible import make_accessible


class FoldingButton(Protocol):
    """A button that collapses something, or expands it."""

    @property
    def is_collapsed(self) -> bool:
        """Whether only its beginning is shown."""
        ...


class _AccessibleFold(QAccessibleWidget):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, QAccessible.Role.Button)
        # Weak, because the binding never lets go of this interface.
        self._button = weakref.ref(widget)

    @override
    def state(self) -> QAccessible.State:
        state, button = super().state(), self._button()
        if button is not None:
            state.expandable = True
            state.collapsed = cast("FoldingButton", button).is_collapsed
            state.expanded = not state.collapsed
        return state

    @override
    def actionNames(self) -> list[str]:
        return [self.pressAction(), self.setFocusAction()]

    @override
    def doAction(self, actionName: str) -> None:
        button = self._button()
        if button is not None and actionName == self.pressAction():
            cast("QAbstractButton", button).click()
        else:
            super().doAction(actionName)


def make_fold_accessible(kind: type[QWidget]) -> None:
    """Let the buttons of a class tell whether what they collapse is. The class is a `FoldingButton`."""
    make_accessible(kind, _AccessibleFold)
