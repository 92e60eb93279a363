"""What becomes of a click on an image. Each is loaded by a click of its own; then it is copied or saved."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Final, assert_never

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from glmdesk.chat.image_source import ImageSource
from glmdesk.domain.address import WebAddress, parse_address
from glmdesk.domain.errors import ImageNotLoaded, joined
from glmdesk.domain.image import Elsewhere, EncodedImage, file_name
from glmdesk.domain.legible import heads
from glmdesk.i18n import _
from glmdesk.ui.decoding import Decoder, Picture
from glmdesk.ui.models.images import Act, Asking, Failed, Images, Loaded, Loading, Unloaded
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.theme import COLUMN_WIDTH
from glmdesk.ui.threads import unnoticed

_TASK: Final = "image"
_numbers = count(1)
"""Of all controllers: a window would end what another one loads."""


class ImagesController(QObject):
    """Loads the images of one conversation, and forgets them when another one is shown.

    Signals:
        open_requested(src: str, text: str): an image should be shown by the browser; nothing is read of it.
        save_requested(name: str, data: bytes): an image should become a file, for which there is a name.
    """

    open_requested = Signal(str, str)
    save_requested = Signal(str, object)

    def __init__(self, images: Images, source: ImageSource, tasks: TaskRunner) -> None:
        super().__init__(images)
        self._images = images
        self._source = source
        self._tasks = tasks
        self._conversation_id = ""
        self._names: dict[str, str] = {}
        # One at a time: the pixels of several would take up too much.
        self._decoders = ThreadPoolExecutor(1, thread_name_prefix="decoder")

    def enter(self, conversation_id: str) -> None:
        """Leave the images of another conversation: stop what is loading and forget what was loaded."""
        if conversation_id == self._conversation_id:
            return
        self._conversation_id = conversation_id
        for name in self._names.values():
            self._tasks.cancel(name)
        self._names.clear()
        self._images.clear()

    def act(self, src: str, act: Act) -> None:
        """Do what somebody wants of an image."""
        state = self._images.state(src)
        match act:
            case Act.PRESS:
                self._press(src)
            case Act.COPY:
                if isinstance(state, Loaded):
                    self._tasks.start(self._name(src), partial(self._copy, state.encoded))
            case Act.SAVE:
                if isinstance(state, Loaded):
                    self.save_requested.emit(file_name(src, state.encoded.format), state.encoded.data)
            case _:
                assert_never(act)

    def _press(self, src: str) -> None:
        match self._images.state(src):
            case Unloaded():
                self._begin(src)
            case Asking(address=address):
                self._load(src, address)
            case Loading():
                self._tasks.cancel(self._name(src))
                self._images.put(src, Unloaded())
            case Failed(address=address) as state:
                if state.can_retry:
                    self._load(src, address)
                else:
                    self.open_requested.emit(src, "")
            case Loaded():
                pass
            case _ as never:
                assert_never(never)

    def _begin(self, src: str) -> None:
        """Load an image, if there is nothing to know first."""
        from glmdesk.domain.doubts import reasons_to_ask  # noqa: PLC0415 - its patterns take long to compile

        address = parse_address(src)
        if not isinstance(address, WebAddress):
            return
        words = ""
        # What is not loaded in any case is not asked about: the answer to a click says so.
        for reason in () if address.is_odd or address.host.is_local else reasons_to_ask(address, ""):
            words = joined(words, reason.words)
        if words:
            self._images.put(src, Asking(words, _("Load all the same"), address))
        else:
            self._load(src, address)

    def _load(self, src: str, address: WebAddress) -> None:
        self._images.put(src, Loading())
        self._tasks.start(self._name(src), partial(self._fetch, src, address))

    def _name(self, src: str) -> str:
        # Numbered: no log tells what was loaded.
        if src not in self._names:
            self._names[src] = f"{_TASK}:{next(_numbers)}"
        return self._names[src]

    async def _fetch(self, src: str, address: WebAddress) -> None:
        def progress(done: int, total: int | None) -> None:
            self._images.put(src, Loading(done, total))

        try:
            found = await self._source.fetch(address, progress)
            if isinstance(found, Elsewhere):
                self._images.put(src, _moved(found.address))
            else:
                ratio = max(screen.devicePixelRatio() for screen in QGuiApplication.screens())
                picture = await self._decoded(found, round(COLUMN_WIDTH * ratio))
                self._images.put(src, Loaded(picture, found))
        except ImageNotLoaded as error:
            self._images.put(src, Failed(error.problem, address))

    async def _copy(self, encoded: EncodedImage) -> None:
        """Put an image on the clipboard, in its own size."""
        picture = await self._decoded(encoded, None)
        QGuiApplication.clipboard().setImage(picture.image)

    async def _decoded(self, encoded: EncodedImage, width: int | None) -> Picture:
        decoder = Decoder(encoded, width)
        with unnoticed():
            image = await asyncio.get_running_loop().run_in_executor(self._decoders, decoder.read)
        return decoder.picture(image)


def _moved(address: WebAddress) -> Asking:
    """Return what is said of an image that its host says is on another one."""
    words = _("The image is on another host, {host}.").format(host=heads(address)[0])
    return Asking(words, _("Load it from there"), address)
