"""The inputs for numbers, made of the one for a line of text."""

import re
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QSpinBox

from glmdesk.typed import override
from glmdesk.ui.widgets.text_input import LineInput, is_enter

_HUNDREDTHS: Final = 100
_DIGITS: Final = re.compile(r"\d{0,3}([.,]\d{0,2})?")


class NumberInput(QSpinBox):
    """A whole number. Enter takes what was typed, and does not press a button of the dialog around it.

    Signals:
        cancelled(): Escape was pressed and there was nothing to give up; the first one gives up what was
        typed.
    """

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._line = LineInput()
        self._line.submitted.connect(self.interpretText)
        self._line.cancelled.connect(self._cancel)
        self._line.setTextMargins(8, 0, 8, 0)
        self.setLineEdit(self._line)
        # Its buttons have no width in the stylesheet; without buttons Qt would leave the text one pixel.
        self.setKeyboardTracking(False)
        self.second = self.minimum()
        """The first number after the smallest one, which may stand apart because it means something else."""

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling past it changes nothing by accident.
        event.ignore()

    @override
    def stepBy(self, steps: int) -> None:
        target = self.value() + steps
        if self.minimum() < target < self.second:
            target = self.second if steps > 0 else self.minimum()
        super().stepBy(target - self.value())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event) or self._line.is_composing:
            self._line.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def _cancel(self) -> None:
        typed = self.text()
        self.setValue(self.value())
        if self.text() == typed:
            self.cancelled.emit()


class HundredthsInput(NumberInput):
    """A number with two digits behind the point; its value counts hundredths."""

    @override
    def textFromValue(self, val: int) -> str:
        return f"{val / _HUNDREDTHS:.2f}"

    @override
    def valueFromText(self, text: str) -> int:
        try:
            return round(float(text.replace(",", ".")) * _HUNDREDTHS)
        except (ValueError, OverflowError):
            return self.value()

    @override
    def validate(self, input: str, pos: int) -> tuple[QValidator.State, str, int]:
        is_special = input == self.specialValueText()
        is_number = is_special or _DIGITS.fullmatch(input) is not None
        state = QValidator.State.Acceptable if is_number else QValidator.State.Invalid
        return state, input, pos
