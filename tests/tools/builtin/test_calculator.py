"""Calculating: exactly, with certain digits where that cannot be, and in a moment whatever is asked."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmdesk.tools.builtin.calculator import calculate, calculator
from glmdesk.tools.builtin.tool import Refused
from tests.tools.builtin.asking import answered, refused, told

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0.1 + 0.2", "0.3"),
        ("1/3", "1/3 ≈ 0.333333333333333333333333333333"),
        ("1/3*3", "1"),
        ("-2^2", "-4"),
        ("2^-1", "0.5"),
        ("2^3^2", "512"),
        ("2**10", "1024"),
        ("-5!", "-120"),
        ("15%", "0.15"),
        ("200 * 15%", "30"),
        ("10% - 3", "-2.9"),
        ("5‰", "0.005"),
        ("3² + 2⁻²", "9.25"),
        ("（１＋２）×３÷２＝", "4.5"),
        ("５ 加 ３ 减去 ２ 乘以 ４ 除以 ８", "7"),
        ("3万亿", "3000000000000"),
        ("1.5亿 / 3千", "50000"),
        ("√16 + sqrt(2.25)", "5.5"),
        ("8^(1/3)", "2"),
        ("root(-8, 3)", "-2"),
        ("mod(-7, 3)", "2"),
        ("round(2.5)", "3"),
        ("round(-2.675, 2)", "-2.68"),
        ("round(1234, -2)", "1200"),
        ("floor(-1.5) + ceil(1.2)", "0"),
        ("gcd(12, 18) + lcm(4, 6)", "18"),
        ("comb(50, 6)", "15890700"),
        ("perm(10, 3)", "720"),
        ("sum(1, 2, 3.5) + avg(1, 2)", "8"),
        ("min(3, 1/3) * max(2, 3)", "1"),
        ("log2(1024)", "10"),
        ("log(0.001)", "-3"),
        ("log(81, 3)", "4"),
        ("1e-9 / 3", "1/3000000000 ≈ 3.33333333333333333333333333333E-10"),
        ("√2", "≈ 1.41421356237309504880168872421"),
        ("sqrt(2)^2", "≈ 2"),
        ("sin(30°)", "≈ 0.5"),
        ("acos(-1)", "≈ 3.14159265358979323846264338328"),
        ("e", "≈ 2.71828182845904523536028747135"),
        ("π", "≈ 3.14159265358979323846264338328"),
        ("9**9**9", "≈ 4.28124773175747048036987115931E+369693099"),
        ("20!", str(math.factorial(20))),
        ("2^12000", str(2**12000)),
    ],
)
def test_results_are_exact_or_say_that_they_are_not(expression: str, expected: str) -> None:
    assert calculate(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Of mpmath 1.3, with 60 digits.
        ("sin(1e14)", "-0.209408307496452302694745995824"),
        ("cos(1e14)", "-0.977828287968532478335004106911"),
        ("tan(1.5)", "14.101419947171719387646083652"),
        ("atan(1e-8)", "9.99999999999999966666666666667E-9"),
        ("exp(-20.5)", "1.25015286638674262893755311923E-9"),
        ("ln(1.0000000001)", "9.99999999950000000003333333333E-11"),
    ],
)
def test_functions_are_right_in_every_digit(expression: str, expected: str) -> None:
    assert calculate(expression) == f"≈ {expected}"


@pytest.mark.parametrize(
    "expression",
    ["sqrt(2)^2 - 2", "sin(pi)", "10^50 * (sqrt(2)*sqrt(2) - 2)"],
)
def test_no_digits_are_shown_that_are_rounding_alone(expression: str) -> None:
    assert calculate(expression).startswith("≈ 0 (nearer to it than 1E-")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("1/0", "divided by zero"),
        ("0^-1", "divided by zero"),
        ("mod(1, 0)", "divided by zero"),
        ("9**9**9**9", "too large"),
        ("exp(1e4000)", "too large"),
        ("1e99999999", "exponents"),
        ("99999!", "Factorials"),
        ("comb(10^9, 5*10^8)", "too large"),
        ("(-8)^0.5", "no result"),
        ("sqrt(-1)", "not real"),
        ("ln(0)", "positive"),
        ("log(5, 1)", "base 1"),
        ("tan(90°)", "no value"),
        ("asin(2)", "from -1 to 1"),
        ("floor(sqrt(2)^2)", "with certainty"),
        ("sin(1e16)", "Angles"),
        ("17 % 5", "mod(a, b)"),
        ("1,234", "thousands"),
        ("2(3)", "not understood"),
        ("1 +", "something is missing"),
        ("", "something is missing"),
        ("(1", "“)” is expected"),
        ("x + 1", "“x” is not known"),
        ("sin(1, 2)", "does not take 2"),
        ("__import__('os')", "not understood"),
        ("1" * 1001, "longer than"),
        ("(" * 900, "nested"),
        ("-" * 900 + "1", "nested"),
        ("2^" * 400 + "2", "nested"),
    ],
)
def test_what_has_no_result_is_refused_in_words(expression: str, words: str) -> None:
    with pytest.raises(Refused, match=words.replace("(", r"\(").replace(")", r"\)")):
        calculate(expression)


@given(
    st.fractions(max_denominator=1000, min_value=-1000, max_value=1000),
    st.fractions(max_denominator=1000, min_value=-1000, max_value=1000),
    st.sampled_from("+-*/"),
)
def test_four_operations_are_those_of_fractions(first: Fraction, second: Fraction, sign: str) -> None:
    expression = f"({first}) {sign} ({second})"
    if sign == "/" and not second:
        with pytest.raises(Refused):
            calculate(expression)
        return
    expected = {
        "+": first + second,
        "-": first - second,
        "*": first * second,
        "/": first / second if second else first,
    }[sign]

    assert Fraction(calculate(expression).partition(" ≈ ")[0]) == expected


@given(st.floats(min_value=-50, max_value=50), st.sampled_from(["sin", "cos", "atan", "exp"]))
def test_functions_agree_with_those_of_the_processor(number: float, name: str) -> None:
    digits = float(calculate(f"{name}({number!r})").removeprefix("≈ ").partition(" (")[0])

    assert digits == pytest.approx(getattr(math, name)(number), rel=1e-9, abs=1e-12)


PIECES = st.sampled_from(
    [
        *"0123456789.+-*/^()!%,√°πe万亿²⁻（）＋×",
        "**",
        "sqrt(",
        "sin(",
        "exp(",
        "ln(",
        "comb(",
        "1e999",
        " ",
        "\0",
        "\ud800",
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
async def test_anything_is_answered_in_bounds(expression: str) -> None:
    await answered(calculator(), {"expression": expression})


async def test_arguments_are_looked_at_first() -> None:
    tool = calculator()

    assert await told(tool, expression="6*7") == "42"
    assert "expression" in await refused(tool)
    assert "expression" in await refused(tool, expression=["1"])
    assert "expression" in await refused(tool, expression=None)
