"""The official SDK, and all of it that is used. Importing it takes more than a second: do so in a thread."""

import base64
import json
import logging
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Final

import anyio
import httpx2
import mcp_types as types
from mcp.client._transport import TransportStreams
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ListenNotSupportedError, Subscription, SubscriptionLost
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

import glmdesk
from glmdesk.api.tls import trusted_roots
from glmdesk.desktop.guarded_child import GuardedChild
from glmdesk.domain.tool import ToolResult
from glmdesk.tools.mcp.config import Site
from glmdesk.tools.mcp.definition import Definition
from glmdesk.tools.mcp.values import Argument, Prompt, Resource

Transport = AbstractAsyncContextManager[TransportStreams]
"""Opens the streams on which messages come and go."""

CONNECT_S: Final = 15.0
"""Seconds."""

_MOST_PAGES: Final = 50
_MOST_ITEMS: Final = 1_000
_LONGEST_MESSAGE: Final = 32 << 20
"""Bytes of one message. An image in a result is large; nothing is this large."""

FAULTS: Final = (
    MCPError,
    ValidationError,
    httpx2.HTTPError,
    anyio.ClosedResourceError,
    anyio.BrokenResourceError,
    anyio.EndOfStream,
    SubscriptionLost,
    # What the SDK raises for a result that does not fit its schema.
    RuntimeError,
)
"""What goes wrong with a server."""

# They tell what is sent and where; the log of the server says what of that is of use.
for _name in ("mcp", "client", "httpx2", "httpcore2"):
    logging.getLogger(_name).propagate = False


def is_gone(error: BaseException) -> bool:
    """Whether a server is there no more, or does not know us any more."""
    if isinstance(error, MCPError):
        return error.code == types.CONNECTION_CLOSED or error.message == "Session terminated"
    return not isinstance(error, (ValidationError, RuntimeError))


def is_of_network(error: BaseException) -> bool:
    """Whether a server was not reached."""
    return isinstance(error, (httpx2.TransportError, OSError))


class Session:
    """A conversation with a server. What its methods raise is among FAULTS."""

    def __init__(self, client: Client, heard: Callable[[str], None]) -> None:
        self._client = client
        self._heard = heard

    @property
    def title(self) -> str:
        """What the server calls itself, and its version."""
        info = self._client.server_info
        return f"{info.title or info.name} {info.version}".strip() if info else ""

    @property
    def revision(self) -> str:
        """The revision of the protocol that is spoken."""
        return self._client.protocol_version

    async def tools(self) -> tuple[Definition, ...]:
        """Return every tool, as the server describes it now."""
        if not self._client.server_capabilities.tools:
            return ()
        found = await _all(
            lambda cursor: self._client.list_tools(cursor=cursor, cache_mode="bypass"), "tools"
        )
        return tuple({tool.name: _definition(tool) for tool in found}.values())

    async def call(self, name: str, arguments: Mapping[str, object]) -> ToolResult:
        """Call a tool. How far it has come is heard meanwhile."""

        async def hear(progress: float, total: float | None, message: str | None) -> None:
            self._heard(f"{name}: {_progress(progress, total)} {message or ''}".rstrip())

        result = await self._client.call_tool(name, dict(arguments), progress_callback=hear)
        return ToolResult(_text(result), bool(result.is_error))

    async def resources(self) -> tuple[Resource, ...]:
        """Return what can be read."""
        if not self._client.server_capabilities.resources:
            return ()
        found = await _all(
            lambda cursor: self._client.list_resources(cursor=cursor, cache_mode="bypass"), "resources"
        )
        return tuple(
            Resource(str(one.uri), one.title or one.name, one.description or "", one.mime_type or "")
            for one in found
        )

    async def read(self, uri: str) -> bytes:
        """Return what a resource holds."""
        result = await self._client.read_resource(uri, cache_mode="bypass")
        return b"\n".join(map(_content, result.contents))

    async def prompts(self) -> tuple[Prompt, ...]:
        """Return the texts that are prepared."""
        if not self._client.server_capabilities.prompts:
            return ()
        found = await _all(
            lambda cursor: self._client.list_prompts(cursor=cursor, cache_mode="bypass"), "prompts"
        )
        return tuple(map(_prompt, found))

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> str:
        """Return a prepared text."""
        result = await self._client.get_prompt(name, dict(arguments))
        return "\n\n".join(_block(message.content) for message in result.messages)

    async def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever the server says that its tools are others, where that needs asking for."""
        try:
            async with self._client.listen(tools_list_changed=True) as events:
                await _heed(events, changed)
        except (ListenNotSupportedError, MCPError):
            # Older servers say so unasked, and some never do.
            return


@asynccontextmanager
async def talk(
    transport: Transport, changed: Callable[[], None], heard: Callable[[str], None]
) -> AsyncGenerator[Session, None]:
    """Hold a conversation.

    `changed` is called when the server says that its tools are others, `heard` takes what it logs, and how
    far calls have come.
    """

    async def hear(message: object) -> None:
        if isinstance(message, types.ToolListChangedNotification):
            changed()

    async def take_log(params: types.LoggingMessageNotificationParams) -> None:
        source = f" {params.logger}" if params.logger else ""
        words = params.data if isinstance(params.data, str) else json.dumps(params.data, ensure_ascii=False)
        heard(f"[{params.level}{source}] {words}")

    client = Client(
        transport,
        logging_callback=take_log,
        # Older servers say what they like, newer ones what they are asked for.
        log_level="info",
        client_info=types.Implementation(name="glmdesk", version=glmdesk.__version__),
        message_handler=hear,
        cache=None,
    )
    async with client:
        yield Session(client, heard)


@asynccontextmanager
async def streams_of(
    child: GuardedChild, rubbish: Callable[[str], None]
) -> AsyncGenerator[TransportStreams, None]:
    """Speak with a program on its standard streams. `rubbish` takes the lines that are no messages."""
    to_us, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, to_child = anyio.create_memory_object_stream[SessionMessage](0)

    async def read() -> None:
        # Whoever has closed the other end wants no more of it.
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            async with to_us:
                await pass_on()

    async def pass_on() -> None:
        rest = b""
        while data := await child.read():
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > _LONGEST_MESSAGE:
                rubbish(rest[:200].decode(errors="replace"))
                return
            for line in filter(bytes.strip, lines):
                message = _message(line)
                if message is None:
                    rubbish(line[:200].decode(errors="replace"))
                else:
                    await to_us.send(message)

    async def write() -> None:
        async with to_child:
            with suppress(anyio.EndOfStream):
                while True:
                    message = await to_child.receive()
                    text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
                    child.write(text.encode() + b"\n")

    async with anyio.create_task_group() as group:
        group.start_soon(read)
        group.start_soon(write)
        try:
            yield incoming, outgoing
        finally:
            group.cancel_scope.cancel()
            incoming.close()
            outgoing.close()


def streams_of_windows(
    argv: Sequence[str], environ: Mapping[str, str], folder: str | None
) -> AbstractAsyncContextManager[TransportStreams]:
    """Start a program on Windows, where a job object of the SDK ends it with us, and speak with it."""
    command, *args = argv
    parameters = StdioServerParameters(command=command, args=args, env=dict(environ), cwd=folder)
    # A windowed program has no standard error that could be handed on.
    nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as the program
    return stdio_client(parameters, errlog=nowhere)


@asynccontextmanager
async def streams_to(
    site: Site, proxy: str | None, status: Callable[[int], None]
) -> AsyncGenerator[TransportStreams, None]:
    """Speak with a server elsewhere. `status` takes the HTTP statuses that say no."""

    async def look(response: httpx2.Response) -> None:
        if response.is_error:
            status(response.status_code)

    roots = await anyio.to_thread.run_sync(trusted_roots)
    async with (
        httpx2.AsyncClient(
            headers=list(site.headers),
            verify=roots,
            proxy=proxy,
            trust_env=False,
            timeout=httpx2.Timeout(CONNECT_S, read=None),
            event_hooks={"response": [look]},
        ) as http,
        streamable_http_client(site.url, http_client=http, max_sse_event_size=_LONGEST_MESSAGE) as streams,
    ):
        yield streams


async def _heed(events: Subscription, changed: Callable[[], None]) -> None:
    async for _event in events:
        changed()


def _message(line: bytes) -> SessionMessage | None:
    try:
        return SessionMessage(types.jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValidationError:
        return None


async def _all(page: Callable[[str | None], Awaitable[Any]], key: str) -> list[Any]:
    """Return what is on all pages, but not without end."""
    found: list[Any] = []
    cursor: str | None = None
    for _number in range(_MOST_PAGES):
        result = await page(cursor)
        found += getattr(result, key)
        cursor = result.next_cursor
        if cursor is None or len(found) >= _MOST_ITEMS:
            break
    return found[:_MOST_ITEMS]


def _definition(tool: types.Tool) -> Definition:
    notes = tool.annotations
    return Definition.of(
        tool.name,
        title=tool.title or (notes.title if notes else None) or "",
        description=tool.description or "",
        schema=tool.input_schema,
        only_reads=bool(notes and notes.read_only_hint),
    )


def _prompt(prompt: types.Prompt) -> Prompt:
    arguments = tuple(
        Argument(one.name, one.description or "", bool(one.required)) for one in prompt.arguments or ()
    )
    return Prompt(prompt.name, prompt.title or prompt.name, prompt.description or "", arguments)


def _progress(progress: float, total: float | None) -> str:
    return f"{progress:g}" if total is None else f"{progress:g}/{total:g}"


def _text(result: types.CallToolResult) -> str:
    text = "\n".join(map(_block, result.content))
    if not text.strip() and result.structured_content is not None:
        return json.dumps(result.structured_content, ensure_ascii=False)
    return text


def _block(block: types.ContentBlock) -> str:
    """Return a part of a result as text. What is no text is named and not fetched."""
    match block:
        case types.TextContent():
            return block.text
        case types.ImageContent() | types.AudioContent():
            return f"[{block.type}, {block.mime_type}, {len(block.data) * 3 // 4} bytes; not shown]"
        case types.ResourceLink():
            return f"[resource {block.title or block.name}: {block.uri}; not fetched]"
        case types.EmbeddedResource():
            return _named(block.resource)


def _named(resource: types.TextResourceContents | types.BlobResourceContents) -> str:
    if isinstance(resource, types.TextResourceContents):
        return resource.text
    kind = resource.mime_type or "application/octet-stream"
    return f"[resource {resource.uri}, {kind}, {len(resource.blob) * 3 // 4} bytes; not shown]"


def _content(resource: types.TextResourceContents | types.BlobResourceContents) -> bytes:
    if isinstance(resource, types.TextResourceContents):
        return resource.text.encode()
    try:
        return base64.b64decode(resource.blob, validate=True)
    except ValueError:
        return b""
