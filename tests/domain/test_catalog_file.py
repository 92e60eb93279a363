"""What a user's file adds to the catalogue, and where it is said to be wrong."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.checked_toml import TomlFault
from glmdesk.domain.model import Model, Price
from glmdesk.domain.usage import Usage

BUILT_IN = (Path(__file__).resolve().parents[2] / "resources" / "models.toml").read_text(encoding="utf-8")
MAINLAND, Z_AI, PROXY = "open.bigmodel.cn", "api.z.ai", "llm.example.com"


def offer_with(own: str, host: str = MAINLAND) -> Offer:
    return Catalog.from_toml(BUILT_IN, own).at(host)


def model_with(own: str, model_id: str, host: str = MAINLAND) -> Model:
    found = offer_with(own, host).get(model_id)
    assert found is not None
    return found


def fault_of(own: str) -> TomlFault:
    with pytest.raises(TomlFault) as caught:
        Catalog.from_toml(BUILT_IN, own)
    return caught.value


def test_a_name_is_all_that_a_model_needs() -> None:
    found = model_with("[models.qwen-max]", "qwen-max")

    assert found == Model("qwen-max", "qwen-max")
    assert (found.series, found.prices, found.context_window) == ("own", (), None)


@pytest.mark.parametrize("host", [MAINLAND, Z_AI, PROXY])
def test_a_model_without_hosts_is_everywhere_and_comes_last(host: str) -> None:
    assert [found.id for found in offer_with("[models.qwen-max]", host)][-1] == "qwen-max"


def test_a_model_with_hosts_is_there_only() -> None:
    own = f'[models.qwen-max]\nhosts = ["{PROXY}"]'

    assert offer_with(own, PROXY).get("qwen-max")
    assert offer_with(own, MAINLAND).is_elsewhere("qwen-max")
    assert offer_with(own, Z_AI).is_elsewhere("qwen-max")


def test_everything_that_is_known_can_be_said() -> None:
    own = """
        [models.qwen-max]
        title = "Qwen  Max"
        positioning = "Of another maker"
        context_window = 32768
        max_output = 8192
        thinking = "switch"
        efforts = ["high", "low", "max"]
        default_effort = "high"
        effort_meanings = { low = "high", max = "max" }
        status = "legacy"
        successor = "glm-5.3"
        supports = ["vision", "functions"]
        prices.USD = [{ input = 1.6, output = 6.4, prompt_below = 1000 }, { input = 2, output = 7 }]
        concurrency = [5, 10]
    """

    found = model_with(own, "qwen-max", PROXY)

    assert (found.title, found.positioning) == ("Qwen Max", {"en": "Of another maker"})
    assert (found.context_window, found.max_output) == (32768, 8192)
    assert (found.thinking, found.efforts) == ("switch", ("low", "high", "max"))
    assert (found.default_effort, found.effort_meanings) == ("high", {"low": "high"})
    assert found.distinct_efforts == ("high", "max")
    assert (found.status, found.successor, found.supports) == ("legacy", "glm-5.3", ("functions", "vision"))
    assert found.prices == (
        Price("USD", Decimal("1.6"), Decimal("6.4"), prompt_below=1000),
        Price("USD", Decimal(2), Decimal(7)),
    )
    assert found.concurrency == {"V0": 5, "V1": 10}


@pytest.mark.parametrize("host", [MAINLAND, Z_AI, PROXY])
def test_a_price_in_one_currency_is_the_price_wherever_its_model_is(host: str) -> None:
    own = "[models.qwen-max]\nprices.USD = [{ input = 1, output = 2 }]"

    assert str(offer_with(own, host).cost("qwen-max", Usage(10**6, 0))) == "$1"


@pytest.mark.parametrize(("host", "cost"), [(MAINLAND, "¥7"), (Z_AI, "$1"), (PROXY, "¥7")])
def test_of_two_prices_that_of_the_service_holds(host: str, cost: str) -> None:
    own = """
        [models.qwen-max]
        prices.USD = [{ input = 1, output = 2 }]
        prices.CNY = [{ input = 7, output = 14 }]
    """

    assert str(offer_with(own, host).cost("qwen-max", Usage(10**6, 0))) == cost


def test_what_is_said_of_a_known_model_takes_the_place_of_that_alone() -> None:
    own = '[models."glm-5.2"]\nprices.CNY = [{ input = 6, output = 20 }]'
    before = model_with("", "glm-5.2")

    found = model_with(own, "glm-5.2")

    assert found.prices == (Price("CNY", Decimal(6), Decimal(20)),)
    assert (found.title, found.series, found.context_window) == (
        "GLM-5.2",
        "successor",
        before.context_window,
    )
    assert model_with(own, "glm-5.2", Z_AI).prices == model_with("", "glm-5.2", Z_AI).prices
    assert [entry.id for entry in offer_with(own)] == [entry.id for entry in offer_with("")]


def test_a_known_model_can_be_said_to_be_elsewhere() -> None:
    own = f'[models.glm-4-plus]\nhosts = ["{Z_AI}"]'

    assert offer_with(own, Z_AI).get("glm-4-plus")
    assert offer_with(own, MAINLAND).is_elsewhere("glm-4-plus")


def test_a_default_that_went_elsewhere_leaves_the_first() -> None:
    own = f'[models.glm-4-flash-250414]\nhosts = ["{PROXY}"]'

    assert offer_with(own).default.id == "glm-4-plus"


def test_a_model_of_the_users_own_may_see_whatever_is_said_of_it() -> None:
    assert not model_with("[models.qwen-vl]", "qwen-vl").is_blind
    assert model_with("[models.qwen-vl]\nsupports = ['vision']", "qwen-vl").sees
    assert model_with("", "glm-4-plus").is_blind


@pytest.mark.parametrize("own", ["", "\n# nothing\n", "[models]"])
def test_an_empty_file_changes_nothing(own: str) -> None:
    assert list(offer_with(own)) == list(offer_with(""))


ENTRIES = [
    ("context_window = 0", "“context_window” has to be a whole number above 0."),
    ("context_window = 128.5", "“context_window” has to be a whole number above 0."),
    ("max_output = true", "“max_output” has to be a whole number above 0."),
    ("title = 4", "“title” has to be a text."),
    ("positioning = { en = 4 }", "“en” has to be a text."),
    ("positioning = 4", "“positioning” has to be a text."),
    ('hosts = "api.z.ai"', "“hosts” has to be a list."),
    ('hosts = ["https://api.z.ai"]', '“hosts” has to be a list of host names, as in ["api.z.ai"].'),
    ("hosts = [1]", "“hosts” has to be a list of texts."),
    ('thinking = "often"', "“thinking” has to be one of these: none, auto, switch, always."),
    ("series = []", "“series” has to be one of these: glm-4, successor, vision, own."),
    (
        'efforts = ["much"]',
        "“efforts” has to be a list of these: none, minimal, low, medium, high, xhigh, max.",
    ),
    ("concurrency = [0]", "“concurrency” has to be a list of whole numbers above 0."),
    ("prices = 5", "“prices” has to be a table."),
    ("prices.EUR = []", "“EUR” is not known here. What can stand here: CNY, USD."),
    ("prices.CNY = [5]", "“0” has to be a table."),
    ("prices.CNY = [{ input = 5 }]", "A price needs “output”."),
    ("prices.CNY = [{ input = -5, output = 5 }]", "“input” has to be a number that is 0 or more."),
    ("prices.CNY = [{ input = nan, output = 5 }]", "“input” has to be a number that is 0 or more."),
    ('prices.CNY = [{ input = "5", output = 5 }]', "“input” has to be a number that is 0 or more."),
    (
        "prices.CNY = [{ input = 5, output = 5, cached = 1 }]",
        "“cached” is not known here. What can stand here: cached_input, input, output, output_below, "
        "prompt_below.",
    ),
    (
        "prices.CNY = [{ input = 5, output = 5, prompt_below = 1000 }]",
        "The last of the prices has to hold for every exchange, without prompt_below, output_below.",
    ),
    (
        "contextwindow = 5",
        "“contextwindow” is not known here. What can stand here: concurrency, context_window, "
        "default_effort, effort_meanings, efforts, hosts, max_output, positioning, prices, series, status, "
        "successor, supports, thinking, title.",
    ),
    ('status = "old"', "“status” has to be one of these: current, legacy, retired."),
    ('successor = "glm-9"', "There is no model “glm-9”."),
    ("successor = 5", "“successor” has to be a text."),
    (
        'supports = ["speech"]',
        "“supports” has to be a list of these: functions, web_search, retrieval, json_object, mcp, "
        "tool_stream, cache, vision.",
    ),
    ('default_effort = "max"', "“default_effort” needs “efforts”."),
    ('effort_meanings = { low = "high" }', "“effort_meanings” needs “efforts”."),
]


@pytest.mark.parametrize(("entry", "reason"), ENTRIES)
def test_an_entry_that_is_wrong_is_named_with_its_line(entry: str, reason: str) -> None:
    fault = fault_of(f'[models.one]\ntitle = "One"\n\n[models.two]\n# a note\n{entry}\n\n[models.three]\n')

    assert (fault.reason, fault.line) == (reason, 6)


@pytest.mark.parametrize(
    ("own", "line"),
    [
        ("\n\nmodels.x.title = 4", 3),
        ("[models.x]\nprices.USD = [\n  { input = 1, output = 1 },\n  { input = 1 },\n]\n", 2),
        ('[models.x]\npositioning = """\nlong\n"""\nmax_output = 0\n', 5),
        ('models = { x = { title = "X", max_output = 0 } }', 1),
        ("# one\nmodel.x.title = 'X'", 2),
        ("[services.x]\n", 1),
        ("a = 1\n[models.x]\n", 1),
    ],
)
def test_the_line_is_found_however_the_entry_is_written(own: str, line: int) -> None:
    assert fault_of(own).line == line


@pytest.mark.parametrize(
    ("own", "line"),
    [
        ("[models.x]\ntitle = ", 2),
        ("[models.x\n", 1),
        ('[models.x]\ntitle = "X"\ntitle = "Y"\n', 3),
        ('[models.x]\npositioning = """\nnever\nended', 4),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(own: str, line: int) -> None:
    fault = fault_of(own)

    assert fault.line == line
    assert fault.reason.startswith("This is not TOML: ")
    assert "at line" not in fault.reason


@given(st.text(max_size=60) | st.text("[]models.x=\"'{}\n#1 ,", max_size=60))
def test_any_text_is_a_catalogue_or_is_said_to_be_none(own: str) -> None:
    lines = [1]
    try:
        Catalog.from_toml(BUILT_IN, own)
    except TomlFault as fault:
        lines.append(fault.line)

    assert all(1 <= line <= own.count("\n") + 1 for line in lines)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "default = ",
        '[services.x]\ndefault = "glm-x"\n[models]',
        BUILT_IN.replace('default = "glm-4.7-flash"', 'default = "glm-x"'),
        BUILT_IN.replace('currency = "USD"', 'currency = "EUR"'),
    ],
)
def test_a_whole_catalogue_has_services_and_their_defaults(broken: str) -> None:
    with pytest.raises(TomlFault):
        Catalog.from_toml(broken)
