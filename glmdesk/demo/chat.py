"""A chat request as the simulated service reads it."""

from typing import Literal

import msgspec

from glmdesk.demo.pacing import estimated_tokens

# What a message costs beyond its text.
_TOKENS_PER_MESSAGE = 4
# The cache finds whole blocks, and nothing below the documented minimum.
_CACHE_BLOCK = 64
_CACHED_AT_LEAST = 500

Scalar = str | int | float | bool | None


class Property(msgspec.Struct):
    """The part of a JSON schema that says which value an argument may have."""

    type: str | list[str] = "string"
    enum: list[Scalar] | None = None


class Parameters(msgspec.Struct):
    """The part of a JSON schema that names a function's arguments."""

    properties: dict[str, Property] = {}
    required: list[str] | None = None


class Function(msgspec.Struct):
    """A function the model may call."""

    name: str
    description: str = ""
    parameters: Parameters = msgspec.field(default_factory=Parameters)


class WebSearch(msgspec.Struct):
    """The settings of the service's own search."""

    enable: bool = False
    count: int = 10
    search_result: bool = False


class Connector(msgspec.Struct):
    """A server of tools that the service is to ask itself."""

    server_label: str
    server_url: str = ""
    allowed_tools: list[str] | None = None


class Tool(msgspec.Struct):
    """A tool on offer; which field is set follows from its type."""

    type: str
    function: Function | None = None
    web_search: WebSearch | None = None
    mcp: Connector | None = None


class CalledFunction(msgspec.Struct):
    """What an earlier answer called."""

    name: str
    arguments: str = ""


class Call(msgspec.Struct):
    """A call of an earlier answer."""

    id: str
    function: CalledFunction


class Message(msgspec.Struct):
    """One message of the prompt."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | None = None
    tool_calls: list[Call] | None = None
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """The content; empty where a message only calls tools."""
        return self.content or ""

    def tokens(self) -> int:
        """Return what the message costs."""
        calls = "".join(call.function.name + call.function.arguments for call in self.tool_calls or ())
        return _TOKENS_PER_MESSAGE + estimated_tokens(self.text + calls)


class ResponseFormat(msgspec.Struct):
    """In which form the answer is wanted."""

    type: Literal["text", "json_object"] = "text"


class Thinking(msgspec.Struct):
    """Whether a model that can reason before it answers should."""

    type: Literal["enabled", "disabled"] = "enabled"


class Chat(msgspec.Struct):
    """The body of a chat request. Fields that change nothing here are not read."""

    model: str
    messages: list[Message]
    max_tokens: int | None = None
    stop: list[str] | None = None
    tools: list[Tool] | None = None
    response_format: ResponseFormat | None = None
    thinking: Thinking | None = None

    @property
    def question(self) -> str:
        """The last thing the user wrote."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")

    @property
    def wants_json(self) -> bool:
        """Whether the answer has to be a JSON object."""
        return self.response_format is not None and self.response_format.type == "json_object"

    @property
    def wants_no_thinking(self) -> bool:
        """Whether the model is told not to reason."""
        return self.thinking is not None and self.thinking.type == "disabled"

    @property
    def functions(self) -> list[Function]:
        """The functions on offer."""
        return [tool.function for tool in self.tools or () if tool.function is not None]

    @property
    def web_search(self) -> WebSearch | None:
        """The settings of the search, or None when it is off."""
        searches = (tool.web_search for tool in self.tools or ())
        return next((search for search in searches if search is not None and search.enable), None)

    @property
    def connectors(self) -> list[Connector]:
        """The servers of tools that may be asked."""
        return [tool.mcp for tool in self.tools or () if tool.mcp is not None]

    def prompt_tokens(self) -> int:
        """Return what the prompt costs."""
        return sum(message.tokens() for message in self.messages)

    def cached_tokens(self) -> int:
        """Return how much of the prompt a cache would hold.

        A chat grows by an answer and a question: what stands before them has been sent once already.
        """
        tokens = sum(message.tokens() for message in self.messages[:-2])
        return tokens // _CACHE_BLOCK * _CACHE_BLOCK if tokens >= _CACHED_AT_LEAST else 0


class Search(msgspec.Struct):
    """A search of the web that is no part of a chat."""

    search_query: str
    count: int = 10


_decoder = msgspec.json.Decoder(Chat)


def decode_chat(body: bytes) -> Chat:
    """Return the request. Raises msgspec.DecodeError."""
    return _decoder.decode(body)


def decode_search(body: bytes) -> Search:
    """Return the request. Raises msgspec.DecodeError."""
    return msgspec.json.decode(body, type=Search)
