"""What is said of a price before anything is sent: what is read has one, an answer comes to it."""

from decimal import Decimal
from typing import Final

from glmdesk.chat.price_forecast import PriceForecast
from glmdesk.domain.model import Model, Price
from glmdesk.domain.money import Money

STEPPED: Final = Model(
    "stepped",
    "Stepped",
    prices=(
        Price("CNY", Decimal(2), Decimal(8), prompt_below=1000, output_below=200),
        Price("CNY", Decimal(3), Decimal(14), prompt_below=1000),
        Price("CNY", Decimal(4), Decimal(16)),
    ),
    supports=("vision",),
)
FREE: Final = Model("free", "Free", prices=(Price("CNY", Decimal(0), Decimal(0)),), supports=("vision",))
UNPRICED: Final = Model("own", "Own")


def test_what_is_read_is_priced_by_the_step_for_its_length() -> None:
    assert PriceForecast.of(STEPPED, 1000).cost == Money(Decimal("0.004"), "CNY", is_estimated=True)
    # Nobody knows that the answer will be a short one.
    assert PriceForecast.of(STEPPED, 500).cost == Money(Decimal("0.0015"), "CNY", is_estimated=True)


def test_it_says_what_is_not_in_it() -> None:
    assert PriceForecast.of(STEPPED, 1000).words == "≈¥0.004 + answer"
    assert PriceForecast.of(STEPPED, 1000, has_images=True).words == "≈¥0.004 + images + answer"
    assert PriceForecast.of(FREE, 1000, has_images=True).words == "free"
    assert PriceForecast.of(UNPRICED, 1000).words == "price not known"


def test_images_cost_nothing_where_the_model_is_not_given_them() -> None:
    blind = Model("blind", "Blind", series="glm-4", prices=STEPPED.prices)

    assert PriceForecast.of(blind, 1000, has_images=True).words == "≈¥0.004 + answer"


def test_several_forecasts_are_together_what_all_of_it_costs() -> None:
    one = PriceForecast.of(STEPPED, 1000)

    assert one.plus(one).words == "≈¥0.008 + 2 answers"
    assert one.plus(PriceForecast.of(FREE, 1000)).words == "≈¥0.004 + answer"
    assert PriceForecast.of(FREE, 1000).plus(PriceForecast.of(FREE, 1)).words == "free"
    assert one.plus(PriceForecast.of(UNPRICED, 1000)).words == "price not known"
    dollars = Model("d", "D", prices=(Price("USD", Decimal(1), Decimal(1)),))
    assert one.plus(PriceForecast.of(dollars, 1000)).cost is None
