"""Calls in a process of their own: what they are given, what comes back, and what is left of them."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.tool import Risk, Scene, Tool, ToolResult
from glmdesk.tools.own.folder import Folder
from glmdesk.tools.own.running import Runner
from glmdesk.tools.own.source import OwnTools
from tests.tools.own.conftest import KEY, SCRIPT

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(90)]

HERE = Scene("here")

FILE = '''
import os, sys, time
from enum import Enum

class Colour(Enum):
    RED = "r"

def add(a: int, b: int = 2) -> int:
    """Add."""
    print("adding", a, b)
    return a + b

def paint(colour: Colour, more: list[Colour] = []) -> str:
    """Paint."""
    return colour.name

async def later() -> dict:
    """Wait."""
    return {"天": [1, None, float("nan")]}

def environment() -> list[str]:
    """Return the names of variables."""
    print(os.environ.get("GLMDESK_API_KEY"))
    return sorted(os.environ)

def place() -> list[str]:
    """Write into the folder."""
    open("made", "w").close()
    return [os.getcwd(), *os.listdir(".")]

def fails() -> str:
    """Fail."""
    return {}["missing"]

def leaves() -> str:
    """Leave."""
    sys.exit(3)

def vanishes() -> str:
    """Vanish."""
    os._exit(7)

def is_killed() -> str:
    """Be killed."""
    os.kill(os.getpid(), 9)

def never_ends() -> str:
    """Go on."""
    while True:
        pass

def ignores_signals() -> str:
    """Go on."""
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    print(os.getpid(), flush=True)
    while True:
        time.sleep(100)

def takes_memory() -> str:
    """Take ten gigabytes."""
    return str(len(b"x" * (10 << 30)))

def says_much() -> str:
    """Return a gigabyte."""
    return "x" * (1 << 30)

def prints_much() -> str:
    """Print without end."""
    while True:
        print("x" * 100_000)

def writes_much() -> str:
    """Write a file of a gigabyte."""
    with open("large", "wb") as file:
        for _ in range(1024):
            file.write(bytes(1 << 20))
    return "written"

def goes_on_in_others() -> str:
    """Be another process all the time."""
    print("begun", flush=True)
    while True:
        if os.fork():
            os._exit(0)

def forks(count: int) -> str:
    """Leave processes behind that have left the group, too."""
    pids = []
    for number in range(count):
        pid = os.fork()
        if pid == 0:
            if number % 2:
                os.setsid()
            if os.fork():
                os._exit(0)
            time.sleep(1000)
        pids.append(pid)
    return " ".join(map(str, pids))

def forges() -> str:
    """Write something else than the answer."""
    for number in range(3, 20):
        try:
            os.write(number, b"{}\\n")
        except OSError:
            pass
    return "true"

def limits() -> list:
    """Return what may be taken."""
    import resource
    kinds = (resource.RLIMIT_AS, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)
    return [resource.getrlimit(kind)[0] for kind in kinds]
'''


@pytest.fixture
def own(folder: Folder, runner: Runner) -> OwnTools:
    return put_in_use(folder, runner)


def put_in_use(folder: Folder, runner: Runner) -> OwnTools:
    folder.path.mkdir()
    (folder.path / "all.py").write_text(FILE, encoding="utf-8")
    (file,) = folder.files()
    folder.review("all.py", file.digest)
    return OwnTools(folder, runner)


def is_there(path: Path) -> bool:
    return path.exists()


async def tool(own: OwnTools, name: str) -> Tool:
    (found,) = (found for found in await own.tools() if found.spec.name == name)
    return found


async def call(own: OwnTools, name: str, **arguments: object) -> ToolResult:
    return await (await tool(own, name)).run(arguments, HERE)


def children() -> list[int]:
    """Return what processes of ours are still there, that of the guard and those that were left to it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(SCRIPT).encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


async def test_a_function_gets_its_arguments_and_the_model_its_result(own: OwnTools) -> None:
    assert await call(own, "add", a=5) == ToolResult("7")
    assert await call(own, "add", a=5, b=-1) == ToolResult("4")
    assert await call(own, "paint", colour="r") == ToolResult("RED")
    assert await call(own, "later") == ToolResult('{"天": [1, null, NaN]}')
    assert own.log("all.py") == "adding 5 2\nadding 5 -1\n", "what is printed is not for the model"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("add", {}, "'a' is missing"),
        ("add", {"a": "5"}, "'a' has to be of type integer"),
        ("add", {"a": 5, "c": 1}, "no argument 'c'. There are: a, b."),
        ("paint", {"colour": "RED"}, "has to be one of 'r'"),
        ("later", {"x": 1}, "There are: none"),
    ],
)
async def test_arguments_are_looked_at_before_anything_runs(
    own: OwnTools, name: str, arguments: dict[str, object], words: str
) -> None:
    result = await call(own, name, **arguments)

    assert result.is_error
    assert words in result.text


async def test_secrets_are_not_handed_on(own: OwnTools) -> None:
    names = (await call(own, "environment")).text

    assert '"PATH"' in names
    assert '"LC_TIME"' in names
    for name in ("GLMDESK_API_KEY", "OTHER_TOKEN", "PYTHONPATH"):
        assert f'"{name}"' not in names
    assert KEY not in own.log("all.py")


async def test_each_call_has_an_empty_folder_that_is_removed(own: OwnTools) -> None:
    text = (await call(own, "place")).text
    path, name = text.strip('["]').split('", "')

    assert name == "made"
    assert not is_there(Path(path))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fails", "The function failed: KeyError: 'missing'"),
        ("leaves", "The function failed: SystemExit: 3"),
        ("vanishes", "The function ended without a result (code 7)."),
        ("is_killed", "The function ended without a result (code 137)."),
        ("takes_memory", "The function failed: MemoryError"),
        ("prints_much", "The function wrote too much."),
        ("writes_much", "The function failed: OSError"),
        ("forges", "The function wrote something else in place of its result."),
    ],
)
async def test_whatever_goes_wrong_is_said(own: OwnTools, name: str, words: str) -> None:
    result = await call(own, name)

    assert result.is_error
    assert result.text.startswith(words)
    assert children() == []


async def test_a_failure_is_traced_in_the_log_with_the_lines_that_were_reviewed(own: OwnTools) -> None:
    await call(own, "fails")

    assert 'return {}["missing"]' in own.log("all.py")


async def test_a_long_result_is_cut(own: OwnTools) -> None:
    result = await call(own, "says_much")

    assert len(result.text) < 17_000
    assert result.text.endswith("[The rest was left out.]")


async def test_what_does_not_end_is_ended(folder: Folder, environ: dict[str, str]) -> None:
    own = put_in_use(folder, Runner(SCRIPT, Redactor(), environ, seconds=1))
    result = await call(own, "never_ends")

    assert result == ToolResult("The function did not end within 1 seconds.", is_error=True)
    assert children() == []


async def test_what_a_function_leaves_behind_is_ended(own: OwnTools) -> None:
    result = await call(own, "forks", count=20)

    assert len(result.text.split()) == 20
    assert children() == []


async def test_what_is_another_process_all_the_time_is_ended(folder: Folder, environ: dict[str, str]) -> None:
    own = put_in_use(folder, Runner(SCRIPT, Redactor(), environ, seconds=1))
    result = await call(own, "goes_on_in_others")

    assert result == ToolResult("The function ended without a result (code 0).", is_error=True)
    assert children() == []


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_a_call_that_is_cancelled_is_gone(own: OwnTools) -> None:
    running = await tool(own, "ignores_signals")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(running.run({}, HERE))
        # The guard and the function.
        await until(lambda: len(children()) == 2)
        task.cancel()

    assert task.cancelled()
    assert children() == []


async def test_a_call_ends_with_the_program(own: OwnTools, tmp_path: Path) -> None:
    code = f"""
import asyncio
from pathlib import Path
from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.tool import Scene
from glmdesk.tools.own.folder import Folder
from glmdesk.tools.own.running import Runner
from glmdesk.tools.own.source import OwnTools

async def main():
    own = OwnTools(Folder(Path({str(tmp_path)!r}), Path()), Runner(Path({str(SCRIPT)!r}), Redactor(), {{}}))
    (tool,) = [it for it in await own.tools() if it.spec.name == "ignores_signals"]
    await tool.run({{}}, Scene("here"))

asyncio.run(main())
"""
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    await until(lambda: len([pid for pid in children() if pid != program.pid]) == 2)
    program.send_signal(signal.SIGKILL)
    await program.wait()

    await until(lambda: children() == [])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know not all of them")
async def test_the_system_keeps_bounds_too(own: OwnTools) -> None:
    assert (await call(own, "limits")).text == f"[{2 << 30}, 0, {256 << 20}]"


async def test_a_file_that_changes_offers_nothing_and_what_was_offered_runs_as_it_was(
    own: OwnTools, folder: Folder
) -> None:
    offered = await tool(own, "add")
    (folder.path / "all.py").write_text(FILE.replace("a + b", "a * b"), encoding="utf-8")

    assert await own.tools() == ()
    assert await offered.run({"a": 5, "b": 5}, HERE) == ToolResult("10")


async def test_every_function_acts_and_says_where_it_is_from(own: OwnTools) -> None:
    specs = [found.spec for found in await own.tools()]

    assert {spec.risk for spec in specs} == {Risk.ACTS}
    assert {spec.source for spec in specs} == {"all.py"}


async def test_names_are_free_and_stay(folder: Folder, runner: Runner) -> None:
    folder.path.mkdir()
    for name in ("a b.py", "b.py", "c.py"):
        (folder.path / name).write_text('def add(a: int) -> int:\n    """Add."""\n', encoding="utf-8")
    for file in folder.files():
        folder.review(file.name, file.digest)

    async def names(*taken: str) -> list[str]:
        return [found.spec.name for found in await OwnTools(folder, runner, taken=taken).tools()]

    assert await names() == ["add", "b_add", "c_add"]
    assert await names("add", "b_add") == ["a_b_add", "add_2", "c_add"]


async def test_the_python_is_the_named_one_else_ours_else_that_of_the_system(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    def made(named: str = "", **others: object) -> Runner:
        return Runner(SCRIPT, Redactor(), environ, named_python=lambda: named, **others)  # type: ignore[arg-type]

    assert made().python == sys.executable
    assert made("/nowhere/python").python is None
    assert made("python3").python is not None
    frozen = Runner(SCRIPT, Redactor(), {"PATH": str(tmp_path)}, bundle=tmp_path)
    assert frozen.python is None
    (tmp_path / "python3").symlink_to(sys.executable)
    assert frozen.python == str(tmp_path / "python3")


async def test_without_a_python_it_is_said(folder: Folder, tmp_path: Path) -> None:
    own = put_in_use(folder, Runner(SCRIPT, Redactor(), {"PATH": ""}, bundle=tmp_path))
    result = await call(own, "add", a=1)

    assert result.is_error
    assert result.text.startswith("No Python was found")


async def test_no_process_is_started_by_reading(folder: Folder, runner: Runner) -> None:
    folder.path.mkdir()
    text = 'open("ran", "w")\ndef f() -> int:\n    """Doc."""\n    return 1\n'
    (folder.path / "a.py").write_text(text, encoding="utf-8")
    (file,) = folder.files()
    folder.review("a.py", file.digest)
    await OwnTools(folder, runner).tools()

    assert not is_there(folder.path / "ran")
    assert not is_there(Path("ran"))


async def test_a_consent_is_to_the_code_that_was_reviewed(folder: Folder, runner: Runner) -> None:
    own = put_in_use(folder, runner)
    before = [tool.spec for tool in await own.tools()]
    (folder.path / "all.py").write_text(FILE + "\nOTHER = 1\n", encoding="utf-8")
    (file,) = folder.files()
    folder.review("all.py", file.digest)
    after = [tool.spec for tool in await own.tools()]

    assert [spec.description for spec in after] == [spec.description for spec in before]
    assert {spec.digest for spec in after}.isdisjoint(spec.digest for spec in before)
