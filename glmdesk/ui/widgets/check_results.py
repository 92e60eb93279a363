"""What was found out about a service: a line for each step, in the order in which they are done."""

from collections.abc import Iterator

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from glmdesk.chat.checkup import Connected, Listed, Proxied, Resolved, Spoke, Step
from glmdesk.i18n import _, listed, ngettext
from glmdesk.ui.widgets.quotes import PlainLabel

_MILLISECONDS = 1000


class CheckResults(QWidget):
    """Grows by a line with each step, and ends with what went wrong, if anything did."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = QGridLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setHorizontalSpacing(18)
        self._lines.setVerticalSpacing(4)
        self._lines.setColumnStretch(1, 1)
        self._shown: list[QLabel] = []
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What can be read, line by line."""
        return [label.accessibleName() for label in self._shown if label.accessibleName()]

    def clear(self) -> None:
        """Show nothing."""
        for label in self._shown:
            self._lines.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._shown.clear()
        self.hide()

    def add(self, step: Step) -> None:
        """Show what a step has found."""
        for name, value in _lines_of(step):
            self._add(name, value)

    def add_problem(self, reason: str) -> None:
        """Show why there is nothing more to show."""
        label = self._label(reason, "danger")
        label.setAccessibleName(reason)
        self._lines.addWidget(label, self._lines.rowCount(), 0, 1, 2)
        self.show()

    def _add(self, name: str, value: str) -> None:
        row = self._lines.rowCount()
        title, shown = self._label(name, "muted"), self._label(value, "")
        # A screen reader that comes to the figure hears what it is of.
        shown.setAccessibleName(_("{name}: {value}").format(name=name, value=value))
        self._lines.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
        self._lines.addWidget(shown, row, 1)
        self.show()

    def _label(self, text: str, kind: str) -> QLabel:
        label = PlainLabel(text)
        label.setProperty("kind", kind)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(kind != "muted")
        self._shown.append(label)
        return label


def _lines_of(step: Step) -> Iterator[tuple[str, str]]:
    match step:
        case Resolved(seconds, addresses):
            yield _("Name resolution"), f"{_time(seconds)} · {listed(addresses)}"
        case Proxied(proxy):
            yield _("Name resolution"), _("looked up by the proxy {host}").format(host=proxy)
        case Connected(tcp_s, tls_s):
            yield _("Connection"), _time(tcp_s)
            yield _("Encryption"), _("not encrypted") if tls_s is None else _time(tls_s)
        case Listed(seconds, models):
            count = ngettext("{count} model", "{count} models", len(models)).format(count=len(models))
            yield _("Models"), f"{_time(seconds)} · {count}"
        case Spoke(first_s, tokens_per_s, _usage):
            yield _("First word"), _time(first_s)
            if tokens_per_s is not None:
                yield _("Speed"), _("{speed} tokens/s").format(speed=f"{tokens_per_s:,.0f}")


def _time(seconds: float) -> str:
    milliseconds = seconds * _MILLISECONDS
    return _("{time} ms").format(time=f"{milliseconds:.0f}" if milliseconds >= 1 else "< 1")
