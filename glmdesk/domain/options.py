"""How a conversation asks: what is chosen there beside the model and the system prompt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from glmdesk.domain.request import ChatRequest, Effort, Knowledge, PromptMessage, WebSearch

Trimming = Literal["oldest", "summary"]
TRIMMINGS: Final[tuple[Trimming, ...]] = get_args(Trimming)
"""What happens to a history that the model's window is too small for: the oldest exchanges are left out, or
summed up."""

TEMPERATURES: Final = (0.0, 1.0)
TOP_PS: Final = (0.01, 1.0)
MOST_TOKENS: Final = 131_072
_STANDARD: Final = WebSearch()
_NOTHING: Final = Knowledge()


@dataclass(frozen=True, slots=True)
class Options:
    """What is None is left to the service.

    Attributes:
        temperature, top_p: Within `TEMPERATURES` and `TOP_PS`, in hundredths.
        max_tokens: The longest answer, 1 to `MOST_TOKENS`.
        stop: A text the answer ends before.
        do_sample: Whether chance takes part. Without it, temperature and top_p mean nothing.
        thinking, effort: For models that reason.
        searches_web, web_search: Whether the service searches the web, and how it does when it does.
        knowledge: The knowledge base that the service looks into.
        tools: The names of the tools that the model may call, in the order in which they are told.
        connectors: The ids of the servers that the service itself may ask, in their order.
        json_schema: What answers have to be: JSON text of a schema, or empty for any JSON; None: prose.
        trimming: What happens to a history that is too long.
    """

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: str | None = None
    do_sample: bool | None = None
    thinking: bool | None = None
    effort: Effort | None = None
    searches_web: bool = False
    web_search: WebSearch = _STANDARD
    knowledge: Knowledge = _NOTHING
    tools: tuple[str, ...] = ()
    connectors: tuple[str, ...] = ()
    json_schema: str | None = None
    trimming: Trimming = "oldest"

    def request(self, model_id: str, messages: Sequence[PromptMessage]) -> ChatRequest:
        """Return what is asked of a model that way, as far as the options alone say it."""
        return ChatRequest(
            model=model_id,
            messages=tuple(messages),
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_tokens,
            stop=self.stop,
            do_sample=self.do_sample,
            thinking=self.thinking,
            effort=self.effort,
            json_mode=self.json_schema is not None,
            web_search=self.web_search if self.searches_web else None,
            knowledge=self.knowledge if self.knowledge.base_id else None,
        )


PLAIN: Final = Options()
"""Everything is left to the service."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A way of asking that has a name: a system prompt and options."""

    name: str
    system: str = ""
    options: Options = PLAIN
