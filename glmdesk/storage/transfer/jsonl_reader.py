"""The exchange format read back (`resources/export-format.md`)."""

from base64 import b64decode
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from glmdesk.domain.attachment import DIGEST
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.domain.message import Cut, Message, State, Timing
from glmdesk.domain.money import CURRENCIES, Money, amount_in
from glmdesk.domain.usage import Usage
from glmdesk.i18n import N_, _
from glmdesk.storage.plain import (
    attachments_in,
    citations_in,
    cut_in,
    parts_in,
    problem_in,
    service_calls_in,
    structured_in,
    tool_calls_in,
    usage_in,
)
from glmdesk.storage.plain_options import options_in
from glmdesk.storage.transfer.incoming import (
    ROLES,
    Content,
    Incoming,
    Loss,
    count_of,
    fields,
    moment,
    words,
)
from glmdesk.storage.transfer.jsonl import FORMAT, VERSION
from glmdesk.storage.transfer.sources import packed

_LONGEST_S: Final = 1e9
"""Seconds. No answer takes thirty years."""
_MOST_COST: Final = 10**9
_FINEST_COST: Final = -30
"""Digits behind the point. What has more is no price, and writing it out takes all the memory there is."""

_UNENDED: Final = (State.STREAMING, State.WAITING)
_STATES: Final = {state.value: state for state in State if state not in _UNENDED}


def is_header(line: bytes) -> bool:
    """Whether a file with this first line is of the format."""
    return fields(packed.plain(line)).get("format") == FORMAT


def read(path: Path, _names: Sequence[str | None]) -> Iterator[Incoming | Loss]:
    """Yield the conversations of an export, line by line."""
    with path.open("rb") as file:
        header, number = file.readline().removeprefix(BOM_UTF8), 1
        while header.isspace():
            header, number = file.readline(), number + 1
        version = fields(packed.plain(header)).get("version")
        if not isinstance(version, int) or version > VERSION:
            raise LocalDataError(_newer(path))
        yield from _conversations(path, file, number + 1)


def _conversations(path: Path, file: BinaryIO, first: int) -> Iterator[Incoming | Loss]:
    """Yield what stands below the header, from the line with this number on."""
    conversation: Conversation | None = None
    messages: dict[str, Message] = {}
    places: dict[str, int] = {}
    for number, (start, line) in enumerate(_placed(file), start=first):
        said = fields(packed.plain(line))
        kind = said.get("type")
        if kind == "conversation":
            yield from _gathered(path, conversation, messages, places)
            conversation, messages, places = _conversation(said), {}, {}
            is_read = conversation is not None
        elif kind == "message":
            message = None if conversation is None else _message(said, conversation, messages)
            is_read = message is not None
            messages |= {message.id: message} if message is not None else {}
        elif kind == "file":
            is_read = DIGEST.fullmatch(words(said.get("sha256"))) is not None
            places.setdefault(words(said.get("sha256")), start)
        else:
            # A newer version may have written something else.
            is_read = isinstance(kind, str)
        if not is_read:
            where = _("line {number}").format(number=number)
            yield Loss(where, _("It lacks what every conversation or message has."))
    yield from _gathered(path, conversation, messages, places)


def _placed(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file from where it is, each with its place."""
    start = file.tell()
    for line in file:
        yield start, line
        start += len(line)


def _gathered(
    path: Path,
    conversation: Conversation | None,
    messages: Mapping[str, Message],
    places: Mapping[str, int],
) -> Iterator[Incoming]:
    if conversation is not None:
        attached = {file.digest: file for message in messages.values() for file in message.attachments}
        contents = (
            Content(attached[digest], partial(_pieces, path, start, digest))
            for digest, start in places.items()
            if digest in attached
        )
        yield Incoming(conversation, tuple(messages.values()), tuple(contents))


def _pieces(path: Path, start: int, digest: str) -> Iterator[bytes]:
    """Yield what lines say of a file, from the first of them on."""
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            said = fields(packed.plain(line))
            if said.get("type") != "file" or said.get("sha256") != digest:
                return
            try:
                yield b64decode(words(said.get("data")), validate=True)
            except ValueError:
                return


def _conversation(said: Mapping[str, Any]) -> Conversation | None:
    created, updated = moment(said.get("created_at")), moment(said.get("updated_at"))
    conversation_id = words(said.get("id"))
    if not conversation_id or created is None or updated is None:
        return None
    return Conversation(
        conversation_id,
        words(said.get("title")),
        created,
        updated,
        words(said.get("model")),
        leaf_id=words(said.get("leaf")) or None,
        system=words(said.get("system")),
        pinned=said.get("pinned") is True,
        archived=said.get("archived") is True,
        folder=words(said.get("folder")),
        # Tools are enabled by whoever has them run.
        options=replace(options_in(said.get("options")), tools=(), connectors=()),
    )


def _message(
    said: Mapping[str, Any], conversation: Conversation, before: Mapping[str, Message]
) -> Message | None:
    created, role = moment(said.get("created_at")), ROLES.get(words(said.get("role")))
    state, message_id = _STATES.get(words(said.get("state"))), words(said.get("id"))
    parent = said.get("parent")
    is_placed = parent is None or (isinstance(parent, str) and parent in before)
    if not message_id or created is None or role is None or state is None or not is_placed:
        return None
    usage = _countable(usage_in(said.get("usage")))
    cost = _cost(said, is_estimated=usage is not None and usage.is_estimated)
    return Message(
        id=message_id,
        conversation_id=conversation.id,
        parent_id=parent,
        role=role,
        created_at=created,
        text=words(said.get("text")),
        state=state,
        model=words(said.get("model")) or None,
        reasoning=words(said.get("reasoning")),
        tool_calls=tool_calls_in(said.get("tool_calls")),
        tool_call_id=words(said.get("tool_call_id")) or None,
        citations=citations_in(said.get("citations")),
        usage=usage,
        cost=cost,
        saved=_saved(said, cost),
        timing=_timing(fields(said.get("timing"))),
        problem=problem_in(said.get("problem")),
        request_id=words(said.get("request_id")) or None,
        attachments=attachments_in(said.get("attachments")),
        structured=structured_in(said.get("structured")),
        cut=_cut(said.get("cut")),
        service_calls=service_calls_in(said.get("service_calls")),
        is_compared=said.get("compared") is True,
        parts=parts_in(said.get("parts")),
    )


def _cost(said: Mapping[str, Any], *, is_estimated: bool) -> Money | None:
    for currency in CURRENCIES:
        amount = _price(said.get(f"cost_{currency.lower()}"))
        if amount is not None:
            return Money(amount, currency, is_estimated)
    return None


def _saved(said: Mapping[str, Any], cost: Money | None) -> Money | None:
    amount = _price(said.get("saved"))
    return None if cost is None or amount is None else Money(amount, cost.currency)


def _cut(value: object) -> Cut | None:
    """Return what is behind a message, without counts and prices that are none."""
    cut = cut_in(value)
    if cut is None or count_of(cut.window) is None:
        return None
    is_priced = cut.cost is not None and _is_price(cut.cost.amount)
    return replace(cut, usage=_countable(cut.usage), cost=cut.cost if is_priced else None)


def _countable(usage: Usage | None) -> Usage | None:
    """Return tokens that can be added up."""
    return None if usage is None or None in map(count_of, astuple(usage)) else usage


def _price(value: object) -> Decimal | None:
    amount = amount_in(words(value))
    return amount if amount is not None and _is_price(amount) else None


def _is_price(amount: Decimal) -> bool:
    return 0 <= amount <= _MOST_COST and int(amount.as_tuple().exponent) >= _FINEST_COST


def _timing(said: Mapping[str, Any]) -> Timing | None:
    first, total, thought = map(_seconds, map(said.get, ("first_token_s", "total_s", "thought_s")))
    return None if first is None or total is None else Timing(first, total, thought)


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= _LONGEST_S else None


def _newer(path: Path) -> Problem:
    return Problem(
        "import-newer",
        N_("“{path}” was written by a newer version of glmdesk."),
        N_("Install the newer version to import it."),
        details={"path": str(path)},
    )
