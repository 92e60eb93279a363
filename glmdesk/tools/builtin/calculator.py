"""A calculator that is exact where that is possible, and else says how exact it is."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Final

from msgspec import Meta

from glmdesk.domain.tool import Scene, Tool
from glmdesk.i18n import _
from glmdesk.tools.builtin.arithmetic import Arithmetic
from glmdesk.tools.builtin.expression import Node, parse
from glmdesk.tools.builtin.numbers import SHOWN_DIGITS, exact, rounded
from glmdesk.tools.builtin.tool import built_in

_FEW: Final = 60
_MANY: Final = 90
"""Digits. What is not exact is calculated twice, and the digits are shown that both agree on."""

_DESCRIPTION: Final = (
    "Calculate an arithmetic expression exactly. Fractions stay exact; roots, powers, logarithms and "
    f"trigonometry are right to {SHOWN_DIGITS} digits. Operators: + - * / ^ ! and parentheses; 15% is 0.15; "
    "angles are in radians, 30° in degrees. Functions: sqrt, cbrt, root(x,n), abs, floor, ceil, "
    "round(x,places), mod(a,b), min, max, sum, avg, gcd, lcm, comb, perm, exp, ln, log(x,base), log2, sin, "
    "cos, tan, asin, acos, atan. Constants: pi, e. No thousands separators."
)


@dataclass(frozen=True, slots=True)
class Calculation:
    """What is to be calculated."""

    expression: Annotated[str, Meta(description="For example: (12.5*3 - 7)^2 / sqrt(2)")]


def calculator() -> Tool:
    """Return the tool."""
    return built_in("calculator", _("Calculator"), _DESCRIPTION, Calculation, _run)


async def _run(asked: Calculation, _scene: Scene) -> str:
    return calculate(asked.expression)


def calculate(expression: str) -> str:
    """Return what an expression amounts to. Raises Refused, within a moment whatever it is."""
    tree = parse(expression)
    first = Arithmetic(_FEW).value(tree)
    if isinstance(first, Fraction):
        return exact(first)
    return _agreed(tree, first)


def _agreed(tree: Node, first: Decimal) -> str:
    """Return the digits that are certain of a result that is not exact."""
    second = Arithmetic(_MANY).value(tree)
    if isinstance(second, Fraction):
        return exact(second)
    for digits in range(SHOWN_DIGITS, 0, -1):
        if rounded(first, digits) == rounded(second, digits):
            return f"≈ {rounded(second, digits)}"
    largest = max(first.adjusted(), second.adjusted()) + 1
    return f"≈ 0 (nearer to it than 1E{largest:+d}, which is as exact as this calculates)"
