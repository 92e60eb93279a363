"""What a screen reader is given in place of Qt's own description of a widget, by the widget's class."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

_makers: dict[type[QWidget], Callable[[QWidget], QAccessibleInterface]] = {}


def make_accessible(kind: type[QWidget], make: Callable[[QWidget], QAccessibleInterface]) -> None:
    """Describe widgets of exactly this class with what `make` returns."""
    if not _makers:
        QAccessible.installFactory(_interface_for)
    _makers[kind] = make


def _interface_for(_class_name: str, item: QObject) -> QAccessibleInterface | None:
    # The binding keeps what is returned here until the program ends, Qt deletes its C++ half with the widget.
    make = _makers.get(type(item)) if isinstance(item, QWidget) else None
    return make(item) if make is not None and isinstance(item, QWidget) else None
