"""The models there are, as documented, which of them a service has, and what an exchange with them costs."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.errors import Action, ServiceRefused
from glmdesk.domain.model import Model, Price
from glmdesk.domain.money import Currency, Money
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.tier import TIERS
from glmdesk.domain.usage import Usage
from tests.support.models import MODELS

BUILT_IN = (Path(__file__).resolve().parents[2] / "resources" / "models.toml").read_text(encoding="utf-8")
CATALOG = Catalog.from_toml(BUILT_IN)
MAINLAND, Z_AI = CATALOG.at("open.bigmodel.cn"), CATALOG.at("api.z.ai")

K, M = 1024, 1024 * 1024

# Id, window, longest answer, price, price of cached input, requests in flight for V0 to V3.
GLM_4 = [
    ("glm-4-plus", 128 * K, 4 * K, "5", "2.5", (50, 100, 300, 500)),
    ("glm-4-air-250414", 128 * K, 16 * K, "0.5", "0.25", (30, 40, 50, 60)),
    ("glm-4-airx", 8 * K, 4 * K, "10", None, (5, 30, 40, 50)),
    ("glm-4-flashx-250414", 128 * K, 16 * K, "0.1", "0.05", (100, 150, 200, 300)),
    ("glm-4-flash-250414", 128 * K, 16 * K, "0", None, (200, 1000, 2000, 3000)),
]

# Id, window, longest answer, whether it can be told not to think; input, output and cached input in yuan, the
# least and the most where there are steps; the same in dollars.
SUCCESSORS = [
    ("glm-5.3", M, 128 * K, "always", ("8", "28", "2"), ("1.4", "4.4", "0.26")),
    ("glm-5.3-flash", M, 128 * K, "always", ("0.8", "2.8", "0.23"), ("0.15", "0.5", "0.03")),
    ("glm-5.3-flashx", M, None, "always", ("2", "7", "0.57"), None),
    ("glm-5.2", M, 128 * K, "switch", ("8", "28", "2"), ("1.4", "4.4", "0.26")),
    ("glm-5.1", 200 * K, 128 * K, "switch", ("6-8", "24-28", "1.3-2"), ("1.4", "4.4", "0.26")),
    ("glm-5-turbo", 200 * K, 128 * K, "switch", ("5-7", "22-26", "1.2-1.8"), ("1.2", "4", "0.24")),
    ("glm-5", 200 * K, 128 * K, "switch", ("4-6", "18-22", "1-1.5"), ("1", "3.2", "0.2")),
    ("glm-4.7", 200 * K, 128 * K, "switch", ("2-4", "8-16", "0.4-0.8"), ("0.6", "2.2", "0.11")),
    ("glm-4.7-flashx", 200 * K, 128 * K, "switch", ("0.5", "3", "0.1"), None),
    ("glm-4.7-flash", 200 * K, 128 * K, "switch", ("0", "0", "0"), ("0", "0", "0")),
    ("glm-4.6", 200 * K, 128 * K, "switch", None, ("0.6", "2.2", "0.11")),
    ("glm-4.5-air", 128 * K, 96 * K, "switch", ("0.8-1.2", "2-8", "0.16-0.24"), ("0.2", "1.1", "0.03")),
    ("glm-4.5-airx", 128 * K, 96 * K, "switch", None, ("1.1", "4.5", "0.22")),
]


def model(model_id: str, offer: Offer = MAINLAND) -> Model:
    found = offer.get(model_id)
    assert found is not None
    return found


def ends(amounts: list[Decimal | None]) -> str:
    """Return the least and the most of some amounts."""
    known = [amount for amount in amounts if amount is not None]
    least, most = min(known), max(known)
    return f"{least}" if least == most else f"{least}-{most}"


def price_list(prices: tuple[Price, ...]) -> tuple[str, str, str] | None:
    if not prices:
        return None
    return (
        ends([price.input for price in prices]),
        ends([price.output for price in prices]),
        ends([price.cached_input for price in prices]),
    )


@pytest.mark.parametrize(("model_id", "window", "longest", "price", "cached", "in_flight"), GLM_4)
def test_a_model_of_the_series_is_as_documented(
    *, model_id: str, window: int, longest: int, price: str, cached: str | None, in_flight: tuple[int, ...]
) -> None:
    found = model(model_id)

    assert (found.context_window, found.max_output) == (window, longest)
    assert found.prices == (
        Price("CNY", Decimal(price), Decimal(price), Decimal(cached) if cached else None),
    )
    assert tuple(found.concurrency[tier] for tier in TIERS) == in_flight
    assert found.supports_caching == (cached is not None)
    assert (found.thinking, found.efforts) == ("none", ())


@pytest.mark.parametrize(("model_id", "window", "longest", "thinking", "yuan", "dollars"), SUCCESSORS)
def test_a_successor_is_as_documented(
    *,
    model_id: str,
    window: int,
    longest: int | None,
    thinking: str,
    yuan: tuple[str, str, str] | None,
    dollars: tuple[str, str, str] | None,
) -> None:
    found, abroad = model(model_id), Z_AI.get(model_id)

    assert (found.context_window, found.max_output, found.thinking) == (window, longest, thinking)
    assert price_list(found.prices) == yuan
    assert {price.currency for price in found.prices} <= {"CNY"}
    assert price_list(abroad.prices if abroad else ()) == dollars
    assert {price.currency for price in (abroad.prices if abroad else ())} <= {"USD"}


def test_the_five_come_first_and_then_their_successors() -> None:
    ids = [found.id for found in MAINLAND]

    assert ids == [*(row[0] for row in GLM_4), "glm-4-long", *(row[0] for row in SUCCESSORS)]
    assert model("glm-4-long").series == "glm-4"
    assert {model(row[0]).series for row in SUCCESSORS} == {"successor"}


def test_z_ai_has_nothing_of_glm_4() -> None:
    ids = [found.id for found in Z_AI]

    assert ids == [row[0] for row in SUCCESSORS if row[0] != "glm-5.3-flashx"]


def test_every_model_is_known_to_the_service_that_tests_are_asked_by() -> None:
    for found in MAINLAND:
        served = MODELS[found.id]
        assert found.context_window == served.window
        assert found.max_output in (None, served.max_output)
        assert (found.thinking, found.efforts) == (served.thinking, served.efforts)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "llm.example.com"])
def test_a_host_that_is_not_known_has_what_the_mainland_has(host: str) -> None:
    offer = CATALOG.at(host)

    assert list(offer) == list(MAINLAND)
    assert offer.default == MAINLAND.default
    assert offer.host == host


@pytest.mark.parametrize(("offer", "default"), [(MAINLAND, "glm-4-flash-250414"), (Z_AI, "glm-4.7-flash")])
def test_the_model_to_begin_with_costs_nothing(offer: Offer, default: str) -> None:
    assert offer.default.id == default
    assert offer.default.is_free


def test_what_costs_nothing_is_known_to() -> None:
    assert [found.id for found in MAINLAND if found.is_free] == ["glm-4-flash-250414", "glm-4.7-flash"]
    assert [found.id for found in Z_AI if found.is_free] == ["glm-4.7-flash"]


def test_a_preferred_model_is_preselected_known_or_not() -> None:
    assert MAINLAND.preselected("") == "glm-4-flash-250414"
    assert MAINLAND.preselected("glm-4-plus") == "glm-4-plus"
    assert MAINLAND.preselected("named-by-a-user") == "named-by-a-user"
    assert MAINLAND.preselected("named-by-a-user", known_only=True) == "glm-4-flash-250414"
    assert MAINLAND.preselected("glm-4-plus", known_only=True) == "glm-4-plus"


def test_a_preferred_model_that_the_service_has_not_is_replaced_and_that_is_told() -> None:
    assert Z_AI.preselected("glm-4-plus") == "glm-4.7-flash"
    told = Z_AI.replacement("glm-4-plus")
    assert told is not None
    assert told.words == (
        "api.z.ai does not have the model of your settings, glm-4-plus. New chats begin with glm-4.7-flash."
    )


@pytest.mark.parametrize("preferred", ["", "glm-5.2", "named-by-a-user"])
def test_nothing_is_told_of_a_model_that_is_taken(preferred: str) -> None:
    assert Z_AI.replacement(preferred) is None


def test_a_model_of_other_services_is_not_asked_for() -> None:
    with pytest.raises(ServiceRefused) as caught:
        Z_AI.require("glm-4-plus")

    assert str(caught.value) == (
        "api.z.ai does not have the model glm-4-plus. Choose another one, such as glm-4.7-flash."
    )
    assert caught.value.problem.action is Action.CHOOSE_MODEL
    assert (Z_AI.title("glm-4-plus"), Z_AI.window("glm-4-plus")) == ("GLM-4-Plus", 128 * K)


@pytest.mark.parametrize("model_id", ["glm-5.2", "named-by-a-user"])
def test_a_model_that_a_service_has_or_may_have_is_asked_for(model_id: str) -> None:
    Z_AI.require(model_id)


def test_every_model_says_what_it_is_for_in_both_languages() -> None:
    for found in MAINLAND:
        assert found.title
        assert found.positioning.keys() == {"en", "zh-CN"}
        assert all(found.positioning.values())


def test_an_unknown_model_goes_by_its_id() -> None:
    assert MAINLAND.get("glm-9") is None
    assert (MAINLAND.title("glm-9"), CATALOG.title("glm-9")) == ("glm-9", "glm-9")
    assert CATALOG.title("glm-4-plus") == "GLM-4-Plus"
    assert CATALOG.title(None) == MAINLAND.title(None) == ""
    assert MAINLAND.window("glm-9") is None


@pytest.mark.parametrize(
    ("offer", "model_id", "usage", "cost", "currency"),
    [
        (MAINLAND, "glm-4-plus", Usage(1_000_000, 1_000_000), "10", "CNY"),
        (MAINLAND, "glm-4-plus", Usage(1075, 9, cached_tokens=1024), "0.00286", "CNY"),
        (MAINLAND, "glm-4-air-250414", Usage(1, 0), "0.0000005", "CNY"),
        (MAINLAND, "glm-4-air-250414", Usage(1, 0, cached_tokens=1), "0.00000025", "CNY"),
        (MAINLAND, "glm-4-flashx-250414", Usage(3, 7, cached_tokens=2), "0.0000009", "CNY"),
        (MAINLAND, "glm-4-airx", Usage(1000, 10, cached_tokens=500), "0.0101", "CNY"),
        (MAINLAND, "glm-4-flash-250414", Usage(10**9, 10**9), "0", "CNY"),
        (MAINLAND, "glm-4-plus", Usage(0, 0), "0", "CNY"),
        (MAINLAND, "glm-5.2", Usage(1000, 100, cached_tokens=500), "0.0078", "CNY"),
        (Z_AI, "glm-5.2", Usage(1000, 100, cached_tokens=500), "0.00127", "USD"),
        (Z_AI, "glm-4.7-flash", Usage(1000, 100), "0", "USD"),
    ],
)
def test_a_cost_is_exact(*, offer: Offer, model_id: str, usage: Usage, cost: str, currency: Currency) -> None:
    assert offer.cost(model_id, usage) == Money(Decimal(cost), currency)


@pytest.mark.parametrize(
    ("offer", "model_id"),
    [(MAINLAND, "glm-9"), (MAINLAND, "glm-4.6"), (Z_AI, "glm-4.7-flashx"), (Z_AI, "glm-4-plus")],
)
def test_a_cost_is_unknown_where_the_price_is(offer: Offer, model_id: str) -> None:
    assert offer.cost(model_id, Usage(1_000_000, 0)) is None


def test_a_price_that_is_not_known_is_not_taken_for_none() -> None:
    assert not model("glm-4.6").is_free
    assert not model("glm-4.6").supports_caching


COUNTS = st.integers(0, 10**9)


@given(st.sampled_from([row[0] for row in GLM_4]), COUNTS, COUNTS, COUNTS, COUNTS)
def test_costs_add_up(model_id: str, prompt: int, completion: int, more: int, cached: int) -> None:
    def cost(usage: Usage) -> Decimal:
        found = MAINLAND.cost(model_id, usage)
        assert found is not None
        return found.amount

    one, other = Usage(prompt + cached, completion, cached_tokens=cached), Usage(more, more)

    assert cost(one) + cost(other) == cost(one + other)
    assert cost(one) <= cost(Usage(prompt + cached, completion))


@pytest.mark.parametrize(
    ("prompt", "completion", "read", "written"),
    [
        (32767, 199, "2", "8"),
        (32767, 200, "3", "14"),
        (32768, 199, "4", "16"),
        (32768, 10**6, "4", "16"),
        (0, 0, "2", "8"),
    ],
)
def test_the_first_step_that_covers_an_exchange_holds(
    prompt: int, completion: int, read: str, written: str
) -> None:
    price = model("glm-4.7").price(Usage(prompt, completion))

    assert price is not None
    assert (price.input, price.output) == (Decimal(read), Decimal(written))


def test_a_model_is_free_when_every_step_is() -> None:
    free, dear = Price("CNY", Decimal(0), Decimal(0)), Price("CNY", Decimal(0), Decimal(1))

    assert Model("m", "M", prices=(free,)).is_free
    assert not Model("m", "M", prices=(free, dear)).is_free
    assert not Model("m", "M").is_free


REQUEST = ChatRequest("m", (), thinking=False, effort="high", max_tokens=100_000)


def test_what_a_model_does_not_know_is_not_asked_of_it() -> None:
    fitted = model("glm-4-plus").fitted(REQUEST)

    assert (fitted.thinking, fitted.effort, fitted.max_tokens) == (None, None, 4096)


def test_a_model_that_always_thinks_is_not_told_not_to() -> None:
    assert model("glm-5.3").fitted(REQUEST).thinking is None
    assert model("glm-5.3").fitted(ChatRequest("m", (), thinking=True)).thinking is True
    assert model("glm-5.3").fitted(ChatRequest("m", (), effort="medium")).effort is None


def test_what_a_model_knows_is_asked_of_it() -> None:
    fitted = model("glm-5.2").fitted(REQUEST)

    assert (fitted.thinking, fitted.effort, fitted.max_tokens) == (False, "high", 100_000)


def test_a_model_nobody_knows_is_asked_as_it_was_meant() -> None:
    assert MAINLAND.fitted(REQUEST) == REQUEST
