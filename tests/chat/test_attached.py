"""Files as the model reads them."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from glmdesk.chat.attached import AttachedFiles, quoted
from glmdesk.chat.context import continuation_messages, prompt_messages
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import UsageError
from glmdesk.domain.message import State
from glmdesk.domain.tokens import estimate_tokens
from glmdesk.storage.attachments import Attachments
from tests.chat.examples import answer, question
from tests.support.image_samples import png

FILE = Attachment("a" * 64, "报表.csv", 9)
LOST = Attachment("b" * 64, "lost.txt", 9)
FILES = {FILE.digest: "1,2"}


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("a.py", "print(1)\n", "a.py:\n\n```\nprint(1)\n```"),
        ("a.md", "```\nx\n```", "a.md:\n\n````\n```\nx\n```\n````"),
        ("two\nlines", "x", "two lines:\n\n```\nx\n```"),
        ("lost", None, "lost: (the text of this file is not available)"),
    ],
)
def test_a_file_is_a_block_that_nothing_in_it_ends(name: str, text: str | None, shown: str) -> None:
    assert quoted(name, text) == shown


def test_files_stand_before_the_words_they_go_with() -> None:
    asked = replace(question("Sum?"), attachments=(FILE, LOST))
    (prompt,) = prompt_messages([asked], files=FILES)

    assert prompt.text == (
        "报表.csv:\n\n```\n1,2\n```\n\nlost.txt: (the text of this file is not available)\n\nSum?"
    )


def test_a_question_may_consist_of_files_alone() -> None:
    asked = replace(question(""), attachments=(FILE,))
    cut = answer(asked, "A ta", State.STOPPED)

    assert [message.role for message in prompt_messages([asked], files=FILES)] == ["user"]
    assert [message.role for message in continuation_messages([asked, cut], files=FILES)] == [
        "user",
        "assistant",
        "user",
    ]


@pytest.mark.anyio
async def test_the_texts_of_a_branch_are_read_as_far_as_they_are_there(tmp_path: Path) -> None:
    attachments = Attachments(tmp_path / "attachments")
    text, binary = attachments.keep("a.txt", ["甲".encode()]), attachments.keep("b.bin", [b"\0"])
    asked = replace(question(), attachments=(text, binary, LOST))
    files = AttachedFiles(attachments)

    assert await files.of([asked, question()]) == {text.digest: "甲"}
    assert await files.of([question()]) == {}


@pytest.mark.anyio
async def test_a_file_is_read_once(tmp_path: Path) -> None:
    attachments = Attachments(tmp_path / "attachments")
    files = AttachedFiles(attachments)
    text = files.add("a.txt", "甲".encode())
    attachments.remove(text.digest)

    assert await files.of([replace(question(), attachments=(text,))]) == {text.digest: "甲"}
    assert files.tokens(text) == estimate_tokens("a.txt:\n\n```\n甲\n```")


def test_what_cannot_be_read_is_not_kept(tmp_path: Path) -> None:
    files = AttachedFiles(Attachments(tmp_path / "attachments"))

    with pytest.raises(UsageError):
        files.add("a.bin", b"\0")
    assert not (tmp_path / "attachments").exists()


@pytest.mark.anyio
async def test_an_image_stands_beside_the_words_and_is_named_in_them(tmp_path: Path) -> None:
    files = AttachedFiles(Attachments(tmp_path / "attachments"))
    image = files.add("a.png", png())
    asked = replace(question("What?"), attachments=(image,))
    (prompt,) = prompt_messages([asked], files=await files.of([asked]))

    assert files.is_image(image)
    assert files.tokens(image) is None
    assert prompt.text == "a.png: (an image)\n\nWhat?"
    assert [base64.b64decode(shown.data) for shown in prompt.images] == [png()]
