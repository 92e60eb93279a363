"""Looks: every text can be read on its background, in both themes."""

import re

import pytest
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.render.highlight import Kind
from glmdesk.ui import theme
from glmdesk.ui.theme import DARK, LIGHT, Scheme, Theme
from glmdesk.ui.widgets.boxes.code_font import colour_of

# WCAG 2.2, 1.4.3 and 1.4.11.
TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3.0

# What is written on what, by the names of the theme.
TEXT_ON = {
    "text": (
        "page sidebar card hover selected selection code_background code_header "
        "danger_background notice_background"
    ),
    "muted": "page sidebar card hover code_background",
    "link": "page code_background code_header",
    "danger": "page danger_background",
    "notice": "notice_background",
    "on_accent": "accent accent_hover",
    **dict.fromkeys(("keyword", "string", "number", "comment", "function", "type"), "code_background"),
}
# Frames of what has the focus, dots and icons.
SHAPES_ON = {"accent": "page sidebar card selected hover", "muted": "page sidebar notice_background"}
# What lies over text.
VEILS = ("found", "found_here")

PAIRS = [(text, ground) for text, grounds in TEXT_ON.items() for ground in grounds.split()]
SHAPES = [(shape, ground) for shape, grounds in SHAPES_ON.items() for ground in grounds.split()]

both = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG defines it."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    read = QColor(colour)
    return 0.2126 * linear(read.redF()) + 0.7152 * linear(read.greenF()) + 0.0722 * linear(read.blueF())


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@both
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_can_be_read(look: Theme, text: str, ground: str) -> None:
    assert contrast(getattr(look, text), getattr(look, ground)) >= TEXT_CONTRAST


@both
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_every_shape_can_be_seen(look: Theme, shape: str, ground: str) -> None:
    assert contrast(getattr(look, shape), getattr(look, ground)) >= SHAPE_CONTRAST


@both
def test_rules_that_set_both_colours_can_be_read(look: Theme) -> None:
    rules = re.findall(r"\{([^{}]*)\}", theme.stylesheet(look))
    both_set = 0
    for rule in rules:
        text = re.search(r"(?<![-\w])color:\s*(#\w{6})", rule)
        ground = re.search(r"background:\s*(#\w{6})", rule)
        if text and ground:
            both_set += 1
            assert contrast(text[1], ground[1]) >= TEXT_CONTRAST, rule

    assert both_set > 4


@both
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_code_has_a_colour_that_can_be_read(look: Theme, kind: Kind) -> None:
    assert contrast(colour_of(look, kind), look.code_background) >= TEXT_CONTRAST


def through(colour: str, below: str) -> str:
    """Return what is seen of a colour through another one."""
    over, under = QColor(colour), QColor(below)
    share = over.alphaF()
    mixed = (
        share * top + (1 - share) * bottom
        for top, bottom in (
            (over.redF(), under.redF()),
            (over.greenF(), under.greenF()),
            (over.blueF(), under.blueF()),
        )
    )
    return QColor.fromRgbF(*mixed).name()


@both
@pytest.mark.parametrize("veil", VEILS)
@pytest.mark.parametrize(
    ("text", "ground"), [("text", "page"), ("text", "card"), ("text", "code_background")]
)
def test_text_can_be_read_through_what_lies_over_it(look: Theme, veil: str, text: str, ground: str) -> None:
    seen = [through(getattr(look, veil), getattr(look, name)) for name in (text, ground)]

    assert contrast(*seen) >= TEXT_CONTRAST
    assert contrast(seen[1], getattr(look, ground)) > 1.1, "it is to be seen itself"


@both
def test_every_colour_is_one_and_belongs_to_a_pair(look: Theme) -> None:
    names = set(look._fields) - {"scheme"}
    used = {name for pair in (*PAIRS, *SHAPES) for name in pair} | {"border", *VEILS}

    assert all(QColor(getattr(look, name)).isValid() for name in names)
    assert names == used


@both
@pytest.mark.parametrize("group", [QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled])
def test_standard_controls_can_be_read(look: Theme, group: QPalette.ColorGroup) -> None:
    palette = theme.palette_for(look)
    role = QPalette.ColorRole
    for text, ground in (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.ButtonText, role.Button),
        (role.ToolTipText, role.ToolTipBase),
        (role.HighlightedText, role.Highlight),
        (role.PlaceholderText, role.Base),
    ):
        pair = palette.color(group, text).name(), palette.color(group, ground).name()
        assert contrast(*pair) >= TEXT_CONTRAST, f"{text} {pair}"


@pytest.mark.parametrize("desktop", Scheme)
def test_a_theme_is_chosen_by_name_whatever_the_desktop_prefers(desktop: Scheme) -> None:
    assert theme.theme_for("dark", desktop) is DARK
    assert theme.theme_for("light", desktop) is LIGHT


def test_the_theme_of_the_system_is_what_the_desktop_prefers() -> None:
    assert theme.theme_for("system", Scheme.DARK) is DARK
    assert theme.theme_for("system", Scheme.LIGHT) is LIGHT


@both
def test_a_palette_tells_whether_it_is_dark(look: Theme) -> None:
    assert theme.scheme_of(theme.palette_for(look)) is look.scheme


@both
def test_a_tab_bar_with_the_keyboard_is_framed(look: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(f"{theme.stylesheet(look)} QWidget {{ background: {look.page}; }}")
    tabs, other = QTabBar(), QLineEdit()
    column = QVBoxLayout(window)
    column.addWidget(tabs)
    column.addWidget(other)
    tabs.addTab("One")
    tabs.addTab("Two")

    def frame(index: int) -> set[str]:
        """Return the colours in the middle of each side but the lower one, which is underlined anyway."""
        area, image = tabs.tabRect(index), tabs.grab().toImage()
        middle = area.center()
        sides = ((middle.x(), area.top()), (area.left(), middle.y()), (area.right(), middle.y()))
        return {image.pixelColor(*place).name() for place in sides}

    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    other.setFocus()
    assert frame(0) == frame(1) == {look.page}
    tabs.setFocus()
    (seen,) = frame(0)
    assert contrast(seen, look.page) >= SHAPE_CONTRAST
    assert frame(1) == {look.page}


@both
@pytest.mark.parametrize("make", [QLineEdit, QComboBox, QSpinBox])
def test_what_cannot_be_changed_looks_like_it(look: Theme, qtbot: QtBot, make: type[QWidget]) -> None:
    field = make()
    qtbot.addWidget(field)
    field.setStyleSheet(theme.stylesheet(look))
    field.resize(120, 32)

    def ground() -> str:
        return field.grab().toImage().pixelColor(60, 4).name()

    assert ground() == look.page
    field.setEnabled(False)
    assert ground() == look.hover


@both
def test_a_box_that_is_ticked_has_a_mark_in_it(look: Theme, qtbot: QtBot) -> None:
    box = QCheckBox()
    qtbot.addWidget(box)
    box.setStyleSheet(theme.stylesheet(look))

    def colours() -> set[str]:
        image = box.grab().toImage()
        return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}

    assert look.accent not in colours()
    box.setChecked(True)
    assert {look.accent, look.on_accent} <= colours()


def test_chinese_fonts_are_named_before_the_systems_own_choice() -> None:
    families = theme.text_font(0).families()

    assert any("CJK SC" in family or "YaHei" in family or "PingFang SC" in family for family in families)


def test_latin_text_is_in_the_font_of_the_desktop() -> None:
    desktop = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)

    assert QFontInfo(theme.text_font(0)).family() == QFontInfo(desktop).family()


def test_a_size_of_zero_keeps_that_of_the_desktop() -> None:
    assert theme.text_font(0).pointSizeF() > 0
    assert theme.text_font(17).pointSize() == 17


def test_code_is_a_little_smaller_and_of_fixed_width() -> None:
    text = theme.text_font(20)
    code = theme.code_font(text)

    assert code.pointSizeF() < text.pointSizeF()
    assert code.styleHint() == QFont.StyleHint.Monospace
