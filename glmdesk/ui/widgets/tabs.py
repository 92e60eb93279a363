"""Tabs above what a dialog shows."""

from collections.abc import Iterable

from PySide6.QtWidgets import QTabBar


class Tabs(QTabBar):
    """As wide as their words, without a line below; `name` says what they choose."""

    def __init__(self, name: str, titles: Iterable[str] = ()) -> None:
        super().__init__()
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setAccessibleName(name)
        for title in titles:
            self.addTab(title)
