"""Looks: colours, fonts and sizes, for light and dark, in one place."""

import sys
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette

from glmdesk.desktop.paths import resources

RADIUS = 10
SPACING = 8
COLUMN_WIDTH = 760
"""Pixels. Longer lines are hard to read; the column of messages grows no wider."""

_MIDDLE_LIGHTNESS = 128


class Scheme(Enum):
    """Light or dark."""

    LIGHT = "light"
    DARK = "dark"


class Theme(NamedTuple):
    """The colours of one scheme. Text on its background keeps a contrast of at least 4.5 : 1.

    `found` and `found_here` lie over text, which is seen through them.
    """

    scheme: Scheme
    page: str
    sidebar: str
    card: str
    hover: str
    selected: str
    border: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    link: str
    selection: str
    found: str
    found_here: str
    code_background: str
    code_header: str
    danger: str
    danger_background: str
    notice: str
    notice_background: str
    keyword: str
    string: str
    number: str
    comment: str
    function: str
    type: str


class Style(NamedTuple):
    """What messages are drawn with."""

    theme: Theme
    text: QFont
    code: QFont


LIGHT = Theme(
    scheme=Scheme.LIGHT,
    page="#ffffff",
    sidebar="#f4f5f7",
    card="#f0f2f5",
    hover="#e9ebef",
    selected="#dfe5f5",
    border="#dde1e7",
    text="#1c2128",
    muted="#626b78",
    accent="#2f5bea",
    accent_hover="#2449c4",
    on_accent="#ffffff",
    link="#2450d6",
    selection="#bcd0ff",
    found="#50f5c400",
    found_here="#58ff8a00",
    code_background="#f6f7f9",
    code_header="#eceef2",
    danger="#b3261e",
    danger_background="#fdeceb",
    notice="#7a4f01",
    notice_background="#fff5dd",
    keyword="#9333a8",
    string="#0a7040",
    number="#a1501a",
    comment="#66707d",
    function="#2450d6",
    type="#0b6e82",
)

DARK = Theme(
    scheme=Scheme.DARK,
    page="#17191d",
    sidebar="#1e2126",
    card="#262a31",
    hover="#2b3038",
    selected="#2d3650",
    border="#353b44",
    text="#e6e8eb",
    muted="#9ba3ae",
    accent="#6d8dff",
    accent_hover="#8aa4ff",
    on_accent="#10131a",
    link="#8eaaff",
    selection="#35508f",
    found="#48ffd54a",
    found_here="#50ff9d2e",
    code_background="#1f2227",
    code_header="#282c33",
    danger="#ff8f87",
    danger_background="#3a2122",
    notice="#f2c464",
    notice_background="#352c18",
    keyword="#d59be8",
    string="#86c99a",
    number="#e0a574",
    comment="#8b949f",
    function="#8eaaff",
    type="#6fc5d6",
)


@lru_cache(maxsize=128)
def colour(name: str) -> QColor:
    """Return a colour of a theme for painting, made once. It is not to be changed."""
    return QColor(name)


def theme_for(choice: str, desktop: Scheme) -> Theme:
    """Return the theme for a setting: "light", "dark", or "system" for what the desktop prefers."""
    is_dark = desktop is Scheme.DARK if choice == "system" else choice == "dark"
    return DARK if is_dark else LIGHT


def scheme_of(palette: QPalette) -> Scheme:
    """Return whether a palette is a light or a dark one."""
    is_dark = palette.color(QPalette.ColorRole.Window).lightness() < _MIDDLE_LIGHTNESS
    return Scheme.DARK if is_dark else Scheme.LIGHT


def palette_for(theme: Theme) -> QPalette:
    """Return the palette that standard controls paint with."""
    role = QPalette.ColorRole
    palette = QPalette()
    for name, colour in {
        role.Window: theme.page,
        role.WindowText: theme.text,
        role.Base: theme.page,
        role.AlternateBase: theme.card,
        role.Text: theme.text,
        role.Button: theme.card,
        role.ButtonText: theme.text,
        role.ToolTipBase: theme.card,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Link: theme.link,
        role.Mid: theme.border,
        role.Accent: theme.accent,
    }.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.muted))
    return palette


def text_font(size_pt: int) -> QFont:
    """Return the interface's font with Chinese, Japanese and Korean fallbacks in Simplified Chinese forms.

    Without the explicit families, font matching mixes regional forms and line heights jump. A size of 0 keeps
    the system's.
    """
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    # By the name it has here: one like "Sans Serif", of no font, would lose to any that exists.
    font.setFamilies([QFontInfo(font).family(), *_CJK_FAMILIES, *_EMOJI_FAMILIES])
    if size_pt:
        font.setPointSize(size_pt)
    return font


def latin_quote_families(text: QFont) -> list[str]:
    """Return the families for quotation marks and apostrophes among Latin letters.

    In Simplified Chinese fonts these marks are as wide as a character, and a word like "don't" falls apart;
    the Korean forms of the same fonts have them narrow. They come first where the interface's own font is one
    of those, as on many a Chinese desktop.
    """
    general, *others = text.families()
    if general in _CJK_FAMILIES:
        return [*_LATIN_QUOTE_FAMILIES, general, *others]
    return [general, *_LATIN_QUOTE_FAMILIES, *others]


def code_font(text: QFont) -> QFont:
    """Return the fixed-width font that goes with a text font."""
    font = QFont(text)
    font.setFamilies([*_CODE_FAMILIES, "monospace", *_CJK_FAMILIES])
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(text.pointSizeF() * 0.93)
    return font


_CJK_FAMILIES = {
    "win32": ["Microsoft YaHei UI", "Microsoft YaHei"],
    "darwin": ["PingFang SC"],
}.get(sys.platform, ["Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei"])
_LATIN_QUOTE_FAMILIES = (
    [] if sys.platform in ("win32", "darwin") else ["Noto Sans CJK KR", "Source Han Sans K"]
)
_CODE_FAMILIES = {
    "win32": ["Cascadia Mono", "Consolas"],
    "darwin": ["SF Mono", "Menlo"],
}.get(sys.platform, ["JetBrains Mono", "DejaVu Sans Mono", "Noto Sans Mono"])
_EMOJI_FAMILIES = {
    "win32": ["Segoe UI Emoji"],
    "darwin": ["Apple Color Emoji"],
}.get(sys.platform, ["Noto Color Emoji"])


def stylesheet(theme: Theme) -> str:
    """Return the rules for what the palette cannot say. Widgets are addressed by object name."""
    tick = (resources() / "icons" / f"tick-{theme.scheme.name.lower()}.svg").as_posix()
    return f"""
    QToolTip {{ background: {theme.card}; color: {theme.text}; border: 1px solid {theme.border}; padding: 4px
    6px; }}
    #sidebar {{ background: {theme.sidebar}; border: none; border-right: 1px solid {theme.border}; }}
    #sidebar QListView {{ background: transparent; border: none; outline: none; }}
    #splitter::handle {{ background: transparent; }}
    QPushButton, QToolButton {{
        background: transparent; color: {theme.text}; border: 1px solid transparent; border-radius: 8px;
        padding: 5px 10px;
    }}
    QToolButton {{ padding: 4px; }}
    QPushButton {{ border-color: {theme.border}; outline: none; }}
    QPushButton:hover, QToolButton:hover {{ background: {theme.hover}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {theme.selected}; }}
    QPushButton:focus, QToolButton:focus {{ border-color: {theme.accent}; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {theme.muted}; }}
    QPushButton[kind="primary"] {{
        background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent};
    }}
    QPushButton[kind="primary"]:hover {{ background: {theme.accent_hover}; }}
    QPushButton[kind="primary"]:focus {{ border-color: {theme.text}; }}
    QPushButton[kind="primary"]:disabled {{
        background: {theme.hover}; color: {theme.muted}; border-color: {theme.hover};
    }}
    QPushButton[kind="flat"] {{ border-color: transparent; text-align: left; }}
    QPushButton[kind="flat"]:focus {{ border-color: {theme.accent}; }}
    QPushButton[kind="starter"] {{ padding: 14px 16px; text-align: left; background: {theme.card};
    border-color: {theme.card}; border-radius: {RADIUS}px; }} QPushButton[kind="starter"]:hover {{ background:
    {theme.hover}; }} QPushButton[kind="starter"]:focus {{ border-color: {theme.accent}; }}
    QPushButton[kind="pill"] {{ background: {theme.page}; border-radius: 12px; padding: 5px 14px; }}
    QPushButton[kind="pill"]:hover {{ background: {theme.card}; border-color: {theme.muted}; }}
    QPushButton[kind="pill"]:focus {{ border-color: {theme.accent}; }}
    QToolButton[kind="way"] {{ border-radius: 8px; padding: 4px 6px; }}
    QToolButton[kind="way"]:checked {{
        background: {theme.selected}; color: {theme.text}; border-color: {theme.selected};
    }}
    QToolButton[kind="way"]:focus {{ border-color: {theme.accent}; }}
    #approval {{ background: {theme.card}; border: 1px solid {theme.accent}; border-radius: {RADIUS}px; }}
    QToolButton[kind="listing"] {{ color: {theme.muted}; padding: 3px 8px; }}
    QToolButton[kind="round"] {{
        background: {theme.accent}; border-radius: 17px; border: 2px solid {theme.accent}; padding: 0;
    }}
    QToolButton[kind="round"]:hover {{ background: {theme.accent_hover}; border-color: {theme.accent_hover};
    }} QToolButton[kind="round"]:focus {{ border-color: {theme.text}; }}
    QToolButton[kind="round"]:disabled {{ background: {theme.hover}; border-color: {theme.hover}; }}
    QLineEdit, QComboBox, QSpinBox {{
        background: {theme.page}; color: {theme.text}; border: 1px solid {theme.border}; border-radius: 8px;
        padding: 5px 8px; selection-background-color: {theme.selection}; selection-color: {theme.text};
    }}
    QLineEdit:focus, QComboBox:focus, QSpinBox:focus {{ border-color: {theme.accent}; }}
    QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled {{
        background: {theme.hover}; color: {theme.muted};
    }}
    #chips, #chips > QWidget > QWidget {{ background: transparent; }}
    #chip {{ background: {theme.card}; border: 1px solid {theme.border}; border-radius: 8px; }}
    #drop {{ background: {theme.page}; color: {theme.accent}; border: 2px dashed {theme.accent};
    border-radius: {RADIUS}px; }}
    #palette {{ background: {theme.page}; border: 1px solid {theme.border}; border-radius: 10px; }}
    #palette QListView {{ background: transparent; border: none; outline: none; }}
    QRadioButton::indicator {{
        width: 14px; height: 14px; border: 1px solid {theme.muted}; border-radius: 8px;
        background: {theme.page};
    }}
    QRadioButton::indicator:checked {{
        width: 6px; height: 6px; border: 5px solid {theme.accent}; background: {theme.on_accent};
    }}
    QCheckBox::indicator, QListView::indicator {{
        width: 14px; height: 14px; border: 1px solid {theme.muted}; border-radius: 4px;
        background: {theme.page};
    }}
    QListView::indicator {{ width: 12px; height: 12px; }}
    QCheckBox::indicator:checked, QListView::indicator:checked {{
        border-color: {theme.accent}; background: {theme.accent}; image: url("{tick}");
    }}
    QRadioButton:focus, QCheckBox:focus {{ color: {theme.accent}; }}
    QTabBar::tab {{
        background: transparent; color: {theme.muted}; padding: 4px 10px; border: 2px solid transparent;
    }}
    QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}
    QTabBar::tab:selected:focus {{ border-color: {theme.accent}; border-radius: 6px; }}
    QToolButton[kind="bordered"] {{ border-color: {theme.border}; padding: 5px 10px; }}
    QToolButton[kind="bordered"]:focus {{ border-color: {theme.accent}; }}
    QTreeView, QTableView {{
        background: {theme.page}; border: 1px solid {theme.border}; border-radius: 8px; outline: none;
        gridline-color: {theme.border}; selection-background-color: {theme.selected};
        selection-color: {theme.text};
    }}
    #json_tree::item {{ padding: 3px 0; }}
    QTableView::item {{ padding: 0 6px; }}
    QTableView QHeaderView::section {{ padding: 6px; }}
    QTableView QTableCornerButton::section {{ background: transparent; border: none; }}
    QTreeWidget {{ background: {theme.page}; border: 1px solid {theme.border}; border-radius: 8px; }}
    QHeaderView {{ background: transparent; }}
    QHeaderView::section {{
        background: transparent; color: {theme.muted}; border: none; padding: 6px 4px;
        border-bottom: 1px solid {theme.border};
    }}
    QProgressBar {{ background: {theme.hover}; border: none; border-radius: 3px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
    QPlainTextEdit[kind="list"], QListWidget[kind="list"] {{
        background: {theme.card}; border: 1px solid {theme.border}; border-radius: 8px; padding: 4px;
    }}
    QSpinBox QLineEdit {{ background: transparent; border: none; padding: 0; }}
    QLineEdit:read-only {{ background: {theme.card}; color: {theme.muted}; }}
    QComboBox {{ combobox-popup: 0; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: 0; }}
    QComboBox QAbstractItemView {{
        background: {theme.page}; color: {theme.text}; border: 1px solid {theme.border}; outline: none;
        selection-background-color: {theme.selected}; selection-color: {theme.text}; padding: 4px;
    }}
    QMenu {{ background: {theme.page}; color: {theme.text}; border: 1px solid {theme.border}; padding: 4px; }}
    QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 6px; }}
    QMenu::item:selected {{ background: {theme.hover}; }}
    #quick {{ background: {theme.page}; border: 1px solid {theme.border}; }}
    #quick[round="true"] {{ border-radius: 14px; }}
    #quick #composer {{ background: {theme.card}; border-color: {theme.card}; border-radius: {RADIUS}px; }}
    #quick #composer[focused="true"] {{ border-color: {theme.accent}; }}
    #quick #rule {{ background: {theme.border}; }}
    QToolButton[kind="action"] {{ padding: 4px 8px; }}
    #composer {{ background: {theme.page}; border: 1px solid {theme.border}; border-radius: 14px; }}
    #composer[focused="true"] {{ border-color: {theme.accent}; }}
    #composer QPlainTextEdit {{ background: transparent; border: none; }}
    #banner[kind="error"] {{ background: {theme.danger_background}; border-radius: {RADIUS}px; }}
    #banner[kind="notice"] {{ background: {theme.notice_background}; border-radius: {RADIUS}px; }}
    #banner[kind="error"] QLabel {{ color: {theme.danger}; }}
    #banner[kind="notice"] QLabel {{ color: {theme.notice}; }}
    #outcome[kind="error"] {{ background: {theme.danger_background}; border-radius: {RADIUS}px; }}
    #outcome[kind="plain"] {{ background: {theme.card}; border-radius: {RADIUS}px; }}
    #outcome[kind="error"] QLabel {{ color: {theme.danger}; }}
    #outcome[kind="plain"] QLabel {{ color: {theme.muted}; }}
    #reasons {{ background: {theme.notice_background}; border-radius: {RADIUS}px; }}
    #reasons QLabel {{ color: {theme.notice}; }}
    #address, #code {{
        background: {theme.code_background}; border: 1px solid {theme.border}; border-radius: 8px;
        padding: 5px; selection-background-color: {theme.selection}; selection-color: {theme.text};
    }}
    #address:focus, #code:focus {{ border-color: {theme.accent}; }}
    QLabel[kind="host"] {{ font-size: 14pt; font-weight: 600; }}
    QLabel[kind="muted"] {{ color: {theme.muted}; }}
    QLabel[kind="headline"] {{ font-size: 20pt; font-weight: 600; }}
    QLabel[kind="keys"] {{
        background: {theme.card}; border: 1px solid {theme.border}; border-radius: 6px; padding: 2px 8px;
    }}
    QLabel[kind="danger"] {{ color: {theme.danger}; }}
    QLabel[kind="notice"] {{ color: {theme.notice}; }}
    #demo_mark {{
        background: {theme.notice_background}; color: {theme.notice}; border-radius: 8px; padding: 4px 10px;
    }}
    #card {{ background: {theme.card}; border-radius: {RADIUS}px; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    /* Lines are broken to fit, but for the blank at their end. */
    #composer QScrollBar:horizontal, QPlainTextEdit[kind="list"] QScrollBar:horizontal {{ height: 0; }}
    QScrollBar::handle {{ background: {theme.border}; border-radius: 4px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 36px; }}
    QScrollBar::handle:horizontal {{ min-width: 36px; }}
    QScrollBar::handle:hover {{ background: {theme.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: none; border: none; width: 0; height: 0;
    }}
    """
