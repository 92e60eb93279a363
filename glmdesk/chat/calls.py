"""The calls of an answer, carried out: each ends in words for the model, whatever happens."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from glmdesk.domain.errors import UserError
from glmdesk.domain.tool import (
    Permission,
    Scene,
    Tool,
    ToolCall,
    ToolResult,
    ToolSpec,
    parse_arguments,
)

MOST_ROUNDS: Final = 12
"""How often a model may call tools before it answers."""

LONGEST_CALL_S: Final = 120.0
"""Seconds that a call may take; the time in which somebody is asked about it does not count."""

_HANDED_BACK: Final = 1
"""How often a model is told that its arguments are no JSON."""

_AT_ONCE: Final = 4
_LONGEST_RESULT: Final = 60_000
"""Characters. A tool that says more would fill the window with one call."""

Permit = Callable[[ToolSpec, ToolCall], Awaitable[Permission]]
"""Says whether a call may be made; it may have to ask somebody."""

Done = Callable[[ToolCall, ToolResult], Awaitable[None]]
"""Takes what came of a call."""


class Calls:
    """Carries out what a model asks for in one turn. Arguments that are no JSON are handed back once."""

    def __init__(
        self, tools: Sequence[Tool], permit: Permit, scene: Scene, *, longest_s: float = LONGEST_CALL_S
    ) -> None:
        self._tools: Mapping[str, Tool] = {tool.spec.name: tool for tool in tools}
        self._permit = permit
        self._scene = scene
        self._longest_s = longest_s
        self._rounds = 0
        self._unreadable = 0

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What is said of the tools, in their order."""
        return tuple(tool.spec for tool in self._tools.values())

    def are_due(self, calls: Sequence[ToolCall]) -> bool:
        """Whether an answer's calls are carried out; not where a model goes on calling without end."""
        ids = {call.id for call in calls}
        can_be_answered = len(ids) == len(calls) and all(ids)
        unreadable = self._unreadable + _are_unreadable(calls)
        is_getting_on = self._rounds < MOST_ROUNDS and unreadable <= _HANDED_BACK
        return bool(calls and self._tools) and can_be_answered and is_getting_on

    async def carry_out(self, calls: Sequence[ToolCall], done: Done) -> None:
        """Carry out the calls of one answer, some at once. Whoever cancels this ends those that run."""
        self._rounds += 1
        self._unreadable += _are_unreadable(calls)
        room = asyncio.Semaphore(_AT_ONCE)

        async def carry_out(call: ToolCall) -> None:
            async with room:
                await done(call, _bounded(await self._result(call)))

        try:
            async with asyncio.TaskGroup() as group:
                for call in calls:
                    group.create_task(carry_out(call))
        except* UserError as errors:
            raise errors.exceptions[0] from errors

    async def _result(self, call: ToolCall) -> ToolResult:
        tool = self._tools.get(call.name)
        if tool is None:
            return _failure(f"There is no tool {call.name!r}. There are: {', '.join(self._tools)}.")
        arguments = parse_arguments(call.arguments)
        if arguments is None:
            return _failure(
                "The arguments are not the JSON of an object. Call the tool again with some that are."
            )
        permission = await self._permit(tool.spec, call)
        if not permission.is_given:
            return _failure(f"The user did not allow this call. {permission.reason}".strip())
        try:
            async with asyncio.timeout(self._longest_s):
                return await tool.run(arguments, self._scene)
        except TimeoutError:
            return _failure(f"The tool did not answer within {self._longest_s:g} seconds.")
        except UserError as error:
            return _failure(str(error))


def _are_unreadable(calls: Sequence[ToolCall]) -> bool:
    """Whether there is one among them whose arguments are no JSON."""
    return any(parse_arguments(call.arguments) is None for call in calls)


def _failure(words: str) -> ToolResult:
    return ToolResult(words, is_error=True)


def _bounded(result: ToolResult) -> ToolResult:
    """Return a result that says something, and not too much; halves of surrogate pairs cannot be sent."""
    text = result.text if result.text.strip() else "(nothing)"
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    left_out = len(text) - _LONGEST_RESULT
    if left_out > 0:
        text = f"{text[:_LONGEST_RESULT]}\n({left_out} more characters are left out)"
    return ToolResult(text, result.is_error)
