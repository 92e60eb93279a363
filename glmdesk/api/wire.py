"""BigModel JSON to and from domain values: strict in what is sent, tolerant in what is read.

Source: the chat-completion API page of BigModel, its SDKs, and published captures of real streams.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, get_args

import msgspec

from glmdesk.api.errors import Refusal
from glmdesk.domain.connector import Connector
from glmdesk.domain.events import Culprit
from glmdesk.domain.message import Citation
from glmdesk.domain.own_service import Dialect
from glmdesk.domain.request import ChatRequest, Knowledge, PromptImage, PromptMessage, WebSearch
from glmdesk.domain.tool import ToolSpec
from glmdesk.domain.usage import Usage

_WITH_USAGE: Mapping[str, Any] = MappingProxyType({"stream_options": {"include_usage": True}})
# The service's own SDK never sends less or more than this: the ends of the range are refused by some models.
_LOWEST, _HIGHEST = 0.01, 1.0
_JPEG = "/9j/"
"""How the base64 of one begins."""

_CULPRITS: Mapping[str | None, Culprit] = MappingProxyType({name: name for name in get_args(Culprit)})


def encode_chat(request: ChatRequest, request_id: str | None, *, dialect: Dialect = "bigmodel") -> bytes:
    """Return the body of a streaming chat request. None: the service gives it an id.

    What is unset is left out, so that the service's defaults hold.
    The messages come before everything that varies between turns: the service caches equal beginnings.
    A service that is not BigModel's is sent what OpenAI's has too, and has to be asked for the usage.
    """
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [_encode_message(message, dialect) for message in request.messages],
    }
    if tools := _encode_tools(request):
        body["tools"] = tools
    body |= _sampling(request) if dialect == "bigmodel" else _plain_sampling(request)
    if request.max_tokens is not None:
        body["max_tokens"] = request.max_tokens
    body |= _reasoning(request)
    if request.stop is not None:
        body["stop"] = [request.stop]
    if request.json_mode:
        body["response_format"] = {"type": "json_object"}
    body["stream"] = True
    if dialect == "openai":
        body |= _WITH_USAGE
    elif request_id is not None:
        body["request_id"] = request_id
    return msgspec.json.encode(body)


def _encode_tools(request: ChatRequest) -> list[dict[str, Any]]:
    """Return all tools in an order that stays, whichever of them are there."""
    searches = () if request.web_search is None else (request.web_search,)
    bases = () if request.knowledge is None else (request.knowledge,)
    return [
        *map(_encode_tool, request.tools),
        *map(_encode_connector, request.connectors),
        *map(_encode_knowledge, bases),
        *map(_encode_web_search, searches),
    ]


def _sampling(request: ChatRequest) -> dict[str, Any]:
    if request.do_sample is False or (request.temperature is not None and request.temperature <= 0):
        return {"do_sample": False}
    chosen = {"temperature": request.temperature, "top_p": request.top_p}
    return {
        name: round(min(max(value, _LOWEST), _HIGHEST), 2)
        for name, value in chosen.items()
        if value is not None
    } | ({"do_sample": True} if request.do_sample else {})


def _plain_sampling(request: ChatRequest) -> dict[str, Any]:
    """Return how to choose words, without a field for greedy decoding: a temperature of 0 asks for that."""
    if request.do_sample is False:
        return {"temperature": 0.0}
    chosen = {"temperature": request.temperature, "top_p": request.top_p}
    return {name: round(value, 2) for name, value in chosen.items() if value is not None}


def _reasoning(request: ChatRequest) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    if request.thinking is not None:
        chosen["thinking"] = {"type": "enabled" if request.thinking else "disabled"}
    if request.effort is not None:
        chosen["reasoning_effort"] = request.effort
    return chosen


def _encode_message(message: PromptMessage, dialect: Dialect) -> dict[str, Any]:
    encoded: dict[str, Any] = {"role": message.role, "content": _encode_content(message, dialect)}
    if message.tool_calls:
        encoded["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        encoded["tool_call_id"] = message.tool_call_id
    return encoded


def _encode_content(message: PromptMessage, dialect: Dialect) -> str | list[dict[str, Any]]:
    """Return a text, or parts with the images before it.

    BigModel takes bare base64 from all its models that see; others take data addresses.
    """
    if not message.images:
        return message.text
    addresses = [
        image.data if dialect == "bigmodel" else f"data:{_image_type(image)};base64,{image.data}"
        for image in message.images
    ]
    images = [{"type": "image_url", "image_url": {"url": address}} for address in addresses]
    return [*images, {"type": "text", "text": message.text}]


def _image_type(image: PromptImage) -> str:
    return "image/jpeg" if image.data.startswith(_JPEG) else "image/png"


def _encode_tool(tool: ToolSpec) -> dict[str, Any]:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": msgspec.Raw(tool.parameters.encode()),
    }
    return {"type": "function", "function": function}


def _encode_web_search(search: WebSearch) -> dict[str, Any]:
    # Whether `enable` and `search_result` are on by default differs between editions of the API page: say
    # both.
    settings: dict[str, Any] = {"enable": True, "search_result": True, **_search_settings(search)}
    return {"type": "web_search", "web_search": settings}


def _encode_connector(connector: Connector) -> dict[str, Any]:
    server: dict[str, Any] = {"server_label": connector.label}
    if connector.url:
        # Where the service has the server itself, it knows how to speak with it.
        server |= {"server_url": connector.url, "transport_type": connector.transport}
    if connector.allowed_tools:
        server["allowed_tools"] = list(connector.allowed_tools)
    if connector.headers:
        server["headers"] = dict(connector.headers)
    return {"type": "mcp", "mcp": server}


def _encode_knowledge(knowledge: Knowledge) -> dict[str, Any]:
    base: dict[str, Any] = {"knowledge_id": knowledge.base_id}
    if knowledge.template:
        base["prompt_template"] = knowledge.template
    return {"type": "retrieval", "retrieval": base}


def encode_search(query: str, search: WebSearch, request_id: str) -> bytes:
    """Return the body of a search of its own."""
    # Looking for what a text is after is for questions; a model has put its query already.
    body = {"search_query": query, "search_intent": False, **_search_settings(search)}
    return msgspec.json.encode({**body, "request_id": request_id})


def _search_settings(search: WebSearch) -> dict[str, Any]:
    settings: dict[str, Any] = {"search_engine": search.engine}
    if search.engine == "search_pro_sogou":
        # This engine knows whole tens only.
        settings["count"] = -(-search.count // 10) * 10
    elif search.engine != "search_pro_quark":
        settings["count"] = search.count
    if search.domain and search.engine != "search_pro_quark":
        settings["search_domain_filter"] = search.domain
    if search.recency is not None:
        settings["search_recency_filter"] = search.recency
    if search.is_long:
        settings["content_size"] = "high"
    return settings


class WireFunction(msgspec.Struct):
    """A function call or a piece of one. `arguments` is JSON text, or in some editions the object itself."""

    name: str | None = None
    arguments: msgspec.Raw = msgspec.Raw(b"null")

    def arguments_text(self) -> str:
        """Return the arguments as JSON text."""
        return text_of(self.arguments)


class WireMcp(msgspec.Struct):
    """What the service had done by a server of tools, or a piece of that.

    Which value comes as text and which as JSON is not documented.
    """

    id: str | None = None
    type: str | None = None
    server_label: str | None = None
    name: str | None = None
    arguments: msgspec.Raw = msgspec.Raw(b"null")
    output: msgspec.Raw = msgspec.Raw(b"null")
    error: msgspec.Raw = msgspec.Raw(b"null")
    tools: msgspec.Raw = msgspec.Raw(b"null")


class WireToolCall(msgspec.Struct):
    """A whole call, or a piece to be joined with others.

    `glmdesk.api.answer` knows the rule for functions, `glmdesk.api.service_calls` that for `mcp`.
    """

    id: str | None = None
    index: int | None = None
    type: str | None = None
    function: WireFunction | None = None
    mcp: WireMcp | None = None

    @property
    def is_service_call(self) -> bool:
        """Whether the service has made it itself."""
        return self.type == "mcp" or self.mcp is not None


def text_of(raw: msgspec.Raw) -> str:
    """Return a value that is a text, or else its JSON; null is nothing."""
    value: object = msgspec.json.decode(raw)
    if value is None:
        return ""
    return value if isinstance(value, str) else bytes(raw).decode()


class WireText(msgspec.Struct):
    """A text part of a vision model's answer."""

    text: str | None = None


class WireDelta(msgspec.Struct):
    """What a chunk adds, or the whole message of an answer that was not streamed."""

    content: str | list[WireText] | None = None
    reasoning_content: str | None = None
    # What vLLM and Ollama call it.
    reasoning: str | None = None
    tool_calls: list[WireToolCall] | None = None

    def text(self) -> str:
        """Return the text, whichever shape it came in."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content)
        return self.content or ""


class WireChoice(msgspec.Struct):
    """The only choice there is."""

    delta: WireDelta | None = None
    message: WireDelta | None = None
    finish_reason: str | None = None


class _PromptDetails(msgspec.Struct):
    cached_tokens: int | None = None


class _CompletionDetails(msgspec.Struct):
    reasoning_tokens: int | None = None


class WireUsage(msgspec.Struct):
    """Token counts; the details are missing for models without caching or reasoning."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _PromptDetails | None = None
    completion_tokens_details: _CompletionDetails | None = None

    def to_domain(self) -> Usage:
        """Return the counts, zero where the service gave none."""
        prompt, completion = self.prompt_tokens_details, self.completion_tokens_details
        return Usage(
            prompt_tokens=self.prompt_tokens or 0,
            completion_tokens=self.completion_tokens or 0,
            cached_tokens=(prompt and prompt.cached_tokens) or 0,
            reasoning_tokens=(completion and completion.reasoning_tokens) or 0,
        )


class WireSource(msgspec.Struct):
    """A search result. Some deployments wrap the list of them in an entry of its own."""

    refer: str | None = None
    title: str | None = None
    link: str | None = None
    media: str | None = None
    publish_date: str | None = None
    content: str | None = None
    search_result: list["WireSource"] | None = None


def citations(sources: Iterable[WireSource]) -> list[Citation]:
    """Return search results as sources, unwrapped."""
    found: list[Citation] = []
    for source in sources:
        if source.search_result is not None:
            found += citations(source.search_result)
        else:
            found.append(
                Citation(
                    ref=source.refer or "",
                    title=source.title or "",
                    link=source.link or "",
                    site=source.media or "",
                    published=source.publish_date or "",
                    summary=source.content or "",
                )
            )
    return found


class WireError(msgspec.Struct):
    """The inside of an error body. Proxies turn the code into a number."""

    code: str | int | None = None
    message: str | None = None


class WireModeration(msgspec.Struct):
    """What the content filter says of one text; level 0 is the worst."""

    role: str | None = None
    level: int | None = None


class WireRecord(msgspec.Struct):
    """Any record of a stream, any body of a completion, and any error: they share their top level."""

    id: str | int | None = None
    request_id: str | None = None
    choices: list[WireChoice] | None = None
    usage: WireUsage | None = None
    web_search: list[WireSource] | None = None
    error: WireError | str | None = None
    content_filter: list[WireModeration] | None = None
    # How it is spelt beside an error.
    error_filter: list[WireModeration] | None = msgspec.field(name="contentFilter", default=None)
    # The flat form of an error.
    code: str | int | None = None
    msg: str | None = None
    message: str | None = None
    success: bool | None = None

    def culprit(self) -> Culprit | None:
        """Return whose text the content filter objects to, as far as it says so."""
        entries = (*(self.content_filter or ()), *(self.error_filter or ()))
        by_severity = sorted(entries, key=lambda entry: entry.level or 0)
        return next((_CULPRITS[entry.role] for entry in by_severity if entry.role in _CULPRITS), None)

    def refusal(self, status: int = 200) -> Refusal | None:
        """Return what the service refused, or None for a record that is not an error."""
        if isinstance(self.error, WireError):
            return Refusal(
                str(self.error.code or ""), self.error.message or "", status, culprit=self.culprit()
            )
        if self.error is not None:
            return Refusal("", self.error, status)
        if self.success is False or (self.code is not None and self.choices is None):
            return Refusal(str(self.code or ""), self.msg or self.message or "", status)
        return None


class _WireSearch(msgspec.Struct):
    search_result: list[WireSource] | None = None


class _WireModel(msgspec.Struct):
    id: str


class WireModels(msgspec.Struct):
    """The list of models, in the shape of OpenAI's."""

    data: list[_WireModel]


_record_decoder = msgspec.json.Decoder(WireRecord, strict=False)


def decode_record(data: bytes) -> WireRecord:
    """Return a record. Raises msgspec.DecodeError for anything else."""
    try:
        # What is not UTF-8 is replaced, as the standard of event streams says; the JSON library would raise.
        return _record_decoder.decode(data.decode("utf-8", "replace"))
    except RecursionError as error:
        raise msgspec.DecodeError("A record is nested too deeply.") from error


def refusal_in(body: bytes, status: int) -> Refusal:
    """Return what an error body says; one that is not the service's JSON gives a refusal without a code."""
    try:
        refusal = decode_record(body).refusal(status)
    except msgspec.DecodeError:
        refusal = None
    return refusal or Refusal("", "", status)


def decode_search(body: bytes) -> tuple[Citation, ...]:
    """Return what a search found. Raises msgspec.DecodeError."""
    return tuple(citations(msgspec.json.decode(body, type=_WireSearch, strict=False).search_result or ()))


def decode_models(body: bytes) -> tuple[str, ...]:
    """Return the ids of a model list. Raises msgspec.DecodeError."""
    return tuple(model.id for model in msgspec.json.decode(body, type=WireModels).data)
