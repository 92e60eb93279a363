"""Answers that are to be JSON: what a model is told of that, and what becomes of what it says."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.fault import Fault
from glmdesk.domain.message import Structured
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.i18n import N_

_JSON_ONLY: Final = (
    "Answer with JSON and nothing else: one JSON value, without any words before or after it and without a "
    "code fence."
)
_BY_SCHEMA: Final = "The JSON has to be valid against this JSON Schema:"
_REPAIR: Final = (
    "Your answer is not the JSON that was asked for:\n{faults}\n"
    "Answer with the whole corrected JSON and nothing else. Keep everything that was right."
)


def told(system: str, structured: Structured | None) -> str:
    """Return a system prompt with what a model is told of JSON, the same words each time.

    The service refuses JSON mode where the word does not occur.
    """
    if structured is None:
        return system
    schema = f"{_BY_SCHEMA}\n{structured.schema}" if structured.schema else ""
    return "\n\n".join(filter(None, (system.strip(), _JSON_ONLY, schema)))


def faults_of(text: str, structured: Structured) -> tuple[Fault, ...]:
    """Return why an answer is not what was asked for; nothing where it is.

    One code fence around it is tolerated, and nothing else.
    """
    from glmdesk.chat.json_schema import faults_in  # noqa: PLC0415 - for who asks for JSON
    from glmdesk.domain.strict_json import unfenced  # noqa: PLC0415

    return faults_in(unfenced(text), structured.schema)


def repair_request(request: ChatRequest, text: str, faults: Sequence[Fault]) -> ChatRequest:
    """Return the request that asks for an answer to be mended, of which something has come."""
    listed = "\n".join(f"- {fault.english}" for fault in faults)
    question = PromptMessage("user", _REPAIR.format(faults=listed))
    # Nothing is looked up or called for that: what has to be said is there.
    return replace(
        request,
        messages=(*request.messages, PromptMessage("assistant", text), question),
        json_mode=True,
        web_search=None,
        tools=(),
        connectors=(),
        knowledge=None,
    )


def problem_of(faults: Sequence[Fault]) -> Problem:
    """Return what is said below an answer that is not what was asked for."""
    return Problem(
        "json-invalid",
        N_("This is not the JSON that was asked for."),
        N_("Try again, or with another model:\n{faults}"),
        Action.RETRY,
        faults=tuple(faults),
    )
