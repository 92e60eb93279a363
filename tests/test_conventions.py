"""What no linter can name: habits that the event loop, Qt and the lock files need."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STATIC_DIALOGS = {"QColorDialog", "QFileDialog", "QFontDialog", "QInputDialog", "QMessageBox"}
BOXES = {"about", "aboutQt", "critical", "information", "question", "warning"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A habit; `is_broken` judges one node of a module, whose path inside the package begins with `where`."""

    advice: str
    is_broken: Callable[[ast.AST], bool]
    where: str = ""
    but_for: frozenset[str] = frozenset()


def runs_nested_loop(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="exec" | "exec_")) | ast.Attribute(attr="processEvents"):
            return True
        case ast.Attribute(value=ast.Name(id=dialog), attr=name):
            return dialog in STATIC_DIALOGS and (name.startswith("get") or name in BOXES)
        case _:
            return False


def leaves_generator_open(node: ast.AST) -> bool:
    """Whether a coroutine iterates over anything but its parameters and what `aclosing` gave it."""
    if not isinstance(node, ast.AsyncFunctionDef):
        return False
    closed = {argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
    iterated: list[ast.expr] = []
    for part in ast.walk(node):
        match part:
            case ast.withitem(context_expr=ast.Call(func=function), optional_vars=ast.Name(id=name)):
                if ast.unparse(function).endswith("aclosing"):
                    closed.add(name)
            case ast.AsyncFor(iter=iterable) | ast.comprehension(iter=iterable, is_async=1):
                iterated.append(iterable)
            case _:
                pass
    return any(not isinstance(iterable, ast.Name) or iterable.id not in closed for iterable in iterated)


def catches_everything(node: ast.AST) -> bool:
    match node:
        case ast.ExceptHandler(type=None):
            return True
        case ast.ExceptHandler(type=ast.expr() as caught):
            names = {part.id for part in ast.walk(caught) if isinstance(part, ast.Name)}
            return "Exception" in names
        case _:
            return False


def starts_loose_task(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=owner, attr="create_task" | "ensure_future"):
            text = ast.unparse(owner)
            return text == "asyncio" or "loop" in text
        case ast.ImportFrom(module="asyncio", names=names):
            return bool({name.name for name in names} & {"create_task", "ensure_future"})
        case _:
            return False


def is_coroutine(node: ast.AST) -> bool:
    return isinstance(node, ast.AsyncFunctionDef)


RULES = (
    # Before the first paint there are no tasks whose wake-ups could be lost. At log-out the desktop takes no
    # answer but a return; what is called is no task, and our loop wakes the others.
    Rule(
        "open() a dialog and wait for its signal: a nested loop loses wake-ups",
        runs_nested_loop,
        but_for=frozenset({"app/start.py", "app/log_out.py"}),
    ),
    Rule("iterate over what `async with aclosing(…) as` gave: qasync closes nothing", leaves_generator_open),
    Rule(
        "start tasks with TaskRunner or in a TaskGroup", starts_loose_task, but_for=frozenset({"ui/tasks.py"})
    ),
    Rule("coroutines live in controllers", is_coroutine, where="ui/widgets/"),
    # Where faults end: those of a task, of a command, and of a part of the self-test.
    Rule(
        "name the errors that are expected",
        catches_everything,
        but_for=frozenset({"ui/tasks.py", "cli/run.py", "app/self_test/run.py"}),
    ),
)

# What takes a callable to another thread, by the last word of its name.
THREAD_DOORS = {"to_thread", "run_in_executor", "submit", "Thread"}
IMPORTERS = {"import_module", "__import__"}


def faults(source: str, path: str) -> list[str]:
    rules = [rule for rule in RULES if path.startswith(rule.where) and path not in rule.but_for]
    return [
        f"glmdesk/{path}:{getattr(node, 'lineno', 0)}: {rule.advice}"
        for node in ast.walk(ast.parse(source))
        for rule in rules
        if rule.is_broken(node)
    ]


def test_the_package_keeps_its_habits() -> None:
    package = ROOT / "glmdesk"
    found = [
        fault
        for path in sorted(package.rglob("*.py"))
        for fault in faults(path.read_text(encoding="utf-8"), path.relative_to(package).as_posix())
    ]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "dialog.exec()",
        "menu.exec_(point)",
        "QFileDialog.getOpenFileName(self)",
        "QMessageBox.question(self, title, text)",
        "QApplication.processEvents()",
        "async def f():\n    async for event in stream(): pass",
        "async def f():\n    return [event async for event in stream()]",
        "async def f():\n    events = stream()\n    async for event in events: pass",
        "try: work()\nexcept Exception: logger.exception('it failed')",
        "try: work()\nexcept (OSError, Exception): pass",
        "asyncio.create_task(work())",
        "asyncio.get_running_loop().create_task(work())",
        "from asyncio import ensure_future",
    ],
)
def test_a_broken_habit_is_found(source: str) -> None:
    assert len(faults(source, "ui/controllers/chat.py")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "dialog.open()",
        "box.setIcon(QMessageBox.Icon.Warning)",
        "async def f():\n  async with aclosing(stream()) as events:\n    async for event in events: pass",
        "async def f(events):\n  return [event async for event in events]",
        "try: work()\nexcept OSError: pass",
        "group.create_task(work())",
    ],
)
def test_a_good_habit_is_left_alone(source: str) -> None:
    assert not faults(source, "ui/controllers/chat.py")


def test_rules_know_their_place() -> None:
    assert faults("async def show(): ...", "ui/widgets/composer.py")
    assert not faults("async def show(): ...", "ui/controllers/chat.py")
    assert not faults("loop.create_task(work())", "ui/tasks.py")


def last_word(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def imported_in_threads(source: str) -> Iterator[str]:
    """Yield what a thread is told to import, as statements; "?" for a name that is not written out.

    A function of the same file that is handed to a thread counts with what it imports itself.
    """
    tree = ast.parse(source)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for door in ast.walk(tree):
        if not (isinstance(door, ast.Call) and last_word(door.func) in THREAD_DOORS):
            continue
        handed: list[ast.AST] = [*door.args, *(it.value for it in door.keywords if it.arg != "name")]
        words = [last_word(node) for part in handed for node in ast.walk(part)]
        handed += [functions[word] for word in words if word in functions]
        nodes = [node for part in handed for node in ast.walk(part)]
        yield from imported_by(nodes)


def imported_by(nodes: list[ast.AST]) -> Iterator[str]:
    if any(last_word(node) in IMPORTERS for node in nodes):
        texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
        names = [text for text in texts if isinstance(text, str) and text.replace(".", "_").isidentifier()]
        yield from (f"import {name}" for name in names)
        if not names:
            yield "?"
    yield from (ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def brought_in(statement: str) -> set[str]:
    """Return the packages that are there once a fresh interpreter has run an import."""
    code = f"{statement}\nimport sys; print(*sys.modules, sep='\\n')"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return {name.partition(".")[0] for name in ended.stdout.split()}


def test_no_thread_imports_qt() -> None:
    # PySide6 6.11 reads its table of types without the interpreter's lock: the window's thread, which makes
    # types at the same time, crashed at start.
    files = sorted((ROOT / "glmdesk").rglob("*.py"))
    imports = {found for path in files for found in imported_in_threads(path.read_text(encoding="utf-8"))}

    assert "from glmdesk.render.stream import BlockStream" in imports, (
        "the check has lost sight of what it is for"
    )
    assert "?" not in imports
    assert {found for found in imports if brought_in(found) & {"PySide6", "shiboken6", "qasync"}} == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("await asyncio.to_thread(importlib.import_module, 'glmdesk.ui')", {"import glmdesk.ui"}),
        ("to_thread(import_module, module)", {"?"}),
        ("await loop.run_in_executor(None, __import__, 'glmdesk.ui')", {"import glmdesk.ui"}),
        ("to_thread(lambda: import_module('glmdesk.ui.theme'))", {"import glmdesk.ui.theme"}),
        ("Thread(target=partial(import_module, 'glmdesk.ui'), name='loader')", {"import glmdesk.ui"}),
        ("Thread(target=import_module, args=('glmdesk.ui',))", {"import glmdesk.ui"}),
        ("def load():\n    from glmdesk.ui import theme\nto_thread(load)", {"from glmdesk.ui import theme"}),
        ("def load():\n    import glmdesk.ui.theme\npool.submit(load, 1)", {"import glmdesk.ui.theme"}),
        ("def load():\n    import glmdesk.ui.theme\nload()\nto_thread(write, 'file')", set[str]()),
        ("import_module('glmdesk.ui')", set[str]()),
    ],
)
def test_an_import_in_a_thread_is_found(source: str, expected: set[str]) -> None:
    assert set(imported_in_threads(source)) == expected


def test_what_an_import_brings_in_is_told() -> None:
    assert "PySide6" in brought_in("from glmdesk.ui import theme")
    assert "PySide6" not in brought_in("import glmdesk.ui")


LOCKS = sorted((ROOT / "packaging" / "locked").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_files_name_no_host_and_no_path(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    for sign in ("://", "--index-url", "--extra-index-url", "--find-links", "file:", " /", "pypi."):
        assert sign not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_files_hold_one_version_and_hashes_of_every_package(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    packages = [line for line in lines if line and not line.lstrip().startswith("#")]

    locked = re.compile(r"[a-z0-9.\[\]-]+==\S+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+")
    assert packages
    assert [line for line in packages if not locked.fullmatch(line)] == []
