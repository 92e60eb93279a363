"""What the service answers when nothing is scripted: markers and keywords in the last user message decide.

Markers, for people and for tests that reach the service only through a program: `[[refuse:1305]]`,
`[[fault:stall]]`, `[[sensitive]]`, `[[finish:length]]`, `[[delay:0.2]]`, `[[pause:3]]`, `[[repeat:20]]`.
"""

import re
from typing import Final, cast, get_args

import msgspec

from tests.support.fault import Fault
from tests.support.json_values import JsonObject, as_list, as_object, as_text, objects
from tests.support.models import Model
from tests.support.script import Answer, FinishReason, Refuse, Reply, ToolCall
from tests.support.searching import results_for
from tests.support.tokens import count_tokens

MARKER: Final = re.compile(r"\[\[(\w+)(?::([^\]]*))?\]\]")
CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
KEYWORDS: Final = ("表格", "table", "代码", "code", "列表", "list")

TABLE: Final = "| 模型 | ¥/M |\n| --- | ---: |\n| glm-4-plus | 5 |\n| glm-4-flash-250414 | 0 |\n"
CODE: Final = '```python\ndef hello(name: str) -> str:\n    return f"Hello, {name}"\n```\n'
LIST: Final = "1. 第一\n2. second\n   - inner\n"
SAMPLES: Final = {"表格": TABLE, "table": TABLE, "代码": CODE, "code": CODE, "列表": LIST, "list": LIST}


def last_question(body: JsonObject) -> str:
    """Return the text of the last user message."""
    for message in reversed(objects(body.get("messages"))):
        if message.get("role") == "user":
            return _text(message)
    return ""


def default_reply(body: JsonObject, model: Model) -> Reply:
    """Return what the model answers by itself."""
    question = last_question(body)
    markers = {found[1]: found[2] or "" for found in MARKER.finditer(question)}
    answer = _answer(body, MARKER.sub("", question).strip())
    thinking = as_object(body.get("thinking")) or {}
    if model.thinking != "none" and thinking.get("type") != "disabled":
        answer = msgspec.structs.replace(answer, reasoning=_either(question, "先想一想。", "Let me think. "))
    return _marked(_bounded(answer, body), markers)


def _marked(answer: Answer, markers: dict[str, str]) -> Reply:
    """Return the answer as the markers of the question want it."""
    if "refuse" in markers:
        return Refuse(markers["refuse"])
    if "sensitive" in markers:
        return Answer("", finish="sensitive")
    faults = {fault.value: fault for fault in Fault}
    if markers.get("fault", "bom") not in faults:
        return Refuse("1210", message=f"there is no fault {markers['fault']}")
    finish = markers.get("finish")
    return msgspec.structs.replace(
        answer,
        text=answer.text * int(markers.get("repeat", "1")),
        faults=(faults[markers["fault"]],) if "fault" in markers else (),
        finish=cast("FinishReason", finish) if finish in get_args(FinishReason) else answer.finish,
        delay_s=float(markers.get("delay", "0")),
        pause_after=int(markers["pause"]) if "pause" in markers else None,
    )


def _answer(body: JsonObject, question: str) -> Answer:
    messages = objects(body.get("messages"))
    if messages[-1].get("role") == "tool":
        result = _text(messages[-1])
        return Answer(_either(question, f"工具的结果是：{result}", f"The tool says: {result}"))
    call = _call(body, question)
    if call is not None:
        return Answer(tool_calls=(call,))
    if (as_object(body.get("response_format")) or {}).get("type") == "json_object":
        return Answer(msgspec.json.encode({"question": question, "answer": 42}).decode())
    search = _search(body)
    if search is not None:
        found = results_for(as_text(search.get("search_query")) or question, 3)
        text = _either(question, "找到了相关内容[ref_1]。", "This is what was found[ref_1].")
        return Answer(text, web_search=found if search.get("search_result") in (True, "true", "True") else ())
    return Answer(_echo(question))


def _echo(question: str) -> str:
    text = _either(question, f"你说的是：“{question}”。", f"You said: “{question}”.")
    samples = {SAMPLES[word]: None for word in KEYWORDS if word in question.lower()}
    return "\n\n".join([text, *samples])


def _call(body: JsonObject, question: str) -> ToolCall | None:
    """Return a call of the first function whose name, or a word of it, is in the question."""
    for tool in objects(body.get("tools")):
        function = as_object(tool.get("function"))
        if function is None:
            continue
        name = as_text(function.get("name"))
        words = [word for word in re.split(r"[_-]+", name.lower()) if len(word) > 3]
        if name in question or any(word in question.lower() for word in words):
            parameters = as_object(function.get("parameters")) or {}
            return ToolCall(name, msgspec.json.encode(_example(parameters, question)).decode())
    return None


def _example(schema: JsonObject, question: str) -> object:
    """Return a value that a simple JSON Schema accepts."""
    choices = as_list(schema.get("enum"))
    if choices:
        return choices[0]
    match schema.get("type"):
        case "object":
            properties = as_object(schema.get("properties")) or {}
            required = [name for name in as_list(schema.get("required")) or [] if isinstance(name, str)]
            return {name: _example(as_object(properties.get(name)) or {}, question) for name in required}
        case "array":
            return [_example(as_object(schema.get("items")) or {}, question)]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
        case _:
            return question


def _search(body: JsonObject) -> JsonObject | None:
    for tool in objects(body.get("tools")):
        search = as_object(tool.get("web_search"))
        if search is not None and search.get("enable") not in (False, "false", "False"):
            return search
    return None


def _bounded(answer: Answer, body: JsonObject) -> Answer:
    """End the text before the stop word, and where `max_tokens` is reached."""
    text = answer.text
    for word in as_list(body.get("stop")) or []:
        text = text.split(word)[0] if isinstance(word, str) and word else text
    limit = body.get("max_tokens")
    if not isinstance(limit, int) or count_tokens(text) <= limit:
        return msgspec.structs.replace(answer, text=text)
    while count_tokens(text) > limit:
        text = text[: len(text) * limit // count_tokens(text)]
    return msgspec.structs.replace(answer, text=text, finish="length")


def _text(message: JsonObject) -> str:
    parts = objects(message.get("content"))
    return as_text(message.get("content")) or "".join(as_text(part.get("text")) for part in parts)


def _either(question: str, chinese: str, english: str) -> str:
    return chinese if CHINESE.search(question) else english
