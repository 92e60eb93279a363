"""A tool as the loop of a turn calls it."""

from collections.abc import Mapping

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.tool import Scene, Tool, ToolResult

NO_FILES = Scene("here")


class Files:
    """Attached files with their texts; one that is None has no text."""

    def __init__(self, **texts: str | None) -> None:
        self._texts: dict[str, str | None] = {}
        self._files: list[Attachment] = []
        for name, text in texts.items():
            self.add(name, text)

    def add(self, name: str, text: str | None) -> "Files":
        file = Attachment.of(name, f"{len(self._files)}:{text}".encode(errors="replace"))
        self._files.append(file)
        self._texts[file.digest] = text
        return self

    @property
    def scene(self) -> Scene:
        return Scene("here", tuple(self._files))

    async def read(self, attachment: Attachment) -> str | None:
        return self._texts[attachment.digest]


async def told(tool: Tool, scene: Scene = NO_FILES, /, **arguments: object) -> str:
    """Return what a tool says when all is well."""
    result = await tool.run(arguments, scene)
    assert not result.is_error, result.text
    return result.text


async def refused(tool: Tool, scene: Scene = NO_FILES, /, **arguments: object) -> str:
    """Return what a tool says when it refuses."""
    result = await tool.run(arguments, scene)
    assert result.is_error, result.text
    return result.text


async def answered(tool: Tool, arguments: Mapping[str, object], scene: Scene = NO_FILES) -> ToolResult:
    """Return what comes of any arguments, which is always a result that can be sent."""
    result = await tool.run(arguments, scene)
    assert len(result.text) <= 16_000
    result.text.encode()
    return result
