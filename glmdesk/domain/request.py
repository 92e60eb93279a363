"""A question as it is put to the service."""

from dataclasses import dataclass
from typing import Literal

from glmdesk.domain.message import Role
from glmdesk.domain.tool import ToolCall


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message as the model reads it. `tool_call_id` is set for the role "tool" only."""

    role: Role
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How much a model reasons, for those that can be told."""

SearchEngine = Literal["search_std", "search_pro", "search_pro_sogou", "search_pro_quark"]


@dataclass(frozen=True, slots=True)
class WebSearch:
    """The service searches the web itself before it answers. `count` is 1 to 50."""

    engine: SearchEngine = "search_std"
    count: int = 10


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked of which model. None means: the service's own default, and nothing is sent.

    `temperature` and `top_p` are 0 to 1; a temperature of 0 asks for greedy decoding. `max_tokens` bounds the
    answer. `thinking` and `effort` are for models that reason (`Model.fitted` leaves them out for others).
    """

    model: str
    messages: tuple[PromptMessage, ...]
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    thinking: bool | None = None
    effort: Effort | None = None
    stop: str | None = None
    json_mode: bool = False
    web_search: WebSearch | None = None
