"""From a request to a response: who asks, what for, and who answers it."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from tests.support.account import Account, wants_english
from tests.support.chat import batch_line, begin_async, chat, error_response, look_async, scripted_response
from tests.support.contract import first_refusal
from tests.support.contract_messages import check_messages
from tests.support.errors import Refusal, refusal_for
from tests.support.json_values import as_text
from tests.support.openai_compatible import OPENAI_BASE, respond_compatibly
from tests.support.outgoing import Outgoing, json_response
from tests.support.replies import new_id, now_s
from tests.support.request_log import Exchange
from tests.support.script import ASYNC_CHAT, CHAT, Answer
from tests.support.searching import search_body, search_refusal
from tests.support.tokens import prompt_tokens

BASE_PATHS: Final = ("/api/paas/v4", "/paas/v4")
SEARCH: Final = "/web_search"
# What costs money, and is refused when there is none left.
PAID: Final = {("POST", CHAT), ("POST", ASYNC_CHAT), ("POST", SEARCH), ("POST", "/batches")}

# A key is `<id>.<secret>`; these ids have a meaning.
BAD_ID: Final = "bad"
BROKE_ID: Final = "broke"

# Path and query variables in, what is answered out: a response, a refusal, bytes, or a value for JSON.
Handler: TypeAlias = Callable[[Account, Exchange, str], object]


def path_below_base(target: str) -> str:
    """Return the path of a request below its base path; paths elsewhere as they are."""
    path = urlsplit(target).path
    base = next((base for base in BASE_PATHS if path.startswith(base + "/")), "")
    return path.removeprefix(base)


def respond(account: Account, exchange: Exchange) -> Outgoing:
    """Return the response to a request."""
    if exchange.path.startswith(OPENAI_BASE):
        return respond_compatibly(account, exchange)
    refusal = _authorised(exchange)
    if refusal is not None:
        return error_response(exchange, refusal)
    if exchange.path not in (CHAT, ASYNC_CHAT):
        scripted = account.script.take(exchange.path)
        if scripted is not None and not isinstance(scripted, Answer):
            return scripted_response(exchange, scripted)
    return _response(exchange, _routed(account, exchange))


def _authorised(exchange: Exchange) -> Refusal | None:
    english = wants_english(exchange)
    header = exchange.header("authorization")
    if not header:
        return refusal_for("1001", english=english)
    scheme, _, key = header.partition(" ")
    key_id, dot, secret = key.partition(".")
    is_key = scheme == "Bearer" and bool(key_id and dot and secret) and "." not in secret
    if not is_key or key_id == BAD_ID:
        return refusal_for("1000", english=english)
    if key_id == BROKE_ID and (exchange.method, exchange.path) in PAID:
        return refusal_for("1113", english=english)
    return None


def _routed(account: Account, exchange: Exchange) -> object:
    is_below_base = not exchange.target.startswith(exchange.path)
    for method, pattern, handler in _ROUTES:
        found = pattern.fullmatch(exchange.path)
        if method == exchange.method and found is not None and is_below_base:
            return handler(account, exchange, found.groupdict().get("id", ""))
    return refusal_for("1222", english=wants_english(exchange))


def _response(exchange: Exchange, answered: object) -> Outgoing:
    match answered:
        case Outgoing():
            return answered
        case Refusal():
            return error_response(exchange, answered)
        case bytes():
            return Outgoing(200, "application/octet-stream", (answered,))
        case _:
            return json_response(answered)


def _models(account: Account, _exchange: Exchange, _id: str) -> object:
    created = now_s()
    return {
        "object": "list",
        "data": [
            {"id": model, "object": "model", "created": created, "owned_by": "z-ai"}
            for model in account.models
        ],
    }


def _search(_account: Account, exchange: Exchange, _id: str) -> object:
    return search_refusal(exchange.body, english=wants_english(exchange)) or search_body(exchange.body)


def _tokenizer(account: Account, exchange: Exchange, _id: str) -> object:
    body = exchange.body
    model = account.models.get(as_text(body.get("model")))
    if model is None:
        return refusal_for("1211" if body.get("model") else "1213", "model", english=wants_english(exchange))
    refusal = first_refusal(check_messages(body, model), english=wants_english(exchange))
    if refusal is not None:
        return refusal
    tokens = prompt_tokens(body)
    usage = {"prompt_tokens": tokens, "image_tokens": 0, "video_tokens": 0, "total_tokens": tokens}
    return {
        "created": now_s(),
        "id": new_id(),
        "request_id": body.get("request_id") or new_id(),
        "usage": usage,
    }


def _upload(account: Account, exchange: Exchange, _id: str) -> object:
    stored = account.files.upload(exchange.header("content-type"), exchange.raw)
    return stored if isinstance(stored, Refusal) else stored.object()


def _query(exchange: Exchange) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(exchange.target).query))


def _look_at_batch(account: Account, _exchange: Exchange, batch_id: str) -> object:
    return account.batches.look(batch_id, lambda body: batch_line(account, body))


def _route(method: str, path: str, handler: Handler) -> tuple[str, re.Pattern[str], Handler]:
    return method, re.compile(path.replace("{id}", "(?P<id>[^/]+)")), handler


_ROUTES: Final = (
    _route("POST", CHAT, lambda account, exchange, _: chat(account, exchange)),
    _route("POST", ASYNC_CHAT, lambda account, exchange, _: begin_async(account, exchange)),
    _route("GET", "/async-result/{id}", lambda account, _, answer_id: look_async(account, answer_id)),
    _route("GET", "/models", _models),
    _route("POST", SEARCH, _search),
    _route("POST", "/tokenizer", _tokenizer),
    _route("POST", "/files", _upload),
    _route("GET", "/files", lambda account, exchange, _: account.files.listed(_query(exchange))),
    _route("DELETE", "/files/{id}", lambda account, _, file_id: account.files.delete(file_id)),
    _route("GET", "/files/{id}/content", lambda account, _, file_id: account.files.content(file_id)),
    _route("POST", "/batches", lambda account, exchange, _: account.batches.create(exchange.body)),
    _route("GET", "/batches", lambda account, exchange, _: account.batches.listed(_query(exchange))),
    _route("GET", "/batches/{id}", _look_at_batch),
    _route("POST", "/batches/{id}/cancel", lambda account, _, batch_id: account.batches.cancel(batch_id)),
)
