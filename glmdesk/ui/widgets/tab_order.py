"""The order in which the Tab key goes through the window: as its parts are read, not as they were made."""

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtWidgets import QWidget


def follow_in_order(stops: Iterable[QWidget]) -> None:
    """Let each stop follow the one before. What is not among them stays behind them all."""
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)
