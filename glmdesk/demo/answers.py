"""What the simulated model answers. The same chat always gets the same answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import Template

import msgspec

from glmdesk.demo.chat import Chat, Function, Message, Parameters, Property, WebSearch
from glmdesk.demo.comparison import sides_of
from glmdesk.demo.connectors import Asked, ask
from glmdesk.demo.intents import Intent, intent_of
from glmdesk.demo.keywords import HINTS, Fate, effect_of, is_unknown, without_keywords
from glmdesk.demo.language import language_of
from glmdesk.demo.phrases import Finding, Library, Phrases
from glmdesk.demo.tools import FunctionCall, call_of, fitting_function

_QUOTED_CHARACTERS = 200
_TOPIC_CHARACTERS = 40
_RESULT_CHARACTERS = 800

# What is called where nothing is on offer.
_MADE_UP = Function("get_weather", parameters=Parameters({"city": Property()}))

_GO_ON = re.compile(
    r"^\W*(?:please\s+)?(?:continue|go on|carry on|keep going)(?![a-z])|\bbroke off\b"
    r"|^\W*(?:请|你)*(?:从.{0,16})?(?:继续|接着)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A text with its sources and what servers were asked for it, or a call."""

    text: str = ""
    findings: tuple[Finding, ...] = ()
    call: FunctionCall | None = None
    asked: tuple[Asked, ...] = ()


def answer_to(chat: Chat, library: Library) -> Answer:
    """Return the answer to the last message, or the rest of the one that broke off before it."""
    if chat.messages[-1].role == "tool":
        return _answer_from_tool(chat, library)
    if _GO_ON.search(chat.question):
        question, written = _begun(chat.messages[:-1])
        whole = _answer(chat, question, library)
        if question and whole.text.startswith(written) and whole.text != written:
            return replace(whole, text=whole.text.removeprefix(written))
    return _answer(chat, chat.question, library)


def _begun(messages: Sequence[Message]) -> tuple[str, str]:
    """Return the last question that was one, and what has been written to answer it."""
    written = ""
    for message in reversed(messages):
        if message.role == "assistant":
            written = message.text + written
        elif message.role == "user" and not _GO_ON.search(message.text):
            return message.text, written
    return "", ""


def _answer(chat: Chat, question: str, library: Library) -> Answer:
    phrases = library[language_of(question)]
    asked = without_keywords(question)
    if effect_of(question) is Fate.CALLS_A_TOOL:
        return Answer(call=call_of(next(iter(chat.functions), _MADE_UP), asked))
    if is_unknown(question):
        return Answer(Template(phrases.keywords).substitute(keywords=_keyword_list(question)))
    if function := fitting_function(asked, chat.functions):
        return Answer(call=call_of(function, asked))
    if chat.wants_json:
        return Answer(_json(asked, phrases))
    if chat.connectors or chat.web_search is not None:
        return _looked_up(chat, asked, phrases)
    # Behind a bare keyword stands someone who wants to see an answer break: it takes one long enough.
    intent = intent_of(asked) if asked else Intent.LONG_TEXT
    first, second = sides_of(asked) or phrases.sides
    text = Template(phrases.answers[intent]).substitute(
        quote=_quote(asked or question), first=first, second=second
    )
    return Answer(text)


def _keyword_list(question: str) -> str:
    is_chinese = language_of(question) == "zh"
    return "\n".join(f"- `{hint.chinese_keyword if is_chinese else hint.keyword}`" for hint in HINTS)


def _answer_from_tool(chat: Chat, library: Library) -> Answer:
    result = chat.messages[-1]
    calls = [call for message in chat.messages for call in message.tool_calls or ()]
    name = next((call.function.name for call in calls if call.id == result.tool_call_id), "")
    phrases = library[language_of(chat.question)]
    text = Template(phrases.tool_result).substitute(name=name, result=result.text[:_RESULT_CHARACTERS])
    return Answer(text)


def _looked_up(chat: Chat, question: str, phrases: Phrases) -> Answer:
    """Return the answer that leans on what the service itself has looked up."""
    if chat.web_search is None or chat.connectors:
        return _from_servers(chat, question, phrases)
    return _searched(question, chat.web_search, phrases)


def _searched(question: str, search: WebSearch, phrases: Phrases) -> Answer:
    findings = phrases.findings[: search.count]
    sentences = "\n".join(f"- {finding.sentence}[ref_{n}]" for n, finding in enumerate(findings, 1))
    text = Template(phrases.search).substitute(topic=_topic(question), findings=sentences)
    return Answer(text, findings if search.search_result else ())


def _from_servers(chat: Chat, question: str, phrases: Phrases) -> Answer:
    asked = tuple(one for server in chat.connectors for one in ask(server, question, phrases.findings))
    last = asked[-1]
    result = last.error or msgspec.json.format(msgspec.json.encode(last.output), indent=2).decode()
    text = Template(phrases.connector).substitute(server=last.server, name=last.name or "–", result=result)
    return Answer(text, asked=asked)


def _json(question: str, phrases: Phrases) -> str:
    value = {
        "simulated": True,
        "question": question,
        "answer": phrases.json_answer,
        "characters": len(question),
        "topics": [intent_of(question)],
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _quote(question: str) -> str:
    """Return the question as a block quote of Markdown."""
    return "\n".join(f"> {line}".rstrip() for line in _shortened(question, _QUOTED_CHARACTERS).splitlines())


def _topic(question: str) -> str:
    """Return the question as a few words within a sentence, free of marks of Markdown."""
    plain = re.sub(r"[`*_~<>\[\]|\\\s]+", " ", question).strip(" ?？.。!！")
    return _shortened(plain, _TOPIC_CHARACTERS) or "…"


def _shortened(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[:characters].rstrip() + "…"
