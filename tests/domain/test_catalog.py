"""The models on offer, as documented, and what an exchange with them costs."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.catalog import TIERS, Catalog, Model, Price
from glmdesk.domain.usage import Usage

CATALOG = Catalog.from_toml(
    (Path(__file__).resolve().parents[2] / "resources" / "models.toml").read_text(encoding="utf-8")
)

# Id, window, longest answer, price, price of cached input, requests in flight for V0 to V3.
DOCUMENTED = [
    ("glm-4-plus", 131072, 4096, "5", "2.5", (50, 100, 300, 500)),
    ("glm-4-air-250414", 131072, 16384, "0.5", "0.25", (30, 40, 50, 60)),
    ("glm-4-airx", 8192, 4096, "10", None, (5, 30, 40, 50)),
    ("glm-4-flashx-250414", 131072, 16384, "0.1", "0.05", (100, 150, 200, 300)),
    ("glm-4-flash-250414", 131072, 16384, "0", None, (200, 1000, 2000, 3000)),
]

TIERED = """
default = "glm-x"
[models.glm-x]
title = "GLM-X"
positioning = { en = "Stepped", zh-CN = "分段" }
context_window = 204800
max_output = 131072
prices = [
    { input = 2, output = 8, cached_input = 0.4, prompt_below = 32768, output_below = 200 },
    { input = 3, output = 14, cached_input = 0.6, prompt_below = 32768 },
    { input = 4, output = 16, cached_input = 0.8 },
]
"""


def model(model_id: str) -> Model:
    found = CATALOG.get(model_id)
    assert found is not None
    return found


@pytest.mark.parametrize(("model_id", "window", "longest", "price", "cached", "in_flight"), DOCUMENTED)
def test_a_model_is_as_documented(
    *, model_id: str, window: int, longest: int, price: str, cached: str | None, in_flight: tuple[int, ...]
) -> None:
    found = model(model_id)

    assert (found.context_window, found.max_output) == (window, longest)
    assert found.prices == (Price(Decimal(price), Decimal(price), Decimal(cached) if cached else None),)
    assert tuple(found.concurrency[tier] for tier in TIERS) == in_flight
    assert found.supports_caching == (cached is not None)


def test_the_catalogue_holds_these_models_in_this_order() -> None:
    assert [found.id for found in CATALOG] == [row[0] for row in DOCUMENTED]


def test_the_free_model_is_preselected() -> None:
    assert CATALOG.default.id == "glm-4-flash-250414"
    assert [found.id for found in CATALOG if found.is_free] == ["glm-4-flash-250414"]


def test_a_preferred_model_is_preselected_known_or_not() -> None:
    assert CATALOG.preselected("") == "glm-4-flash-250414"
    assert CATALOG.preselected("glm-4-plus") == "glm-4-plus"
    assert CATALOG.preselected("of-another-service") == "of-another-service"
    assert CATALOG.preselected("of-another-service", known_only=True) == "glm-4-flash-250414"
    assert CATALOG.preselected("glm-4-plus", known_only=True) == "glm-4-plus"


def test_every_model_says_what_it_is_for_in_both_languages() -> None:
    for found in CATALOG:
        assert found.title
        assert found.positioning.keys() == {"en", "zh-CN"}
        assert all(found.positioning.values())


def test_an_unknown_model_goes_by_its_id() -> None:
    assert CATALOG.get("glm-9") is None
    assert CATALOG.title("glm-9") == "glm-9"
    assert CATALOG.title("glm-4-plus") == "GLM-4-Plus"
    assert CATALOG.title(None) == ""


@pytest.mark.parametrize(
    ("model_id", "usage", "cost"),
    [
        ("glm-4-plus", Usage(1_000_000, 1_000_000), "10"),
        ("glm-4-plus", Usage(1075, 9, cached_tokens=1024), "0.00286"),
        ("glm-4-air-250414", Usage(1, 0), "0.0000005"),
        ("glm-4-air-250414", Usage(1, 0, cached_tokens=1), "0.00000025"),
        ("glm-4-flashx-250414", Usage(3, 7, cached_tokens=2), "0.0000009"),
        ("glm-4-airx", Usage(1000, 10, cached_tokens=500), "0.0101"),
        ("glm-4-flash-250414", Usage(10**9, 10**9), "0"),
        ("glm-4-plus", Usage(0, 0), "0"),
    ],
)
def test_a_cost_is_exact(model_id: str, usage: Usage, cost: str) -> None:
    assert model(model_id).cost_cny(usage) == Decimal(cost)


def test_a_cost_is_unknown_where_the_model_is() -> None:
    assert CATALOG.cost_cny("glm-4-plus", Usage(1_000_000, 0)) == 5
    assert CATALOG.cost_cny("glm-9", Usage(1_000_000, 0)) is None


COUNTS = st.integers(0, 10**9)


@given(st.sampled_from([row[0] for row in DOCUMENTED]), COUNTS, COUNTS, COUNTS, COUNTS)
def test_costs_add_up(model_id: str, prompt: int, completion: int, more: int, cached: int) -> None:
    cost = model(model_id).cost_cny
    one, other = Usage(prompt + cached, completion, cached_tokens=cached), Usage(more, more)

    assert cost(one) + cost(other) == cost(one + other)
    assert cost(one) <= cost(Usage(prompt + cached, completion))


@pytest.mark.parametrize(
    ("prompt", "completion", "price"),
    [(32767, 199, "2"), (32767, 200, "3"), (32768, 199, "4"), (32768, 10**6, "4"), (0, 0, "2")],
)
def test_the_first_step_that_covers_an_exchange_holds(prompt: int, completion: int, price: str) -> None:
    assert Catalog.from_toml(TIERED).default.price(Usage(prompt, completion)).input == Decimal(price)


def test_a_model_is_free_when_every_step_is() -> None:
    assert not Catalog.from_toml(TIERED).default.is_free
    assert Price(Decimal(0), Decimal(0)).is_free
    assert not Price(Decimal(0), Decimal(1)).is_free


def test_a_model_without_known_limits_has_none() -> None:
    assert Catalog.from_toml(TIERED).default.concurrency == {}


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "default = ",
        'default = "glm-x"\n[models]',
        TIERED.replace('"glm-x"', '"glm-y"'),
        TIERED.replace("title", "name"),
        TIERED.replace("{ input = 4, output = 16, cached_input = 0.8 }", ""),
        TIERED.replace("input = 4, ", ""),
        TIERED.replace("input = 4,", "input = [4],"),
    ],
)
def test_what_is_no_catalogue_is_refused(broken: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Catalog.from_toml(broken)


def test_the_catalogue_prices_an_exchange_by_the_id_of_the_model() -> None:
    usage = Usage(prompt_tokens=1_000_000, completion_tokens=0)

    assert CATALOG.cost_cny("glm-4-plus", usage) == Decimal(5)
    assert CATALOG.cost_cny("unknown", usage) is None
