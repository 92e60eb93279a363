"""The control path: `Controls` over HTTP, for tests in another thread or process.

GET  /_control/requests[?path=]              the log
GET  /_control/arrived?path=&count=          waits for requests
GET  /_control/requests/N/MOMENT             waits for `paused`, `hung_up` or `ended`
POST /_control/requests/N/release
POST /_control/{script,always,faults,limit,reset}

Waiting takes `timeout_s` and ends with 504.
"""

from collections.abc import Mapping
from typing import Final, cast, get_args
from urllib.parse import parse_qsl, urlsplit

import msgspec

from tests.support.controls import PATIENCE_S, Controls, Moment
from tests.support.fault import Fault
from tests.support.outgoing import Outgoing, json_response
from tests.support.request_log import Exchange
from tests.support.script import CHAT, Reply

CONTROL: Final = "/_control/"


class ScriptCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Replies to append."""

    replies: tuple[Reply, ...]
    path: str = CHAT
    when: str = ""
    model: str = ""


class AlwaysCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The standing reply of a path."""

    reply: Reply | None
    path: str = CHAT


class FaultsCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The faults of every chat answer."""

    faults: tuple[Fault, ...]


class LimitCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The in-flight limit of a model."""

    model: str
    in_flight: int


class UnknownCommand(Exception):
    """The control path has no such command."""


async def control(controls: Controls, exchange: Exchange) -> Outgoing:
    """Obey a request on the control path."""
    words = exchange.path.removeprefix(CONTROL).split("/")
    query = dict(parse_qsl(urlsplit(exchange.target).query))
    try:
        if exchange.method == "GET":
            return json_response(await _asked(controls, words, query))
        _told(controls, words, exchange.raw)
    except TimeoutError:
        return json_response({"problem": "it did not happen in time"}, status=504)
    except (UnknownCommand, KeyError, ValueError, msgspec.ValidationError) as error:
        return json_response({"problem": repr(error)}, status=400)
    return json_response({})


async def _asked(controls: Controls, words: list[str], query: Mapping[str, str]) -> object:
    timeout_s = float(query.get("timeout_s", PATIENCE_S))
    match words:
        case ["requests"]:
            path = query.get("path", "")
            return [exchange for exchange in controls.requests if path in ("", exchange.path)]
        case ["arrived"]:
            return await controls.arrived(query.get("path", ""), int(query.get("count", "1")), timeout_s)
        case ["requests", number, moment] if moment in get_args(Moment):
            return await controls.wait_for(cast("Moment", moment), int(number), timeout_s)
        case _:
            raise UnknownCommand(words)


def _told(controls: Controls, words: list[str], body: bytes) -> None:
    match words:
        case ["script"]:
            script = msgspec.json.decode(body, type=ScriptCommand)
            controls.script(*script.replies, path=script.path, when=script.when, model=script.model)
        case ["always"]:
            always = msgspec.json.decode(body, type=AlwaysCommand)
            controls.always(always.reply, path=always.path)
        case ["faults"]:
            controls.set_faults(*msgspec.json.decode(body, type=FaultsCommand).faults)
        case ["limit"]:
            limit = msgspec.json.decode(body, type=LimitCommand)
            controls.limit(limit.model, limit.in_flight)
        case ["reset"]:
            controls.reset()
        case ["requests", number, "release"]:
            controls.release(int(number))
        case _:
            raise UnknownCommand(words)
