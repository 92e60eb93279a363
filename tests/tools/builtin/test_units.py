"""Units: exact factors, in the words of several languages, and nothing guessed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.tools.builtin.tool import Refused
from glmdesk.tools.builtin.units import convert, converter
from tests.tools.builtin.asking import answered, refused, told

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1, "mi", "km", "1 mi = 1.609344 km"),
        ("6", "feet", "厘米", "6 ft = 182.88 cm"),
        (100, "°F", "celsius", "100 °F = 340/9 ≈ 37.7777777777777777777777777778 °C"),
        (-40, "C", "F", "-40 °C = -40 °F"),
        (0, "K", "℃", "0 K = -273.15 °C"),
        (3, "亩", "m²", "3 亩 = 2000 m2"),
        (1, "公顷", "亩", "1 ha = 15 亩"),
        (2, "斤", "kg", "2 斤 = 1 kg"),
        (5, "两", "克", "5 两 = 250 g"),
        (1, "里", "米", "1 里 = 500 m"),
        (0.1, "GiB", "MB", "0.1 GiB = 107.3741824 MB"),
        (1, "MB", "Mb", "1 MB = 8 Mb"),
        (1, "kibibyte", "bytes", "1 KiB = 1024 B"),
        (60, "mph", "km/h", "60 mph = 96.56064 km/h"),
        (1, "atm", "kPa", "1 atm = 101.325 kPa"),
        (1, "大卡", "kJ", "1 kcal = 4.184 kJ"),
        (1, "kWh", "MJ", "1 kWh = 3.6 MJ"),
        (1, "gallon", "L", "1 gal = 3.785411784 L"),
        (1, "lbf", "N", "1 lbf = 4.4482216152605 N"),
        (90, "min", "小时", "90 min = 1.5 h"),
        (1, "light year", "km", "1 ly = 9460730472580.8 km"),
        (180, "度", "rad", "180 ° ≈ 3.14159265358979323846264338328 rad"),
        (3, "rad", "radian", "3 rad = 3 rad"),
        ("1e3", "Kilometers", "MILES", "1000 km = 7812500/12573 ≈ 621.371192237333969617434184363 mi"),
    ],
)
async def test_quantities_are_converted_exactly(value: object, unit: str, to: str, expected: str) -> None:
    assert await told(converter(), value=value, unit=unit, to=to) == expected


@pytest.mark.parametrize(
    ("value", "unit", "to", "words"),
    [
        (1, "kg", "m", "kg is a unit of mass, m of length"),
        (1, "gb", "MB", "may be"),
        (1, "USD", "CNY", "not a known unit. There are units of length"),
        (1, "", "m", "not a known unit"),
        ("a lot", "m", "km", "not a number"),
        ("nan", "m", "km", "has to be a number"),
        ("1e999", "m", "km", "has to be a number"),
        ([1], "m", "km", "value"),
    ],
)
async def test_what_cannot_be_converted_is_refused(value: object, unit: str, to: str, words: str) -> None:
    assert words in await refused(converter(), value=value, unit=unit, to=to)


@given(
    st.fractions(min_value=-1000, max_value=1000, max_denominator=100),
    st.sampled_from(["m", "尺", "in", "°C", "°F", "亩", "acre", "psi", "Pa", "斤", "lb"]),
    st.sampled_from(["m", "尺", "in", "°C", "°F", "亩", "acre", "psi", "Pa", "斤", "lb"]),
)
def test_there_and_back_is_where_one_was(value: Fraction, unit: str, to: str) -> None:
    try:
        there = amount(convert(value, unit, to))
    except Refused:
        return  # they measure different things
    assert amount(convert(there, to, unit)) == value


def amount(said: str) -> Fraction:
    """Return what a quantity amounts to, without its digits where it is a fraction."""
    return Fraction(said.partition(" = ")[2].split(" ")[0])


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
async def test_anything_is_answered_in_bounds(value: str, unit: str, to: str) -> None:
    await answered(converter(), {"value": value, "unit": unit, "to": to})
