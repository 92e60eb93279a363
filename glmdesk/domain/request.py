"""A question as it is put to the service."""

from dataclasses import dataclass
from typing import Literal, get_args

from glmdesk.domain.connector import Connector
from glmdesk.domain.message import Role
from glmdesk.domain.tool import ToolCall, ToolSpec


@dataclass(frozen=True, slots=True)
class PromptImage:
    """An image as the model sees it: a PNG or JPEG in base64."""

    data: str


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message as the model reads it. `tool_call_id` is set for the role "tool" only.

    `images` come with questions, and are for models that see (`Model.fitted` leaves them out for others).
    """

    role: Role
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    images: tuple[PromptImage, ...] = ()


Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
EFFORTS: tuple[Effort, ...] = get_args(Effort)
"""How much a model reasons, for those that can be told."""

SearchEngine = Literal["search_std", "search_pro", "search_pro_sogou", "search_pro_quark"]
ENGINES: tuple[SearchEngine, ...] = get_args(SearchEngine)
Recency = Literal["oneDay", "oneWeek", "oneMonth", "oneYear"]
RECENCIES: tuple[Recency, ...] = get_args(Recency)
MOST_SOURCES = 50
LONGEST_QUERY = 70
"""Characters of what is looked for."""


@dataclass(frozen=True, slots=True)
class WebSearch:
    """The service searches the web itself before it answers.

    Attributes:
        engine: Which one searches.
        count: How many sources it reads, 1 to `MOST_SOURCES`.
        recency: How old they may be; None: of any age.
        domain: The only host they may be from; empty: any.
        is_long: Whether it reads much of each source.
    """

    engine: SearchEngine = "search_std"
    count: int = 10
    recency: Recency | None = None
    domain: str = ""
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The service looks into one of the account's knowledge bases before it answers.

    Attributes:
        base_id: Which one, as its console calls it; empty: none.
        template: What the model is told with it, in which `{{ knowledge }}` stands for what was found and
            `{{ question }}` for what was asked; empty: the service's own.
    """

    base_id: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked of which model. None means: the service's own default, and nothing is sent.

    `temperature` and `top_p` are 0 to 1; a temperature of 0 asks for greedy decoding. `max_tokens` bounds the
    answer, and `do_sample` off asks for greedy decoding too. `tools` are offered in their order. `thinking`
    and `effort` are for models that reason (`Model.fitted` leaves them out for others). `connectors` and
    `knowledge` are for models for which the service has these (`Offer.fitted` leaves them out for others).
    """

    model: str
    messages: tuple[PromptMessage, ...]
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    thinking: bool | None = None
    effort: Effort | None = None
    stop: str | None = None
    do_sample: bool | None = None
    json_mode: bool = False
    web_search: WebSearch | None = None
    tools: tuple[ToolSpec, ...] = ()
    connectors: tuple[Connector, ...] = ()
    knowledge: Knowledge | None = None
