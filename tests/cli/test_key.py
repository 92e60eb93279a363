"""The key in a real keyring: in by standard input, never out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import KEY, Program
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceThread
from tests.support.script import Refuse

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def desktop() -> Iterator[DesktopSession]:
    with DesktopSession(display=False) as desktop:
        yield desktop


@pytest.fixture
def keyed(desktop: DesktopSession, bigmodel: ServiceThread, tmp_path: Path) -> Iterator[Program]:
    """Yield a program on a desktop with an unlocked keyring, which is empty before and after."""
    program = Program(tmp_path, {**desktop.env, "GLMDESK_BASE_URL": bigmodel.base_url})
    yield program
    program.run("key", "delete")


def test_a_key_is_set_used_and_deleted(keyed: Program, bigmodel: ServiceThread) -> None:
    none = keyed.run("key", "status")
    stored = keyed.run("key", "set", stdin=f"Bearer {KEY}\n".encode())
    status = keyed.run("key", "status")
    asked = keyed.run("ask", "hello")
    deleted = keyed.run("key", "delete")

    assert (none.code, none.stdout) == (3, f"There is none yet for {HOST}.\n")
    assert (stored.code, stored.stdout) == (0, f"The key for {HOST} is in the keyring.\n")
    assert (status.code, status.stdout) == (
        0,
        f"In the keyring of this system (keyring.backends.SecretService), for {HOST}.\n",
    )
    assert asked.code == 0
    assert bigmodel.chats[0].header("Authorization") == f"Bearer {KEY}"
    assert (deleted.code, deleted.stdout) == (0, f"The key for {HOST} is deleted.\n")
    assert keyed.run("key", "status").code == 3


def test_what_is_said_about_a_refused_key_names_the_command_for_it(
    keyed: Program, bigmodel: ServiceThread
) -> None:
    keyed.run("key", "set", stdin=KEY.encode())
    bigmodel.script(Refuse("1000"))

    refused = keyed.run("ask", "hello")

    assert refused.code == 3
    assert refused.stderr.endswith("The command for it: glmdesk key set\n")


def test_what_is_no_key_is_refused_by_the_command_that_is_not_named_once_more(keyed: Program) -> None:
    refused = keyed.run("key", "set", stdin=b"two words")
    in_chinese = keyed.run("key", "set", stdin=b"two words", env={"LANG": "zh_CN.UTF-8"})

    assert refused.code == in_chinese.code == 3
    assert refused.stderr.endswith("Copy the whole key from the console and paste it again.\n")
    assert "。 " not in in_chinese.stderr


def test_the_entry_is_where_other_programs_find_it(keyed: Program, desktop: DesktopSession) -> None:
    keyed.run("key", "set", stdin=KEY.encode())

    assert desktop.run("secret-tool", "lookup", "service", "glmdesk", "username", HOST) == KEY


def test_at_a_terminal_the_key_is_asked_for_and_not_shown(keyed: Program) -> None:
    shown = keyed.run_on_terminal("key", "set", prompt=f"API key for {HOST} (not shown): ", typed=f"{KEY}\n")

    assert shown.code == 0
    assert KEY not in shown.stdout
    assert keyed.run("key", "status").code == 0


@pytest.mark.parametrize("pasted", [b"", b"\n", "密钥".encode(), b"two words"])
def test_what_cannot_be_a_key_is_not_kept(keyed: Program, pasted: bytes) -> None:
    ended = keyed.run("key", "set", stdin=pasted)

    assert (ended.code, ended.stdout) == (3, "")
    assert ended.stderr.count("\n") == 1
    assert keyed.run("key", "status").code == 3


def test_a_key_in_the_environment_beats_the_keyring_and_is_mentioned(keyed: Program) -> None:
    env = {"GLMDESK_API_KEY": "other.key"}
    stored = keyed.run("key", "set", stdin=KEY.encode(), env=env)
    status = keyed.run("key", "status", env=env)

    assert stored.stderr == "glmdesk: The variable GLMDESK_API_KEY is set and beats the keyring.\n"
    assert (status.code, status.stdout) == (0, "From the variable GLMDESK_API_KEY, for this run only.\n")


def test_a_key_is_kept_for_one_host_only(keyed: Program) -> None:
    keyed.run("key", "set", stdin=KEY.encode())

    other = keyed.run("key", "status", env={"GLMDESK_BASE_URL": "https://example.org/v4"})

    assert (other.code, other.stdout) == (3, "There is none yet for example.org.\n")


@pytest.mark.parametrize("action", ["status", "set", "delete"])
def test_without_an_address_there_is_nobody_whose_key_it_could_be(keyed: Program, action: str) -> None:
    env = {"GLMDESK_BASE_URL": "https://example.org/v4?key=secret"}
    ended = keyed.run("key", action, stdin=KEY.encode(), env=env)

    assert (ended.code, ended.stdout) == (2, "")
    assert "“https://example.org/v4?…” has more in it than an address" in ended.stderr
    assert "GLMDESK_BASE_URL" in ended.stderr


@pytest.mark.parametrize(
    ("words", "stdin"), [(("status",), b""), (("set",), KEY.encode()), (("delete",), b"")]
)
def test_without_a_keyring_the_variable_is_pointed_to(
    offline: Program, words: tuple[str, ...], stdin: bytes
) -> None:
    ended = offline.run("key", *words, stdin=stdin)

    assert (ended.code, ended.stdout) == (3, "")
    assert "No keyring of the operating system was found." in ended.stderr
    # It said that each start asks for the key, which no command does.
    assert "asks" not in ended.stderr
    assert ended.stderr.endswith("The variable GLMDESK_API_KEY needs no keyring.\n")


def test_a_question_without_a_key_says_how_to_enter_one(keyed: Program, bigmodel: ServiceThread) -> None:
    ended = keyed.run("ask", "hello")

    assert (ended.code, ended.stdout) == (3, "")
    assert ended.stderr == (
        f"glmdesk: There is no API key for {HOST} yet. Enter your key, or try the demo. "
        "The command for it: glmdesk key set\n"
    )
    assert bigmodel.requests == []
