"""The models there are, as documented, which of them a service has, and what an exchange with them costs."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Action, Problem, ServiceRefused
from glmdesk.domain.model import Model, Price
from glmdesk.domain.money import Currency, Money
from glmdesk.domain.own_service import OwnService
from glmdesk.domain.request import EFFORTS, ChatRequest, WebSearch
from glmdesk.domain.tier import TIERS
from glmdesk.domain.usage import Usage
from tests.support.models import MODELS

BUILT_IN = (Path(__file__).resolve().parents[2] / "resources" / "models.toml").read_text(encoding="utf-8")
CATALOG = Catalog.from_toml(BUILT_IN)
MAINLAND, Z_AI = CATALOG.at("open.bigmodel.cn"), CATALOG.at("api.z.ai")

K, M = 1024, 1024 * 1024

# Id, window, longest answer, price, price of cached input, requests in flight for V0 to V3, status and
# successor.
GLM_4 = [
    ("glm-4-plus", 128 * K, 4 * K, "5", "2.5", (50, 100, 300, 500), "legacy", "glm-5.3"),
    ("glm-4-air-250414", 128 * K, 16 * K, "0.5", "0.25", (30, 40, 50, 60), "legacy", "glm-4.5-air"),
    ("glm-4-airx", 8 * K, 4 * K, "10", None, (5, 30, 40, 50), "legacy", "glm-4.5-airx"),
    (
        "glm-4-flashx-250414",
        128 * K,
        16 * K,
        "0.1",
        "0.05",
        (100, 150, 200, 300),
        "current",
        "glm-4.7-flashx",
    ),
    ("glm-4-flash-250414", 128 * K, 16 * K, "0", None, (200, 1000, 2000, 3000), "current", "glm-4.7-flash"),
]


class Documented(NamedTuple):
    """What stands in the documentation of a model that came after them.

    Prices are those of input, output and cached input, the least and the most where there are steps.
    `supports` has the initial letters of what is documented: functions, web search, retrieval, JSON, tool
    stream, cache, vision.
    """

    id: str
    window: int | None
    longest: int | None
    thinking: str
    yuan: tuple[str, str, str] | None
    dollars: tuple[str, str, str] | None
    supports: str
    status: str = "current"
    successor: str = ""
    hosts: str = "both"


FREE = ("0", "0", "None")
SUCCESSORS = [
    Documented("glm-5.3", M, 128 * K, "always", ("8", "28", "2"), ("1.4", "4.4", "0.26"), "fwrjtc"),
    Documented("glm-5.3-flash", M, 128 * K, "always", ("0.8", "2.8", "0.23"), ("0.15", "0.5", "0.03"), "fcv"),
    Documented("glm-5.3-flashx", M, None, "always", ("2", "7", "0.57"), None, "fc", hosts="mainland"),
    Documented(
        "glm-5.2",
        M,
        128 * K,
        "switch",
        ("8", "28", "2"),
        ("1.4", "4.4", "0.26"),
        "fwrjtc",
        "current",
        "glm-5.3",
    ),
    Documented(
        "glm-5.1",
        200 * K,
        128 * K,
        "switch",
        ("6-8", "24-28", "1.3-2"),
        ("1.4", "4.4", "0.26"),
        "fwrjtc",
        "current",
        "glm-5.2",
    ),
    Documented(
        "glm-5-turbo", 200 * K, 128 * K, "switch", ("5-7", "22-26", "1.2-1.8"), ("1.2", "4", "0.24"), "fwrjtc"
    ),
    Documented(
        "glm-5",
        200 * K,
        128 * K,
        "switch",
        ("4-6", "18-22", "1-1.5"),
        ("1", "3.2", "0.2"),
        "fwrjtc",
        "current",
        "glm-5.1",
    ),
    Documented(
        "glm-4.7",
        200 * K,
        128 * K,
        "switch",
        ("2-4", "8-16", "0.4-0.8"),
        ("0.6", "2.2", "0.11"),
        "fwrjtc",
        "current",
        "glm-5",
    ),
    Documented(
        "glm-4.7-flashx",
        200 * K,
        128 * K,
        "switch",
        ("0.5", "3", "0.1"),
        None,
        "fwrjc",
        "current",
        "glm-5.3-flash",
    ),
    Documented("glm-4.7-flash", 200 * K, 128 * K, "switch", ("0", "0", "0"), ("0", "0", "0"), "fwrjc"),
    Documented(
        "glm-4.6", 200 * K, 128 * K, "auto", None, ("0.6", "2.2", "0.11"), "fwrjtc", "legacy", "glm-4.7"
    ),
    Documented(
        "glm-4.5-air",
        128 * K,
        96 * K,
        "auto",
        ("0.8-1.2", "2-8", "0.16-0.24"),
        ("0.2", "1.1", "0.03"),
        "fwrjc",
        "current",
        "glm-4.7-flashx",
    ),
    Documented(
        "glm-4.5-airx",
        128 * K,
        96 * K,
        "auto",
        None,
        ("1.1", "4.5", "0.22"),
        "fwrjc",
        "current",
        "glm-4.7-flashx",
    ),
    Documented("glm-4.5-flash", 128 * K, 96 * K, "auto", FREE, None, "fwrj", "legacy", "glm-4.7-flash"),
    Documented("glm-5v-turbo", 200 * K, 128 * K, "switch", ("5", "22", "1.2-1.8"), None, "fcv"),
    Documented("glm-4.6v", 128 * K, 32 * K, "switch", None, None, "fcv"),
    Documented("glm-4.6v-flashx", None, None, "switch", None, None, "fv", hosts="mainland"),
    Documented("glm-4.6v-flash", None, None, "switch", FREE, None, "fv", hosts="mainland"),
    Documented(
        "glm-4.1v-thinking-flash",
        64 * K,
        16 * K,
        "always",
        FREE,
        None,
        "v",
        "current",
        "glm-4.6v-flash",
        "mainland",
    ),
    # Its documentation has it see one image, by its address on the web, which is not how we send any.
    Documented("glm-4v-flash", 16 * K, K, "none", FREE, None, "", "current", "glm-4.6v-flash", "mainland"),
]
LETTERS = {
    "f": "functions",
    "w": "web_search",
    "r": "retrieval",
    "j": "json_object",
    "t": "tool_stream",
    "c": "cache",
    "v": "vision",
}
STEPS = {
    "glm-5.1": [("6", "24", "1.3", 32 * K, None), ("8", "28", "2", None, None)],
    "glm-5-turbo": [("5", "22", "1.2", 32 * K, None), ("7", "26", "1.8", None, None)],
    "glm-5": [("4", "18", "1", 32 * K, None), ("6", "22", "1.5", None, None)],
    "glm-4.7": [
        ("2", "8", "0.4", 32 * K, 200),
        ("3", "14", "0.6", 32 * K, None),
        ("4", "16", "0.8", None, None),
    ],
    "glm-4.5-air": [
        ("0.8", "2", "0.16", 32 * K, 200),
        ("0.8", "6", "0.16", 32 * K, None),
        ("1.2", "8", "0.24", None, None),
    ],
    "glm-5v-turbo": [("5", "22", "1.2", 32 * K, None), ("5", "22", "1.8", None, None)],
}


def model(model_id: str, offer: Offer = MAINLAND) -> Model:
    found = offer.get(model_id)
    assert found is not None
    return found


def ends(amounts: list[Decimal | None]) -> str:
    """Return the least and the most of some amounts."""
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return "None"
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


@pytest.mark.parametrize(
    ("model_id", "window", "longest", "price", "cached", "in_flight", "status", "successor"), GLM_4
)
def test_a_model_of_the_series_is_as_documented(
    *,
    model_id: str,
    window: int,
    longest: int,
    price: str,
    cached: str | None,
    in_flight: tuple[int, ...],
    status: str,
    successor: str,
) -> None:
    found = model(model_id)

    assert (found.context_window, found.max_output) == (window, longest)
    assert found.prices == (
        Price("CNY", Decimal(price), Decimal(price), Decimal(cached) if cached else None),
    )
    assert tuple(found.concurrency[tier] for tier in TIERS) == in_flight
    assert found.supports_caching == (cached is not None)
    assert (found.thinking, found.efforts, found.hosts) == ("none", (), ("open.bigmodel.cn",))
    assert (found.status, found.successor) == (status, successor)
    documented = {"functions", "web_search", "retrieval", "json_object", "mcp"}
    assert {*found.supports} == documented | ({"cache"} if cached else set())


@pytest.mark.parametrize("documented", SUCCESSORS, ids=lambda documented: documented.id)
def test_a_successor_is_as_documented(documented: Documented) -> None:
    found, abroad = model(documented.id), Z_AI.get(documented.id)

    assert (found.context_window, found.max_output) == (documented.window, documented.longest)
    assert (found.thinking, found.status) == (documented.thinking, documented.status)
    assert found.successor == documented.successor
    assert price_list(found.prices) == documented.yuan
    assert {price.currency for price in found.prices} <= {"CNY"}
    assert price_list(abroad.prices if abroad else ()) == documented.dollars
    assert {price.currency for price in (abroad.prices if abroad else ())} <= {"USD"}
    assert (abroad is not None) == (documented.hosts == "both")
    assert {*found.supports} == {LETTERS[letter] for letter in documented.supports}
    assert not found.concurrency


@pytest.mark.parametrize(("model_id", "steps"), STEPS.items())
def test_steps_of_prices_are_as_documented(
    model_id: str, steps: list[tuple[str, str, str, int | None, int | None]]
) -> None:
    assert [
        (
            str(price.input),
            str(price.output),
            str(price.cached_input),
            price.prompt_below,
            price.output_below,
        )
        for price in model(model_id).prices
    ] == steps


def test_no_other_price_has_steps() -> None:
    assert {found.id for found in MAINLAND if len(found.prices) > 1} == STEPS.keys()


def test_how_much_a_model_can_be_told_to_think_is_as_documented() -> None:
    can_be_told = {found.id: found for found in MAINLAND if found.efforts}

    assert {*can_be_told} == {"glm-5.3", "glm-5.3-flash", "glm-5.3-flashx", "glm-5.2"}
    for model_id in ("glm-5.3", "glm-5.3-flash", "glm-5.3-flashx"):
        assert can_be_told[model_id].efforts == ("low", "high", "max")
        assert can_be_told[model_id].default_effort == "max"
        assert not can_be_told[model_id].effort_meanings
    freer = can_be_told["glm-5.2"]
    assert (freer.efforts, freer.default_effort) == (EFFORTS, "max")
    assert freer.effort_meanings == {"minimal": "none", "low": "high", "medium": "high", "xhigh": "max"}
    assert freer.distinct_efforts == ("none", "high", "max")


def test_what_has_a_price_for_cached_input_has_a_cache() -> None:
    for offer in (MAINLAND, Z_AI):
        for found in offer:
            if any(price.cached_input is not None for price in found.prices):
                assert "cache" in found.supports


def test_the_five_come_first_and_then_their_successors() -> None:
    ids = [found.id for found in MAINLAND]

    assert ids == [*(row[0] for row in GLM_4), "glm-4-long", *(row.id for row in SUCCESSORS)]
    assert model("glm-4-long").series == "glm-4"
    assert [model(row.id).series for row in SUCCESSORS] == ["successor"] * 14 + ["vision"] * 6


def test_the_model_for_long_texts_is_as_documented() -> None:
    found = model("glm-4-long")

    assert (found.context_window, found.max_output, found.thinking) == (M, 4 * K, "none")
    assert price_list(found.prices) == ("1", "1", "0.5")
    assert (found.status, found.successor, found.supports) == ("current", "glm-5.3-flash", ("cache",))


def test_z_ai_has_nothing_of_glm_4() -> None:
    ids = [found.id for found in Z_AI]

    assert ids == [row.id for row in SUCCESSORS if row.hosts == "both"]


def test_every_model_is_known_to_the_service_that_tests_are_asked_by() -> None:
    for found in MAINLAND:
        served = MODELS[found.id]
        assert found.context_window in (None, served.window)
        assert found.max_output in (None, served.max_output)
        # Whether a model thinks as it thinks fit or always is nothing that is refused.
        assert found.thinking.replace("auto", "switch") == served.thinking
        assert found.efforts == served.efforts
        assert served.sees or "vision" not in found.supports


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
    assert [found.id for found in MAINLAND if found.is_free] == [
        "glm-4-flash-250414",
        "glm-4.7-flash",
        "glm-4.5-flash",
        "glm-4.6v-flash",
        "glm-4.1v-thinking-flash",
        "glm-4v-flash",
    ]
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


def test_images_for_a_model_that_does_not_see_are_objected_to() -> None:
    problem = MAINLAND.blindness("glm-4-plus", ["a.png", "b.png"])

    assert problem is not None
    assert problem.words == (
        "GLM-4-Plus does not see attached images: a.png, b.png. "
        "Choose a model that does, such as GLM-5.3-Flash, GLM-5V-Turbo, GLM-4.6V."
    )
    assert problem.action is Action.CHOOSE_MODEL
    # Of the vision models, one takes images by their address alone.
    assert MAINLAND.blindness("glm-4v-flash", ["a.png"]) is not None
    assert [found.id for found in MAINLAND if found.series == "vision" and not found.sees] == ["glm-4v-flash"]
    assert MAINLAND.blindness("glm-4-plus", []) is None
    assert MAINLAND.blindness("glm-5.3-flash", ["a.png"]) is None
    assert MAINLAND.blindness("nobody-knows", ["a.png"]) is None


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
    assert model("glm-4.6").supports_caching


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

    assert (fitted.thinking, fitted.max_tokens) == (False, 100_000)
    assert model("glm-5.2").fitted(replace(REQUEST, thinking=None)).effort == "high"
    assert model("glm-5.2").fitted(replace(REQUEST, thinking=True)).effort == "high"


def test_how_much_to_think_is_not_said_with_not_to_think() -> None:
    assert model("glm-5.2").fitted(REQUEST).effort is None


def test_a_model_nobody_knows_is_asked_as_it_was_meant() -> None:
    assert MAINLAND.fitted(REQUEST) == REQUEST


def refusal(code: str, message: str) -> Problem:
    return Problem(code, "It said “{message}”.", "Choose.", Action.CHOOSE_MODEL, {"message": message})


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1211", "模型不存在，请检查模型代码。"),
        ("1211", "Unknown Model, please check the model code."),
        ("1214", "modelCode参数非法。请检查文档。"),
        ("1214", "The field model is not legal."),
        ("1214", "model 参数有误"),
    ],
)
def test_for_a_model_that_is_refused_its_successor_is_named(code: str, message: str) -> None:
    advised = MAINLAND.advised(refusal(code, message), "glm-4-air-250414")

    assert (advised.code, advised.action) == (code, Action.ASK_SUCCESSOR)
    assert advised.details["successor_id"] == "glm-4.5-air"
    assert advised.words == (
        f"The service does not offer GLM-4-Air-250414 any more: “{message}”. GLM-4.5-Air is its successor. "
        "Your choice of a model stays as it is."
    )


def test_a_successor_that_was_named_before_is_not_named_again() -> None:
    problem = refusal("1211", "no such model")

    assert MAINLAND.advised(problem, "glm-4-plus", has_named_successor=True) is problem


BROKE = Problem("1113", "No money.", "Top up.", Action.OPEN_BILLING)


@pytest.mark.parametrize("model_id", ["glm-4-plus", "named-by-a-user"])
def test_what_cannot_be_paid_for_can_be_asked_of_the_free_model(model_id: str) -> None:
    advised = MAINLAND.advised(BROKE, model_id)

    assert (advised.action, advised.alternative) == (Action.OPEN_BILLING, Action.GO_ON_FREE)
    assert advised.details["free_id"] == "glm-4-flash-250414"
    assert advised.remedy == (
        "Top up in the console, or go on in this chat with GLM-4-Flash-250414, which is free."
    )


def test_who_asks_a_free_model_is_not_sent_to_one() -> None:
    assert MAINLAND.advised(BROKE, "glm-4.7-flash") is BROKE


def test_where_no_model_is_free_none_is_named() -> None:
    offer = Offer("h", {}, [Model("a", "A")], "a")

    assert offer.advised(BROKE, "a") is BROKE


@pytest.mark.parametrize(
    ("code", "message", "model_id"),
    [
        ("1214", "max_tokens is over what the model takes", "glm-4-plus"),
        ("1214", "messages 参数非法", "glm-4-plus"),
        ("1214", "The supermodel is tired", "glm-4-plus"),
        ("1305", "model overloaded", "glm-4-plus"),
        ("1211", "no such model", "glm-5.3"),
        ("1211", "no such model", "named-by-a-user"),
    ],
)
def test_what_is_refused_for_another_reason_or_has_no_successor_is_said_as_it_was(
    code: str, message: str, model_id: str
) -> None:
    problem = refusal(code, message)

    assert MAINLAND.advised(problem, model_id) is problem


def test_a_successor_that_is_gone_or_elsewhere_is_passed_over() -> None:
    own = """
        [models.one]
        successor = "two"
        [models.two]
        hosts = ["api.z.ai"]
        successor = "three"
        [models.three]
        status = "retired"
        successor = "four"
        [models.four]
        [models.round]
        successor = "about"
        [models.about]
        status = "retired"
        successor = "round"
    """
    offer = Catalog.from_toml(BUILT_IN, own).at("open.bigmodel.cn")

    assert [found.id for found in [offer.successor("one")] if found] == ["four"]
    assert offer.successor("round") is None


def test_what_is_retired_is_known_and_not_offered() -> None:
    offer = Catalog.from_toml(BUILT_IN, '[models.old]\ntitle = "Old"\nstatus = "retired"').at("api.z.ai")

    assert "old" not in [found.id for found in offer]
    assert (offer.title("old"), offer.objection("old")) == ("Old", None)
    assert offer.described("old").status == "retired"


@pytest.mark.parametrize("model_id", ["glm-z1-air", "glm-z1-airx", "glm-z1-flashx", "glm-z1-flash"])
def test_what_is_gone_names_what_the_documentation_names(model_id: str) -> None:
    assert model_id not in [found.id for found in MAINLAND]
    found = MAINLAND.successor(model_id)
    assert found is not None
    assert found.id == "glm-4.6"
    assert MAINLAND.title(model_id) == model_id.upper().replace("AIR", "Air").replace("FLASH", "Flash")


OLLAMA = OwnService("Ollama", "http://127.0.0.1:11434/v1", ("glm4:9b", "glm-4.6v", "glm-4.7"))


def offer_of(own: OwnService, file: str = "", *others: OwnService) -> Offer:
    catalog = Catalog.from_toml(BUILT_IN, file)
    catalog.own_services = (own, *others)
    return catalog.of(Endpoint.of(own))


def test_a_service_of_the_users_has_what_it_was_said_to_have() -> None:
    offer = offer_of(OLLAMA)

    assert [found.id for found in offer] == ["glm4:9b", "glm-4.6v", "glm-4.7"]
    assert (offer.host, offer.default.id) == ("Ollama", "glm4:9b")
    assert [found.title for found in offer] == ["glm4:9b", "GLM-4.6V", "GLM-4.7"]
    with pytest.raises(ServiceRefused, match="Ollama does not have the model glm-4-plus"):
        offer.require("glm-4-plus")


def test_of_weights_at_home_only_the_name_and_what_they_see_is_known() -> None:
    offer = offer_of(OLLAMA)

    assert model("glm-4.7", offer) == Model(
        "glm-4.7",
        "GLM-4.7",
        positioning=model("glm-4.7").positioning,
        prices=(Price("CNY", Decimal(0), Decimal(0)),),
    )
    assert model("glm-4.6v", offer).supports == ("vision",)


@pytest.mark.parametrize(
    "own",
    [
        OwnService("Gateway", "http://127.0.0.1:3000/v1", ("glm-4-plus",), needs_key=True),
        OwnService("Shop", "https://llm.example.com/v1", ("glm-4-plus",)),
    ],
)
def test_what_somebody_else_bills_is_not_free(own: OwnService) -> None:
    offer = offer_of(own)

    assert offer.cost("glm-4-plus", Usage(10**6, 0)) is None
    assert not model("glm-4-plus", offer).is_free


def test_what_the_user_says_of_a_model_holds_for_their_service() -> None:
    file = """
        [models."glm4:9b"]
        context_window = 8192
        thinking = "switch"
        efforts = ["low", "high"]
        supports = ["web_search"]
        prices.CNY = [{ input = 1, output = 2 }]
        [models.mine]
        hosts = ["127.0.0.1"]
        [models.elsewhere]
        hosts = ["llm.example.com"]
    """
    offer = offer_of(OLLAMA, file)
    asked = ChatRequest("glm4:9b", (), thinking=True, effort="high", web_search=WebSearch())

    assert [found.id for found in offer] == ["glm4:9b", "glm-4.6v", "glm-4.7", "mine"]
    assert (model("glm4:9b", offer).context_window, str(offer.cost("glm4:9b", Usage(10**6, 0)))) == (
        8192,
        "¥1",
    )
    assert offer.fitted(asked) == asked


@pytest.mark.parametrize(
    ("model_id", "words"),
    [
        (
            "glm-4-long",
            "GLM-4-Long does not search the web. "
            "Choose a model that does, such as GLM-4-Plus, GLM-4-Air-250414, GLM-4-AirX.",
        ),
        (
            "mine",
            "Nothing says that the web can be searched for mine. If it can, say so in your models.toml.",
        ),
    ],
)
def test_the_web_is_searched_only_for_what_is_said_to_do_so(model_id: str, words: str) -> None:
    offer = Catalog.from_toml(BUILT_IN, "[models.mine]").at("open.bigmodel.cn")
    obstacle = offer.unsearching(model_id)

    assert obstacle is not None
    assert obstacle.words == words
    assert offer.fitted(ChatRequest(model_id, (), web_search=WebSearch())).web_search is None


@pytest.mark.parametrize("model_id", ["glm-4-plus", "mine", "known-to-nobody"])
def test_it_is_searched_for_whoever_is_said_to_or_is_not_known(model_id: str) -> None:
    file = '[models.mine]\nsupports = ["web_search"]'
    offer = Catalog.from_toml(BUILT_IN, file).at("open.bigmodel.cn")

    assert offer.unsearching(model_id) is None
    assert offer.fitted(ChatRequest(model_id, (), web_search=WebSearch())).web_search == WebSearch()


@pytest.mark.parametrize("model_id", ["glm4:9b", "glm-4.7", "named-by-a-user"])
def test_what_only_bigmodel_has_is_not_sent_to_another_service(model_id: str) -> None:
    asked = ChatRequest(model_id, (), thinking=False, effort="high", web_search=WebSearch(), json_mode=True)

    assert offer_of(OLLAMA).fitted(asked) == ChatRequest(model_id, (), json_mode=True)


def test_a_gateway_to_bigmodel_has_all_of_its_models_or_those_that_were_named() -> None:
    whole = OwnService("Gateway", "https://llm.example.com/v4", dialect="bigmodel", needs_key=True)
    part = OwnService(
        "Gateway", "https://llm.example.com/v4", ("glm-5.2", "ours"), "bigmodel", needs_key=True
    )

    assert list(offer_of(whole)) == list(MAINLAND)
    assert [found.id for found in offer_of(part)] == ["glm-5.2", "ours"]
    assert model("glm-5.2", offer_of(part)) == model("glm-5.2")
    assert offer_of(part).fitted(ChatRequest("glm-5.2", (), thinking=False)).thinking is False


def test_a_model_of_the_users_service_is_not_asked_of_bigmodel() -> None:
    catalog = Catalog.from_toml(BUILT_IN)
    catalog.own_services = (OLLAMA,)
    offer = catalog.at("open.bigmodel.cn")

    assert offer.is_elsewhere("glm4:9b")
    assert not offer.is_elsewhere("glm-4.7")
    assert list(offer) == list(MAINLAND)
    assert list(catalog.of(Endpoint.parse("https://api.z.ai/api/paas/v4"))) == list(Z_AI)
    assert list(catalog.of(None)) == list(MAINLAND)
