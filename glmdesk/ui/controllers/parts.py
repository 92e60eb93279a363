"""Questions that are asked part by part: what is divided, who reads it, and what the answer is made of."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from glmdesk.chat.attached import AttachedFiles
from glmdesk.chat.connection import Connection
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.message import Message, Parts
from glmdesk.domain.request import ChatRequest
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.window import Reading
from glmdesk.ui.threads import unnoticed

if TYPE_CHECKING:
    from glmdesk.chat.parts import Plan


class PartsController:
    """Puts in place of a question that is asked part by part what its answer is written from."""

    def __init__(
        self,
        answers: AnswersController,
        files: AttachedFiles,
        connection: Connection,
        catalog: Catalog,
    ) -> None:
        self._answers = answers
        self._files = files
        self._connection = connection
        self._catalog = catalog

    async def plan(self, reading: Reading) -> "Plan | None":
        """Return how the last question of a branch is asked part by part; None: it is asked as others are."""
        question = reading.path[-1]
        if question.parts is None:
            return None
        from glmdesk.chat.parts import Asked  # noqa: PLC0415 - for who has long files

        offer = self._catalog.of(self._connection.target)
        reader, answerer = offer.get(question.parts.model), offer.get(reading.model_id)
        if answerer is None:
            return None
        with unnoticed():
            contents = await self._files.of([question])
            texts = ((file, contents.get(file.digest)) for file in question.attachments)
            conversation = reading.conversation
            asked = Asked(
                question.text,
                [(file, text if isinstance(text, str) else None) for file, text in texts],
                conversation.system,
                conversation.options,
            )
            return await asyncio.to_thread(asked.plan, reader or answerer, answerer)

    async def read(
        self, reading: Reading, plan: "Plan", answer: Message, *, has_waited: bool
    ) -> tuple[Reading, Message]:
        """Read what was not read yet; return what is read last, and the answer as it stands.

        Raises what the service raises.
        """
        unfinished = reading.unfinished
        if unfinished is None or not unfinished.text:
            answer = await self._answers.read_parts(answer, plan, has_waited=has_waited)
            reading = replace(reading, unfinished=None)
        return await self.in_place(reading, plan, answer.parts), answer

    async def in_place(self, reading: Reading, plan: "Plan", parts: Parts | None) -> Reading:
        """Return what is read when the parts have been: what was said of them, in place of the files."""
        from glmdesk.chat.parts import alone  # noqa: PLC0415

        contents = await self._files.of(reading.path[-1:])
        others = [file for file in reading.path[-1].attachments if not _is_text(contents.get(file.digest))]
        question = plan.question(reading.path[-1], parts or Parts(plan.reader.id), _distinct(others))
        options = alone(reading.conversation.options)
        return replace(
            reading,
            conversation=replace(reading.conversation, options=options),
            path=(*reading.path[:-1], question),
            specs=(),
            connectors=(),
        )

    def first_request(self, plan: "Plan") -> ChatRequest:
        """Return what is asked first."""
        from glmdesk.chat.window import tokens_in  # noqa: PLC0415

        request = plan.part_request(plan.parts[0])
        return self._answers.fitted(request, tokens_in(request))


def whole(reading: Reading) -> Reading:
    """Return what is read of a question that need not be asked part by part: its files, as they are."""
    return replace(reading, path=(*reading.path[:-1], replace(reading.path[-1], parts=None)))


def _is_text(content: object) -> bool:
    return isinstance(content, str)


def _distinct(files: list[Attachment]) -> tuple[Attachment, ...]:
    return tuple(dict.fromkeys(files))
