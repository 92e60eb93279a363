"""The file of quick actions: what comes with the program until there is one, and what stays of it."""

from pathlib import Path

import pytest

from glmdesk.domain.quick_action import QuickAction, built_in_actions
from glmdesk.storage.quick_actions_file import NAME, QuickActionsFile

pytestmark = pytest.mark.anyio

OWN = (
    QuickAction("Rhyme", "Make a rhyme of “{text}”,\nin {language}.", "R", "glm-4-plus"),
    QuickAction("Count", "Count the words of {text}"),
)


def kept_aside(config: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in config.glob(f"{NAME}.broken-*")]


def test_without_a_file_there_are_the_built_in_actions(tmp_path: Path) -> None:
    assert QuickActionsFile(tmp_path).actions == built_in_actions()
    assert list(tmp_path.iterdir()) == []


async def test_what_is_saved_is_there_again_in_its_order(tmp_path: Path) -> None:
    await QuickActionsFile(tmp_path).save(OWN)

    assert QuickActionsFile(tmp_path).actions == OWN


async def test_no_action_at_all_is_a_choice_too(tmp_path: Path) -> None:
    await QuickActionsFile(tmp_path).save(())

    assert QuickActionsFile(tmp_path).actions == ()


async def test_comments_of_people_stay(tmp_path: Path) -> None:
    text = '# mine\n[actions.Rhyme]\nprompt = "{text}"  # short\nkey = "Z"\n'
    (tmp_path / NAME).write_text(text, encoding="utf-8")

    await QuickActionsFile(tmp_path).save(OWN)

    written = (tmp_path / NAME).read_text(encoding="utf-8")
    assert "# mine" in written
    assert QuickActionsFile(tmp_path).actions == OWN


def test_what_is_wrong_is_said_with_its_line_and_the_built_in_actions_are_offered(tmp_path: Path) -> None:
    text = '[actions.Good]\nprompt = "{text}"\n[actions.Bad]\nprompt = "x"\nkey = "Enter"\n'
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    file = QuickActionsFile(tmp_path)

    (notice,) = file.notices
    assert "line 5" in notice.words
    assert file.actions == built_in_actions()


def test_an_action_without_a_prompt_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("[actions.Empty]\n", encoding="utf-8")

    (notice,) = QuickActionsFile(tmp_path).notices
    assert "prompt" in notice.words


async def test_a_file_that_is_none_is_kept_aside(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("this is no TOML", encoding="utf-8")

    await QuickActionsFile(tmp_path).save(OWN)

    assert kept_aside(tmp_path) == ["this is no TOML"]
    assert QuickActionsFile(tmp_path).actions == OWN
