"""Formulas as pictures, through the one function that sets them."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings

from glmdesk.render.blocks import MathSpan
from glmdesk.render.drawing import Drawing
from glmdesk.render.outlines import CurveTo, LineTo, MoveTo, Outline
from glmdesk.render.typesetting import typeset
from tests.render.formulas import FORMULAS, tex_like
from tests.render.hostile_formulas import HOSTILE
from tests.render.work import count_calls

ROOT = Path(__file__).resolve().parents[2]
INK = "#1f2328"
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}{name}" for name in ("svg", "g", "path", "rect")}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def square(_character: str) -> Outline:
    """Return a square that stands on the baseline, round at one corner, whatever is asked for."""
    corner = CurveTo(0.9, 0.7, 0.9, 0.8, 0.8, 0.8)
    return Outline((MoveTo(0.1, 0), LineTo(0.9, 0), corner, LineTo(0.1, 0.8)), advance=1.0)


def nothing(_character: str) -> None:
    """Return that no character has an outline."""


def drawing(tex: str, *, display: bool = True) -> Drawing:
    found = typeset(MathSpan(tex, display), square)
    assert found is not None
    return found


def svg(tex: str) -> Element:
    return fromstring(drawing(tex).svg(INK))


def heights(found: Drawing) -> list[float]:
    """Return how far the points of all paths are below the baseline, in em."""
    picture = fromstring(found.svg(INK))
    scale = height(found) / float(picture.attrib["viewBox"].split()[3])
    paths = [element.attrib["d"] for element in picture.iter(f"{SVG}path")]
    return [float(y) * scale for path in paths for y in NUMBER.findall(path)[1::2]]


def height(found: Drawing) -> float:
    return found.whole.above + found.whole.below


def tags(found: Drawing) -> set[str]:
    return {element.tag for element in fromstring(found.svg(INK)).iter()}


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS)
@pytest.mark.parametrize("display", [True, False])
def test_what_models_write_is_set(tex: str, display: bool) -> None:
    found = drawing(tex, display=display)

    assert 1 < found.whole.width < 30
    assert 0.7 < height(found) < 7.5
    assert found.whole.above > 0.5
    assert tags(found) <= SHAPES
    assert "currentColor" not in found.svg(INK)


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS)
def test_all_of_it_is_within_the_picture(tex: str) -> None:
    found = drawing(tex)
    places = heights(found)

    assert min(places) >= -found.whole.above
    assert max(places) <= found.whole.below


def test_a_letter_stands_on_the_baseline() -> None:
    found = drawing("x", display=False)

    # Round letters reach a little below it.
    assert 0 <= max(heights(found)) < 0.025
    assert -0.55 < min(heights(found)) < -0.4
    assert found.whole.above + min(heights(found)) == pytest.approx(1 / 24, abs=0.003)


def test_text_from_elsewhere_stands_on_the_same_baseline() -> None:
    assert max(heights(drawing(r"\text{中}"))) == pytest.approx(0, abs=0.001)


def test_a_descender_is_below_the_baseline() -> None:
    found = drawing("y")

    assert 0.1 < max(heights(found)) < found.whole.below


def test_a_fraction_stands_around_the_axis() -> None:
    found = drawing(r"\frac{1}{2}")
    bars = [float(bar.attrib["y"]) for bar in svg(r"\frac{1}{2}").iter(f"{SVG}rect")]

    assert found.whole.above > height(found) / 2
    # In the drawing, whose em is 24.
    assert -8 < max(bars) < -5


def test_its_colour_is_the_one_that_was_asked_for() -> None:
    written = drawing(r"\boxed{x}").svg("#abcdef")

    assert '<g fill="#abcdef">' in written
    assert 'stroke="#abcdef"' in written


def test_a_colour_cannot_become_an_element() -> None:
    written = drawing("x").svg('"/><script>')

    assert {element.tag for element in fromstring(written).iter()} <= SHAPES


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS)
def test_the_same_source_is_set_the_same(tex: str) -> None:
    assert drawing(tex) == drawing(tex)


def test_characters_that_the_font_lacks_are_asked_for() -> None:
    asked: list[str] = []

    def outline_of(character: str) -> Outline:
        asked.append(character)
        return square(character)

    assert typeset(MathSpan(r"\text{outline 中文} \alpha"), outline_of) is not None
    assert sorted(asked) == sorted("中文")
    assert typeset(MathSpan(r"\text{outline 中文}"), nothing) is None


@pytest.mark.parametrize(
    "tex",
    [
        "",
        " ",
        r"\quad",
        r"\unknown",
        r"\frac{a}",
        r"\begin{cases} a",
        "x^",
        r"\left( x",
        r"\verb|x|",
        "a$b",
        "\x07",
    ],
)
def test_what_cannot_be_set_is_none(tex: str) -> None:
    assert typeset(MathSpan(tex, display=True), square) is None


def test_an_arrow_is_as_long_as_what_stands_on_it() -> None:
    short, long = drawing(r"\xrightarrow{a}"), drawing(r"\xrightarrow[a]{\text{abcdefghijkl}}")

    assert long.whole.width > 2.5 * short.whole.width


def test_the_lines_between_columns_are_drawn() -> None:
    plain, ruled = svg(r"\begin{array}{cc}a&b\end{array}"), svg(r"\begin{array}{c|c}a&b\end{array}")

    assert len(list(plain.iter(f"{SVG}rect"))) == 0
    assert len(list(ruled.iter(f"{SVG}rect"))) == 1


def test_the_lines_between_rows_are_drawn() -> None:
    found = svg(r"\begin{array}{cc}a&b\\\hline c&d\\e&f\end{array}")
    (line,) = found.iter(f"{SVG}rect")

    assert float(line.attrib["width"]) > 20 * float(line.attrib["height"])


@pytest.mark.parametrize(
    "tex", [r"\sum_n a_n", r"\bigcap_n a_n", r"\prod a", r"\big|_x", "|_x", r"\int_a^b x"]
)
def test_brackets_are_as_high_as_what_is_in_them(tex: str) -> None:
    assert height(drawing(rf"\left({tex}\right)")) < 1.2 * height(drawing(tex)) + 0.5


@pytest.mark.parametrize("letter", ["b", "f", "M", ")", "!", "q", "5", r"\sin"])
def test_indices_stand_as_high_on_every_letter(letter: str) -> None:
    # A minus is as high everywhere, and nothing else is a bar.
    alone = heights(drawing(letter))

    def lift(base: str, index: str) -> float:
        found = heights(drawing(base + index))
        return (min if index[0] == "^" else max)(found)

    assert lift(letter, "^{x^{x^x}}") == pytest.approx(lift("x", "^{x^{x^x}}"), abs=0.02)
    assert lift(letter, "_{y_{y_y}}") == pytest.approx(lift("x", "_{y_{y_y}}"), abs=0.02)
    assert min(alone) < max(alone)


def test_all_of_a_base_with_two_indices_is_within_the_picture() -> None:
    found = drawing(r"\left(\begin{matrix}a\\b\\c\end{matrix}\right)_1^2")

    assert max(heights(found)) <= found.whole.below


def test_an_em_is_the_size_of_the_font() -> None:
    assert drawing(r"ab\quad c").whole.width - drawing("abc").whole.width == pytest.approx(1, abs=0.01)
    assert 1.1 < height(drawing(r"\big(")) < 1.6


@pytest.mark.parametrize(
    ("tex", "relations"),
    [
        ("x", [False]),
        ("a=b", [False, True]),
        ("a+b=c-d", [False, False, True, False]),
        ("=a", [False]),
        ("-a", [False]),
        (r"f(x) = \begin{cases} 1 & x=y \\ 2 & z \end{cases}", [False, True]),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", [False]),
        (r"\left(a+b\right)+c", [False, False]),
        (r"\textcolor{red}{a=b}=c", [False, True]),
        (r"a \color{red} = b c + d", [False, True, False]),
        (r"a \overset{d}{=} b", [False, True]),
        (r"\displaystyle a = b", [False, True]),
        (r"\frac{a+b}{c=d}", [False]),
    ],
)
def test_a_line_can_begin_with_what_stands_between_two_others(tex: str, relations: list[bool]) -> None:
    found = drawing(tex)

    assert [part.begins_with_relation for part in found.parts] == relations
    assert sum(part.width for part in found.parts) == pytest.approx(found.whole.width)
    assert max(part.above for part in found.parts) == pytest.approx(found.whole.above)
    assert max(part.below for part in found.parts) == pytest.approx(found.whole.below)


def test_a_part_is_as_high_as_what_is_in_it() -> None:
    low, high = drawing(r"x = \frac{a}{b}").parts

    assert low.above < 0.7
    assert high.above > 1
    assert low.below < 0.2
    assert high.below > 0.5


def test_a_box_is_as_high_as_what_is_in_it() -> None:
    assert height(drawing(r"\boxed{\frac{a}{b}}")) < height(drawing(r"\frac{a}{b}")) + 0.4


def test_a_minus_after_a_sign_is_not_a_difference() -> None:
    assert drawing("=-x").whole.width < drawing("=a-x").whole.width - drawing("a").whole.width + 2 / 24


def test_sums_in_fractions_have_their_limits_beside_them() -> None:
    alone, in_fraction = drawing(r"\sum_{i=1}^{n} i"), drawing(r"\frac{\sum_{i=1}^{n} i}{2}")

    assert height(in_fraction) < height(alone) + 1


def test_the_text_of_a_formula_is_not_markup() -> None:
    assert tags(drawing(HOSTILE["elements"])) <= SHAPES


def check(tex: str) -> None:
    """Set a source in a line and on its own."""
    for display in (True, False):
        found = typeset(MathSpan(tex, display), nothing)
        if found is not None:
            assert 0 < found.whole.width <= 500
            assert 0 < height(found) <= 500
            assert found.whole.above >= 0
            assert len(found.body) < 1_000_000
            assert tags(found) <= SHAPES


@pytest.mark.parametrize("tex", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_source_costs_little(tex: str) -> None:
    check("x")

    # A usual formula takes some twenty thousand each time.
    assert count_calls(lambda: check(tex)) < 1_500_000


@pytest.mark.parametrize(
    "around", [(r"\left(", r"\right)"), (r"\frac{1}{\left(1+", r"\right)}"), ("{(", ")}")]
)
def test_twice_as_deep_is_not_a_power_of_the_work(around: tuple[str, str]) -> None:
    check("x")

    def work(depth: int) -> int:
        return count_calls(lambda: drawing(around[0] * depth + "x" + around[1] * depth))

    assert work(8) < 6 * work(4)


@settings(max_examples=300)
@given(tex_like())
def test_random_sources_never_raise_and_stay_within_bounds(tex: str) -> None:
    check(tex)


def test_threads_do_not_disturb_each_other() -> None:
    sources = list(FORMULAS.values()) * 3
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(drawing, sources))

    assert found == [drawing(tex) for tex in sources]


LAZY = """
import sys
import glmdesk.render.drawing, glmdesk.render.rich_text
engines = {"ziamath", "ziafont", "latex2mathml"}
print(sorted(engines & set(sys.modules)))
glmdesk.render.rich_text.mathml("x", display=True)
print(sorted(engines & set(sys.modules)))
import glmdesk.render.typesetting
print(sorted(engines & set(sys.modules)), "PySide6" in sys.modules)
"""


def test_nothing_is_loaded_before_it_is_needed() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LAZY], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )

    assert ended.stdout.splitlines() == [
        "[]",
        "['latex2mathml']",
        "['latex2mathml', 'ziafont', 'ziamath'] False",
    ]
    assert ended.stderr == ""
