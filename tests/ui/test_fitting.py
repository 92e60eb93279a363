"""Files before they are sent: what they come to, what does not fit, and what the model does not see."""

import base64
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QFrame, QLabel, QScrollArea, QToolButton

from glmdesk.chat.attached import quoted
from glmdesk.documents.readers import text_of
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.options import Options
from glmdesk.domain.tokens import estimate_tokens
from glmdesk.ui.dialogs.fitting import FittingDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.choice import ChoiceBox
from tests.documents import samples
from tests.support.image_samples import png
from tests.support.script import Answer, Refuse
from tests.ui.keyboard import ENTER, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_attaching import asked, attach, attached
from tests.ui.waiting import idle

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]

SMALL, SEEING, FREE = "glm-4-airx", "glm-5.3-flash", "glm-4-flash-250414"
LONG = "\n\n".join(f"Paragraph {number} " + "word " * 90 for number in range(200))
"""Some 20,000 tokens; the small model has room for 3,000."""


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    # At this host are all models.
    return partial(open_window, tmp_path, catalog, icons, host="open.bigmodel.cn")


@pytest.fixture
def report(tmp_path: Path) -> str:
    path = tmp_path / "report.txt"
    path.write_text(LONG)
    return str(path)


def chips(window: OpenWindow) -> list[list[str]]:
    """Return what stands on each chip."""
    frames = [frame for frame in window.composer.findChildren(QFrame, "chip") if frame.isVisible()]
    return [[label.text() for label in frame.findChildren(QLabel)] for frame in frames]


async def send(window: OpenWindow, text: str) -> FittingDialog:
    """Try to send, and return what is asked first."""
    window.type(text)
    press(window.composer.input, ENTER)
    await idle(lambda: not window.window.findChildren(FittingDialog))
    (dialog,) = window.window.findChildren(FittingDialog)
    return dialog


def button(dialog: FittingDialog, name: str) -> QAbstractButton:
    (found,) = [each for each in dialog.findChildren(QAbstractButton) if each.text() == name]
    return found


async def fitted(window: OpenWindow) -> None:
    await idle(lambda: window.tasks.is_running("fit"))
    await window.answered()


async def test_a_chip_says_what_its_file_comes_to(opened: Opening, tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(samples.word())
    tokens = f"≈ {estimate_tokens(quoted(path.name, text_of(path.name, samples.word())))} tokens"
    async with opened() as window:
        await attach(window, str(path))
        assert chips(window) == [["报告.docx", tokens]]
        (remove,) = window.named("Remove 报告.docx")
        assert isinstance(remove, QToolButton)
        assert remove.accessibleDescription() == tokens
    async with opened() as window:
        await idle(lambda: window.tasks.is_running("measure"))

        assert chips(window) == [["报告.docx", tokens]], "also in another run"


async def test_a_file_is_as_long_on_its_chip_as_where_it_does_not_fit_and_in_the_composer(
    opened: Opening, report: str
) -> None:
    async with opened() as window:
        window.chat.choose_model(SMALL)
        await attach(window, report)
        ((_name, figure),) = chips(window)
        dialog = await send(window, "Sum?")
        button(dialog, "Chosen parts").click()
        for box in dialog.findChildren(QCheckBox):
            box.click()
        said = [label.text() for label in dialog.findChildren(QLabel)]
        await idle(lambda: not window.named("Estimate"))
        explained = window.named("Estimate")[0].toolTip()

        assert any(f"report.txt: {figure}." in words for words in said)
        assert any(words.startswith(f"Chosen: {figure.removesuffix(' tokens')} of ") for words in said)
        assert f"Files: {figure.removeprefix('≈ ').removesuffix(' tokens')}" in explained
        dialog.reject()


async def test_what_fits_is_sent_at_once(opened: Opening, report: str) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await attach(window, report)
        await window.ask("Sum?")

        assert "Paragraph 199" in asked(window)[0]


async def test_the_beginning_is_sent_as_a_file_of_its_own_and_the_same_each_time(
    opened: Opening, report: str
) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        window.chat.choose_model(SMALL)
        await attach(window, report)
        dialog = await send(window, "Sum?")
        assert not window.service.chats, "nothing is cut unasked"
        assert attached(window) == ["report.txt"]
        button(dialog, "Send").click()
        await fitted(window)
        await window.ask("Again?")

        first, second = (chat.body["messages"] for chat in window.service.chats)
        assert first[0]["content"].startswith("report (beginning).txt:\n\n```\nParagraph 0 ")
        assert first[0]["content"].endswith("\n```\n\nSum?")
        assert "Paragraph 199" not in first[0]["content"]
        assert second[0] == first[0]
        assert window.messages[0].startswith("report (beginning).txt")


async def test_how_long_a_part_is_stands_in_its_line_whatever_its_name(
    opened: Opening, tmp_path: Path
) -> None:
    path = tmp_path / "report.md"
    heading = "A heading of research & development that is much longer than a line of the list"
    path.write_text("\n\n".join(f"# {number} {heading}\n\n{'word ' * 900}" for number in range(10)))
    async with opened() as window:
        window.chat.choose_model(SMALL)
        await attach(window, str(path))
        dialog = await send(window, "Sum?")
        boxes = dialog.findChildren(QCheckBox)
        (area,) = dialog.findChildren(QScrollArea)

        assert boxes
        for box in boxes:
            assert re.fullmatch(r"“\d A heading.*… · ≈ [\d,]+ tokens", box.text())
            assert box.mapTo(area, box.rect().topRight()).x() <= area.viewport().width()
            assert box.fontMetrics().horizontalAdvance(box.text()) < box.width()
        dialog.reject()


async def test_chosen_parts_are_sent(opened: Opening, report: str) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        window.chat.choose_model(SMALL)
        await attach(window, report)
        dialog = await send(window, "Sum?")
        boxes = dialog.findChildren(QCheckBox)
        assert boxes[0].text().startswith("“Paragraph 0 word")
        button(dialog, "Chosen parts").click()
        assert not button(dialog, "Send").isEnabled(), "nothing is chosen"
        for box in boxes:
            box.click()
        assert not button(dialog, "Send").isEnabled(), "all of it is too much"
        for box in boxes[1:-1]:
            box.click()
        button(dialog, "Send").click()
        await fitted(window)

        assert "Paragraph 0 " in asked(window)[0]
        assert "\n\n[…]\n\n" in asked(window)[0]
        assert "Paragraph 199 " in asked(window)[0]
        assert "Paragraph 100 " not in asked(window)[0]


async def test_all_of_it_is_read_part_by_part_by_a_model_of_ones_choice(opened: Opening, report: str) -> None:
    async with opened() as window:
        window.service.always(Answer("Some."))
        window.chat.choose_model(SMALL)
        await attach(window, report)
        dialog = await send(window, "Sum?")
        whole = button(dialog, "All of it, part by part")
        own = whole.accessibleDescription()
        assert re.match(r"\d+ parts · ≈ [\d,]+ tokens · ≈¥0\.\d+ \+ answer\. The question is asked", own)
        reader = dialog.findChild(ChoiceBox)
        assert reader is not None
        assert reader.itemText(0) == "GLM-4-AirX · ¥10 per million tokens"
        assert reader.findData("glm-5.3") < 0, "it is dearer"
        reader.setCurrentIndex(reader.findData(FREE))
        assert not button(dialog, "Send").isEnabled(), "what it takes is not known yet"
        await idle(lambda: window.tasks.is_running("forecast"))
        assert whole.isChecked()
        assert whole.accessibleDescription().startswith("1 part · ≈ ")
        button(dialog, "Send").click()
        await fitted(window)

        read, answered = (exchange.body for exchange in window.service.chats)
        assert (read["model"], answered["model"]) == (FREE, SMALL)
        assert "Paragraph 0 " in read["messages"][-1]["content"]
        assert "Paragraph 199 " in read["messages"][-1]["content"]
        assert attached(window) == []
        assert window.messages[1].splitlines()[0] == "Read in 1 part"
        assert window.messages[1].endswith("Some.")


async def test_what_is_missing_is_said_and_asked_for_below_the_answer(opened: Opening, report: str) -> None:
    async with opened() as window:
        window.service.always(Answer("Some."))
        window.service.script(Refuse("1301"), when="This is part 2 of")
        window.chat.choose_model(SMALL)
        await attach(window, report)
        dialog = await send(window, "Sum?")
        button(dialog, "All of it, part by part").click()
        button(dialog, "Send").click()
        await fitted(window)
        assert window.messages[1].splitlines()[0].endswith(" parts · 1 missing")
        before = len(window.service.chats)
        window.press("Ask for what is missing")
        await window.answered()

        assert len(window.service.chats) == before + 2
        assert "missing" not in window.messages[1].splitlines()[0]
        assert not window.named("Ask for what is missing")


async def test_tools_are_said_to_take_no_part(opened: Opening, report: str) -> None:
    async with opened() as window:
        window.chat.choose_model(SMALL)
        window.chat.choose_options("", Options(searches_web=True))
        await attach(window, report)
        dialog = await send(window, "Sum?")

        words = button(dialog, "All of it, part by part").accessibleDescription()
        assert words.endswith("Tools, the web search and knowledge bases take no part in it.")


async def test_where_the_question_leaves_no_room_no_part_is_offered(opened: Opening, report: str) -> None:
    async with opened() as window:
        window.chat.choose_model(SMALL)
        await attach(window, report)
        dialog = await send(window, "word " * 4500)
        button(dialog, "All of it, part by part").click()

        assert not button(dialog, "Send").isEnabled()
        assert "too little room" in button(dialog, "All of it, part by part").accessibleDescription()


async def test_cancelling_leaves_what_is_written(opened: Opening, report: str) -> None:
    async with opened() as window:
        window.chat.choose_model(SMALL)
        await attach(window, report)
        dialog = await send(window, "Sum?")
        button(dialog, "Cancel").click()

        assert window.composer.text() == "Sum?"
        assert attached(window) == ["report.txt"]
        assert not window.service.chats


async def test_an_edited_question_is_asked_about_too(opened: Opening, report: str) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        window.chat.choose_model(SMALL)
        await window.ask("Sum?")
        window.composer.recall_requested.emit()
        await attach(window, report)
        dialog = await send(window, "Sum!")
        button(dialog, "Send").click()
        await fitted(window)

        assert window.messages[0].endswith("Sum!")
        assert len(window.service.chats[1].body["messages"]) == 1, "it is in the place of the first"


async def test_an_image_waits_for_a_model_that_sees(opened: Opening, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(png())
    async with opened() as window:
        window.service.script(Answer("Red."), Answer("Red?"))
        await attach(window, str(path))
        words = "does not see attached images: photo.png. Choose a model that does, such as"
        assert words in window.banner_text
        window.type("What is it?")
        press(window.composer.input, ENTER)
        assert attached(window) == ["photo.png"]
        window.window.chat.header.model_picked.emit(SEEING)
        assert window.banner_text == ""
        press(window.composer.input, ENTER)
        await window.answered()
        window.chat.choose_model(SMALL)
        await window.ask("Sure?")

        seen, unseen = (chat.body["messages"][0]["content"] for chat in window.service.chats)
        image, text = seen
        assert base64.b64decode(image["image_url"]["url"]) == png()
        assert text == {"type": "text", "text": "photo.png: (an image)\n\nWhat is it?"}
        assert unseen == text["text"]


async def test_a_warning_goes_with_the_image(opened: Opening, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(png())
    async with opened() as window:
        await attach(window, str(path))
        assert window.banner_text
        window.press("Remove photo.png")

        assert window.banner_text == ""


async def test_images_become_what_models_see(opened: Opening, tmp_path: Path) -> None:
    for name, size in (("small.bmp", 8), ("wide.png", 6001)):
        image = QImage(size, 8, QImage.Format.Format_RGB32)
        image.fill(0xFF0000)
        image.save(str(tmp_path / name))
    (tmp_path / "BMI.txt").write_text("BMI is a text.")
    (tmp_path / "broken.png").write_bytes(png()[:50])
    async with opened() as window:
        window.chat.choose_model(SEEING)
        for name in ("small.bmp", "wide.png", "BMI.txt"):
            await attach(window, str(tmp_path / name))
        assert attached(window) == ["small.png", "wide.png", "BMI.txt"]
        files = [window.engine.files.attachments.content(file) for file in window.composer.draft.attachments]
        sizes = [QImage.fromData(content).size().toTuple() for content in files[:2]]
        assert sizes == [(8, 8), (6000, 8)]
        await attach(window, str(tmp_path / "broken.png"))

        assert "“broken.png” cannot be attached: The image is damaged or incomplete." in window.banner_text


async def test_a_copied_image_is_pasted(opened: Opening) -> None:
    data, text = QMimeData(), QMimeData()
    data.setData("image/png", png())
    text.setData("image/png", png())
    text.setText("words")
    async with opened() as window:
        window.chat.choose_model(SEEING)
        window.composer.input.insertFromMimeData(text)
        assert window.composer.text() == "words"
        window.composer.input.insertFromMimeData(data)
        await idle(lambda: not attached(window))

        (name,) = attached(window)
        assert name.startswith("Image ")
        assert name.endswith(".png")
