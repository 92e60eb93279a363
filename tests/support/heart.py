"""How long the window stands still."""

import time

from PySide6.QtCore import QObject, Qt, QTimerEvent

from glmdesk.typed import override


class Heart(QObject):
    """Beats as often as it can, and keeps the most of what was between two beats, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.most_work = self.longest = 0.0
        self._worked, self._last = time.thread_time(), time.perf_counter()
        self.startTimer(1, Qt.TimerType.PreciseTimer)

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        worked, now = time.thread_time(), time.perf_counter()
        self.most_work = max(self.most_work, (worked - self._worked) * 1000)
        self.longest = max(self.longest, (now - self._last) * 1000)
        self._worked, self._last = worked, now
