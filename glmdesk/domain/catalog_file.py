"""What may stand in a file of models. `resources/models.toml` says what the entries mean."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import get_args

from glmdesk.domain.checked_toml import EntryFault, Plain, Table, read_toml
from glmdesk.domain.endpoint import is_host
from glmdesk.domain.model import CAPABILITIES, SERIES, STATUSES, Model, Price, Thinking
from glmdesk.domain.money import CURRENCIES, Currency
from glmdesk.domain.request import EFFORTS, Effort
from glmdesk.domain.tier import TIERS
from glmdesk.i18n import _

_MODEL_KEYS = frozenset(
    {"title", "series", "positioning", "hosts", "context_window", "max_output", "thinking", "efforts"}
    | {"default_effort", "effort_meanings", "status", "successor", "supports", "prices", "concurrency"}
)
_PRICE_KEYS = frozenset({"input", "output", "cached_input", "prompt_below", "output_below"})
_SERVICE_KEYS = frozenset({"currency", "default"})
_THINKING: tuple[Thinking, ...] = get_args(Thinking)


@dataclass(frozen=True, slots=True)
class Service:
    """A service, known by its host: what it bills in, and which model answers where none was chosen."""

    host: str
    currency: Currency
    default: str


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """What a catalogue says. The models' `tables` are what another file completes.

    `said` are the models as the last file alone has them, without what was known of them before.
    """

    services: tuple[Service, ...]
    tables: Mapping[str, Plain]
    models: Mapping[str, Model]
    said: Mapping[str, Model]


def read_catalog(text: str) -> CatalogFile:
    """Return a whole catalogue. Raises TomlFault."""
    return read_toml(text, partial(_read, CatalogFile((), {}, {}, {}), {"services", "models"}))


def completed(built_in: CatalogFile, text: str) -> CatalogFile:
    """Return a catalogue with what a user's file adds and changes. Raises TomlFault."""
    return read_toml(text, partial(_read, built_in, {"models"}))


def _read(known: CatalogFile, keys: Collection[str], document: Plain) -> CatalogFile:
    table = Table(document, known=keys)
    services = tuple(_service(host, service) for host, service in table.tables("services"))
    said = {model_id: model.values for model_id, model in table.tables("models")}
    tables = {model_id: _merged(known.tables.get(model_id, {}), plain) for model_id, plain in said.items()}
    models = {**known.models, **{model_id: _model(model_id, plain) for model_id, plain in tables.items()}}
    if not (services or known.services):
        raise table.fault("services", _("There is no “{key}”."))
    for service in services:
        if service.default not in models:
            path = ("services", service.host, "default")
            raise EntryFault(path, _("There is no model “{key}”.").format(key=service.default))
    for model_id in tables:
        if models[model_id].successor not in ("", *models):
            path = ("models", model_id, "successor")
            key = models[model_id].successor
            raise EntryFault(path, _("There is no model “{key}”.").format(key=key))
    return CatalogFile(
        services or known.services,
        {**known.tables, **tables},
        models,
        {model_id: _model(model_id, plain) for model_id, plain in said.items()},
    )


def _merged(old: Plain, new: Plain) -> Plain:
    """Return an entry with what another says of it; a price list takes the place of that in its currency."""
    merged = {**old, **new}
    if isinstance(new.get("prices"), dict):
        merged["prices"] = {**old.get("prices", {}), **new["prices"]}
    return merged


def _service(host: str, table: Table) -> Service:
    table.allow(_SERVICE_KEYS)
    return Service(host, table.word("currency", CURRENCIES, "CNY"), table.text("default", ""))


def _model(model_id: str, plain: Plain) -> Model:
    table = Table(plain, ("models", model_id), _MODEL_KEYS)
    return Model(
        id=model_id,
        title=table.text("title", model_id),
        series=table.word("series", SERIES, "own"),
        positioning=_positioning(table),
        hosts=_hosts(table),
        context_window=table.count("context_window"),
        max_output=table.count("max_output"),
        thinking=table.word("thinking", _THINKING, "none"),
        efforts=table.words("efforts", EFFORTS),
        default_effort=_default_effort(table),
        effort_meanings=_effort_meanings(table),
        status=table.word("status", STATUSES, "current"),
        successor=table.text("successor", ""),
        supports=table.words("supports", CAPABILITIES),
        prices=tuple(_prices(table.table("prices", CURRENCIES))),
        concurrency=dict(zip(TIERS, table.counts("concurrency"), strict=False)),
    )


def _positioning(model: Table) -> Mapping[str, str]:
    """Return a phrase by language; one without a language serves all of them."""
    if not isinstance(model.values.get("positioning", {}), dict):
        return {"en": model.text("positioning", "")}
    phrases = model.table("positioning")
    return {language: phrases.text(language, "") for language in phrases.values}


def _default_effort(model: Table) -> Effort | None:
    """Return how much a model reasons where it is told nothing, which is one of its amounts."""
    if "default_effort" not in model.values:
        return None
    efforts = _efforts_for(model, "default_effort")
    default: Effort = model.word("default_effort", efforts, "none")
    return default


def _efforts_for(model: Table, key: str) -> tuple[Effort, ...]:
    """Return the amounts of reasoning that another entry is about."""
    if efforts := model.words("efforts", EFFORTS):
        return efforts
    raise model.fault(key, _("“{key}” needs “{example}”."), "efforts")


def _effort_meanings(model: Table) -> Mapping[Effort, Effort]:
    """Return what amounts of reasoning come to; both are amounts that the model can be told."""
    if "effort_meanings" not in model.values:
        return {}
    efforts = _efforts_for(model, "effort_meanings")
    table = model.table("effort_meanings", efforts)
    meanings: dict[Effort, Effort] = {}
    for effort in efforts:
        meaning: Effort = table.word(effort, efforts, effort)
        if meaning != effort:
            meanings[effort] = meaning
    return meanings


def _hosts(model: Table) -> tuple[str, ...]:
    hosts = model.texts("hosts")
    if not all(map(is_host, hosts)):
        reason = _("“{key}” has to be a list of host names, as in {example}.")
        raise model.fault("hosts", reason, '["api.z.ai"]')
    return hosts


def _prices(lists: Table) -> Iterator[Price]:
    for currency in CURRENCIES:
        steps = [_price(currency, step) for step in lists.list_of_tables(currency, _PRICE_KEYS)]
        if steps and (steps[-1].prompt_below is not None or steps[-1].output_below is not None):
            reason = _("The last of the prices has to hold for every exchange, without {example}.")
            raise lists.fault(currency, reason, "prompt_below, output_below")
        yield from steps


def _price(currency: Currency, step: Table) -> Price:
    return Price(
        currency,
        input=_amount(step, "input"),
        output=_amount(step, "output"),
        cached_input=step.amount("cached_input"),
        prompt_below=step.count("prompt_below"),
        output_below=step.count("output_below"),
    )


def _amount(step: Table, key: str) -> Decimal:
    amount = step.amount(key)
    if amount is None:
        raise step.fault(key, _("A price needs “{key}”."))
    return amount
