"""The models there are, and which of them a service has."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from glmdesk.domain.catalog_file import Service, completed, read_catalog
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Action, Problem, ServiceRefused
from glmdesk.domain.model import SERIES, Capability, Model, Price
from glmdesk.domain.money import Currency, Money
from glmdesk.domain.own_service import Dialect, OwnService
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.tier import Tier
from glmdesk.domain.usage import Usage
from glmdesk.i18n import N_, listed

_MOST_NAMED = 3
"""Models that are named as an example."""

_BALANCE_USED_UP = "1113"

# The field as it is called in requests, or in the code behind them; where another one is named, it is that.
_NAMES_MODEL = re.compile(r"\bmodel(_?code)?\b", re.ASCII | re.IGNORECASE)
_NAMES_OTHER = re.compile(
    r"\b(messages|max_tokens|temperature|top_p|stop|tools|tool_choice|response_format|thinking|user_id)\b",
    re.ASCII | re.IGNORECASE,
)


class Offer:
    """The models of one service, series by series, and what of the others has a name.

    A model that nobody knows may exist there; one that is known to exist elsewhere only does not. What is
    retired is known and not offered. `host` is what the screen calls the service.
    """

    def __init__(
        self,
        host: str,
        models: Mapping[str, Model],
        here: Sequence[Model],
        default: str,
        currency: Currency = "CNY",
        *,
        dialect: Dialect = "bigmodel",
    ) -> None:
        self.currency: Currency = currency
        self.host = host
        self._known = models
        self._here = {model.id: model for model in here}
        self._dialect: Dialect = dialect
        self.default = self._here.get(default) or next(iter(here), models[default])

    def __iter__(self) -> Iterator[Model]:
        return (model for model in self._here.values() if model.status != "retired")

    def get(self, model_id: str) -> Model | None:
        """Return a model of the service, or None for one that it has not, or that is not known."""
        return self._here.get(model_id)

    def described(self, model_id: str) -> Model:
        """Return what is known of a model, as the service has it if it does."""
        return self._here.get(model_id) or self._known.get(model_id) or Model(model_id, model_id)

    def title(self, model_id: str | None) -> str:
        """Return what the screen calls a model of any service; an unknown one goes by its id."""
        return title_in(self._known, model_id)

    def successor(self, model_id: str) -> Model | None:
        """Return what takes the place of a model at this service; None where nothing is known to."""
        passed = {model_id}
        model = self._known.get(model_id)
        while model is not None and model.successor not in passed:
            passed.add(model.successor)
            here = self._here.get(model.successor)
            if here is not None and here.status != "retired":
                return here
            model = self._known.get(model.successor)
        return None

    def advised(self, problem: Problem, model_id: str, *, has_named_successor: bool = False) -> Problem:
        """Return what is said where a question failed, with what else this service has.

        A model that is refused may have a successor. That is named once, and not where it was named before.
        What cannot be paid for can be asked of a free model.
        """
        if problem.code == _BALANCE_USED_UP:
            return self._with_free(problem, model_id)
        may_name = _refuses_model(problem) and not has_named_successor
        successor = self.successor(model_id) if may_name else None
        if successor is None:
            return problem
        return Problem(
            problem.code,
            N_("The service does not offer {model} any more: “{message}”."),
            N_("{successor} is its successor. Your choice of a model stays as it is."),
            Action.ASK_SUCCESSOR,
            {
                **problem.details,
                "model": self.title(model_id),
                "successor": successor.title,
                "successor_id": successor.id,
            },
        )

    def _with_free(self, problem: Problem, model_id: str) -> Problem:
        """Return a problem with the free model as another way, for whoever does not use one."""
        model, free = self.get(model_id), self.free
        if free is None or (model is not None and model.is_free):
            return problem
        return replace(
            problem,
            advice=N_("Top up in the console, or go on in this chat with {free}, which is free."),
            alternative=Action.GO_ON_FREE,
            details={**problem.details, "free": free.title, "free_id": free.id},
        )

    def window(self, model_id: str) -> int | None:
        """Return how many tokens a model of any service reads, as far as that is known."""
        model = self._known.get(model_id)
        return model.context_window if model else None

    def is_elsewhere(self, model_id: str) -> bool:
        """Whether a model is known to exist, and not at this service."""
        return model_id in self._known and model_id not in self._here

    def objection(self, model_id: str) -> Problem | None:
        """Return why the service cannot be asked for a model, or None."""
        if not self.is_elsewhere(model_id):
            return None
        return Problem(
            "model-elsewhere",
            N_("{host} does not have the model {model}."),
            N_("Choose another one, such as {default}."),
            Action.CHOOSE_MODEL,
            self._named(model_id),
        )

    def blindness(self, model_id: str, images: Sequence[str]) -> Problem | None:
        """Return what is to be said of images, by their names, for a model that is known not to see them."""
        model = self.get(model_id)
        if not images or model is None or not model.is_blind:
            return None
        seeing = [other.title for other in self if other.sees][:_MOST_NAMED]
        advice = N_("Choose a model that does, such as {seeing}.")
        return Problem(
            "image-unseen",
            N_("{model} does not see attached images: {names}."),
            advice if seeing else N_("Ask without them."),
            Action.CHOOSE_MODEL,
            {"model": model.title, "names": listed(images), "seeing": listed(seeing)},
        )

    def unsearching(self, model_id: str) -> Problem | None:
        """Return why the service is not asked to search the web for a model, or None.

        What the user has added searches where the user says so. Of what nobody knows, BigModel knows more.
        """
        model = self.get(model_id)
        if self._supports(model_id, "web_search") or (model is None and self._dialect == "bigmodel"):
            return None
        named = {"model": self.title(model_id)}
        if model is None or model.series == "own":
            what = N_("Nothing says that the web can be searched for {model}.")
            return Problem(
                "search-unknown", what, N_("If it can, say so in your models.toml."), details=named
            )
        searching = listed([other.title for other in self if "web_search" in other.supports][:_MOST_NAMED])
        return Problem(
            "search-unsupported",
            N_("{model} does not search the web."),
            N_("Choose a model that does, such as {searching}.") if searching else N_("Ask without it."),
            Action.CHOOSE_MODEL,
            {**named, "searching": searching},
        )

    def replacement(self, preferred: str) -> Problem | None:
        """Return what is to be said where the default is preselected in place of the preferred model."""
        if not self.is_elsewhere(preferred):
            return None
        return Problem(
            "model-replaced",
            N_("{host} does not have the model of your settings, {model}."),
            N_("New chats begin with {default}."),
            details=self._named(preferred),
        )

    def require(self, model_id: str) -> None:
        """Raise ServiceRefused for a model that the service is known not to have."""
        if problem := self.objection(model_id):
            raise ServiceRefused(problem)

    def fitted(self, request: ChatRequest, prompt_tokens: int | None = None) -> ChatRequest:
        """Return a request as its model and its service take it, with a prompt of about so many tokens."""
        if not self.asks_servers(request.model):
            request = replace(request, connectors=())
        if not self.has_knowledge(request.model):
            request = replace(request, knowledge=None)
        if self.unsearching(request.model):
            request = replace(request, web_search=None)
        model = self.get(request.model)
        if self._dialect == "bigmodel":
            return model.fitted(request, prompt_tokens) if model else request
        # What others than BigModel do with what only BigModel has is not known, unless somebody says so.
        return (model or Model(request.model, request.model)).fitted(request, prompt_tokens)

    def asks_servers(self, model_id: str) -> bool:
        """Whether the service is known to ask servers of tools itself for a model."""
        return self._supports(model_id, "mcp")

    def has_knowledge(self, model_id: str) -> bool:
        """Whether the service is known to look into knowledge bases for a model."""
        return self._supports(model_id, "retrieval")

    def _supports(self, model_id: str, capability: Capability) -> bool:
        model = self.get(model_id)
        return model is not None and capability in model.supports

    def cost(self, model_id: str, usage: Usage) -> Money | None:
        """Return the exact price of an exchange, or None where it is not known."""
        model = self.get(model_id)
        return model.cost(usage) if model else None

    def in_flight(self, model_id: str, tier: Tier) -> int | None:
        """Return how many requests of an account may be in flight for a model; None where it is not known."""
        model = self.get(model_id)
        return model.in_flight(tier) if model else None

    def saved(self, model_id: str, usage: Usage) -> Money | None:
        """Return by how much more an exchange would have cost without a cache, or None without a price."""
        model = self.get(model_id)
        return model.saved(usage) if model else None

    @property
    def free(self) -> Model | None:
        """The default if that is free, else the free model that reads most; None where there is none."""
        if self.default.is_free:
            return self.default
        free = [model for model in self if model.is_free]
        return max(free, key=lambda model: model.context_window or 0, default=None)

    def preselected(self, preferred: str, *, known_only: bool = False) -> str:
        """Return the id of the model to begin with: the preferred one, or else the default.

        The default is taken where none is preferred, or one that the service has not; with `known_only` also
        in place of one that nobody knows.
        """
        is_unknown = preferred not in self._known
        is_taken = preferred in self._here or (is_unknown and not known_only)
        return preferred if preferred and is_taken else self.default.id

    def _named(self, model_id: str) -> Mapping[str, str]:
        return {"host": self.host, "model": model_id, "default": self.default.id}


class Catalog:
    """Every model that is known, whichever service has it.

    `notices` say what is wrong with the user's file of models. `own_services` are those that the user has
    added; they change while the program runs.
    """

    def __init__(
        self,
        models: Sequence[Model],
        services: Sequence[Service],
        notices: tuple[Problem, ...] = (),
        *,
        said: Mapping[str, Model] = MappingProxyType({}),
    ) -> None:
        """`said` are the models as the user's file alone has them."""
        ordered = sorted(models, key=lambda model: SERIES.index(model.series))
        self._models = {model.id: model for model in ordered}
        self._services = {service.host: service for service in services}
        self._first = services[0]
        self._said = said
        self.notices = notices
        self.own_services: tuple[OwnService, ...] = ()

    @classmethod
    def from_toml(cls, text: str, own: str = "", *, notices: tuple[Problem, ...] = ()) -> "Catalog":
        """Read a catalogue, and what a user's file adds to it. Raises TomlFault."""
        file = completed(read_catalog(text), own)
        return cls(tuple(file.models.values()), file.services, notices, said=file.said)

    def at(self, host: str) -> Offer:
        """Return what the service at a host has. A host that is not known is a way to the first service."""
        return self._offer(host, host)

    def of(self, endpoint: Endpoint | None) -> Offer:
        """Return what the service at an endpoint has; None stands for one that is not known."""
        own = endpoint.own if endpoint is not None else None
        if endpoint is None or own is None:
            return self.at(endpoint.host if endpoint is not None else "")
        if endpoint.dialect == "bigmodel":
            return self._offer(endpoint.name, endpoint.host, own.models)
        here = [self._served(model_id, endpoint) for model_id in own.models]
        here += [
            model
            for model in self._said.values()
            if model.id not in own.models and (not model.hosts or endpoint.host in model.hosts)
        ]
        known = {**self._all, **{model.id: model for model in here}}
        default = next((model.id for model in here), self._first.default)
        return Offer(endpoint.name, known, here, default, dialect="openai")

    def _offer(self, name: str, host: str, only: Sequence[str] = ()) -> Offer:
        """Return what a service has that takes what BigModel does: these models, or all that are known."""
        service = self._services.get(host, self._first)
        names = {host, service.host}
        there = (
            [self._models.get(model_id, Model(model_id, model_id)) for model_id in only]
            if only
            else [model for model in self._models.values() if not model.hosts or names & {*model.hosts}]
        )
        here = [replace(model, prices=_billed(model, service)) for model in there]
        known = {**self._all, **{model.id: model for model in here}}
        return Offer(name, known, here, service.default, service.currency)

    @property
    def _all(self) -> Mapping[str, Model]:
        """Every model of every service."""
        listed = (model_id for service in self.own_services for model_id in service.models)
        return {**{model_id: Model(model_id, model_id) for model_id in listed}, **self._models}

    def _served(self, model_id: str, endpoint: Endpoint) -> Model:
        """Return a model as a server of the user's own has it.

        The name and what the weights can do are those of the catalogue; how much of a text is read, what is
        understood and what it costs is up to the server, and known only where the user says so.
        """
        known = self._models.get(model_id, Model(model_id, model_id))
        said = self._said.get(model_id, Model(model_id, model_id))
        free = (Price("CNY", Decimal(0), Decimal(0)),) if endpoint.is_free else ()
        sees: tuple[Capability, ...] = ("vision",) if known.sees else ()
        return replace(
            said,
            title=known.title,
            series="own",
            positioning=known.positioning,
            supports=said.supports or sees,
            prices=said.prices or free,
        )

    def title(self, model_id: str | None) -> str:
        """Return what the screen calls a model; an unknown one goes by its id."""
        return title_in(self._models, model_id)


def _refuses_model(problem: Problem) -> bool:
    """Whether it is the model that was refused. The code for a field names the one that it does not take."""
    message = problem.details.get("message", "")
    is_named = _NAMES_MODEL.search(message) is not None and _NAMES_OTHER.search(message) is None
    return problem.code == "1211" or (problem.code == "1214" and is_named)


def title_in(models: Mapping[str, Model], model_id: str | None) -> str:
    """Return what the screen calls one of some models; an unknown one goes by its id."""
    model = models.get(model_id or "")
    return model.title if model else model_id or ""


def _billed(model: Model, service: Service) -> tuple[Price, ...]:
    """Return the prices in what a service bills in; what is not the service's own may be billed otherwise."""
    prices = tuple(price for price in model.prices if price.currency == service.currency)
    return prices if prices or service.host in model.hosts else model.prices
