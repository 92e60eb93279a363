"""Files of a command's question that are read part by part."""

from functools import partial

from glmdesk.chat.attached import Content
from glmdesk.chat.connection import Connection
from glmdesk.chat.context import prompt_messages
from glmdesk.chat.live import LiveAnswer
from glmdesk.chat.part_by_part import PartByPart, PartsWriter
from glmdesk.chat.parts import Asked, Plan
from glmdesk.chat.progress import describe_progress
from glmdesk.chat.structured import told
from glmdesk.cli.question import Question
from glmdesk.cli.streams import tell_person
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.catalog import Offer
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.domain.events import Progress
from glmdesk.domain.message import Message
from glmdesk.domain.request import ChatRequest
from glmdesk.i18n import N_


class LongFiles:
    """What is read in parts for one question."""

    def __init__(self, plan: Plan, conversation: Conversation, question: Message, asked: Question) -> None:
        self._plan = plan
        self._conversation = conversation
        self._question = question
        self._files: dict[str, Content] = {file.attachment.digest: file.read for file in asked.files}

    @classmethod
    def of(
        cls,
        asked: Question,
        conversation: Conversation,
        question: Message,
        *,
        offer: Offer,
    ) -> "LongFiles | None":
        """Return them; None where the files are read at once. Says what it takes.

        Raises UsageError where they are too long to be read in parts too.
        """
        answerer = offer.get(conversation.model)
        if question.parts is None or answerer is None:
            return None
        files: list[tuple[Attachment, str | None]] = [
            (file.attachment, file.read if isinstance(file.read, str) else None) for file in asked.files
        ]
        words = Asked(question.text, files, conversation.system, conversation.options)
        if not words.is_too_long(answerer):
            return None
        plan = words.plan(offer.get(question.parts.model) or answerer, answerer)
        if plan is None:
            raise UsageError(_too_little_room(answerer.title))
        tell_person(plan.forecast.words)
        return cls(plan, conversation, question, asked)

    async def read(
        self, connection: Connection, offer: Offer, live: LiveAnswer, writer: PartsWriter
    ) -> ChatRequest:
        """Read the parts, and return what is asked then. Raises what `PartByPart` raises."""
        reader = self._plan.reader.id

        await PartByPart(
            self._plan,
            live,
            writer,
            reach=lambda _model: connection.client(),
            fit=offer.fitted,
            cost=partial(offer.cost, reader),
            saving=partial(offer.saved, reader),
            progress=_tell,
        ).run()
        answer, conversation = live.message, self._conversation
        assert answer.parts is not None, "they have just been read"
        others = (
            file for file in self._question.attachments if not isinstance(self._files[file.digest], str)
        )
        question = self._plan.question(self._question, answer.parts, others)
        system = told(conversation.system, answer.structured)
        return conversation.options.request(
            conversation.model, prompt_messages([question], system=system, files=self._files)
        )


def _tell(progress: Progress) -> None:
    if words := describe_progress(progress):
        tell_person(words)


def _too_little_room(model: str) -> Problem:
    return Problem(
        "no-room-for-parts",
        N_("The files cannot be read part by part: {model} has too little room for them."),
        N_("Choose a model with a larger window with --model or --parts-model."),
        details={"model": model},
    )
