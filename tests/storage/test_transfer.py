"""Out of the database: lossless as JSON lines, readable as Markdown, with constant memory."""

import json
import tracemalloc
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.fault import Fault
from glmdesk.domain.message import Citation, Cut, Message, PartAnswer, Parts, Place, State, Structured, Timing
from glmdesk.domain.money import CURRENCIES, Money
from glmdesk.domain.options import Options
from glmdesk.domain.request import WebSearch
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage
from glmdesk.export.markdown import export_markdown
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.plain_options import options_in
from glmdesk.storage.transfer.jsonl import export_jsonl
from tests.storage.examples import NOON, answer, conversation, exchange, question

pytestmark = pytest.mark.anyio

MARKDOWN = f"""\
# 标题 two

*{NOON.astimezone():%Y-%m-%d %H:%M}*

## System prompt

Be brief.

## You

问题 😀

second line\0

## GLM-4-PLUS

> 先想
>
> 一想

**Tools of notes**

Result

```
[{{"name":"find"}}]
```

**notes: find**

```json
{{"q": "茶"}}
```

Error

```
half
```

Result

````
![x](https://evil.example/x.png)
```
````

**答案：**在这里[[1]](<https://example.com/a?b=c>)

**search**

```json
{{"q": "广州
```

*This answer was stopped.*

*Parts that are not in this answer: 2 of 2. No.*

Sources (1) · Example

1. [标题](<https://example.com/a?b=c>) · Example

## Tool result

晴
"""

OPTIONS = Options(
    temperature=0.5, stop="。", web_search=WebSearch("search_pro", recency="oneWeek"), tools=("calculator",)
)


PARTS = Parts(
    "glm-4-air",
    2,
    (
        PartAnswer(
            1,
            1,
            "glm-4-air",
            (Place("订单.csv", "line", "1", "9", (1, 8)),),
            text="100",
            usage=Usage(60, 5, 10, 1),
            cost=Money(Decimal("0.00001"), "USD"),
            saved=Money(Decimal("0.000001"), "USD"),
        ),
        PartAnswer(2, 2, "glm-4-air", state=State.FAILED, problem=Problem("1301", "No.", "Reword.")),
    ),
)


def full_answer(to: Message) -> Message:
    return replace(
        answer(to, "**答案：**在这里[1]", state=State.STOPPED),
        reasoning="先想\u2028\n一想",
        tool_calls=(ToolCall("1", "search", '{"q": "广州'),),
        citations=(Citation("1", "标题", "https://example.com/a?b=c", "Example"), Citation("ref_2")),
        usage=Usage(120, 45, 100, 7),
        cost=Money(Decimal("0.00012500"), "USD"),
        timing=Timing(0.25, 1.5, 0.75),
        problem=Problem(
            "1302",
            "Too many {what}.",
            "Wait.",
            Action.RETRY,
            {"what": "questions"},
            (Fault("a[0]", "“{expected}” is missing", {"expected": "b"}), Fault("", "nothing", {}, 3, 1)),
        ),
        request_id="req-1",
        structured=Structured('{"type": "object"}', "{"),
        saved=Money(Decimal("0.000050"), "USD"),
        cut=Cut(8192, "先前的话", "glm-4.7-flash", Usage(9000, 300, 10, 0), Money(Decimal("0.0010"), "CNY")),
        service_calls=(
            ServiceCall("2", "notes", "", "", '[{"name":"find"}]'),
            ServiceCall("3", "notes", "find", '{"q": "茶"}', "![x](https://evil.example/x.png)\n```", "half"),
        ),
        is_compared=True,
        parts=PARTS,
    )


async def whole(pieces: AsyncGenerator[str, None]) -> str:
    async with aclosing(pieces):
        return "".join([piece async for piece in pieces])


def title_of(model: str | None) -> str:
    return (model or "").upper()


async def store_examples(conversations: Conversations) -> list[Conversation]:
    """Store a conversation with everything a message can hold, an empty one, and a deleted one."""
    of, empty, deleted = conversation("标题 \u2028 two"), conversation("", minutes=7), conversation("deleted")
    asked = question(of, "问题 😀\n\nsecond line\0")
    full = full_answer(asked)
    result = Message("c" * 32, of.id, full.id, "tool", NOON, "晴", tool_call_id="1")
    variant = answer(asked, "another", state=State.CUT_SHORT)
    withheld = answer(asked, state=State.WITHHELD)
    await conversations.create(
        replace(of, system="Be brief.", pinned=True, options=OPTIONS), asked, full, result, variant, withheld
    )
    await conversations.set_leaf(of.id, result.id)
    await conversations.create(replace(empty, archived=True))
    await exchange(conversations, deleted)
    await conversations.delete([deleted.id], NOON)
    return [of, empty]


async def test_every_line_is_one_object_of_the_written_format(
    database: Database, conversations: Conversations
) -> None:
    of, empty = await store_examples(conversations)

    text = await whole(export_jsonl(database))

    assert text.endswith("\n")
    lines = [json.loads(line) for line in text[:-1].split("\n")]
    assert lines[0] == {"type": "header", "format": "glmdesk-conversations", "version": 1}
    assert [line["type"] for line in lines[1:]] == ["conversation", *["message"] * 5, "conversation"]
    assert lines[1] == {
        "type": "conversation",
        "id": of.id,
        "title": "标题 \u2028 two",
        "created_at": "2026-01-31T12:00:00.123456Z",
        "updated_at": "2026-01-31T12:00:00.123456Z",
        "model": "glm-4-plus",
        "leaf": "c" * 32,
        "system": "Be brief.",
        "pinned": True,
        "archived": False,
        "options": {
            "temperature": 0.5,
            "stop": "。",
            "web_search": {"engine": "search_pro", "count": 10, "recency": "oneWeek"},
        },
    }
    assert list(lines[2]) == ["type", "id", "conversation", "parent", "role", "created_at", "text", "state"]
    assert lines[3]["usage"] == {
        "prompt_tokens": 120,
        "completion_tokens": 45,
        "cached_tokens": 100,
        "reasoning_tokens": 7,
    }
    assert lines[3]["cost_usd"] == "0.00012500"
    assert "cost_cny" not in lines[3]
    assert lines[3]["saved"] == "0.000050"
    assert lines[3]["cut"] == {
        "window": 8192,
        "summary": "先前的话",
        "model": "glm-4.7-flash",
        "usage": {
            "prompt_tokens": 9000,
            "completion_tokens": 300,
            "cached_tokens": 10,
            "reasoning_tokens": 0,
        },
        "cost": {"amount": "0.0010", "currency": "CNY"},
    }
    assert lines[3]["problem"] == {
        "code": "1302",
        "what": "Too many {what}.",
        "advice": "Wait.",
        "action": "retry",
        "details": {"what": "questions"},
        "faults": [
            {"what": "“{expected}” is missing", "path": "a[0]", "details": {"expected": "b"}},
            {"what": "nothing", "line": 3, "column": 1},
        ],
    }
    assert lines[-1]["id"] == empty.id


async def test_what_was_exported_and_stored_again_is_exported_as_the_same_bytes(
    database: Database, conversations: Conversations, tmp_path: Path
) -> None:
    await store_examples(conversations)
    exported = await whole(export_jsonl(database))

    async with Database(tmp_path / "copy.db") as copy:
        await store_export(Conversations(copy), exported)
        assert await whole(export_jsonl(copy)) == exported


async def test_chosen_conversations_are_exported_in_the_order_of_storing(
    database: Database, conversations: Conversations
) -> None:
    stored = [conversation(str(number)) for number in range(120)]
    for one in stored:
        await conversations.create(one)
    chosen = [stored[110].id, stored[3].id, "unknown", stored[99].id]

    text = await whole(export_jsonl(database, chosen))

    titles = [json.loads(line)["title"] for line in text.splitlines()[1:]]
    assert titles == ["3", "99", "110"]
    assert len((await whole(export_jsonl(database))).splitlines()) == 121


async def test_a_running_answer_is_exported_as_an_interrupted_one(
    database: Database, conversations: Conversations
) -> None:
    await exchange(conversations, conversation())

    last = json.loads((await whole(export_jsonl(database))).splitlines()[-1])

    assert last["state"] == "interrupted"


async def test_markdown_shows_the_branch_that_is_shown(
    database: Database, conversations: Conversations
) -> None:
    of, _ = await store_examples(conversations)

    text = await whole(export_markdown(database, [of.id], model_title=title_of))

    assert text == MARKDOWN


async def test_markdown_of_all_conversations_has_a_line_between_them(
    database: Database, conversations: Conversations
) -> None:
    await store_examples(conversations)

    text = await whole(export_markdown(database, model_title=title_of))

    assert text.count("\n---\n") == 1
    assert "# Untitled\n" in text
    assert "deleted" not in text


async def test_the_memory_of_an_export_does_not_grow_with_the_conversation(
    database: Database, conversations: Conversations
) -> None:
    async def peak(number_of_messages: int) -> int:
        of = conversation()
        chain = [question(of, "字" * 2000)]
        while len(chain) < number_of_messages:
            chain.append(answer(chain[-1], "字" * 2000, state=State.COMPLETE))
        await conversations.create(of, *chain)
        del chain
        tracemalloc.start()
        async with aclosing(export_jsonl(database, [of.id])) as lines:
            async for _ in lines:
                pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert await peak(2_000) < 1.5 * await peak(200)


async def store_export(conversations: Conversations, text: str) -> None:
    """Store what the lines of an export say, by the description of the format alone."""
    entries: list[dict[str, Any]] = [json.loads(line) for line in text[:-1].split("\n")]
    for entry in entries:
        if entry["type"] == "conversation":
            messages = [message_of(one) for one in entries if one.get("conversation") == entry["id"]]
            await conversations.create(conversation_of(entry), *messages)


def conversation_of(entry: dict[str, Any]) -> Conversation:
    return Conversation(
        id=entry["id"],
        title=entry["title"],
        created_at=datetime.fromisoformat(entry["created_at"]),
        updated_at=datetime.fromisoformat(entry["updated_at"]),
        model=entry["model"],
        leaf_id=entry["leaf"],
        system=entry["system"],
        pinned=entry["pinned"],
        archived=entry["archived"],
        options=options_in(entry.get("options")),
    )


def costs_of(entry: dict[str, Any]) -> Iterator[Money]:
    for currency in CURRENCIES:
        if amount := entry.get(f"cost_{currency.lower()}"):
            yield Money(Decimal(amount), currency)


def saved_of(entry: dict[str, Any]) -> Iterator[Money]:
    for cost in costs_of(entry) if "saved" in entry else ():
        yield Money(Decimal(entry["saved"]), cost.currency)


def cut_of(entry: dict[str, Any]) -> Cut:
    cost = entry.get("cost")
    return Cut(
        entry["window"],
        entry.get("summary", ""),
        entry.get("model", ""),
        Usage(**entry["usage"]) if "usage" in entry else None,
        Money(Decimal(cost["amount"]), cost["currency"]) if cost else None,
    )


def money_of(entry: dict[str, Any], name: str) -> Money | None:
    return Money(Decimal(entry[name]["amount"]), entry[name]["currency"]) if name in entry else None


def place_of(entry: dict[str, Any]) -> Place:
    rows = entry.get("rows")
    return Place(**{**entry, "rows": tuple(rows) if rows else None})


def parts_of(entry: dict[str, Any]) -> Parts:
    return Parts(
        entry["model"],
        entry["count"],
        tuple(
            PartAnswer(
                one["first"],
                one["last"],
                one["model"],
                tuple(map(place_of, one.get("places", ()))),
                State(one["state"]),
                one.get("text", ""),
                Problem(**one["problem"]) if "problem" in one else None,
                Usage(**one["usage"]) if "usage" in one else None,
                money_of(one, "cost"),
                money_of(one, "saved"),
            )
            for one in entry["answers"]
        ),
    )


def message_of(entry: dict[str, Any]) -> Message:
    problem = dict(entry.get("problem", {}))
    if "action" in problem:
        problem["action"] = Action(problem["action"])
    problem["faults"] = tuple(
        Fault(**{"path": "", "details": {}, **fault}) for fault in problem.get("faults", ())
    )
    plain = ("id", "role", "text", "model", "reasoning", "tool_call_id", "request_id")
    return Message(
        **{name: entry[name] for name in plain if name in entry},
        conversation_id=entry["conversation"],
        parent_id=entry["parent"],
        created_at=datetime.fromisoformat(entry["created_at"]),
        state=State(entry["state"]),
        tool_calls=tuple(ToolCall(**call) for call in entry.get("tool_calls", ())),
        citations=tuple(Citation(**source) for source in entry.get("citations", ())),
        usage=Usage(**entry["usage"]) if "usage" in entry else None,
        cost=next(costs_of(entry), None),
        saved=next(saved_of(entry), None),
        timing=Timing(**entry["timing"]) if "timing" in entry else None,
        problem=Problem(**problem) if "problem" in entry else None,
        structured=Structured(**entry["structured"]) if "structured" in entry else None,
        cut=cut_of(entry["cut"]) if "cut" in entry else None,
        service_calls=tuple(ServiceCall(**call) for call in entry.get("service_calls", ())),
        is_compared=entry.get("compared", False),
        parts=parts_of(entry["parts"]) if "parts" in entry else None,
    )
