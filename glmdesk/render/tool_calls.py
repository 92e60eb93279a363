"""What a model wanted to have done, and what came of it: a line for each call, with its data below.

Calls that the service made itself are shown as those that were made here.
"""

from collections.abc import Iterable
from typing import Final

from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.message import Message, State
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.unseen import unmasked
from glmdesk.i18n import _
from glmdesk.render.blocks import Blocks, Code, Details, Written
from glmdesk.render.json_text import in_lines

_LONGEST: Final = 80
"""Characters of the data in the line: as many as fit beside the name in a wide window."""
_LOOKED_AT: Final = 4 * _LONGEST
"""Characters. Arguments that are being written cost no more the longer they are."""


def call_blocks(answer: Message, results: Iterable[Message] = ()) -> Blocks:
    """Return a line for each call of an answer: the tool, how it stands, and the beginning of its arguments.

    Below it are all of them, and what the tool answered, if that is among the results.
    """
    by_call = {result.tool_call_id: result for result in results}
    is_written = answer.state is State.STREAMING
    return tuple(_call(call, by_call.get(call.id), is_written=is_written) for call in answer.tool_calls)


def service_call_blocks(answer: Message) -> Blocks:
    """Return a line for each call that the service made itself: the server, the tool, and how it went.

    Below it are its arguments, and what came back.
    """
    return tuple(_service_call(call, answer.state) for call in answer.service_calls)


def result_blocks(text: str) -> Blocks:
    """Return a line for what a tool answered that no call is shown for, and below it all of that."""
    return (_details((_("Tool result"),), _data(text), ()),)


def _call(call: ToolCall, result: Message | None, *, is_written: bool) -> Details:
    heads = [_("Tool call: {name}").format(name=call.name or "…")]
    if result is not None:
        heads.append(_said(result.state))
    elif not is_written:
        heads.append(_("not called"))
    # What is not seen could turn the line round.
    asked = unmasked(call.arguments)
    arguments = Code("json", asked, closed=False) if is_written else _data(asked)
    return _details(heads, arguments, () if result is None else _below(result))


def _service_call(call: ServiceCall, state: State) -> Details:
    heads = [_("{server}: {name}").format(server=call.server or "…", name=call.name)]
    if not call.name:
        heads = [_("Tools of {server}").format(server=call.server or "…")]
    heads += [_("by the service"), _how(call, state)]
    below = [(_("Error"), call.error), (_("Result"), call.output)]
    blocks = tuple(block for name, text in below if text for block in (Written(name), _data(text)))
    if call.name:
        return _details(heads, _data(unmasked(call.arguments or "{}")), blocks)
    return Details(" · ".join(heads), blocks)


def _how(call: ServiceCall, state: State) -> str:
    """Return how a call of the service stands; that nothing came back may be all that there is to say."""
    if call.error:
        return _("failed")
    if call.output or state is State.COMPLETE:
        return _("done")
    return _("running…") if state is State.STREAMING else _("stopped")


def _below(result: Message) -> Blocks:
    text = result.text or (result.problem.words if result.problem else "")
    return (Written(_("Result")), _data(text)) if text else ()


def _said(state: State) -> str:
    """Return how a call stands whose result is in this state."""
    match state:
        case State.WAITING:
            return _("waits for your word")
        case State.STREAMING:
            return _("running…")
        case State.COMPLETE:
            return _("done")
        case State.FAILED | State.INTERRUPTED:
            return _("failed")
        case State.STOPPED | State.CUT_SHORT | State.WITHHELD:
            return _("stopped")


def _details(heads: Iterable[str], data: Code, below: Blocks) -> Details:
    line = " ".join(data.text[:_LOOKED_AT].split())
    beginning = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    summary = heads if beginning in ("", "{}") else (*heads, beginning)
    return Details(" · ".join(summary), (data, *below))


def _data(text: str) -> Code:
    """Return JSON as it is easy to read; what is none, for instance because it was cut off, as it is."""
    lines = in_lines(text)
    return Code("", text) if lines is None else Code("json", lines)
