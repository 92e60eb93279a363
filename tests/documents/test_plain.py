"""Texts in the encodings that files have."""

import pytest

from glmdesk.documents.plain import text_in


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
