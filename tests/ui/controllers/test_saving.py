"""Saving a text where the user wants it."""

from pathlib import Path

from PySide6.QtCore import QObject

from glmdesk.domain.errors import UserError
from glmdesk.ui.controllers.saving import Content, SaveController
from glmdesk.ui.tasks import TaskRunner


async def save(content: Content, path: Path) -> tuple[SaveController, list[UserError]]:
    """Save a text or bytes; return the controller and what was told of errors."""
    tasks, owner = TaskRunner(), QObject()
    told: list[UserError] = []
    tasks.failed.connect(lambda _name, error: told.append(error))
    controller = SaveController(tasks, owner)
    controller.save(content, path)
    await tasks.ended(f"save:{path}")
    return controller, told


async def test_a_file_holds_the_text_and_ends_with_its_last_line(tmp_path: Path) -> None:
    controller, told = await save("print('你好')\n\n  end", tmp_path / "a.py")

    assert (tmp_path / "a.py").read_bytes() == "print('你好')\n\n  end\n".encode()
    assert controller.folder == tmp_path
    assert told == []


async def test_nothing_is_added_to_what_ends_as_it_should(tmp_path: Path) -> None:
    await save("", tmp_path / "empty")
    await save("a\n", tmp_path / "ended")

    assert (tmp_path / "empty").read_bytes() == b""
    assert (tmp_path / "ended").read_bytes() == b"a\n"


async def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    await save(b"\x89PNG\r\n", tmp_path / "a.png")

    assert (tmp_path / "a.png").read_bytes() == b"\x89PNG\r\n"


async def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    _, told = await save("a", tmp_path / "nowhere" / "a.py")

    assert len(told) == 1
    assert str(tmp_path / "nowhere" / "a.py") in told[0].problem.words
