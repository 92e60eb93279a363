"""What MathML leaves open is said as TeX has it."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest

from glmdesk.render.mathml import math_element
from glmdesk.render.styling import style


def styled(tex: str, *, display: bool = True) -> Element:
    tree = math_element(tex, display=display)
    assert tree is not None
    style(tree)
    return tree


def told(element: Element) -> Iterator[str]:
    """Yield what is in a formula in order: texts, and spaces in eighteenths of an em."""
    if element.tag == "mspace":
        width = round(18 * float(element.attrib["width"].removesuffix("em")))
        if width:
            yield str(width)
    elif element.text:
        yield element.text
    for child in element:
        yield from told(child)


def named(tree: Element, tag: str) -> list[Element]:
    return list(tree.iter(tag))


@pytest.mark.parametrize(
    ("tex", "spaced"),
    [
        ("a+b", "a 4 + 4 b"),
        ("-a", "− a"),
        ("a=-b", "a 5 = 5 − b"),
        ("(-a)", "( − a )"),
        ("a-", "a −"),
        ("a+-b", "a 4 + 4 − b"),
        (r"a \cup b \setminus c", "a 4 ∪ 4 b 4 ⧵ 4 c"),
        (r"a \perp b", "a 5 ⟂ 5 b"),
        (r"a \to b", "a 5 → 5 b"),
        ("f(x,y)", "f ( x , 3 y )"),
        ("1{,}5", "1 , 5"),
        ("1,000,000.5", "1 , 000 , 000.5"),
        ("(1,20)", "( 1 , 3 20 )"),
        (r"2\sin x", "2 3 sin 3 x"),
        (r"\sin(x)", "sin ( x )"),
        (r"\sum x", "∑ 3 x"),
        ("n!m", "n ! m"),
        ("|x|", "| x |"),
        (r"\langle x\rangle", "⟨ x ⟩"),
        ("f:A", "f 5 : 5 A"),
        (r"a \bmod b", "a 5 mod 5 b"),
        ("x_{a+b}", "x a + b"),
        (r"x^{\sin y}", "x sin 3 y"),
        (r"\frac{a+b}{c}", "a 4 + 4 b c"),
        (r"a \overset{d}{=} b", "a 5 = d 5 b"),
        (r"a\textcolor{red}{=}b", "a = b"),
        (r"a\,b", "a 3 b"),
        (r"\left(a\right)+b", "( a ) 4 + 4 b"),
        (r"a \not\equiv b", "a 5 ≢ 5 b"),
    ],
)
def test_space_is_where_tex_has_it(tex: str, spaced: str) -> None:
    assert " ".join(told(styled(tex))) == spaced


def test_a_relation_at_the_beginning_of_a_column_keeps_its_distance() -> None:
    tree = styled(r"\begin{aligned}a&=b\\&=c\end{aligned}")

    assert [" ".join(told(cell)) for cell in named(tree, "mtd")] == ["a", "5 = 5 b", "", "5 = 5 c"]


def test_a_fraction_within_a_line_has_no_space_around_its_signs() -> None:
    assert " ".join(told(styled(r"\frac{a+b}{c}", display=False))) == "a + b c"


def test_what_is_in_a_fraction_or_a_table_is_set_as_within_a_line() -> None:
    (fraction,) = named(styled(r"\frac{\sum_i a}{b}"), "mfrac")
    (cell,) = named(styled(r"\begin{matrix}\sum_i a\end{matrix}"), "mtd")

    for inner in (fraction[0], cell):
        (total,) = (it for it in inner.iter() if it.tag in ("munder", "msub"))
        assert total.tag == "msub"
        assert total.attrib["displaystyle"] == "false"
    assert fraction.attrib["displaystyle"] == "true"


@pytest.mark.parametrize("name", [r"\sup", r"\inf", r"\bigoplus"])
def test_limits_move_below_their_name(name: str) -> None:
    (operator,) = named(styled(rf"{name}_n a"), "mo")

    assert operator.attrib["movablelimits"] == "true"


def test_the_brackets_of_a_binomial_coefficient_are_lower_within_a_line() -> None:
    sizes = [
        [bracket.attrib["minsize"] for bracket in named(styled(r"\binom{n}{k}", display=display), "mo")]
        for display in (True, False)
    ]

    assert sizes == [["2.047em"] * 2, ["1.2em"] * 2]


def test_rows_of_a_table_are_as_far_apart_as_lines() -> None:
    tree = styled(r"\begin{pmatrix}a\\b\end{pmatrix}")

    assert [cell[-1].get("height") for cell in named(tree, "mtd")] == ["0.84em"] * 2
