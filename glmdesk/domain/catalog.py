"""The models there are, and which of them a service has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from glmdesk.domain.catalog_file import Service, completed, read_catalog
from glmdesk.domain.errors import Action, Problem, ServiceRefused
from glmdesk.domain.model import SERIES, Model, Price
from glmdesk.domain.money import Currency, Money
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.tier import Tier
from glmdesk.domain.usage import Usage
from glmdesk.i18n import N_


class Offer:
    """The models of one service, series by series, and what of the others has a name.

    A model that nobody knows may exist there; one that is known to exist elsewhere only does not.
    """

    def __init__(
        self,
        host: str,
        models: Mapping[str, Model],
        here: Sequence[Model],
        default: str,
        currency: Currency = "CNY",
    ) -> None:
        self.currency: Currency = currency
        self.host = host
        self._known = models
        self._here = {model.id: model for model in here}
        self.default = self._here.get(default) or next(iter(here), models[default])

    def __iter__(self) -> Iterator[Model]:
        return iter(self._here.values())

    def get(self, model_id: str) -> Model | None:
        """Return a model of the service, or None for one that it has not, or that is not known."""
        return self._here.get(model_id)

    def title(self, model_id: str | None) -> str:
        """Return what the screen calls a model of any service; an unknown one goes by its id."""
        return title_in(self._known, model_id)

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
        """Return a request as its model takes it, with a prompt of about so many tokens."""
        model = self.get(request.model)
        return model.fitted(request, prompt_tokens) if model else request

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

    `notices` say what is wrong with the user's file of models.
    """

    def __init__(
        self, models: Sequence[Model], services: Sequence[Service], notices: tuple[Problem, ...] = ()
    ) -> None:
        ordered = sorted(models, key=lambda model: SERIES.index(model.series))
        self._models = {model.id: model for model in ordered}
        self._services = {service.host: service for service in services}
        self._first = services[0]
        self.notices = notices

    @classmethod
    def from_toml(cls, text: str, own: str = "", *, notices: tuple[Problem, ...] = ()) -> "Catalog":
        """Read a catalogue, and what a user's file adds to it. Raises TomlFault."""
        file = completed(read_catalog(text), own)
        return cls(tuple(file.models.values()), file.services, notices)

    def at(self, host: str) -> Offer:
        """Return what the service at a host has. A host that is not known is a way to the first service."""
        service = self._services.get(host, self._first)
        names = {host, service.host}
        here = [
            replace(model, prices=_billed(model, service))
            for model in self._models.values()
            if not model.hosts or names.intersection(model.hosts)
        ]
        return Offer(host, self._models, here, service.default, service.currency)

    def title(self, model_id: str | None) -> str:
        """Return what the screen calls a model; an unknown one goes by its id."""
        return title_in(self._models, model_id)


def title_in(models: Mapping[str, Model], model_id: str | None) -> str:
    """Return what the screen calls one of some models; an unknown one goes by its id."""
    model = models.get(model_id or "")
    return model.title if model else model_id or ""


def _billed(model: Model, service: Service) -> tuple[Price, ...]:
    """Return the prices in what a service bills in; what is not the service's own may be billed otherwise."""
    prices = tuple(price for price in model.prices if price.currency == service.currency)
    return prices if prices or service.host in model.hosts else model.prices
