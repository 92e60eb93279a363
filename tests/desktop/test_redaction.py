import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.desktop.redaction import BLANK, Redactor

CANARY = "c0ffee00c0ffee00c0ffee00c0ffee00.CaNaRyCaNaRy0123"
SECRET_HALF = CANARY.partition(".")[2]

ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "reversed": lambda text: text[::-1],
    "hexadecimal": lambda text: text.encode().hex(),
    "HEXADECIMAL": lambda text: text.encode().hex().upper(),
    "percent": lambda text: quote(text, safe=""),
    "percent with the dot": lambda text: quote(text, safe="").replace(".", "%2e"),
    "percent everything": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "form": lambda text: urlencode({"key": text}),
    "JSON": json.dumps,
    "HTML": html.escape,
    "bytes": lambda text: repr(text.encode()),
    "Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "Base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "basic authorization": lambda text: base64.b64encode(f"user:{text}".encode()).decode(),
    "Base64 in the middle": lambda text: base64.b64encode(f"Bearer {text}\r\n".encode()).decode(),
}


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor()
    redactor.register(CANARY)
    return redactor


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS.keys())
@pytest.mark.parametrize("secret", [CANARY, SECRET_HALF], ids=["whole", "half"])
def test_a_secret_is_blanked_in_every_encoding(
    redactor: Redactor, encode: Callable[[str], str], secret: str
) -> None:
    encoded = encode(secret)

    assert redactor.knows(f"a {encoded} z")
    redacted = redactor.redact(f"a {encoded} z")
    assert encoded not in redacted
    assert BLANK in redacted
    assert not redactor.knows(redacted)


@given(
    secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=8, max_size=80),
    before=st.binary(max_size=9),
    after=st.binary(max_size=9),
)
def test_base64_around_any_secret_is_known(secret: str, before: bytes, after: bytes) -> None:
    redactor = Redactor()
    redactor.register(secret)

    assert redactor.knows(base64.b64encode(before + secret.encode() + after).decode())


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=8), st.text(), st.text())
def test_any_registered_secret_vanishes_from_any_text(secret: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.register(secret)

    assert secret not in redactor.redact(before + secret + after).replace(BLANK, "")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {BLANK}"),
        ("authorization: bearer xyz", f"authorization: bearer {BLANK}"),
        ("Proxy-Authorization: Basic dXNlcjpwYXNz", f"Proxy-Authorization: Basic {BLANK}"),
        ("http://user:pass@proxy:8080/", f"http://{BLANK}@proxy:8080/"),
        (f"key {CANARY}!", f"key {BLANK}!"),
        ("sk-abcdefghij0123456789", BLANK),
        ("eyJhbGciOiJIUzI1NiJ9.eyJhcGlfa2V5IjoiYSJ9.c2lnbmF0dXJlMTIz", BLANK),
    ],
)
def test_what_looks_like_a_secret_is_blanked_unregistered(text: str, redacted: str) -> None:
    assert Redactor().redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "glmdesk.storage.conversations: 12 messages, 0.35 s",
        "QAbstractItemModelTester.rowsAboutToBeInserted",
        "https://open.bigmodel.cn/api/paas/v4/chat/completions",
        "conversation 01936f2b7c3e7d44a1b2c3d4e5f60718 opened",
        'File "/usr/lib/python3.11/site-packages/httpx/_client.py", line 1234',
    ],
)
def test_ordinary_lines_are_left_alone(redactor: Redactor, text: str) -> None:
    assert redactor.redact(text) == text
    assert not redactor.knows(text)


def test_what_is_too_short_to_be_a_secret_is_not_taken_for_one() -> None:
    redactor = Redactor()
    redactor.register("none")
    redactor.register("")

    assert redactor.redact("none at all") == "none at all"


def test_several_secrets_are_known_at_once(redactor: Redactor) -> None:
    redactor.register("another-secret")

    assert redactor.redact(f"{CANARY} another-secret") == f"{BLANK} {BLANK}"
