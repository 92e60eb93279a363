"""No answer is asked for that is longer than the model writes, or than its window has room for."""

from decimal import Decimal

import pytest

from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.model import Model, Price
from glmdesk.domain.money import Money
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.usage import Usage
from tests.domain.test_catalog import BUILT_IN

AIRX = "glm-4-airx"
PLUS = "glm-4-plus"


@pytest.fixture
def catalog() -> Catalog:
    return Catalog.from_toml(BUILT_IN)


@pytest.fixture
def offer(catalog: Catalog) -> Offer:
    return catalog.at("open.bigmodel.cn")


def asked_for(offer: Offer, model: str, prompt_tokens: int, max_tokens: int | None = None) -> int | None:
    return offer.fitted(ChatRequest(model, (), max_tokens=max_tokens), prompt_tokens).max_tokens


def test_nothing_is_said_where_the_longest_answer_fits(offer: Offer) -> None:
    assert asked_for(offer, AIRX, 1000) is None
    assert asked_for(offer, PLUS, 100_000) is None


@pytest.mark.parametrize("prompt_tokens", [4000, 6000, 7500, 7700])
@pytest.mark.parametrize("max_tokens", [None, 100, 4096, 100_000])
def test_a_small_window_bounds_the_answer(offer: Offer, prompt_tokens: int, max_tokens: int | None) -> None:
    longest = asked_for(offer, AIRX, prompt_tokens, max_tokens)

    assert longest is not None
    assert 1 <= longest <= min(4096, max_tokens or 4096)
    assert longest + prompt_tokens * 1.05 <= 8192


def test_where_there_should_be_no_room_at_all_the_service_is_asked(offer: Offer) -> None:
    assert asked_for(offer, AIRX, 8000) is None
    assert asked_for(offer, AIRX, 8000, 4096) is None
    assert asked_for(offer, AIRX, 9000, 100_000) is None


def test_what_was_asked_for_is_bounded_by_what_the_model_writes(offer: Offer) -> None:
    assert asked_for(offer, PLUS, 10, 16_384) == 4096
    assert asked_for(offer, PLUS, 10, 1000) == 1000
    assert asked_for(offer, "glm-4-air-250414", 10, 100_000) == 16_384


def test_of_an_unknown_window_nothing_is_guessed(offer: Offer) -> None:
    assert asked_for(offer, "somebody-else", 1_000_000, 5) == 5
    assert Model("own", "Own").fitted(ChatRequest("own", ()), 1_000_000).max_tokens is None


def test_what_the_cache_saves_is_exact(offer: Offer) -> None:
    usage = Usage(2000, 100, cached_tokens=1024)

    assert offer.saved(PLUS, usage) == Money(Decimal("0.00256"), "CNY")
    assert offer.cost(PLUS, usage) == Money(Decimal("0.00794"), "CNY")
    assert offer.saved(AIRX, usage) == Money(Decimal(0), "CNY")
    assert offer.saved("somebody-else", usage) is None
    fresh = Price("CNY", Decimal(5), Decimal(5), Decimal("2.5"))
    assert fresh.cost(usage).plus(fresh.saved(usage)) == fresh.cost(Usage(2000, 100))


def test_a_free_model_sums_up(catalog: Catalog) -> None:
    for host in ("open.bigmodel.cn", "api.z.ai"):
        offer = catalog.at(host)
        assert offer.free == offer.default
        assert offer.default.is_free


@pytest.mark.parametrize(
    ("amount", "about"), [("0.006172", "¥0.0062"), ("0.617", "¥0.62"), ("12.345", "¥12.34"), ("0", "¥0")]
)
def test_an_amount_that_is_estimated_has_few_digits(amount: str, about: str) -> None:
    assert str(Money(Decimal(amount), "CNY").about) == about
