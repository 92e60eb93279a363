"""What becomes of a link that is followed: it is opened at once, or after a question, or not at all."""

from itertools import count
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from glmdesk.app.appearance import Appearance
from glmdesk.desktop.opener import Opener
from glmdesk.domain.errors import LinkNotOpened
from glmdesk.i18n import _
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.banner import Banner, Kind

if TYPE_CHECKING:
    from glmdesk.domain.address import Address

_COPY: Final = "copy-address:"


class Links(QObject):
    """The only way out of a window for addresses."""

    def __init__(
        self, window: QWidget, banner: Banner, appearance: Appearance, tasks: TaskRunner, opener: Opener
    ) -> None:
        super().__init__(window)
        self._window = window
        self._banner = banner
        self._appearance = appearance
        self._tasks = tasks
        self._opener = opener
        self._numbers = count()
        self._banner.acted.connect(self._act)

    def follow(self, href: str, text: str) -> None:
        """Open a link of a message, which reads `text`; ask first where there is a reason to."""
        from glmdesk.domain.address import parse_address  # noqa: PLC0415 - for who follows a link
        from glmdesk.domain.doubts import reasons_to_ask  # noqa: PLC0415 - its patterns take long to compile

        address = parse_address(href)
        if address is None:
            return
        reasons = reasons_to_ask(address, text)
        if not reasons:
            self.open(address)
            return
        from glmdesk.ui.dialogs.link import LinkDialog  # noqa: PLC0415 - for who is asked

        dialog = LinkDialog(address, reasons, self._appearance.style.code, self._window)
        dialog.open_requested.connect(lambda: self.open(address))
        dialog.copy_requested.connect(lambda: _copy(address.copied))
        dialog.open()

    def open(self, address: "Address") -> None:
        """Open an address without a question."""
        # Numbered: another link does not end the wait for this one, and no log tells what was followed.
        self._tasks.start(f"link:{next(self._numbers)}", lambda: self._open(address))

    async def _open(self, address: "Address") -> None:
        try:
            await self._opener.open(address)
        except LinkNotOpened as error:
            self._banner.show_message(
                Kind.ERROR, error.problem.words, action=_COPY + address.copied, label=_("Copy address")
            )

    def _act(self, action: str) -> None:
        if action.startswith(_COPY):
            _copy(action.removeprefix(_COPY))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
