"""The contract of Secrets, against a real Secret Service, each in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from glmdesk.desktop.redaction import Redactor
from tests.support.desktop import KEYRING_PASSWORD, PROMPTER, SECRET_SERVICE, DesktopSession
from tests.support.waiting import PATIENCE_S, wait_until

HOST = "open.bigmodel.cn"
KEY = "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMn01"
BUSY_MACHINE_S = 20.0


class Probe:
    """A process that holds Secrets. What is asked of it is asked in order."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def request(self, *words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words).encode() + b"\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, *words: str) -> Any:
        self.request(*words)
        return self.answer()


@contextmanager
def probe(
    desktop: DesktopSession, *, bound_s: float = BUSY_MACHINE_S, env: dict[str, str] | None = None
) -> Iterator[Probe]:
    process = desktop.start(
        "probe",
        [sys.executable, "-m", "tests.desktop.secrets_probe", str(bound_s), HOST],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
    )
    yield Probe(process)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=PATIENCE_S) == 0, desktop.log("probe")


@pytest.fixture(scope="module")
def unlocked() -> Iterator[DesktopSession]:
    with DesktopSession(display=False) as desktop:
        yield desktop


def test_a_stored_key_is_found_by_the_next_process(unlocked: DesktopSession) -> None:
    with probe(unlocked) as first:
        assert first.ask("store", "kept.example", KEY) == "in keyring"

    with probe(unlocked) as second:
        assert second.ask("read", "kept.example") == KEY
        assert second.ask("locate", "kept.example") == "keyring"


@pytest.mark.parametrize("key", ["密钥。" * 10, "k" * 500])
def test_a_key_of_any_language_and_length_comes_back_unchanged(unlocked: DesktopSession, key: str) -> None:
    with probe(unlocked) as secrets:
        assert secrets.ask("store", "any.example", key) == "in keyring"
        assert secrets.ask("read", "any.example") == key


def test_a_key_is_found_only_for_the_host_it_was_entered_for(unlocked: DesktopSession) -> None:
    with probe(unlocked) as secrets:
        secrets.ask("store", "one.example", KEY)

        assert secrets.ask("read", "other.example") is None
        assert secrets.ask("locate", "other.example") is None


def test_a_later_key_replaces_the_earlier_one(unlocked: DesktopSession) -> None:
    with probe(unlocked) as secrets:
        secrets.ask("store", "changed.example", "the-first-key")
        secrets.ask("store", "changed.example", "the-second-key")

        assert secrets.ask("read", "changed.example") == "the-second-key"


def test_a_deleted_key_is_gone_and_deleting_again_is_no_error(unlocked: DesktopSession) -> None:
    with probe(unlocked) as secrets:
        secrets.ask("store", "gone.example", KEY)

        assert secrets.ask("delete", "gone.example") is None
        assert secrets.ask("delete", "gone.example") is None
        assert secrets.ask("read", "gone.example") is None


def test_the_entry_is_named_after_the_program_and_the_host(unlocked: DesktopSession) -> None:
    with probe(unlocked) as secrets:
        secrets.ask("store", "named.example", KEY)

    found = unlocked.run("secret-tool", "lookup", "service", "glmdesk", "username", "named.example")
    assert found == KEY


def test_the_keyring_in_use_is_named(unlocked: DesktopSession) -> None:
    with probe(unlocked) as secrets:
        assert secrets.ask("describe") == "keyring.backends.SecretService"


def test_no_configuration_makes_it_use_anything_but_the_systems_keyring(unlocked: DesktopSession) -> None:
    null = "keyring.backends.null.Keyring"
    folder = Path(unlocked.env["XDG_CONFIG_HOME"]) / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(f"[backend]\ndefault-keyring={null}\n")

    with probe(unlocked, env={"PYTHON_KEYRING_BACKEND": null}) as secrets:
        assert secrets.ask("describe") == "keyring.backends.SecretService"


def test_the_environments_key_beats_the_keyring_and_is_not_stored(unlocked: DesktopSession) -> None:
    given = "fedcba9876543210fedcba9876543210.Zz01Zz01Zz01Zz01"
    with probe(unlocked, env={"GLMDESK_API_KEY": f' "{given}"\n'}) as secrets:
        assert secrets.ask("read", HOST) == given
        assert secrets.ask("locate", HOST) == "environment"

    with probe(unlocked) as later:
        assert later.ask("read", HOST) is None


def test_the_environments_key_is_taken_out_of_the_environment(unlocked: DesktopSession) -> None:
    with probe(unlocked, env={"GLMDESK_API_KEY": KEY}) as secrets:
        assert secrets.ask("environment", "GLMDESK_API_KEY") is None


def test_a_malformed_key_in_the_environment_is_refused(unlocked: DesktopSession) -> None:
    with probe(unlocked, env={"GLMDESK_API_KEY": "no dots but blanks"}) as secrets:
        assert secrets.ask("read", HOST) == "refused: key-characters"
        assert secrets.ask("locate", HOST) == "refused: key-characters"


def test_the_environments_key_belongs_to_the_host_of_the_start(unlocked: DesktopSession) -> None:
    # It went to whichever host was chosen later.
    other = "other-host.example"
    with probe(unlocked, env={"GLMDESK_API_KEY": KEY}) as secrets:
        assert secrets.ask("read", other) is None
        assert secrets.ask("locate", other) is None
        secrets.ask("store", other, "entered-for-it")

        assert secrets.ask("read", other) == "entered-for-it"
        assert secrets.ask("read", HOST) == KEY


@pytest.mark.parametrize("bus", [False, True], ids=["no D-Bus", "no service on the bus"])
def test_without_a_keyring_a_key_lives_for_the_session_and_in_no_file(*, bus: bool) -> None:
    with DesktopSession(display=False, bus=bus, keyring="none") as desktop:
        with probe(desktop) as secrets:
            assert secrets.ask("read", HOST) == "refused: keyring-no-service"
            assert secrets.ask("store", HOST, KEY) == "for this session: keyring-no-service"
            assert secrets.ask("read", HOST) == KEY
            assert secrets.ask("locate", HOST) == "session"

        with probe(desktop) as later:
            assert later.ask("read", HOST) == "refused: keyring-no-service"
        redactor = Redactor()
        redactor.register(KEY)
        for path in desktop.home.rglob("*"):
            assert not (path.is_file() and redactor.knows(path.read_text(errors="replace"))), path


def test_a_key_of_the_session_is_forgotten_on_request() -> None:
    with DesktopSession(display=False, bus=False) as desktop, probe(desktop) as secrets:
        secrets.ask("store", HOST, KEY)

        assert secrets.ask("delete", HOST) is None
        assert secrets.ask("delete", HOST) == "refused: keyring-no-service"


def test_a_keyring_that_starts_later_is_used() -> None:
    with DesktopSession(display=False, keyring="none") as desktop, probe(desktop) as secrets:
        assert secrets.ask("store", HOST, "entered-too-early") == "for this session: keyring-no-service"

        desktop.start_keyring()

        assert secrets.ask("store", HOST, KEY) == "in keyring"
        assert secrets.ask("locate", HOST) == "keyring"


def test_a_locked_keyring_without_a_screen_is_called_locked() -> None:
    with DesktopSession(display=False, keyring="locked") as desktop, probe(desktop) as secrets:
        assert secrets.ask("read", HOST) == "refused: keyring-locked"
        assert secrets.ask("store", HOST, KEY) == "for this session: keyring-locked"
        assert secrets.ask("read", HOST) == KEY


def test_a_dismissed_dialog_is_called_dismissed() -> None:
    with (
        DesktopSession(keyring="locked", services=[PROMPTER]) as desktop,
        probe(desktop) as secrets,
    ):
        secrets.request("store", HOST, KEY)
        wait_for_prompt(desktop)
        desktop.press("Escape")

        assert secrets.answer() == "for this session: keyring-dismissed"


def test_a_dismissed_dialog_answers_all_that_was_asked_until_then_and_nothing_else() -> None:
    # Whoever asked second put up the dialog that had just been dismissed.
    with (
        DesktopSession(keyring="locked", services=[PROMPTER]) as desktop,
        probe(desktop) as secrets,
    ):
        secrets.request("read and wait for", HOST)
        wait_for_prompt(desktop)
        desktop.press("Escape")
        assert secrets.answer() == ["refused: keyring-dismissed"] * 2
        secrets.request("read and wait for", HOST)
        wait_for_prompt(desktop)
        desktop.type_text(KEYRING_PASSWORD)
        desktop.press("Return")

        assert secrets.answer() == [None, None]


def test_a_dialog_that_is_answered_opens_the_keyring() -> None:
    with (
        DesktopSession(keyring="locked", services=[PROMPTER]) as desktop,
        probe(desktop) as secrets,
    ):
        secrets.request("store", HOST, KEY)
        wait_for_prompt(desktop)
        desktop.type_text(KEYRING_PASSWORD)
        desktop.press("Return")

        assert secrets.answer() == "in keyring"


def test_a_patient_look_waits_for_the_dialog_and_asks_only_once() -> None:
    with DesktopSession(services=[PROMPTER]) as desktop:
        attributes = ("service", "glmdesk", "username", HOST)
        desktop.run("secret-tool", "store", "--label=glmdesk", *attributes, stdin=KEY)
        desktop.lock_keyring()
        with probe(desktop, bound_s=0.01) as secrets:
            secrets.request("wait for", HOST)
            wait_for_prompt(desktop)
            desktop.type_text(KEYRING_PASSWORD)
            desktop.press("Return")

            assert secrets.answer() == "keyring"


def test_a_keyring_that_never_answers_is_given_up_and_does_not_hold_the_program() -> None:
    with DesktopSession(display=False, keyring="none") as desktop, desktop.bus() as bus:
        desktop.start("silent", [sys.executable, "-m", "tests.desktop.silent_service"])
        wait_until(lambda: bus.has_owner(SECRET_SERVICE), "the silent service")

        with probe(desktop, bound_s=1.0) as secrets:
            assert secrets.ask("read", HOST) == "refused: keyring-timed-out"
            assert secrets.ask("store", HOST, KEY) == "for this session: keyring-timed-out"
            assert secrets.ask("read", HOST) == KEY


def wait_for_prompt(desktop: DesktopSession) -> None:
    """Wait until the keyring's dialog is on the screen and takes the password."""
    dialog = desktop.accessibility().application(name="gcr-prompter")
    password = dialog.find(role="password text")
    password.wait_until(lambda itself: "focused" in itself.states, "the keyboard")
