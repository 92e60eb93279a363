"""What counts as text, and how files are quoted."""

import locale

import pytest

from glmdesk.cli.question import decoded
from glmdesk.domain.errors import UsageError


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decoded("\ufeff你好".encode(), "x") == "你好"


def test_what_is_not_utf8_is_read_as_the_locale_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getencoding", lambda: "gbk")

    assert decoded("你好".encode("gbk"), "x") == "你好"


@pytest.mark.parametrize("content", [b"\0", b"a\0b", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\0"])
def test_what_is_no_text_is_named(content: bytes) -> None:
    with pytest.raises(UsageError) as raised:
        decoded(content, "image.png")

    assert str(raised.value) == "“image.png” is not a text. Give a text in UTF-8."
