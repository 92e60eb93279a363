"""`POST /chat/completions` and its asynchronous sister: the order in which the service decides."""

from collections.abc import Mapping

import msgspec

from tests.support.account import Account, AsyncAnswer, wants_english
from tests.support.contract import first_refusal, violations
from tests.support.default_reply import default_reply, last_question
from tests.support.errors import Refusal, error_object, refusal_for
from tests.support.fault import Fault
from tests.support.faults import disturb, replaced
from tests.support.json_values import JsonObject, as_object, as_text, objects
from tests.support.models import Model
from tests.support.outgoing import STREAM_TYPE, Outgoing, json_response
from tests.support.replies import Turn, completion, counted_usage, new_id, now_s, records
from tests.support.request_log import Exchange
from tests.support.script import Answer, Raw, Refuse, Reply
from tests.support.tokens import prompt_tokens

FAULT_HEADER = "x-fault"


def chat(account: Account, exchange: Exchange) -> Outgoing:
    """Answer a chat request: the contract first, then the limits, then the script, then by itself."""
    refusal = _refusal(account, exchange)
    if refusal is not None:
        return error_response(exchange, refusal)
    model = account.models[as_text(exchange.body["model"])]
    reply = account.script.take(exchange.path, last_question(exchange.body), model.id)
    if reply is None:
        reply = default_reply(exchange.body, model)
    reply = _with_faults(reply, account.faults, exchange)
    if isinstance(reply, Answer):
        return _answer(account, exchange, reply, model)
    return scripted_response(exchange, reply)


def scripted_response(exchange: Exchange, reply: Refuse | Raw) -> Outgoing:
    """Return what a test has scripted, on any path."""
    if isinstance(reply, Raw):
        return Outgoing(
            reply.status,
            reply.content_type,
            (reply.body,) if reply.body else (),
            reply,
            reply.headers,
            chunked=reply.chunked,
            verbatim=reply.body if reply.verbatim else b"",
        )
    refusal = refusal_for(reply.code, english=wants_english(exchange))
    return error_response(
        exchange,
        Refusal(
            refusal.http_status if reply.status is None else reply.status,
            reply.code,
            refusal.message if reply.message is None else reply.message,
        ),
        reply,
    )


def error_response(exchange: Exchange, refusal: Refusal, reply: Refuse = Refuse("")) -> Outgoing:
    """Return a refusal as the service words it; `reply` has what is unusual about it."""
    exchange.code = refusal.code
    error: dict[str, object] = {**error_object(refusal)}
    if reply.number:
        error["code"] = int(refusal.code)
    body: dict[str, object] = {"error": error}
    if reply.moderated is not None:
        body = {"contentFilter": [{"level": 1, "role": reply.moderated}], **body}
    response = json_response(body, status=refusal.http_status, delivery=reply)
    return Outgoing(response.status, response.content_type, response.parts, reply, reply.headers)


def begin_async(account: Account, exchange: Exchange) -> object:
    """Accept an asynchronous chat; what comes of it is decided now and told later."""
    refusal = _refusal(account, exchange)
    if refusal is not None:
        return refusal
    body = exchange.body
    model = account.models[as_text(body["model"])]
    reply = account.script.take(exchange.path, last_question(body), model.id) or default_reply(body, model)
    head: dict[str, object] = {"id": new_id(), "request_id": _request_id(body), "model": model.id}
    outcome: dict[str, object] = {"task_status": "FAIL"}
    if isinstance(reply, Answer):
        outcome = {**completion(_turn(account, body, reply, model)), **head, "task_status": "SUCCESS"}
    account.async_answers[as_text(head["id"])] = AsyncAnswer(1, head, outcome)
    return {**head, "task_status": "PROCESSING"}


def look_async(account: Account, answer_id: str) -> object:
    """Return how an asynchronous chat stands: PROCESSING at the first look."""
    answer = account.async_answers.get(answer_id)
    if answer is None:
        return refusal_for("1214", "id")
    if answer.looks_left:
        answer.looks_left -= 1
        return {**answer.head, "task_status": "PROCESSING"}
    return {**answer.head, **answer.outcome}


def batch_line(account: Account, body: JsonObject) -> tuple[int, object]:
    """Answer one line of a batch: status and body."""
    refusal = first_refusal(violations(body, account.models))
    if refusal is not None:
        return refusal.http_status, {"error": error_object(refusal)}
    model = account.models[as_text(body["model"])]
    reply = default_reply(body, model)
    if isinstance(reply, Answer):
        return 200, completion(_turn(account, body, reply, model))
    code = reply.code if isinstance(reply, Refuse) else "1234"
    failure = refusal_for(code)
    return failure.http_status, {"error": error_object(failure)}


def _refusal(account: Account, exchange: Exchange) -> Refusal | None:
    english = wants_english(exchange)
    exchange.violations = violations(exchange.body, account.models)
    refusal = first_refusal(exchange.violations, english=english)
    if refusal is not None:
        return refusal
    request_id = as_text(exchange.body.get("request_id"))
    if request_id in account.request_ids:
        return refusal_for("1231", "request_id", english=english)
    if account.is_over_limit(exchange.path, as_text(exchange.body["model"])):
        return refusal_for("1302", english=english)
    if request_id:
        account.request_ids.add(request_id)
    return None


def _with_faults(reply: Reply, faults: tuple[Fault, ...], exchange: Exchange) -> Reply:
    """Return a reply with the faults of the account and of the request's header added to its own."""
    named = [name.strip() for name in exchange.header(FAULT_HEADER).split(",")]
    more = faults + tuple(Fault(name) for name in named if name)
    return msgspec.structs.replace(reply, faults=reply.faults + more) if more else reply


def _answer(account: Account, exchange: Exchange, answer: Answer, model: Model) -> Outgoing:
    turn = _turn(account, exchange.body, answer, model)
    if exchange.body.get("stream") is True:
        outgoing = Outgoing(200, STREAM_TYPE, disturb(records(turn), answer), answer, chunked=True)
    elif turn.finish_reason == "sensitive":
        blocked = Refuse("1301", moderated="assistant" if answer.text else "user")
        return error_response(exchange, refusal_for("1301", english=wants_english(exchange)), blocked)
    else:
        outgoing = json_response(completion(turn), delivery=answer)
    return replaced(outgoing, lambda: completion(turn))


def _turn(account: Account, body: Mapping[str, object], answer: Answer, model: Model) -> Turn:
    cached = account.memory.cached_tokens(model.id, body)
    searches = [as_object(tool.get("web_search")) or {} for tool in objects(body.get("tools"))]
    return Turn(
        answer=answer,
        model=model,
        id=new_id(),
        created=now_s(),
        request_id=_request_id(body),
        usage=counted_usage(answer, model, prompt_tokens(body), cached),
        names_object=account.names_object,
        tool_stream=model.streams_tools and body.get("tool_stream") is True,
        sources_first=any(search.get("result_sequence") == "before" for search in searches),
    )


def _request_id(body: Mapping[str, object]) -> str:
    return as_text(body.get("request_id")) or new_id()
