"""TeX as MathML: what it says, and that it says nothing else."""

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmdesk.render.mathml import MAX_CHARACTERS, MAX_DEPTH, MAX_ELEMENTS, math_element, mathml
from tests.render.formulas import FORMULAS, MATH_ATTRIBUTES, MATH_ELEMENTS, tex_like
from tests.render.hostile_formulas import HOSTILE

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


def inner(tex: str) -> str:
    """Return what is in the row of a formula."""
    written = mathml(tex, display=True)
    assert written is not None
    return written.removeprefix(
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow>'
    ).removesuffix("</mrow></math>")


@pytest.mark.parametrize(
    ("tex", "xml"),
    [
        (r"\frac{1}{2}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>"),
        (r"a \leqslant b", "<mi>a</mi><mo>⩽</mo><mi>b</mi>"),
        (r"\text{a<b & c}", "<mtext>a&lt;b\xa0&amp;\xa0c</mtext>"),
        (r"a\mathrel{=}b", "<mi>a</mi><mo>=</mo><mi>b</mi>"),
        (r"\mathrm{d}x", '<mrow><mi mathvariant="normal">d</mi></mrow><mi>x</mi>'),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\operatorname{rank}", "<mi>rank</mi>"),
        (r"\operatorname*{arg\,max}", '<mo movablelimits="true">arg\xa0max</mo>'),
        (r"\sqrt{}", '<msqrt><mspace width="0em" /></msqrt>'),
        (r"a & b", '<mi>a</mi><mspace width="0em" /><mi>b</mi>'),
        (r"\big\{", '<mo minsize="1.2em" maxsize="1.2em">{</mo>'),
        (r"\medspace a", '<mspace width="0.222em" /><mi>a</mi>'),
    ],
)
def test_formulas_are_mathml(tex: str, xml: str) -> None:
    assert inner(tex) == xml


def test_a_formula_in_a_line_says_so() -> None:
    assert 'display="inline"' in (mathml("x", display=False) or "")


def test_lines_are_rows_of_a_table() -> None:
    assert inner(r"a\\b\\").count("<mtr>") == 2


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS)
def test_what_models_write_can_be_told(tex: str) -> None:
    assert mathml(tex, display=True)


@pytest.mark.parametrize(
    "tex",
    [
        r"\unknown{x}", r"\frac{a}", "x^", "x_a_b", r"\left( x", "a$b", r"\begin{cases} a", "\x01", "\ud800",
        r"\limits", r"a\hspace{61em}b", r"\rule{1em}{999cm}", "x" * (MAX_CHARACTERS + 1), r"\def\a{b}\a", "",
    ],
)  # fmt: skip
def test_what_is_no_formula_or_too_large_is_not(tex: str) -> None:
    assert mathml(tex, display=True) is None


def check(tex: str) -> None:
    math = math_element(tex, display=True)
    written = mathml(tex, display=True)
    if math is None or written is None:
        assert math is None
        assert written is None
        return
    elements = list(fromstring(written).iter())
    assert {element.tag.removeprefix(NAMESPACE) for element in elements} <= MATH_ELEMENTS
    assert {name for element in elements for name in element.attrib} <= MATH_ATTRIBUTES
    assert len(elements) <= MAX_ELEMENTS * 2
    assert sum(len(element.text or "") for element in elements) <= MAX_CHARACTERS
    for value in (value for element in elements for value in element.attrib.values()):
        assert not set(value) & set(":/()<>\"'&")


@pytest.mark.parametrize("tex", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_source_is_harmless(tex: str) -> None:
    check(tex)


@settings(max_examples=300)
@given(tex_like())
def test_random_sources_never_raise_and_say_nothing_else(tex: str) -> None:
    check(tex)


@given(st.text(max_size=40))
def test_any_text_never_raises(tex: str) -> None:
    check(tex)


def test_its_depth_is_bounded() -> None:
    element = math_element("x" + "^{x" * 15 + "}" * 15, display=True)
    assert element is not None
    depth = 0
    level = [element]
    while level:
        depth += 1
        level = [child for parent in level for child in parent]
    assert depth <= MAX_DEPTH
