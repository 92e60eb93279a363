"""Formulas as pictures, through the one function that sets them."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings

from glmdesk.render.math import MAX_CACHE_BYTES, Formula, cached_bytes, remembered, typeset
from glmdesk.render.outlines import CurveTo, LineTo, MoveTo, Outline
from glmdesk.typed import override
from tests.render.formulas import FORMULAS, tex_like
from tests.render.hostile_formulas import HOSTILE
from tests.render.work import count_calls

ROOT = Path(__file__).resolve().parents[2]
INK = "#1f2328"
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}{name}" for name in ("svg", "g", "path", "rect")}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Squares:
    """Every character is a square that stands on the baseline, round at one corner."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def outline(self, character: str) -> Outline | None:
        self.asked.append(character)
        corner = CurveTo(0.9, 0.7, 0.9, 0.8, 0.8, 0.8)
        return Outline((MoveTo(0.1, 0), LineTo(0.9, 0), corner, LineTo(0.1, 0.8)), advance=1.0)


class Nothing:
    """No character has an outline."""

    def outline(self, character: str) -> Outline | None:
        return None


SQUARES = Squares()


def formula(tex: str, *, display: bool = True, size_px: float = 20) -> Formula:
    found = typeset(tex, display=display, size_px=size_px, colour=INK, outlines=SQUARES)
    assert found is not None
    return found


def view_box(svg: str) -> list[float]:
    return [float(number) for number in fromstring(svg).attrib["viewBox"].split()]


def heights(found: Formula) -> list[float]:
    """Return how far the points of all paths are below the baseline, in pixels."""
    scale = found.height / view_box(found.svg)[3]
    paths = [element.attrib["d"] for element in fromstring(found.svg).iter(f"{SVG}path")]
    return [float(y) * scale for path in paths for y in NUMBER.findall(path)[1::2]]


def lowest_rect(found: Formula) -> float:
    return max(float(element.attrib["y"]) for element in fromstring(found.svg).iter(f"{SVG}rect"))


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS)
@pytest.mark.parametrize("display", [True, False])
def test_what_models_write_is_set(tex: str, display: bool) -> None:
    found = formula(tex, display=display)

    assert 20 < found.width < 600
    assert 14 < found.height < 150
    assert 10 < found.baseline <= found.height
    assert {element.tag for element in fromstring(found.svg).iter()} <= SHAPES
    assert "currentColor" not in found.svg


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS)
def test_all_of_it_is_within_the_picture(tex: str) -> None:
    found = formula(tex)
    places = heights(found)

    assert min(places) >= -found.baseline
    assert max(places) <= found.height - found.baseline


def test_a_letter_stands_on_the_baseline() -> None:
    found = formula("x", display=False)

    # Round letters reach a little below it.
    assert 0 <= max(heights(found)) < 0.5
    assert -11 < min(heights(found)) < -8
    assert found.baseline + min(heights(found)) == pytest.approx(20 / 24, abs=0.05)


def test_text_from_elsewhere_stands_on_the_same_baseline() -> None:
    assert max(heights(formula(r"\text{中}"))) == pytest.approx(0, abs=0.01)


def test_a_descender_is_below_the_baseline() -> None:
    found = formula("y")

    assert 2 < max(heights(found)) < found.height - found.baseline


def test_a_fraction_stands_around_the_axis() -> None:
    found = formula(r"\frac{1}{2}")

    assert found.baseline > found.height / 2
    # In the drawing, whose em is 24.
    assert -8 < lowest_rect(found) < -5


def test_its_colour_is_the_one_that_was_asked_for() -> None:
    found = typeset(r"\boxed{x}", display=True, size_px=20, colour="#abcdef")

    assert found is not None
    assert '<g fill="#abcdef">' in found.svg
    assert 'stroke="#abcdef"' in found.svg


def test_a_colour_cannot_become_an_element() -> None:
    found = typeset("x", display=True, size_px=20, colour='"/><script>')

    assert found is not None
    assert {element.tag for element in fromstring(found.svg).iter()} <= SHAPES


def test_twice_the_size_is_twice_as_large() -> None:
    small, large = formula("x^2", size_px=10), formula("x^2", size_px=20)

    assert large.width == pytest.approx(2 * small.width)
    assert large.height == pytest.approx(2 * small.height)
    assert large.baseline == pytest.approx(2 * small.baseline)
    assert view_box(large.svg) == view_box(small.svg)


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS)
def test_the_same_source_is_set_the_same(tex: str) -> None:
    # What is kept is kept for each source of outlines.
    first, second = (
        typeset(tex, display=True, size_px=20, colour=INK, outlines=outlines)
        for outlines in (Squares(), Squares())
    )

    assert first == second


def test_what_was_set_is_remembered_for_every_size_and_colour() -> None:
    tex = "remembered"
    assert remembered(tex, display=True, size_px=20, colour=INK) is None
    typeset(tex, display=True, size_px=20, colour=INK)

    found = remembered(tex, display=True, size_px=40, colour="#ffffff")

    assert found == typeset(tex, display=True, size_px=40, colour="#ffffff")
    assert remembered(tex, display=False, size_px=20, colour=INK) is None


def test_what_was_set_is_not_set_again() -> None:
    tex = r"\sum_{i=1}^{n} \frac{i}{2}"
    first = count_calls(lambda: typeset(tex, display=True, size_px=20, colour=INK))

    assert count_calls(lambda: typeset(tex, display=True, size_px=30, colour="#ffffff")) < first / 50
    bad = r"\unknown"
    typeset(bad, display=True, size_px=20, colour=INK)
    assert count_calls(lambda: typeset(bad, display=True, size_px=20, colour=INK)) < 20


def test_characters_without_an_outline_make_it_impossible_until_there_is_one() -> None:
    tex = r"\text{outline 中文}"

    assert typeset(tex, display=True, size_px=20, colour=INK) is None
    assert typeset(tex, display=True, size_px=20, colour=INK, outlines=Nothing()) is None
    late = Squares()
    assert typeset(tex, display=True, size_px=20, colour=INK, outlines=late) is not None
    assert set(late.asked) == set("中文")


def test_an_outline_that_comes_later_is_used() -> None:
    class Late(Squares):
        is_there = False

        @override
        def outline(self, character: str) -> Outline | None:
            return super().outline(character) if self.is_there else None

    late = Late()
    assert typeset("中", display=True, size_px=20, colour=INK, outlines=late) is None
    late.is_there = True
    assert typeset("中", display=True, size_px=20, colour=INK, outlines=late) is not None


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
    assert typeset(tex, display=True, size_px=20, colour=INK) is None


def test_an_arrow_is_as_long_as_what_stands_on_it() -> None:
    short, long = formula(r"\xrightarrow{a}"), formula(r"\xrightarrow[a]{\text{abcdefghijkl}}")

    assert long.width > 2.5 * short.width


def test_the_lines_between_columns_are_drawn() -> None:
    plain, ruled = formula(r"\begin{array}{cc}a&b\end{array}"), formula(r"\begin{array}{c|c}a&b\end{array}")

    assert plain.svg.count("<rect") == 0
    assert ruled.svg.count("<rect") == 1


def test_a_box_is_as_high_as_what_is_in_it() -> None:
    found = formula(r"\boxed{\frac{a}{b}}")

    assert found.height < formula(r"\frac{a}{b}").height + 8


def test_a_minus_after_a_sign_is_not_a_difference() -> None:
    assert formula("=-x").width < formula("=a-x").width - formula("a").width + 2 * 20 / 24


def test_sums_in_fractions_have_their_limits_beside_them() -> None:
    alone, in_fraction = formula(r"\sum_{i=1}^{n} i"), formula(r"\frac{\sum_{i=1}^{n} i}{2}")

    assert in_fraction.height < alone.height + 20


def test_the_text_of_a_formula_is_not_markup() -> None:
    assert {it.tag for it in fromstring(formula(HOSTILE["elements"]).svg).iter()} <= SHAPES


@pytest.mark.parametrize("tex", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_source_costs_little(tex: str) -> None:
    typeset("x", display=True, size_px=20, colour=INK)

    # In a line and on its own; a usual formula takes some twenty thousand each time.
    assert count_calls(lambda: check(tex)) < 1_500_000


@pytest.mark.parametrize(
    "around", [(r"\left(", r"\right)"), (r"\frac{1}{\left(1+", r"\right)}"), ("{(", ")}")]
)
def test_twice_as_deep_is_not_a_power_of_the_work(around: tuple[str, str]) -> None:
    typeset("x", display=True, size_px=20, colour=INK)

    def work(depth: int) -> int:
        tex = around[0] * depth + "x" + around[1] * depth
        return count_calls(lambda: typeset(tex, display=True, size_px=20, colour=INK))

    assert work(8) < 6 * work(4)


def check(tex: str) -> None:
    for display in (True, False):
        found = typeset(tex, display=display, size_px=20, colour=INK)
        if found is not None:
            assert 0 < found.width <= 500 * 20
            assert 0 < found.height <= 500 * 20
            assert 0 <= found.baseline <= found.height
            assert len(found.svg) < 1_000_000
            assert {element.tag for element in fromstring(found.svg).iter()} <= SHAPES


@settings(max_examples=300)
@given(tex_like())
def test_random_sources_never_raise_and_stay_within_bounds(tex: str) -> None:
    check(tex)


def test_what_is_kept_is_bounded() -> None:
    for number in range(40):
        formula("a_i^2+" * 80 + str(number))
        assert cached_bytes() <= MAX_CACHE_BYTES

    assert cached_bytes() > MAX_CACHE_BYTES / 2
    assert remembered("a_i^2+" * 80 + "0", display=True, size_px=20, colour=INK, outlines=SQUARES) is None


def test_threads_do_not_disturb_each_other() -> None:
    sources = [rf"\text{{thread}} {tex}" for tex in FORMULAS.values()] * 3
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(formula, sources))

    others = Squares()
    assert found == [typeset(tex, display=True, size_px=20, colour=INK, outlines=others) for tex in sources]


LAZY = """
import sys
import glmdesk.render.math, glmdesk.render.clipboard
engines = {"ziamath", "ziafont", "latex2mathml"}
print(sorted(engines & set(sys.modules)))
glmdesk.render.clipboard.mathml("x", display=True)
print(sorted(engines & set(sys.modules)))
glmdesk.render.math.typeset("x", display=True, size_px=20, colour="#000000")
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
