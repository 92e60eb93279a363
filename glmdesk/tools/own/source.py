"""The reviewed functions of the user as tools."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.tool import Risk, Scene, Tool, ToolResult, ToolSpec
from glmdesk.tools.beside import Beside, in_thread
from glmdesk.tools.own.folder import Folder, OwnFile, State
from glmdesk.tools.own.kinds import Mismatch, fitting
from glmdesk.tools.own.reading import Function
from glmdesk.tools.own.running import Runner

_LONGEST_NAME: Final = 64
_LONGEST_LOG: Final = 64 << 10


class OwnLogs:
    """What functions have printed in this run, by file: the last of it, in memory alone."""

    def __init__(self) -> None:
        self._logs: dict[str, str] = {}

    def add(self, file: str, text: str) -> None:
        """Take what a call has printed."""
        if text:
            self._logs[file] = (self._logs.get(file, "") + text)[-_LONGEST_LOG:]

    def of(self, file: str) -> str:
        """Return what the functions of a file have printed."""
        return self._logs.get(file, "")


@dataclass(frozen=True, slots=True)
class OwnTool:
    """A function of a text that was reviewed: it runs as it was then, whatever the file has become."""

    spec: ToolSpec
    file: str
    text: str
    function: Function
    runner: Runner
    logs: OwnLogs

    async def run(self, arguments: Mapping[str, object], _scene: Scene, /) -> ToolResult:
        """Call it, and say what it returned."""
        try:
            given = self._fitting(arguments)
        except Mismatch as error:
            return ToolResult(str(error), is_error=True)
        except RecursionError:
            return ToolResult("The arguments are nested too deeply.", is_error=True)
        called = await self.runner.call(self.file, self.text, self.function, given)
        self.logs.add(self.file, called.log)
        return ToolResult(called.text.encode("utf-8", "replace").decode(), is_error=called.is_error)

    def _fitting(self, arguments: Mapping[str, object]) -> dict[str, object]:
        known = {it.name: it for it in self.function.parameters}
        if unknown := [name for name in arguments if name not in known]:
            raise Mismatch(f"There is no argument {unknown[0]!r}. There are: {', '.join(known) or 'none'}.")
        given: dict[str, object] = {}
        for name, parameter in known.items():
            if name in arguments:
                try:
                    given[name] = fitting(arguments[name], parameter.kind)
                except Mismatch as error:
                    raise Mismatch(f"The argument {name!r} {error}.") from error
            elif parameter.is_required:
                raise Mismatch(f"The argument {name!r} is missing.")
        return given


class OwnTools:
    """Offers the functions of all files that are as they were when they were reviewed.

    `taken` are names of tools that belong to others.
    """

    def __init__(
        self, folder: Folder, runner: Runner, *, taken: Collection[str] = (), beside: Beside = in_thread
    ) -> None:
        self.folder = folder
        self.runner = runner
        self._logs = OwnLogs()
        self._taken = frozenset(taken)
        self._beside = beside

    def log(self, file: str) -> str:
        """Return what the functions of a file have printed in this run."""
        return self._logs.of(file)

    async def tools(self) -> Sequence[Tool]:
        """Return what is on offer now, in the order of the files; nothing where the folder cannot be read."""
        try:
            files = await self._beside(self.folder.files)
        except LocalDataError:
            return ()
        return tuple(self._tools(file for file in files if file.state is State.ON))

    def _tools(self, files: Iterator[OwnFile]) -> Iterator[Tool]:
        taken = set(self._taken)
        for file in files:
            for function in file.source.functions:
                name = _free_name(file.name, function.name, taken)
                taken.add(name)
                spec = ToolSpec(
                    name,
                    function.name,
                    function.description,
                    function.schema,
                    file.name,
                    Risk.ACTS,
                    file.digest,
                )
                yield OwnTool(spec, file.name, file.text, function, self.runner, self._logs)


def _free_name(file: str, function: str, taken: Collection[str]) -> str:
    """Return what the model calls a function: as it is called, else with its file, else with a number."""
    stem = "".join(
        letter if letter.isascii() and letter.isalnum() else "_" for letter in file.removesuffix(".py")
    )
    candidates = [function, f"{stem}_{function}"[-_LONGEST_NAME:]]
    number = 2
    while candidates[0] in taken:
        candidates.pop(0)
        if not candidates:
            candidates.append(f"{function[: _LONGEST_NAME - 4]}_{number}")
            number += 1
    return candidates[0]
