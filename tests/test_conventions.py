"""What no linter can name: habits that the event loop, Qt and the lock files need."""

import ast
from collections.abc import Callable
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
    but_for: str | None = None


def runs_nested_loop(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="exec" | "exec_")) | ast.Attribute(attr="processEvents"):
            return True
        case ast.Attribute(value=ast.Name(id=dialog), attr=name):
            return dialog in STATIC_DIALOGS and (name.startswith("get") or name in BOXES)
        case _:
            return False


def leaves_generator_open(node: ast.AST) -> bool:
    match node:
        case ast.AsyncFor(iter=ast.Call()):
            return True
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return any(part.is_async and isinstance(part.iter, ast.Call) for part in node.generators)
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
    # Before the first paint there are no tasks whose wake-ups could be lost.
    Rule(
        "open() a dialog and wait for its signal: a nested loop loses wake-ups",
        runs_nested_loop,
        but_for="app/start.py",
    ),
    Rule("iterate over what `async with aclosing(…) as` gave: qasync closes nothing", leaves_generator_open),
    Rule("start tasks with TaskRunner or in a TaskGroup", starts_loose_task, but_for="ui/tasks.py"),
    Rule("coroutines live in controllers", is_coroutine, where="ui/widgets/"),
)


def faults(source: str, path: str) -> list[str]:
    rules = [rule for rule in RULES if path.startswith(rule.where) and path != rule.but_for]
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
        "group.create_task(work())",
    ],
)
def test_a_good_habit_is_left_alone(source: str) -> None:
    assert not faults(source, "ui/controllers/chat.py")


def test_rules_know_their_place() -> None:
    assert faults("async def show(): ...", "ui/widgets/composer.py")
    assert not faults("async def show(): ...", "ui/controllers/chat.py")
    assert not faults("loop.create_task(work())", "ui/tasks.py")


@pytest.mark.parametrize(
    "lock", sorted((ROOT / "packaging" / "locked").glob("*.txt")), ids=lambda lock: lock.stem
)
def test_lock_files_name_no_host_and_no_path(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    for sign in ("://", "--index-url", "--extra-index-url", "--find-links", "file:", " /", "pypi."):
        assert sign not in text
