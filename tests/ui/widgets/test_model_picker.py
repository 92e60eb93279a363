"""What a choice of a model depends on, beside its name, and how one gets to it."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.model import Model, Price
from glmdesk.ui import theme
from glmdesk.ui.widgets.model_picker import ModelPicker
from glmdesk.ui.widgets.model_rows import BESIDE, INFO, PRICE_ROLE, ModelRows
from tests.ui.conftest import RESOURCES
from tests.ui.keyboard import CONTROL, press

DESCRIPTION = Qt.ItemDataRole.AccessibleDescriptionRole


def picker_for(qtbot: QtBot, offer: Offer, language: str = "en") -> ModelPicker:
    picker = ModelPicker(offer, language)
    qtbot.addWidget(picker)
    return picker


def rows_of(picker: ModelPicker) -> ModelRows:
    rows = picker.view()
    assert isinstance(rows, ModelRows)
    return rows


def model(*prices: Price, window: int | None = 131_072, output: int | None = 4_096) -> Model:
    positioning = {"en": "The best", "zh-CN": "最强"}
    return Model(
        "id", "Title", positioning=positioning, context_window=window, max_output=output, prices=prices
    )


def facts_of(qtbot: QtBot, shown: Model, language: str = "en") -> str:
    """Return what is said of a model beside its name."""
    picker = picker_for(qtbot, Offer("example.org", {shown.id: shown}, [shown], shown.id), language)
    return str(picker.itemData(0, DESCRIPTION))


def yuan(read: str, written: str) -> Price:
    return Price("CNY", Decimal(read), Decimal(written))


def dollars(read: str, written: str) -> Price:
    return Price("USD", Decimal(read), Decimal(written))


def chosen(picker: ModelPicker) -> list[str]:
    """Return the ids that can be chosen, from the top."""
    rows = picker.model()
    enabled = [
        row for row in range(picker.count()) if rows.flags(rows.index(row, 0)) & Qt.ItemFlag.ItemIsEnabled
    ]
    return [picker.itemData(row) for row in enabled]


def headings(picker: ModelPicker) -> list[str]:
    return [picker.itemText(row) for row in range(picker.count()) if picker.itemData(row) is None]


def only(offer: Offer, series: str) -> Offer:
    """Return an offer with the models of one series alone."""
    here = [entry for entry in offer if entry.series == series]
    return Offer(offer.host, {entry.id: entry for entry in here}, here, here[0].id)


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        ((yuan("0", "0"),), "free"),
        ((yuan("5", "5"),), "¥5 per million tokens"),
        ((yuan("0.50", "0.5"),), "¥0.5 per million tokens"),
        ((yuan("1", "2.50"),), "¥1 in, ¥2.5 out per million tokens"),
        ((yuan("100", "100"),), "¥100 per million tokens"),
        ((dollars("1.4", "4.4"),), "$1.4 in, $4.4 out per million tokens"),
        ((yuan("2", "8"), yuan("3", "14"), yuan("4", "16")), "¥2–4 in, ¥8–16 out per million tokens"),
        ((yuan("1", "8"), yuan("1", "16")), "¥1 in, ¥8–16 out per million tokens"),
        ((), "price not known"),
    ],
)
def test_facts_are_positioning_price_and_sizes(qtbot: QtBot, prices: tuple[Price, ...], words: str) -> None:
    assert facts_of(qtbot, model(*prices)) == f"The best · {words} · reads 128K · writes 4K"


@pytest.mark.parametrize(
    ("window", "output", "words"),
    [
        (8192, 4096, "reads 8K · writes 4K"),
        (1_048_576, 131_072, "reads 1M · writes 128K"),
        (1_572_864, 1000, "reads 1.5M · writes 1000"),
        (204_800, None, "reads 200K"),
        (None, 4096, "writes 4K"),
        (None, None, ""),
    ],
)
def test_what_is_not_known_of_the_sizes_is_not_said(
    qtbot: QtBot, window: int | None, output: int | None, words: str
) -> None:
    facts = facts_of(qtbot, model(yuan("5", "5"), window=window, output=output))

    assert facts == " · ".join(filter(None, ("The best", "¥5 per million tokens", words)))


def test_the_positioning_is_in_the_language_of_the_window(qtbot: QtBot) -> None:
    assert facts_of(qtbot, model(), "zh-CN").startswith("最强")
    assert facts_of(qtbot, model(), "fr").startswith("The best")


@pytest.mark.parametrize("host", ["open.bigmodel.cn", "api.z.ai", "127.0.0.1"])
def test_the_models_of_the_service_are_offered_and_no_others(
    qtbot: QtBot, catalog: Catalog, host: str
) -> None:
    offer = catalog.at(host)
    picker = picker_for(qtbot, offer)

    assert chosen(picker) == [entry.id for entry in offer]
    for entry in offer:
        row = picker.findData(entry.id)
        assert picker.itemText(row) == entry.title
        assert picker.itemData(row, Qt.ItemDataRole.ToolTipRole) == picker.itemData(row, DESCRIPTION)
        assert ("reads " in picker.itemData(row, DESCRIPTION)) == (entry.context_window is not None)


def test_no_price_of_a_service_that_bills_in_dollars_is_in_yuan(qtbot: QtBot, catalog: Catalog) -> None:
    picker = picker_for(qtbot, catalog.at("api.z.ai"))
    facts = [str(picker.itemData(row, DESCRIPTION)) for row in range(picker.count())]

    assert not [line for line in facts if "¥" in line]
    assert sum("$" in line for line in facts) > sum("not known" in line for line in facts)


def test_the_series_stand_below_headings(qtbot: QtBot, offer: Offer) -> None:
    picker = picker_for(qtbot, offer)

    assert headings(picker) == ["GLM-4 series", "Successors of GLM-4", "Models that see images"]
    assert picker.itemText(0) == "GLM-4 series"
    assert picker.findData("glm-5.3") == picker.findText("Successors of GLM-4") + 1


def test_a_single_series_needs_no_heading(qtbot: QtBot, offer: Offer) -> None:
    assert headings(picker_for(qtbot, only(offer, "glm-4"))) == []


def test_a_model_that_may_go_says_so_first(qtbot: QtBot, offer: Offer) -> None:
    picker = picker_for(qtbot, offer)
    said = {
        entry.id: picker.itemData(picker.findData(entry.id), DESCRIPTION).startswith("Legacy · ")
        for entry in offer
    }

    assert [model_id for model_id, is_legacy in said.items() if is_legacy] == [
        "glm-4-plus",
        "glm-4-air-250414",
        "glm-4-airx",
        "glm-4.6",
        "glm-4.5-flash",
    ]


def test_a_model_that_is_gone_is_shown_where_it_is_chosen_already(qtbot: QtBot) -> None:
    gone = Model("old", "Old", series="glm-4", status="retired")
    there = Model("new", "New", series="glm-4")
    picker = picker_for(qtbot, Offer("h", {"old": gone, "new": there}, [gone, there], "new"))
    assert chosen(picker) == ["new"]

    picker.show_model("old")

    assert picker.currentText() == "Old"
    assert headings(picker) == ["Retired"]
    assert picker.toolTip() == "Old\nRetired · price not known"


def test_the_sign_of_a_row_asks_for_the_card_of_its_model_and_chooses_nothing(
    qtbot: QtBot, offer: Offer
) -> None:
    picker = picker_for(qtbot, offer)
    picker.show_model("glm-4-plus")
    picker.show()
    picker.showPopup()
    rows = rows_of(picker)
    row = rows.visualRect(picker.model().index(picker.findData("glm-4-airx"), 0))

    with qtbot.assertNotEmitted(picker.picked), qtbot.waitSignal(picker.card_requested) as asked:
        sign = QPoint(row.right() - INFO // 2, row.center().y())
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=sign)

    assert asked.args == ["glm-4-airx"]
    assert picker.currentData() == "glm-4-plus"
    assert not rows.isVisible()


def test_the_key_for_the_card_works_in_the_open_list(qtbot: QtBot, offer: Offer) -> None:
    picker = picker_for(qtbot, offer)
    picker.show_model("glm-4-plus")
    picker.show()
    picker.showPopup()
    press(rows_of(picker), Qt.Key.Key_Down)
    with qtbot.waitSignal(picker.card_requested) as asked:
        press(rows_of(picker), Qt.Key.Key_I, CONTROL)

    assert asked.args == ["glm-4-air-250414"]
    assert picker.currentData() == "glm-4-plus"


def test_another_service_has_other_models_and_what_is_shown_stays(qtbot: QtBot, catalog: Catalog) -> None:
    picker = picker_for(qtbot, catalog.at("open.bigmodel.cn"))
    picker.show_model("glm-5.2")
    with qtbot.assertNotEmitted(picker.picked):
        picker.set_offer(catalog.at("api.z.ai"))

    assert (picker.currentText(), picker.currentData()) == ("GLM-5.2", "glm-5.2")
    assert chosen(picker) == [entry.id for entry in catalog.at("api.z.ai")]


def test_a_model_that_the_service_has_not_is_shown_and_cannot_be_chosen(
    qtbot: QtBot, catalog: Catalog
) -> None:
    picker = picker_for(qtbot, catalog.at("api.z.ai"))
    picker.show_model("glm-4-plus")

    assert (picker.currentText(), picker.currentData()) == ("GLM-4-Plus", "glm-4-plus")
    assert headings(picker)[-1] == "Not at api.z.ai"
    assert "glm-4-plus" not in chosen(picker)
    assert "api.z.ai does not have the model glm-4-plus." in picker.toolTip()
    assert "such as glm-4.7-flash" in picker.toolTip()

    picker.show_model("glm-5.2")
    assert "Not at api.z.ai" not in headings(picker)
    assert picker.findData("glm-4-plus") == -1


def test_the_shown_model_explains_itself(qtbot: QtBot, offer: Offer) -> None:
    picker = picker_for(qtbot, offer)
    picker.show_model("glm-4-plus")

    assert picker.currentText() == "GLM-4-Plus"
    assert picker.toolTip().startswith("GLM-4-Plus\n")
    assert "¥5" in picker.toolTip()


def test_a_model_the_catalogue_does_not_know_is_shown_by_its_id_and_stays_to_be_chosen(
    qtbot: QtBot, offer: Offer
) -> None:
    picker = picker_for(qtbot, offer)
    known = chosen(picker)
    for model_id in ("glm-9", "glm-4-plus", "glm-10", "glm-9"):
        picker.show_model(model_id)

    assert picker.currentText() == "glm-9"
    assert picker.toolTip() == "glm-9\nprice not known"
    assert chosen(picker) == [*known, "glm-9", "glm-10"]
    assert headings(picker)[-1] == "Not in the catalogue"
    assert headings(picker).count("Not in the catalogue") == 1


@pytest.mark.parametrize("place", ["title", "positioning"])
def test_what_looks_like_html_gives_no_tip(qtbot: QtBot, place: str) -> None:
    own = f"[models.evil]\n{place} = \"<img src='file:///etc/passwd'>\""
    catalog = Catalog.from_toml((RESOURCES / "models.toml").read_text(encoding="utf-8"), own)
    picker = picker_for(qtbot, catalog.at("127.0.0.1"))
    picker.show_model("evil")

    tips = [picker.itemData(row, Qt.ItemDataRole.ToolTipRole) or "" for row in range(picker.count())]
    assert not [tip for tip in (picker.toolTip(), *tips) if "<" in tip]
    assert picker.itemData(picker.currentIndex(), DESCRIPTION).endswith("price not known")


def test_showing_a_model_is_no_choice(qtbot: QtBot, offer: Offer) -> None:
    picker = picker_for(qtbot, offer)
    with qtbot.assertNotEmitted(picker.picked):
        picker.show_model("glm-4-plus")


def test_scrolling_over_it_changes_nothing(qtbot: QtBot, offer: Offer) -> None:
    picker = picker_for(qtbot, offer)
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
    qtbot: QtBot, offer: Offer, size_pt: int
) -> None:
    # It was cut in the middle of a letter.
    picker = picker_for(qtbot, offer)
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
@pytest.mark.parametrize("host", ["open.bigmodel.cn", "api.z.ai"])
@pytest.mark.parametrize("size_pt", [9, 12, 16])
def test_its_list_is_large_enough_for_every_word(
    *, qtbot: QtBot, catalog: Catalog, host: str, language: str, size_pt: int
) -> None:
    picker = picker_for(qtbot, catalog.at(host), language)
    picker.setFont(theme.text_font(size_pt))
    picker.show()
    picker.showPopup()
    rows = rows_of(picker)
    for row in range(picker.count()):
        index = picker.model().index(row, 0)
        rows.scrollTo(index)
        place = rows.visualRect(index)
        first, second = rows.lines(index)
        assert place.width() >= max(first.width, second.width) + 2 * BESIDE
        assert place.height() >= first.height + second.height or picker.itemData(row) is None
        assert rows.viewport().rect().contains(place)
    picker.hidePopup()


@pytest.mark.parametrize("size_pt", [9, 40])
def test_its_list_is_no_larger_than_the_screen(qtbot: QtBot, offer: Offer, size_pt: int) -> None:
    picker = picker_for(qtbot, offer)
    picker.setFont(theme.text_font(size_pt))
    picker.show()
    picker.showPopup()

    assert picker.screen().availableGeometry().contains(rows_of(picker).window().geometry())
    picker.hidePopup()


@pytest.mark.parametrize(("width", "height"), [(760, 700), (760, 480), (700, 360)])
def test_its_list_ends_with_the_window_and_shows_what_is_chosen(
    *, qtbot: QtBot, offer: Offer, width: int, height: int
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(0, 0, width, height)
    picker = picker_for(qtbot, offer)
    picker.setParent(window)
    picker.move(width - picker.sizeHint().width(), 0)
    picker.show_model("glm-4.5-airx")
    window.show()
    picker.showPopup()
    rows = rows_of(picker)
    popup = rows.window().geometry()

    assert window.geometry().contains(popup)
    assert popup.top() > picker.geometry().bottom()
    assert rows.verticalScrollBar().maximum() > 0
    assert rows.viewport().rect().contains(rows.visualRect(rows.currentIndex()))
    picker.hidePopup()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("5.1", "glm-5.1"),
        ("turbo", "glm-5-turbo"),
        ("LONG", "glm-4-long"),
        ("glm-4.7-flashx", "glm-4.7-flashx"),
        ("plus", "glm-4-plus"),
    ],
)
def test_any_part_of_a_name_leads_to_it(qtbot: QtBot, offer: Offer, typed: str, found: str) -> None:
    picker = picker_for(qtbot, offer)
    picker.show_model("glm-4-airx")
    picker.show()
    picker.showPopup()
    rows = rows_of(picker)
    QTest.keyClicks(rows, typed)
    with qtbot.waitSignal(picker.picked) as picked:
        press(rows, Qt.Key.Key_Return)

    assert picked.args == [found]


def test_what_no_name_has_leads_nowhere(qtbot: QtBot, offer: Offer) -> None:
    picker = picker_for(qtbot, offer)
    picker.show_model("glm-4-airx")
    rows_of(picker).keyboardSearch("series")

    assert picker.currentData() == "glm-4-airx"


def test_the_arrow_keys_pass_over_headings(qtbot: QtBot, offer: Offer) -> None:
    picker = picker_for(qtbot, offer)
    picker.show_model("glm-4-long")
    picker.show()
    picker.showPopup()
    press(rows_of(picker), Qt.Key.Key_Down)
    press(rows_of(picker), Qt.Key.Key_Return)
    assert picker.currentData() == "glm-5.3"

    press(picker, Qt.Key.Key_Up)
    assert picker.currentData() == "glm-4-long"


def test_pressing_a_heading_chooses_nothing(qtbot: QtBot, offer: Offer) -> None:
    # Qt would take the row that was pointed at before.
    picker = picker_for(qtbot, offer)
    picker.show_model("glm-4-airx")
    picker.show()
    picker.showPopup()
    rows = rows_of(picker)
    rows.scrollTo(picker.model().index(picker.findData("glm-5.3"), 0))
    heading = rows.visualRect(picker.model().index(picker.findText("Successors of GLM-4"), 0)).center()
    row = rows.visualRect(picker.model().index(picker.findData("glm-4-long"), 0)).center()
    assert rows.viewport().rect().contains(heading)
    QTest.mouseMove(rows.viewport(), row)
    assert rows.currentIndex().data() == "GLM-4-Long"
    with qtbot.assertNotEmitted(picker.picked):
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=heading)

    assert rows.isVisible()
    with qtbot.waitSignal(picker.picked) as picked:
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert picked.args == ["glm-4-long"]


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


def test_a_row_of_its_list_shows_the_facts(qtbot: QtBot, offer: Offer) -> None:
    picker = picker_for(qtbot, offer)
    row = picker.findData("glm-4-plus")
    with_facts = painted(picker, row)
    picker.setItemData(row, "", PRICE_ROLE)

    assert painted(picker, row) != with_facts
