"""A key that is followed through every command: it is in the keyring and nowhere else."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.cli.program import Program
from tests.support.desktop import DesktopSession
from tests.support.fault import Fault
from tests.support.remote import ServiceThread
from tests.support.script import Answer, Refuse

CANARY = "canary0123456789abcdef+/=&%.Z9yX8wV7-_~uT6sR5qP4"


def forms(secret: str) -> Iterator[bytes]:
    """Yield the ways in which a secret may be written down; those of Base64 wherever its bytes begin."""
    plain = secret.encode()
    for text in (secret, secret[::-1], quote(secret), quote(secret, safe=""), quote_plus(secret)):
        yield text.encode()
    yield html.escape(secret).encode()
    yield json.dumps(secret)[1:-1].encode()
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield "".join(f"%{byte:02X}" for byte in plain).encode()
    yield secret.encode("utf-16-le")
    for encode in (b64encode, urlsafe_b64encode):
        for before in range(3):
            # The first and the last characters depend on what stands around.
            yield encode(bytes(before) + plain + bytes(2))[4:-4]


FORMS = {form for part in (CANARY, CANARY.partition(".")[2]) for form in forms(part)}


def traces(content: bytes) -> list[bytes]:
    """Return the forms of the canary in some bytes."""
    return [form for form in FORMS if form in content]


@pytest.fixture
def desktop() -> Iterator[DesktopSession]:
    with DesktopSession(display=False) as desktop:
        yield desktop


@pytest.fixture
def strace(tmp_path: Path) -> Path:
    """Return a file in which every program that is started leaves its arguments and its environment."""
    return tmp_path / "strace"


@pytest.fixture
def watched(desktop: DesktopSession, bigmodel: ServiceThread, strace: Path) -> Program:
    """Return a program in the platform's own folders, whose every child is watched."""
    options = ("--follow-forks", "-qq", "-v", "-s", "65536", "-A", "-o", str(strace))
    return Program(
        desktop.home,
        {**desktop.env, "GLMDESK_HOME": "", "GLMDESK_BASE_URL": bigmodel.base_url},
        ("strace", *options, "-e", "trace=execve", "-e", "signal=none"),
    )


def test_the_forms_are_those_that_would_be_found() -> None:
    surrounded = b"before " + CANARY.encode() + b" after"

    assert traces(surrounded)
    assert traces(b64encode(surrounded))
    assert traces(b"x" + surrounded.hex().encode())
    assert traces(quote(surrounded, safe="").encode())
    assert not traces(b"canary0123456789")


def test_no_file_no_argument_and_no_environment_holds_the_key(
    watched: Program, desktop: DesktopSession, bigmodel: ServiceThread, strace: Path
) -> None:
    commands = ["--log-level", "debug"]
    said = [
        watched.run(*commands, "key", "set", stdin=CANARY.encode()),
        watched.run(*commands, "key", "status"),
        watched.run(*commands, "ask", "a first question"),
    ]
    bigmodel.script(Refuse("1000"), Answer("one two three", fault_at=2, faults=(Fault.RST,)))
    said += [
        watched.run(*commands, "ask", "a refused one"),
        watched.run(*commands, "ask", "a broken one"),
        watched.run(*commands, "export", "--all", "--format", "jsonl"),
        watched.run(*commands, "export", "--all", "--format", "md", "-o", desktop.home / "export.md"),
        watched.run(*commands, "doctor", "--online"),
    ]

    assert [ended.code for ended in said] == [0, 0, 0, 3, 5, 0, 0, 0]
    assert [exchange.header("Authorization") for exchange in bigmodel.requests] == [f"Bearer {CANARY}"] * 4
    files = [path for path in desktop.home.rglob("*") if path.is_file()]
    assert {"glmdesk.db", "glmdesk.log", "export.md"} <= {path.name for path in files}
    assert {path: found for path in files if (found := traces(path.read_bytes()))} == {}
    assert traces("".join(ended.stdout + ended.stderr for ended in said).encode()) == []
    started = strace.read_bytes()
    assert started.count(b"execve(") >= len(said)
    assert traces(started) == []
