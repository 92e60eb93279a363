"""The strict checker of a chat request: what the service refuses and what glmdesk must never send.

Pure: the service judges with it, and so do property tests of whatever builds requests.
Source: the chat specification of BigModel v4, and the traps other clients fell into.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tests.support.contract_fields import check_fields
from tests.support.contract_messages import check_messages
from tests.support.contract_tools import check_tools
from tests.support.errors import Refusal, refusal_for
from tests.support.json_values import JsonObject, as_object, nulls
from tests.support.models import MODELS, Model
from tests.support.tokens import prompt_tokens
from tests.support.violation import NULL, Violation, forbidden, refused

__all__ = ["Refusal", "Violation", "first_refusal", "forbidden_in", "refusal_of", "violations"]

# What glmdesk has a use for. The service ignores other fields; glmdesk sends none.
KNOWN_FIELDS: Final = frozenset(
    {
        "model",
        "messages",
        "stream",
        "max_tokens",
        "temperature",
        "top_p",
        "do_sample",
        "stop",
        "tools",
        "tool_choice",
        "response_format",
        "request_id",
        "user_id",
        "thinking",
        "reasoning_effort",
        "tool_stream",
        "sensitive_word_check",
    }
)


def violations(body: object, models: Mapping[str, Model] = MODELS) -> list[Violation]:
    """Return everything wrong with a chat request, in the order the service looks; none when it is right."""
    request = as_object(body)
    if request is None:
        return [refused("1213", "body", "the body is no JSON object")]
    model, unknown = _model(request, models)
    found = [*unknown, *check_messages(request, model)]
    found += check_fields(request, model)
    found += check_tools(request)
    if prompt_tokens(request) > model.window:
        found.append(refused("1261", "messages", f"the prompt is over the window of {model.id}"))
    found += _never_sent(request)
    return found


def refusal_of(
    body: object, models: Mapping[str, Model] = MODELS, *, english: bool = False
) -> Refusal | None:
    """Return what the service answers instead of a completion; `None` when it accepts the request."""
    return first_refusal(violations(body, models), english=english)


def first_refusal(found: Iterable[Violation], *, english: bool = False) -> Refusal | None:
    """Return the refusal for the first violation that the service refuses."""
    for violation in found:
        if violation.severity == "refused":
            return refusal_for(violation.code, violation.field, english=english)
    return None


def forbidden_in(body: object, models: Mapping[str, Model] = MODELS) -> list[Violation]:
    """Return what the service would let pass but glmdesk must never send."""
    return [found for found in violations(body, models) if found.severity == "forbidden"]


def _model(request: JsonObject, models: Mapping[str, Model]) -> tuple[Model, list[Violation]]:
    """Return the request's model; for one that does not exist, one so permissive that only that is wrong."""
    name = request.get("model")
    if isinstance(name, str) and name in models:
        return models[name], []
    everything = 1 << 30
    any_model = Model(
        "any", everything, everything, thinking="switch", efforts=("max",), streams_tools=True, sees=True
    )
    if not isinstance(name, str) or not name:
        return any_model, [refused("1213", "model", "no model")]
    return any_model, [refused("1211", "model", f"there is no model {name}")]


def _never_sent(request: JsonObject) -> Iterator[Violation]:
    for name in request.keys() - KNOWN_FIELDS:
        yield forbidden(name, "the specification has no such field")
    # The tools are looked through where their kinds are known.
    for path in nulls({name: value for name, value in request.items() if name != "tools" or value is None}):
        yield forbidden(path, NULL)
