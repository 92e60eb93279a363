"""What happens on the connection while an answer is written: bytes, pauses, and perhaps an accident."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum, auto

from glmdesk.demo.answers import answer_to
from glmdesk.demo.chat import Chat
from glmdesk.demo.keywords import Fate
from glmdesk.demo.language import language_of
from glmdesk.demo.pacing import FIRST_PIECE_S, LATE_FIRST_PIECE_S, SERVER_S, estimated_tokens, pauses, pieces
from glmdesk.demo.phrases import Library
from glmdesk.demo.records import DONE, Records
from glmdesk.domain.events import FinishReason
from glmdesk.domain.model import Model
from glmdesk.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing happens for a while."""

    seconds: float


class Accident(Enum):
    """The answer goes no further."""

    CONNECTION_LOST = auto()
    SILENCE = auto()


Step = bytes | Pause | Accident

_ACCIDENTS = {Fate.LOST: Accident.CONNECTION_LOST, Fate.SILENT: Accident.SILENCE}
_REASONS = {
    Fate.CUT_SHORT: FinishReason.LENGTH,
    Fate.WITHDRAWN: FinishReason.SENSITIVE,
    Fate.FAULTY: FinishReason.NETWORK_ERROR,
}
# How much of its answer the service gets to write before something happens to it.
_BROKEN_SHARE = 0.45


def steps(chat: Chat, model: Model, library: Library, fate: Fate | None) -> Generator[Step]:
    """Yield what happens, in order."""
    answer = answer_to(chat, library)
    thought = _thought(chat, model, library)
    written, reason = _written(answer.text, chat, model, fate)
    records = Records(model.id)
    yield Pause(LATE_FIRST_PIECE_S if fate is Fate.LATE else FIRST_PIECE_S)
    for piece, seconds in zip(thought, pauses(answer.text), strict=False):
        yield records.reasoning(piece)
        yield Pause(seconds)
    for number, asked in enumerate(answer.asked):
        yield records.asked(number, asked, has_answered=False)
        yield Pause(SERVER_S)
        yield records.asked(number, asked, has_answered=True)
    for piece, seconds in zip(written, pauses(answer.text), strict=False):
        yield records.text(piece)
        yield Pause(seconds)
    if fate in _ACCIDENTS:
        yield _ACCIDENTS[fate]
        return
    tokens = len(thought) + len(written)
    if answer.call is not None:
        yield records.call(answer.call)
        reason = FinishReason.TOOL_CALLS
        tokens += estimated_tokens(answer.call.name + answer.call.arguments)
    if reason is FinishReason.SENSITIVE:
        yield records.withdrawn()
    else:
        usage = Usage(chat.prompt_tokens(), tokens, chat.cached_tokens(), len(thought))
        yield records.last(reason, usage, answer.findings, caches=model.supports_caching)
    yield DONE


def _thought(chat: Chat, model: Model, library: Library) -> list[str]:
    """Return the pieces of what the model reasons before it answers, none where it does not."""
    if model.thinking == "none" or (model.can_be_told_to_think and chat.wants_no_thinking):
        return []
    return list(pieces(library[language_of(chat.question)].reasoning))


def _written(text: str, chat: Chat, model: Model, fate: Fate | None) -> tuple[list[str], FinishReason]:
    """Return the pieces that get written, and why there are no more."""
    for stop in chat.stop or ():
        text = text.partition(stop)[0]
    whole = list(pieces(text))
    if fate in _REASONS or fate in _ACCIDENTS:
        return whole[: int(len(whole) * _BROKEN_SHARE)], _REASONS.get(fate, FinishReason.STOP)
    limit = min(chat.max_tokens or len(whole), model.max_output or len(whole))
    return whole[:limit], FinishReason.LENGTH if limit < len(whole) else FinishReason.STOP
