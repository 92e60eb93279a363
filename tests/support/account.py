"""Everything the service remembers between requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.support.batch_store import BatchStore
from tests.support.fault import Fault
from tests.support.file_store import FileStore
from tests.support.models import MODELS, Model
from tests.support.request_log import Exchange, RequestLog
from tests.support.script import Script
from tests.support.tokens import PrefixMemory


@dataclass(slots=True)
class AsyncAnswer:
    """The outcome of an asynchronous chat: how often it is still PROCESSING, then what it is."""

    looks_left: int
    head: dict[str, object]
    outcome: dict[str, object]


@dataclass(slots=True)
class Account:
    """One account with the service: its script, its log, its limits, its files.

    Attributes:
        limits: In-flight requests per model; a model without an entry has no limit.
        faults: Added to those of every chat answer.
        names_object: Bodies and chunks have the field `object`, as in 2026.
    """

    models: Mapping[str, Model] = field(default_factory=lambda: MODELS)
    script: Script = field(default_factory=Script)
    log: RequestLog = field(default_factory=RequestLog)
    memory: PrefixMemory = field(default_factory=PrefixMemory)
    files: FileStore = field(default_factory=FileStore)
    batches: BatchStore = field(init=False)
    async_answers: dict[str, AsyncAnswer] = field(default_factory=dict[str, AsyncAnswer])
    request_ids: set[str] = field(default_factory=set[str])
    limits: dict[str, int] = field(default_factory=dict[str, int])
    faults: tuple[Fault, ...] = ()
    names_object: bool = True

    def __post_init__(self) -> None:
        self.batches = BatchStore(self.files)

    def is_over_limit(self, path: str, model: str) -> bool:
        """Tell whether one more request of a model would be one too many."""
        limit = self.limits.get(model)
        return limit is not None and self.log.in_flight(path, model) >= limit


def wants_english(exchange: Exchange) -> bool:
    """Tell whether a client asks for English texts, as that of the international host does."""
    return exchange.header("accept-language").lower().startswith("en")
