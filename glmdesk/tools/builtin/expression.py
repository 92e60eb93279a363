"""What a calculator is given to read, as a tree: the grammar of pocket calculators, in bounded depth.

    1 + 2×3, -2^2 = -4, 2^3^2 = 2^(3^2), 15%, 5!, 30°, √2, 3万, sqrt(2), （１＋２）乘以3

A `%` is always a percentage, whatever follows: what is left over by a division is `mod(a, b)`.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

from glmdesk.tools.builtin.tool import Refused

MOST_CHARACTERS: Final = 1_000
MOST_DEPTH: Final = 50
MOST_EXPONENT: Final = 4_000
"""Of a number such as 1e9."""

_FULL_WIDTH: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_SIGNS: Final = str.maketrans(
    {"×": "*", "✕": "*", "·": "*", "∙": "*", "⋅": "*", "÷": "/", "∕": "/", "⁄": "/", "−": "-", "–": "-"}
    | {"【": "(", "】": ")", "[": "(", "]": ")", "{": "(", "}": ")", "、": ",", "\u3000": " ", "π": " pi "}
)
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_WORDS: Final = {
    "加上": "+",
    "加": "+",
    "减去": "-",
    "减": "-",
    "乘以": "*",
    "乘": "*",
    "除以": "/",
    "**": "^",
    "百": "百",
}
_TOKENS: Final = re.compile(
    r"""
    (?P<number> (?: \d+ (?: \. \d* )? | \. \d+ ) (?: [eE] [+-]? \d+ )? )
    | (?P<name> [A-Za-z] [A-Za-z0-9_]* )
    | (?P<power> [⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+ )
    | (?P<sign> \*\* | [-+*/^()!%‰°√,百千万亿] | 加上 | 加 | 减去 | 减 | 乘以 | 乘 | 除以 )
    | (?P<gap> \s+ )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_INFIX: Final = {"+": (10, "add"), "-": (10, "subtract"), "*": (20, "multiply"), "/": (20, "divide")}
_POWER: Final = 40
_PREFIX: Final = 30
"""Below powers, as in mathematics: -2^2 is -4."""
_ROOT: Final = 45
_POSTFIX: Final = {"!": "factorial", "%": "percent", "‰": "permille", "°": "degrees"}
_FACTORS: Final = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is applied to; operators are functions too."""

    name: str
    arguments: tuple["Node", ...] = ()


Node = Fraction | Call


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(text: str) -> Node:
    """Return what a text says. Raises Refused, with the place where it is not understood."""
    if len(text) > MOST_CHARACTERS:
        raise Refused(f"The expression is longer than {MOST_CHARACTERS} characters.")
    plain = text.translate(_FULL_WIDTH).translate(_SIGNS).strip().removesuffix("=").removesuffix("。")
    parser = _Parser(_tokens(plain))
    tree = parser.expression(0, 0)
    parser.expect_end()
    return tree


def _tokens(text: str) -> list[_Token]:
    found = [_Token(match.lastgroup or "", match[0], match.start()) for match in _TOKENS.finditer(text)]
    tokens = [
        _Token("sign", _WORDS.get(token.text, token.text), token.at) if token.kind == "sign" else token
        for token in found
        if token.kind != "gap"
    ]
    return [*tokens, _Token("end", "", len(text))]


class _Parser:
    """Reads tokens by the strength with which operators bind."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def expression(self, strength: int, depth: int) -> Node:
        """Return what is bound at least that strongly."""
        if depth > MOST_DEPTH:
            raise Refused(f"The expression is nested more than {MOST_DEPTH} times.")
        left = self._first(depth + 1)
        while (operation := self._infix(strength)) is not None:
            binds, name = operation
            self._next += 1
            # Powers are read from the right: 2^3^2 is 2^(3^2), and its exponent may have a sign.
            right = self.expression(_PREFIX if name == "power" else binds + 1, depth + 1)
            left = Call(name, (left, right))
        return left

    def _infix(self, strength: int) -> tuple[int, str] | None:
        if self._token.kind != "sign":
            return None
        binds, name = (_POWER, "power") if self._token.text == "^" else _INFIX.get(self._token.text, (-1, ""))
        return (binds, name) if binds >= strength else None

    def _first(self, depth: int) -> Node:
        token = self._token
        self._next += 1
        match token.kind, token.text:
            case "number", _:
                return self._postfixed(_number(token.text))
            case "name", _:
                return self._postfixed(self._named(token, depth))
            case "sign", "(":
                inner = self.expression(0, depth)
                self._expect(")")
                return self._postfixed(inner)
            case "sign", "-" | "+":
                inner = self.expression(_PREFIX, depth)
                return Call("negate", (inner,)) if token.text == "-" else inner
            case "sign", "√":
                return Call("sqrt", (self.expression(_ROOT, depth),))
            case _:
                raise _not_understood(token)

    def _named(self, token: _Token, depth: int) -> Node:
        name = token.text.lower()
        if not self._is("("):
            return Call(name)
        self._next += 1
        arguments = [self.expression(0, depth)]
        while self._is(","):
            self._next += 1
            arguments.append(self.expression(0, depth))
        self._expect(")")
        return Call(name, tuple(arguments))

    def _postfixed(self, node: Node) -> Node:
        """Return a value with what stands behind it: 5!, 15%, 3万, 2²."""
        while True:
            token = self._token
            if token.kind == "power":
                node = Call("power", (node, _exponent(token)))
            elif token.text in _FACTORS:
                node = Call("multiply", (node, Fraction(_FACTORS[token.text])))
            elif token.kind == "sign" and token.text in _POSTFIX:
                node = Call(_POSTFIX[token.text], (node,))
            else:
                return node
            self._next += 1

    def _is(self, sign: str) -> bool:
        return self._token.text == sign

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise _not_understood(self._token, f"“{sign}” is expected there")
        self._next += 1

    def expect_end(self) -> None:
        if self._token.kind != "end":
            raise _not_understood(self._token)


def _number(text: str) -> Fraction:
    _digits, _e, exponent = text.lower().partition("e")
    if exponent and (len(exponent) > len(str(MOST_EXPONENT)) + 1 or abs(int(exponent)) > MOST_EXPONENT):
        raise Refused(f"{text}: exponents of numbers go to {MOST_EXPONENT}.")
    return Fraction(text)


def _exponent(token: _Token) -> Fraction:
    try:
        return Fraction(int(token.text.translate(_SUPERSCRIPTS)))
    except ValueError as error:
        raise _not_understood(token) from error


def _not_understood(token: _Token, why: str = "") -> Refused:
    reason = why or {
        "end": "something is missing there",
        "number": "an operator is missing before it; % is a percentage, mod(a, b) what a division leaves",
        "name": "an operator is missing before it",
    }.get(token.kind, "numbers have no thousands separators" if token.text == "," else "")
    what = f"“{token.text}” at character {token.at + 1}" if token.text else "The end"
    return Refused(f"{what} is not understood{': ' if reason else ''}{reason}.")
