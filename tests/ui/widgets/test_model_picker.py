"""What a choice of a model depends on, beside its name."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Catalog, Model, Price
from glmdesk.ui import theme
from glmdesk.ui.widgets.model_picker import _BESIDE, _FACTS_ROLE, ModelPicker, _facts, _lines


def picker_for(qtbot: QtBot, catalog: Catalog, language: str = "en") -> ModelPicker:
    picker = ModelPicker(catalog, language)
    qtbot.addWidget(picker)
    return picker


def model(*prices: Price, window: int = 131_072, output: int = 4_096) -> Model:
    return Model("id", "Title", {"en": "The best", "zh-CN": "最强"}, window, output, prices, {})


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Price(Decimal(0), Decimal(0)), "free"),
        (Price(Decimal(5), Decimal(5)), "¥5 per million tokens"),
        (Price(Decimal("0.50"), Decimal("0.5")), "¥0.5 per million tokens"),
        (Price(Decimal(1), Decimal("2.50")), "¥1 in, ¥2.5 out per million tokens"),
        (Price(Decimal(100), Decimal(100)), "¥100 per million tokens"),
    ],
)
def test_facts_are_positioning_price_and_sizes(price: Price, words: str) -> None:
    assert _facts(model(price), "en") == f"The best · {words} · reads 128K · writes 4K"


def test_the_positioning_is_in_the_language_of_the_window() -> None:
    assert _facts(model(Price(Decimal(0), Decimal(0))), "zh-CN").startswith("最强")
    assert _facts(model(Price(Decimal(0), Decimal(0))), "fr").startswith("The best")


def test_every_model_of_the_catalogue_is_offered(qtbot: QtBot, catalog: Catalog) -> None:
    picker = picker_for(qtbot, catalog)

    assert [picker.itemData(row) for row in range(picker.count())] == [entry.id for entry in catalog]
    assert [picker.itemText(row) for row in range(picker.count())] == [entry.title for entry in catalog]
    for row in range(picker.count()):
        facts = picker.itemData(row, Qt.ItemDataRole.ToolTipRole)
        assert "K" in facts
        assert "¥" in facts or "free" in facts


def test_the_shown_model_explains_itself(qtbot: QtBot, catalog: Catalog) -> None:
    picker = picker_for(qtbot, catalog)
    picker.show_model("glm-4-plus")

    assert picker.currentText() == "GLM-4-Plus"
    assert picker.toolTip().startswith("GLM-4-Plus\n")
    assert "¥5" in picker.toolTip()


def test_a_model_the_catalogue_does_not_know_is_shown_by_its_id(qtbot: QtBot, catalog: Catalog) -> None:
    picker = picker_for(qtbot, catalog)
    known = picker.count()
    picker.show_model("glm-9")
    picker.show_model("glm-4-plus")
    picker.show_model("glm-9")

    assert (picker.currentText(), picker.count()) == ("glm-9", known + 1)


def test_showing_a_model_is_no_choice(qtbot: QtBot, catalog: Catalog) -> None:
    picker = picker_for(qtbot, catalog)
    with qtbot.assertNotEmitted(picker.picked):
        picker.show_model("glm-4-plus")


def test_scrolling_over_it_changes_nothing(qtbot: QtBot, catalog: Catalog) -> None:
    picker = picker_for(qtbot, catalog)
    picker.show()
    picker.show_model("glm-4-plus")
    event = QWheelEvent(
        QPointF(5, 5),
        picker.mapToGlobal(QPointF(5, 5)),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    with qtbot.assertNotEmitted(picker.picked):
        QApplication.sendEvent(picker, event)

    assert picker.currentData() == "glm-4-plus"


@pytest.mark.parametrize("size_pt", [9, 24])
def test_a_name_that_has_too_little_room_says_that_it_goes_on(
    qtbot: QtBot, catalog: Catalog, size_pt: int
) -> None:
    # It was cut in the middle of a letter.
    picker = picker_for(qtbot, catalog)
    picker.setFont(theme.text_font(size_pt))
    picker.show_model("glm-4-flash-250414")
    picker.show()
    picker.resize(picker.sizeHint())
    assert picker.shown_text == picker.currentText() == "GLM-4-Flash-250414"
    whole = picker.grab().toImage()
    picker.resize(picker.width() * 2 // 3, picker.height())

    assert picker.shown_text.endswith("…")
    assert picker.fontMetrics().horizontalAdvance(picker.shown_text) < picker.width()
    assert picker.grab().toImage() != whole.copy(picker.rect())


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("size_pt", [9, 12, 16])
def test_its_list_is_large_enough_for_every_word(
    qtbot: QtBot, catalog: Catalog, language: str, size_pt: int
) -> None:
    picker = picker_for(qtbot, catalog, language)
    picker.setFont(theme.text_font(size_pt))
    picker.show()
    picker.showPopup()
    view = picker.view()
    for row in range(picker.count()):
        place = view.visualRect(picker.model().index(row, 0))
        (title_font, title), (facts_font, facts) = _lines(view.font(), picker.model().index(row, 0))
        words, more = QFontMetrics(title_font), QFontMetrics(facts_font)
        widest = max(words.horizontalAdvance(title), more.horizontalAdvance(facts))
        assert place.width() >= widest + 2 * _BESIDE
        assert place.height() >= words.boundingRect(title).height() + more.boundingRect(facts).height()
        assert view.viewport().rect().contains(place)
    picker.hidePopup()


def test_its_list_is_no_wider_than_the_screen(qtbot: QtBot, catalog: Catalog) -> None:
    picker = picker_for(qtbot, catalog)
    picker.setFont(theme.text_font(40))
    picker.show()
    picker.showPopup()

    assert picker.screen().availableGeometry().contains(picker.view().window().geometry())
    picker.hidePopup()


def painted(picker: ModelPicker, row: int) -> QImage:
    """Return a row of the list as its delegate paints it."""
    image = QImage(380, 60, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    option = QStyleOptionViewItem()
    option.rect = image.rect()
    option.font = picker.font()
    painter = QPainter(image)
    picker.itemDelegate().paint(painter, option, picker.model().index(row, 0))
    painter.end()
    return image


def test_a_row_of_its_list_shows_the_facts(qtbot: QtBot, catalog: Catalog) -> None:
    picker = picker_for(qtbot, catalog)
    with_facts = painted(picker, 0)
    picker.setItemData(0, "", _FACTS_ROLE)

    assert painted(picker, 0) != with_facts
