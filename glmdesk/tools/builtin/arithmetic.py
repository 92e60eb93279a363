"""Arithmetic with fractions as long as results are exact, and with as many digits as are wanted from then on.

Everything ends soon: numbers that would get too long go on as rounded ones.
"""

import math
from collections.abc import Callable, Sequence
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_FLOOR,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from fractions import Fraction
from functools import lru_cache
from typing import Final

from glmdesk.tools.builtin.expression import Call, Node
from glmdesk.tools.builtin.numbers import MOST_DIGITS
from glmdesk.tools.builtin.tool import Refused

Value = Fraction | Decimal
"""Exact, or rounded."""

_MOST_BITS: Final = int(MOST_DIGITS * math.log2(10)) - 8
_MOST_FACTORIAL: Final = 1_400
_GUARD: Final = 15
"""Digits more than are wanted, for what comes before the last step."""
_LARGEST_ANGLE: Final = Decimal("1e15")
_HALVINGS: Final = 4


class Arithmetic:
    """Calculates with so many significant digits wherever a result is not exact."""

    def __init__(self, digits: int) -> None:
        self._digits = digits
        traps = [InvalidOperation, DivisionByZero, Overflow]
        self._context = Context(prec=digits + _GUARD, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=traps)
        self._functions: dict[str, tuple[range, Callable[[Sequence[Value]], Value]]] = {
            "add": (_TWO, lambda them: self._exactly(lambda a, b: a + b, self._context.add, them)),
            "subtract": (_TWO, lambda them: self._exactly(lambda a, b: a - b, self._context.subtract, them)),
            "multiply": (_TWO, lambda them: self._exactly(lambda a, b: a * b, self._context.multiply, them)),
            "divide": (_TWO, lambda them: self._divide(*them)),
            "negate": (_ONE, lambda them: _negated(them[0])),
            "percent": (_ONE, lambda them: self._divide(them[0], Fraction(100))),
            "permille": (_ONE, lambda them: self._divide(them[0], Fraction(1000))),
            "power": (_TWO, lambda them: self._power(*them)),
            "pow": (_TWO, lambda them: self._power(*them)),
            "sqrt": (_ONE, lambda them: self._root(them[0], 2)),
            "cbrt": (_ONE, lambda them: self._root(them[0], 3)),
            "root": (_TWO, lambda them: self._root(them[0], _whole(them[1], "root"))),
            "abs": (_ONE, lambda them: _negated(them[0]) if them[0] < 0 else them[0]),
            "floor": (_ONE, lambda them: self._to_whole(them[0], ROUND_FLOOR)),
            "ceil": (_ONE, lambda them: self._to_whole(them[0], ROUND_CEILING)),
            "round": (range(1, 3), self._round),
            "mod": (_TWO, lambda them: self._mod(*them)),
            "min": (_MANY, lambda them: min(them, key=self._decimal)),
            "max": (_MANY, lambda them: max(them, key=self._decimal)),
            "sum": (_MANY, self._sum),
            "avg": (_MANY, lambda them: self._divide(self._sum(them), Fraction(len(them)))),
            "gcd": (_MANY, lambda them: Fraction(math.gcd(*(_whole(it, "gcd") for it in them)))),
            "lcm": (_MANY, self._lcm),
            "factorial": (_ONE, lambda them: _factorial(_whole(them[0], "factorial"))),
            "comb": (_TWO, lambda them: _chosen(math.comb, them, "comb")),
            "perm": (_TWO, lambda them: _chosen(math.perm, them, "perm")),
            "exp": (_ONE, lambda them: self._context.exp(self._decimal(them[0]))),
            "ln": (_ONE, lambda them: self._ln(them[0])),
            "log": (range(1, 3), self._log),
            "log10": (_ONE, lambda them: self._log([*them, Fraction(10)])),
            "log2": (_ONE, lambda them: self._log([*them, Fraction(2)])),
            "pi": (_NONE, lambda _them: self._pi()),
            "tau": (_NONE, lambda _them: self._context.multiply(self._pi(), Decimal(2))),
            "e": (_NONE, lambda _them: self._context.exp(Decimal(1))),
            "degrees": (_ONE, lambda them: self._context.multiply(self._decimal(them[0]), self._degree())),
            "sin": (_ONE, lambda them: self._sin(self._decimal(them[0]))),
            "cos": (_ONE, lambda them: self._cos(self._decimal(them[0]))),
            "tan": (_ONE, lambda them: self._tan(self._decimal(them[0]))),
            "asin": (_ONE, lambda them: self._asin(self._decimal(them[0]))),
            "acos": (_ONE, lambda them: self._acos(self._decimal(them[0]))),
            "atan": (_ONE, lambda them: self._atan(self._decimal(them[0]))),
        }

    @property
    def names(self) -> list[str]:
        """The functions there are, in an order that stays."""
        return list(self._functions)

    def value(self, node: Node) -> Value:
        """Return what a tree amounts to. Raises Refused where that is nothing."""
        if isinstance(node, Fraction):
            return node
        return self._apply(node, [self.value(argument) for argument in node.arguments])

    def _apply(self, call: Call, values: Sequence[Value]) -> Value:
        if call.name not in self._functions:
            raise Refused(f"“{call.name}” is not known. There are: {', '.join(self.names)}.")
        counts, function = self._functions[call.name]
        if len(values) not in counts:
            raise Refused(f"“{call.name}” does not take {len(values)} arguments.")
        try:
            return self._kept(function(values))
        except (ZeroDivisionError, DivisionByZero) as error:
            raise Refused("Nothing can be divided by zero.") from error
        except Overflow as error:
            raise Refused("The result is too large.") from error
        except InvalidOperation as error:
            raise Refused(f"“{call.name}” has no result for these numbers.") from error

    def _kept(self, value: Value) -> Value:
        """Return a value as it is, or a rounded one where it has become too long."""
        return value if isinstance(value, Decimal) or _bits(value) <= _MOST_BITS else self._decimal(value)

    def _decimal(self, value: Value) -> Decimal:
        if isinstance(value, Decimal):
            return value
        return self._context.divide(Decimal(value.numerator), Decimal(value.denominator))

    def _exactly(
        self,
        exact: Callable[[Fraction, Fraction], Fraction],
        rounded: Callable[[Decimal, Decimal], Decimal],
        values: Sequence[Value],
    ) -> Value:
        first, second = values
        if isinstance(first, Fraction) and isinstance(second, Fraction):
            return exact(first, second)
        return rounded(self._decimal(first), self._decimal(second))

    def _divide(self, first: Value, second: Value) -> Value:
        if not second:
            raise ZeroDivisionError
        return self._exactly(lambda a, b: a / b, self._context.divide, (first, second))

    def _sum(self, values: Sequence[Value]) -> Value:
        total: Value = Fraction(0)
        for value in values:
            total = self._exactly(lambda a, b: a + b, self._context.add, (total, value))
        return total

    def _power(self, base: Value, exponent: Value) -> Value:
        if not base and self._decimal(exponent) < 0:
            raise ZeroDivisionError
        if isinstance(base, Fraction) and isinstance(exponent, Fraction):
            if exponent.denominator == 1 and abs(exponent) * math.log2(_largest(base)) <= _MOST_BITS:
                return base**exponent.numerator
            root = _exact_root(base, exponent.denominator)
            if exponent.denominator > 1 and root is not None:
                return self._power(root, Fraction(exponent.numerator))
        return self._context.power(self._decimal(base), self._decimal(exponent))

    def _root(self, value: Value, degree: int) -> Value:
        if degree < 1:
            raise Refused("Roots have a degree of 1 or more.")
        is_negative = value < 0
        if is_negative and degree % 2 == 0:
            raise Refused("An even root of a negative number is not real.")
        if isinstance(value, Fraction) and (found := _exact_root(abs(value), degree)) is not None:
            return _negated(found) if is_negative else found
        size = self._decimal(value).copy_abs()
        root = (
            self._context.sqrt(size)
            if degree == 2  # noqa: PLR2004 - square roots have a way of their own
            else self._context.power(size, self._context.divide(Decimal(1), Decimal(degree)))
        )
        return _negated(root) if is_negative else root

    def _to_whole(self, value: Value, rounding: str) -> Value:
        if isinstance(value, Fraction):
            return Fraction(math.floor(value) if rounding == ROUND_FLOOR else math.ceil(value))
        nearest = value.to_integral_value()
        if abs(self._context.subtract(value, nearest)) < Decimal(10) ** (-self._digits // 2):
            raise Refused("The number is too near to a whole one to be rounded with certainty.")
        return value.to_integral_value(rounding)

    def _round(self, values: Sequence[Value]) -> Value:
        """Round half away from zero, as is taught in schools."""
        places = _whole(values[1], "round") if len(values) > 1 else 0
        if abs(places) > MOST_DIGITS // 4:
            raise Refused(f"round takes up to {MOST_DIGITS // 4} places.")
        factor = Fraction(10) ** places
        size = self._exactly(lambda a, b: a * b, self._context.multiply, (values[0], factor))
        half = Fraction(1, 2)
        larger = _negated(size) if size < 0 else size
        moved = self._exactly(lambda a, b: a + b, self._context.add, (larger, half))
        whole = self._to_whole(moved, ROUND_FLOOR)
        if isinstance(whole, Decimal) and whole.adjusted() < self._digits:
            whole = Fraction(int(whole))
        signed = -whole if size < 0 else whole
        return self._divide(signed, factor)

    def _mod(self, value: Value, modulus: Value) -> Value:
        if isinstance(value, Decimal) or isinstance(modulus, Decimal):
            raise Refused("mod is for exact numbers.")
        return value % modulus

    def _lcm(self, values: Sequence[Value]) -> Value:
        wholes = [_whole(value, "lcm") for value in values]
        if sum(map(int.bit_length, wholes)) > _MOST_BITS:
            raise Refused("The result is too large.")
        return Fraction(math.lcm(*wholes))

    def _ln(self, value: Value) -> Decimal:
        number = self._decimal(value)
        if number <= 0:
            raise Refused("Only positive numbers have a logarithm.")
        return self._context.ln(number)

    def _log(self, values: Sequence[Value]) -> Value:
        base = values[1] if len(values) > 1 else Fraction(10)
        if base == 1:
            raise Refused("No logarithm has the base 1.")
        found = self._context.divide(self._ln(values[0]), self._ln(base))
        guess = Fraction(round(found)) if abs(found) < MOST_DIGITS else None
        # Whole results are exact: log2(1024) is 10.
        return guess if guess is not None and self._power(base, guess) == values[0] else found

    def _pi(self, more: int = 0) -> Decimal:
        return pi(self._digits + _GUARD + more)

    def _degree(self) -> Decimal:
        return self._context.divide(self._pi(), Decimal(180))

    def _sin(self, angle: Decimal) -> Decimal:
        if abs(angle) > _LARGEST_ANGLE:
            raise Refused(f"Angles go to {_LARGEST_ANGLE}.")
        wide = Context(prec=self._digits + 2 * _GUARD, Emin=MIN_EMIN)
        turn = wide.multiply(pi(wide.prec + _GUARD + 1), Decimal(2))
        near = wide.subtract(angle, wide.multiply(wide.divide(angle, turn).to_integral_value(), turn))
        # sin(3x) = 3 sin x - 4 sin³ x: the series is short for small angles.
        result = _sine_series(wide.divide(near, Decimal(3**_HALVINGS)), wide)
        for _time in range(_HALVINGS):
            cube = wide.multiply(wide.multiply(result, result), result)
            result = wide.subtract(wide.multiply(Decimal(3), result), wide.multiply(Decimal(4), cube))
        return self._context.plus(result)

    def _cos(self, angle: Decimal) -> Decimal:
        wide = Context(prec=self._digits + 3 * _GUARD, Emin=MIN_EMIN)
        return self._sin(wide.add(angle, wide.divide(pi(wide.prec), Decimal(2))))

    def _tan(self, angle: Decimal) -> Decimal:
        cosine = self._cos(angle)
        if abs(cosine) < Decimal(10) ** (-self._digits // 2):
            raise Refused("tan has no value there.")
        return self._context.divide(self._sin(angle), cosine)

    def _asin(self, value: Decimal) -> Decimal:
        context = self._context
        if abs(value) > 1:
            raise Refused("asin and acos are for numbers from -1 to 1.")
        other = context.sqrt(
            context.multiply(context.subtract(Decimal(1), value), context.add(Decimal(1), value))
        )
        if not other:
            return context.multiply(value, context.divide(self._pi(), Decimal(2)))
        return self._atan(context.divide(value, other))

    def _acos(self, value: Decimal) -> Decimal:
        return self._context.subtract(self._context.divide(self._pi(), Decimal(2)), self._asin(value))

    def _atan(self, value: Decimal) -> Decimal:
        context = self._context
        if abs(value) > 1:
            quarter = context.divide(self._pi(), Decimal(2)).copy_sign(value)
            return context.subtract(quarter, self._atan(context.divide(Decimal(1), value)))
        # atan x = 2 atan(x / (1 + √(1 + x²))): the series is short for small numbers.
        small = value
        for _time in range(_HALVINGS):
            root = context.sqrt(context.add(Decimal(1), context.multiply(small, small)))
            small = context.divide(small, context.add(Decimal(1), root))
        return context.multiply(_atan_series(small, context), Decimal(2**_HALVINGS))


_NONE: Final = range(1)
_ONE: Final = range(1, 2)
_TWO: Final = range(2, 3)
_MANY: Final = range(1, 200)


def _largest(value: Fraction) -> int:
    return max(abs(value.numerator), value.denominator)


def _negated(value: Value) -> Value:
    """Return the opposite of a number; Python's own sign would round a long one."""
    return -value if isinstance(value, Fraction) else value.copy_negate()


def _bits(value: Fraction) -> int:
    return _largest(value).bit_length()


def _whole(value: Value, name: str) -> int:
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    raise Refused(f"{name} is for whole numbers.")


def _factorial(number: int) -> Fraction:
    if not 0 <= number <= _MOST_FACTORIAL:
        raise Refused(f"Factorials are for whole numbers from 0 to {_MOST_FACTORIAL}.")
    return Fraction(math.factorial(number))


def _chosen(function: Callable[[int, int], int], values: Sequence[Value], name: str) -> Fraction:
    count, taken = (_whole(value, name) for value in values)
    if count < 0 or taken < 0:
        raise Refused(f"{name} is for numbers from 0 on.")
    steps = min(taken, abs(count - taken)) if function is math.comb else taken
    if taken <= count and steps * count.bit_length() > 2 * _MOST_BITS and count > MOST_DIGITS:
        raise Refused("The result is too large.")
    return Fraction(function(count, taken))


def _exact_root(value: Fraction, degree: int) -> Fraction | None:
    """Return the root of a number where that is a fraction."""
    if value < 0 or degree > _MOST_BITS:
        return None
    numerator, denominator = (_whole_root(part, degree) for part in (value.numerator, value.denominator))
    found = Fraction(numerator, denominator)
    return found if found**degree == value else None


def _whole_root(number: int, degree: int) -> int:
    """Return the whole part of a root, by Newton's method."""
    if number <= 1 or degree == 1:
        return number
    root = 1 << -(-number.bit_length() // degree)
    while True:
        nearer = ((degree - 1) * root + number // root ** (degree - 1)) // degree
        if nearer >= root:
            return root
        root = nearer


@lru_cache(maxsize=16)
def pi(digits: int) -> Decimal:
    """Return π with so many digits: Machin's formula in whole numbers."""
    unit: int = 10 ** (digits + _GUARD)

    def arccot(number: int) -> int:
        term = total = unit // number
        divisor, sign = 1, 1
        while term:
            term //= number * number
            divisor, sign = divisor + 2, -sign
            total += sign * (term // divisor)
        return total

    return Decimal(4 * (4 * arccot(5) - arccot(239))).scaleb(
        -digits - _GUARD, Context(prec=digits + 2 * _GUARD)
    )


def _sine_series(angle: Decimal, context: Context) -> Decimal:
    square = context.multiply(angle, angle)
    total = term = angle
    divisor = 1
    while term and term.adjusted() > angle.adjusted() - context.prec - 1:
        divisor += 2
        term = context.divide(context.multiply(term, square), Decimal(-(divisor - 1) * divisor))
        total = context.add(total, term)
    return total


def _atan_series(value: Decimal, context: Context) -> Decimal:
    square = context.multiply(value, value)
    total = power = value
    divisor = 1
    while power and power.adjusted() > value.adjusted() - context.prec - 1:
        divisor += 2
        power = context.multiply(power, square).copy_negate()
        total = context.add(total, context.divide(power, Decimal(divisor)))
    return total
