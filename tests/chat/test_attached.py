"""Files as the model reads them."""

from dataclasses import replace
from pathlib import Path

import pytest

from glmdesk.chat.attached import attached_texts, quoted, require_text, text_in
from glmdesk.chat.context import continuation_messages, prompt_messages
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import UsageError
from glmdesk.domain.message import State
from glmdesk.storage.attachments import Attachments
from tests.chat.examples import answer, question

FILE = Attachment("a" * 64, "报表.csv", 9)
LOST = Attachment("b" * 64, "lost.txt", 9)
FILES = {FILE.digest: "1,2"}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("你好".encode(), "你好"),
        (b"\xef\xbb\xbfa", "a"),
        ("你好".encode("utf-16"), "你好"),
        ("你好".encode("gb18030"), "你好"),
        (b"", ""),
        (b"\x89PNG\r\n\x1a\n\0\0", None),
        (b"\xff\xff\xff", None),
        (b"\xff\xfea", None),
    ],
)
def test_a_text_is_told_from_what_is_none(content: bytes, text: str | None) -> None:
    assert text_in(content) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_long_text_is_whole(encoding: str) -> None:
    text = "a" + 300_000 * "你𠮷"

    assert text_in(text.encode(encoding)) == text
    assert text_in(text.encode(encoding)[:-1] + b"\0") is None


def test_what_is_no_text_is_named() -> None:
    with pytest.raises(UsageError) as refused:
        require_text("logo.png", b"\0")
    assert refused.value.problem.headline == "“logo.png” is not a text."


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

    assert await attached_texts([asked, question()], attachments) == {text.digest: "甲"}
    assert await attached_texts([question()], attachments) == {}
