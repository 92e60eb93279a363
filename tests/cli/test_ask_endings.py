"""How an answer can end, what is said about it, and that nothing of it is lost."""

import fcntl
import signal
import subprocess
import sys
import termios
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import IO

import apsw
import pytest

from glmdesk.storage.sql import pragma
from tests.cli.history import stored_answer, stored_messages
from tests.cli.program import PATIENCE_S, ROOT, Program
from tests.support.fault import Fault
from tests.support.remote import ServiceThread
from tests.support.script import CHAT, Answer, Refuse, ToolCall
from tests.support.waiting import wait_until


def is_empty(pipe: IO[bytes]) -> bool:
    """Whether everything that was written into a pipe has been read."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder) == 0


@pytest.mark.parametrize("fault", [Fault.RST, Fault.MISSING_CHUNK_TERMINATOR])
def test_an_answer_that_is_cut_keeps_what_arrived(
    program: Program, bigmodel: ServiceThread, fault: Fault
) -> None:
    bigmodel.script(Answer("one two three four", chunk_size=4, fault_at=2, faults=(fault,)))

    ended = program.run("ask", "count")

    assert (ended.code, ended.stdout) == (5, "one two \n")
    assert ended.stderr == (
        "glmdesk: The connection was lost before the answer ended. "
        "What had arrived is in the history: continue it in the window, or ask again.\n"
    )
    assert stored_answer(program) == ("interrupted", "one two ")


def test_an_answer_that_is_cut_and_not_to_be_kept_is_nowhere_said_to_be(
    program: Program, bigmodel: ServiceThread
) -> None:
    bigmodel.script(Answer("one two three four", chunk_size=4, fault_at=2, faults=(Fault.RST,)))

    ended = program.run("ask", "count", "--no-save")

    assert (ended.code, ended.stdout) == (5, "one two \n")
    assert ended.stderr == (
        "glmdesk: The connection was lost before the answer ended. "
        "What had arrived is on standard output only. Ask again.\n"
    )


def test_an_answer_that_reaches_its_length_is_done(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("too long", finish="length"))

    ended = program.run("ask", "hello")

    assert (ended.code, ended.stdout) == (0, "too long\n")
    assert ended.stderr == "glmdesk: This answer reached its length limit.\n"
    assert stored_answer(program) == ("cut-short", "too long")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Answer(""), "The model answered nothing."),
        (Answer("\n "), "The model answered nothing."),
        (
            Answer("", tool_calls=(ToolCall("get_weather"),)),
            "The model wanted to call get_weather, which was not carried out.",
        ),
    ],
)
def test_an_answer_without_words_is_told(
    program: Program, bigmodel: ServiceThread, reply: Answer, words: str
) -> None:
    bigmodel.script(reply)

    ended = program.run("ask", "hello")

    assert ended.code == 0
    assert ended.stdout.strip() == ""
    assert ended.stderr.startswith(f"glmdesk: {words}")
    assert stored_answer(program)[0] == "complete"


def test_a_full_window_says_so(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("too long", finish="model_context_window_exceeded"))

    ended = program.run("ask", "hello")

    assert (ended.code, ended.stdout) == (0, "too long\n")
    assert "filled the model's window" in ended.stderr


def test_an_answer_that_is_withdrawn_is_not_in_the_history(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("improper", finish="sensitive"))

    ended = program.run("ask", "hello")

    assert (ended.code, ended.stdout) == (4, "improper\n")
    assert "withdrew this answer" in ended.stderr
    assert stored_answer(program) == ("withheld", "")


@pytest.mark.parametrize(
    ("refusal", "code", "words"),
    [
        ("1000", 3, "It is the key in the variable GLMDESK_API_KEY, which beats the keyring."),
        ("1113", 4, "The balance of your account is used up."),
        ("1261", 4, "longer than the model can read"),
        ("1301", 4, "Reword the question"),
    ],
)
def test_a_refusal_is_one_line_with_what_to_do(
    program: Program, bigmodel: ServiceThread, refusal: str, code: int, words: str
) -> None:
    bigmodel.script(Refuse(refusal))

    ended = program.run("ask", "hello")

    assert (ended.code, ended.stdout) == (code, "")
    assert ended.stderr.count("\n") == 1
    assert words in ended.stderr
    assert len(stored_messages(program)) == 2


def test_a_model_that_is_gone_names_its_successor(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Refuse("1211"))

    ended = program.run("ask", "hello", "-m", "glm-4-plus")

    assert (ended.code, ended.stdout) == (4, "")
    assert ended.stderr.count("\n") == 1
    assert "does not offer GLM-4-Plus any more" in ended.stderr
    assert ended.stderr.rstrip().endswith("Ask its successor with --model glm-5.3.")


def test_without_money_the_free_model_is_named_unless_it_was_asked(
    program: Program, bigmodel: ServiceThread
) -> None:
    bigmodel.always(Refuse("1113"))
    paid, free = program.run("ask", "hello", "-m", "glm-4-plus"), program.run("ask", "hello")

    assert paid.stderr.rstrip().endswith(
        "or ask GLM-4-Flash-250414 with --model glm-4-flash-250414, which is free."
    )
    assert free.stderr.rstrip().endswith("Top up in the console.")


def test_a_service_that_is_not_there_is_a_matter_of_the_network(offline: Program) -> None:
    ended = offline.run("ask", "hello", env={"GLMDESK_API_KEY": "id.secret"})

    assert (ended.code, ended.stdout) == (5, "")
    assert "cannot be reached (127.0.0.1)" in ended.stderr
    assert stored_answer(offline) == ("failed", "")


def test_a_key_that_is_none_asks_nothing(program: Program, bigmodel: ServiceThread) -> None:
    ended = program.run("ask", "hello", env={"GLMDESK_API_KEY": "一把钥匙"})

    assert ended.code == 3
    assert ended.stderr.endswith("Correct the variable GLMDESK_API_KEY, then start glmdesk again.\n")
    assert "no Chinese characters" in ended.stderr
    assert bigmodel.requests == []
    assert stored_messages(program) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_answer_and_keeps_what_arrived(
    program: Program, bigmodel: ServiceThread, number: signal.Signals
) -> None:
    bigmodel.script(Answer("一二三四", chunk_size=1, pause_after=2))

    with program.running("ask", "count") as process:
        assert process.stdout is not None
        assert process.stdout.read(6).decode() == "一二"
        process.send_signal(number)
        rest, stderr = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, rest, stderr) == (130, b"\n", b"")
    bigmodel.hung_up(bigmodel.chats[0])
    assert stored_answer(program) == ("stopped", "一二")


def test_a_signal_before_the_first_word_ends_the_waiting(program: Program, bigmodel: ServiceThread) -> None:
    bigmodel.script(Answer("late", faults=(Fault.SLOW_FIRST_BYTE,)))

    with program.running("ask", "hello") as process:
        exchange = bigmodel.arrived(CHAT, timeout_s=PATIENCE_S)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, stdout, stderr) == (130, b"", b"")
    bigmodel.hung_up(exchange)
    assert stored_answer(program) == ("stopped", "")


def test_a_reader_that_has_had_enough_stops_the_answer_quietly(
    program: Program, bigmodel: ServiceThread
) -> None:
    bigmodel.script(Answer("one\ntwo\nthree\n", chunk_size=4, pause_after=1))

    with program.running("ask", "count") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"one\n"
        process.stdout.close()
        bigmodel.release(bigmodel.chats[0])
        assert process.stderr.read() == b""
        assert process.wait(timeout=PATIENCE_S) == 0

    state, text = stored_answer(program)
    assert state == "stopped"
    assert text.startswith("one\n")


def test_a_disk_without_room_for_the_output_is_a_matter_of_local_data(
    program: Program, bigmodel: ServiceThread
) -> None:
    bigmodel.script(Answer("one two", chunk_size=4))
    with Path("/dev/full").open("wb") as full, program.running("ask", "x", stdout=full.fileno()) as process:
        _, stderr = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 6
    assert stderr.decode() == (
        "glmdesk: The output cannot be written: No space left on device. "
        "Make room for it, or send it elsewhere.\n"
    )


def test_a_history_that_cannot_be_written_is_told_once_and_nothing_is_asked(
    program: Program, bigmodel: ServiceThread
) -> None:
    assert program.run("export", "--all", "--format", "md").code == 0
    with closing(apsw.Connection(str(program.home / "glmdesk" / "data" / "glmdesk.db"))) as connection:
        pragma(connection, "user_version", 999)

    ended = program.run("ask", "hello")

    assert (ended.code, ended.stdout) == (6, "")
    assert ended.stderr.count("was written by a newer version") == 1
    assert bigmodel.requests == []


def test_a_folder_that_cannot_be_used_is_named(program: Program, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ended = program.run("--home", tmp_path / "file" / "below", "ask", "hello")

    assert ended.code == 6
    assert "file/below/data cannot be used: Not a directory." in ended.stderr


def test_an_interrupt_while_input_is_awaited_is_quiet(program: Program) -> None:
    with program.running("ask", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"half a question")
        process.stdin.flush()
        wait_until(partial(is_empty, process.stdin), "the program to read")
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, stdout, stderr) == (130, b"", b"")


def test_a_fault_of_the_program_is_one_line_and_in_the_log(program: Program) -> None:
    # A catalogue of models that is none stands for everything that should never happen.
    sabotage = "import glmdesk.domain.catalog as c; c.Catalog.from_toml = None; "
    start = f"{sabotage}from glmdesk.__main__ import main; raise SystemExit(main(['ask', 'hello']))"
    command = [program.command()[0], "-c", start]

    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=program.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    log = program.home / "glmdesk" / "logs" / "glmdesk.log"
    assert ended.returncode == 1
    assert ended.stderr == f"glmdesk: This is a fault of glmdesk. Details are in {log}\n"
    assert "TypeError: 'NoneType' object is not callable" in log.read_text()
