"""Files of a message before it is sent: whether the models read them all, and what is sent if they do not."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from glmdesk.app.offering import Offering
from glmdesk.app.stage import Stage
from glmdesk.chat.attached import AttachedFiles
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Problem, UserError
from glmdesk.domain.model import Model
from glmdesk.domain.options import Options
from glmdesk.i18n import _, listed
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.threads import unnoticed

if TYPE_CHECKING:
    from glmdesk.chat.fitting import Excerpt, LongFile
    from glmdesk.chat.parts import Asked, Forecast
    from glmdesk.ui.dialogs.fitting import FittingDialog

_FIT = "fit"
_FORECAST = "forecast"


class Sent(NamedTuple):
    """What is to be sent, to whom, and by whom.

    Attributes:
        model_ids: Who is asked; one, or several that answer side by side.
        send: Sends it, or what was chosen in its place.
        is_wanted: Whether it still is, once its files were read.
        choose_model: Lets other models be chosen.
        parent: The window in which questions are asked about it.
        left: It is not sent after all.
        refused: Told which models have no room for it, where nothing can be sent in its place.
    """

    draft: Draft
    conversation: Conversation
    model_ids: Sequence[str]
    send: Callable[[Draft], None]
    is_wanted: Callable[[], bool]
    choose_model: Callable[[], None]
    parent: QWidget
    left: Callable[[], None] = lambda: None
    refused: Callable[[str], None] | None = None


class Fitting(QObject):
    """Lets messages with files go that fit, and asks what of the others is to go."""

    def __init__(self, stage: Stage, files: AttachedFiles, tasks: TaskRunner, offering: Offering) -> None:
        super().__init__(stage.window)
        self._files = files
        self._tasks = tasks
        self._offering = offering
        self._dialog: FittingDialog | None = None

    def fit(self, sent: Sent) -> None:
        """Send at once what is known to fit."""
        if self._dialog is not None:
            return
        files, model = sent.draft.attachments, self._narrowest(sent)
        room = self._room(sent, model)
        if model is None or room is None or (all(map(self._files.knows, files)) and self.fits(files, room)):
            sent.send(sent.draft)
        else:
            self._tasks.start(_FIT, partial(self._fit, sent, model, room))

    def blindness(self, files: Iterable[Attachment], model_ids: Iterable[str]) -> Problem | None:
        """Return what is to be said of images for the first of these models that does not see them."""
        images = [file.name for file in files if self._files.is_image(file)]
        problems = (self._offering.offer.blindness(model_id, images) for model_id in model_ids)
        return next(filter(None, problems), None)

    def fits(self, files: Sequence[Attachment], room: int) -> bool:
        """Whether there is room for files that were read."""
        return self._tokens(files) <= room

    def _tokens(self, files: Iterable[Attachment]) -> int:
        """Return about how many tokens the texts among files take that were read."""
        return sum(self._files.tokens(file) or 0 for file in files)

    def _narrowest(self, sent: Sent) -> Model | None:
        """Return the model with the least room; None where no room is known."""
        models = [model for model in map(self._offering.offer.get, sent.model_ids) if model is not None]
        known = [(room, model) for model in models if (room := self._room(sent, model)) is not None]
        return min(known, key=lambda pair: pair[0])[1] if known else None

    @staticmethod
    def _room(sent: Sent, model: Model | None) -> int | None:
        from glmdesk.chat.fitting import room_for_files  # noqa: PLC0415 - for who sends files

        if model is None:
            return None
        words = f"{sent.conversation.system}\n{sent.draft.text}"
        return room_for_files(model, words, sent.conversation.options.max_tokens)

    async def _fit(self, sent: Sent, model: Model, room: int) -> None:
        files = sent.draft.attachments
        with unnoticed():
            texts = await asyncio.to_thread(self._read, files)
            if not sent.is_wanted():
                return
            if self.fits(files, room):
                sent.send(sent.draft)
                return
            if sent.refused is not None:
                sent.refused(self._refusal(sent, room))
                return
            long_files = await asyncio.to_thread(_in_parts, files, texts, room)
            asked = self._asked(sent, texts)
            forecast = await self._forecast(asked, sent, "")
        if sent.is_wanted():
            self._ask(sent, long_files, asked, forecast, model=model, room=room)

    def _refusal(self, sent: Sent, room: int) -> str:
        """Return which models have no room for files, and what to do."""
        models = (model for model in map(self._offering.offer.get, sent.model_ids) if model is not None)
        rooms = [(model.title, self._room(sent, model)) for model in models]
        tokens = self._tokens(sent.draft.attachments)
        narrow = [title for title, one in rooms if one is not None and tokens > one]
        return _(
            "The files (≈ {tokens} tokens) are too long for {models}: there is room for {room}. "
            "Choose others, or edit the question to send it part by part."
        ).format(tokens=f"{tokens:,}", models=listed(narrow), room=f"{room:,}")

    def _read(self, files: Iterable[Attachment]) -> list[str]:
        """Return texts, an empty one for each file that has none: the model is told what is with it."""
        return [_text(self._files, file) for file in files]

    def _asked(self, sent: Sent, texts: Sequence[str]) -> "Asked":
        from glmdesk.chat.parts import Asked  # noqa: PLC0415

        files = [
            (file, None if self._files.is_image(file) else text)
            for file, text in zip(sent.draft.attachments, texts, strict=True)
        ]
        conversation = sent.conversation
        return Asked(sent.draft.text, files, conversation.system, conversation.options)

    async def _forecast(self, asked: "Asked", sent: Sent, reader_id: str) -> "Forecast | None":
        """Return what reading part by part takes; None where it cannot be done for all who are asked."""
        answerers = [model for model in map(self._offering.offer.get, sent.model_ids) if model is not None]
        reader = self._offering.offer.get(reader_id)
        return await asyncio.to_thread(asked.forecast, reader, answerers)

    def _ask(
        self,
        sent: Sent,
        files: "Sequence[LongFile]",
        asked: "Asked",
        forecast: "Forecast | None",
        *,
        model: Model,
        room: int,
    ) -> None:
        from glmdesk.chat.fitting import beginning  # noqa: PLC0415
        from glmdesk.ui.dialogs.fitting import FittingDialog  # noqa: PLC0415

        first = beginning(files, room)
        dialog = FittingDialog(
            sent.parent, files, first, room, model=model.title, readers=self._readers(sent)
        )
        dialog.show_forecast(forecast, lacks_tools=_uses_more(sent.conversation.options))
        dialog.beginning_chosen.connect(lambda: self._take(sent, first))
        dialog.parts_chosen.connect(partial(self._take_parts, sent, files))
        dialog.reader_changed.connect(partial(self._forecast_for, sent, asked))
        dialog.reader_chosen.connect(partial(_send_to_reader, sent))
        dialog.model_wanted.connect(sent.choose_model)
        dialog.rejected.connect(sent.left)
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.open()

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _readers(self, sent: Sent) -> list[tuple[str, str]]:
        """Return who may read the parts: who answers, and who is not dearer: ids, and words."""
        from glmdesk.ui.widgets.model_facts import price_range  # noqa: PLC0415

        answerers = [model for model in map(self._offering.offer.get, sent.model_ids) if model is not None]
        own = _("The model that answers") if len(answerers) > 1 else answerers[0].title
        own_price = "" if len(answerers) > 1 else price_range(answerers[0].prices)
        dearest = max(map(_price, answerers), default=0.0)
        others = [
            model
            for model in self._offering.offer
            if model.context_window is not None
            and model.prices
            and _price(model) <= dearest
            and (len(answerers) > 1 or model is not answerers[0])
        ]
        others.sort(key=_price)
        return [
            ("", " · ".join(filter(None, (own, own_price)))),
            *((model.id, f"{model.title} · {price_range(model.prices)}") for model in others),
        ]

    def _forecast_for(self, sent: Sent, asked: "Asked", reader_id: str) -> None:
        self._tasks.start(_FORECAST, partial(self._show_forecast, sent, asked, reader_id))

    async def _show_forecast(self, sent: Sent, asked: "Asked", reader_id: str) -> None:
        with unnoticed():
            forecast = await self._forecast(asked, sent, reader_id)
        if self._dialog is not None:
            self._dialog.show_forecast(forecast, lacks_tools=_uses_more(sent.conversation.options))

    def _take_parts(self, sent: Sent, files: "Sequence[LongFile]", numbers: list[list[int]]) -> None:
        from glmdesk.chat.fitting import chosen_parts  # noqa: PLC0415

        self._take(sent, chosen_parts(files, numbers))

    def _take(self, sent: Sent, excerpts: "Sequence[Excerpt]") -> None:
        self._tasks.start(_FIT, partial(self._send, sent, excerpts))

    async def _send(self, sent: Sent, excerpts: "Sequence[Excerpt]") -> None:
        """Let parts be files of their own, which are kept with the message and the same each time."""
        with unnoticed():
            kept = await asyncio.to_thread(_kept, self._files, excerpts)
        if sent.is_wanted():
            sent.send(Draft(sent.draft.text, tuple(kept)))


def _uses_more(options: Options) -> bool:
    """Whether answers are made of more than what is sent."""
    return bool(options.tools or options.searches_web or options.connectors or options.knowledge.base_id)


def _send_to_reader(sent: Sent, reader_id: str) -> None:
    sent.send(sent.draft._replace(reader=reader_id))


def _price(model: Model) -> float:
    """Return what comes first in a list by price."""
    return float(max((price.input + price.output for price in model.prices), default=0))


def _text(files: AttachedFiles, file: Attachment) -> str:
    try:
        content = files.read(file)
    except UserError:
        return ""
    return content if isinstance(content, str) else ""


def _in_parts(files: Sequence[Attachment], texts: Sequence[str], room: int) -> "list[LongFile]":
    from glmdesk.chat.fitting import in_parts  # noqa: PLC0415

    return [in_parts(file, text, room) for file, text in zip(files, texts, strict=True)]


def _kept(files: AttachedFiles, excerpts: "Iterable[Excerpt]") -> list[Attachment]:
    """Keep what is a part of a file. Raises LocalDataError."""
    return [
        excerpt.file if excerpt.text is None else files.add(excerpt.name, excerpt.text.encode())
        for excerpt in excerpts
    ]
