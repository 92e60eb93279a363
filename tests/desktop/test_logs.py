import base64
import logging
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

from glmdesk.desktop.logs import CRASH_NAME, LOG_NAME, crashes_to, end_in_log, log_to
from glmdesk.desktop.redaction import Redactor
from tests.support.desktop import DesktopSession

CANARY = "c0ffee00c0ffee00c0ffee00c0ffee00.CaNaRyCaNaRy0123"
logger = logging.getLogger("glmdesk.test")


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor()
    redactor.register(CANARY)
    return redactor


@pytest.fixture
def log(tmp_path: Path, redactor: Redactor) -> Iterator[Path]:
    with log_to(tmp_path, level="info", redactor=redactor):
        yield tmp_path / LOG_NAME


def test_our_own_lines_are_written_from_the_chosen_level_on(log: Path) -> None:
    logger.debug("too quiet")
    logger.info("opened %d conversations 对话", 3)

    assert "INFO" in log.read_text()
    assert "glmdesk.test: opened 3 conversations 对话" in log.read_text()
    assert "too quiet" not in log.read_text()


def test_libraries_are_heard_from_warnings_on(log: Path) -> None:
    logging.getLogger("library").info("chatter")

    assert log.read_text() == ""


@pytest.mark.logs_errors
@pytest.mark.parametrize(
    "shown",
    [
        CANARY,
        f"Bearer {CANARY}",
        base64.b64encode(f"Bearer {CANARY}".encode()).decode(),
        quote(CANARY, safe=""),
        repr(CANARY.encode()),
        CANARY.encode().hex(),
    ],
)
def test_a_secret_never_reaches_the_file(log: Path, redactor: Redactor, shown: str) -> None:
    logger.info(shown)
    logger.info("as argument: %s %r", shown, {"header": shown})
    try:
        fail(RuntimeError("outer"), because=ValueError(shown))
    except RuntimeError:
        logger.exception("failed")
    logger.info("with stack", stack_info=True, extra={"key": shown})

    assert not redactor.knows(log.read_text())
    assert shown not in log.read_text()
    assert "RuntimeError: outer" in log.read_text()


@pytest.mark.logs_errors
def test_what_nobody_caught_is_logged_redacted(log: Path, redactor: Redactor) -> None:
    error = ValueError(f"refused {CANARY}")

    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=fail, args=[error])
    thread.start()
    thread.join()

    assert log.read_text().count("ValueError: refused •••") == 2
    assert not redactor.knows(log.read_text())


@pytest.mark.logs_errors
def test_what_cannot_be_raised_is_logged(log: Path) -> None:
    class Broken:
        def __del__(self) -> None:
            raise ValueError("in the finalizer")

    Broken()

    assert "ValueError: in the finalizer" in log.read_text()


@pytest.mark.logs_errors
def test_a_crash_appears_on_standard_error_redacted(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # The handler was made before the capture of this test began, so it is made again.
    redactor = Redactor()
    with log_to(log.parent, level="info", redactor=redactor):
        sys.excepthook(ValueError, ValueError(f"Bearer {CANARY}"), None)

    assert "ValueError: Bearer •••" in capsys.readouterr().err


@pytest.mark.logs_errors
def test_a_fault_on_the_way_out_is_logged_and_ends_there(tmp_path: Path, redactor: Redactor) -> None:
    # The hooks were put back before Python came to call them.
    leave_with(ValueError(f"refused {CANARY}"), tmp_path, redactor)

    assert (tmp_path / LOG_NAME).read_text().count("ValueError: refused •••") == 1


def test_an_end_on_request_is_no_fault(tmp_path: Path, redactor: Redactor) -> None:
    with pytest.raises(SystemExit):
        leave_with(SystemExit(3), tmp_path, redactor)

    assert (tmp_path / LOG_NAME).read_text() == ""


def leave_with(error: BaseException, folder: Path, redactor: Redactor) -> None:
    """Raise while the log is open."""
    with ExitStack() as files:
        files.enter_context(log_to(folder, level="info", redactor=redactor))
        files.push(end_in_log)
        raise error


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
def test_a_full_disk_costs_lines_of_the_log_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / LOG_NAME).symlink_to("/dev/full")

    with log_to(tmp_path, level="info", redactor=Redactor()):
        logger.info("lost")


def test_the_hooks_are_put_back(tmp_path: Path) -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook, logging.getLogger().handlers[:]

    with log_to(tmp_path, level="debug", redactor=Redactor()):
        assert sys.excepthook is not before[0]

    assert before == (sys.excepthook, threading.excepthook, sys.unraisablehook, logging.getLogger().handlers)


def test_the_log_is_for_its_owner_only(log: Path) -> None:
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_the_log_is_bounded(log: Path) -> None:
    for number in range(1_200):
        logger.info("%d %s", number, "对话" * 500)

    files = sorted(log.parent.iterdir())
    assert len(files) == 3
    assert sum(file.stat().st_size for file in files) < 3_100_000
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert " 1199 对话" in log.read_text()


def test_two_programs_write_to_one_log(tmp_path: Path) -> None:
    with (
        log_to(tmp_path, level="info", redactor=Redactor()),
        log_to(tmp_path, level="info", redactor=Redactor()),
    ):
        logger.info("twice")

    assert (tmp_path / LOG_NAME).read_text().count("twice") == 2


def test_a_name_that_is_not_unicode_is_logged(log: Path) -> None:
    logger.info("file %s", b"\xff.txt".decode(errors="surrogateescape"))

    assert r"file \udcff.txt" in log.read_text()


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / LOG_NAME).mkdir()

    with log_to(tmp_path, level="info", redactor=Redactor()) as problem:
        logger.info("lost")

    assert problem is not None
    assert problem.code == "log-unwritable"
    assert str(tmp_path / LOG_NAME) in problem.headline
    with log_to(tmp_path / "elsewhere", level="info", redactor=Redactor()) as problem:
        assert problem is None


def test_a_crash_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / CRASH_NAME).mkdir()

    with crashes_to(tmp_path) as problem:
        assert problem is not None
        assert str(tmp_path / CRASH_NAME) in problem.headline


def test_the_folder_of_the_log_is_made_for_its_owner_only(tmp_path: Path) -> None:
    with log_to(tmp_path / "new" / "log", level="info", redactor=Redactor()):
        assert stat.S_IMODE((tmp_path / "new" / "log").stat().st_mode) == 0o700


def test_a_crash_below_python_leaves_its_stack(tmp_path: Path) -> None:
    script = """
import faulthandler, signal, sys
from pathlib import Path
from glmdesk.desktop.logs import crashes_to

def the_guilty_function():
    signal.raise_signal(signal.SIGSEGV)

with crashes_to(Path(sys.argv[1])):
    the_guilty_function()
"""
    (tmp_path / CRASH_NAME).write_text("x" * 200_000)
    with DesktopSession(display=False, bus=False) as desktop:
        crashed = desktop.start("crash", [sys.executable, "-c", script, str(tmp_path)])
        assert crashed.wait(timeout=10) < 0

    trace = (tmp_path / CRASH_NAME).read_text()
    assert "the_guilty_function" in trace
    assert len(trace) < 10_000


def fail(error: Exception, because: Exception | None = None) -> None:
    raise error from because
