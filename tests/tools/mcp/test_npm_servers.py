"""Servers of other people, as npm has them: everything in the protocol over both transports, and files."""

import asyncio
import gzip
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest

from glmdesk.domain.tool import ToolResult
from glmdesk.tools.mcp.config import Site, Way
from glmdesk.tools.mcp.reasons import ServerFault
from glmdesk.tools.mcp.values import Argument, State
from tests.support.waiting import wait_until
from tests.tools.mcp.npm import everything, everything_over_http, filesystem
from tests.tools.mcp.run import SCENE, Bench, bench

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet_log"), pytest.mark.timeout(90)]

ENDLESS: Final = {"duration": 3600, "steps": 360_000}
"""A call that says every hundredth of a second how far it is."""

LONG: Final = "很长的结果 🍵 " * 50_000


@pytest.fixture(params=["standard streams", "HTTP"])
async def it(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """Yield a bench on which the server for everything runs."""
    async with AsyncExitStack() as stack:
        way: Way = everything()
        if request.param == "HTTP":
            way = Site(stack.enter_context(everything_over_http()))
        found = await stack.enter_async_context(bench(tmp_path))
        await found.running(way, "everything")
        yield found


async def only_server(it: Bench) -> str:
    (view,) = await it.servers.views()
    return view.server.id


async def logged(it: Bench, words: str) -> None:
    """Wait until a server has said something."""
    server_id = await only_server(it)
    await it.until(server_id, lambda _view: words in it.servers.log(server_id))


async def test_its_tools_are_told_and_called(it: Bench) -> None:
    names = await it.names()
    described = (await it.tool("everything_get-sum")).spec

    assert {"everything_echo", "everything_get-tiny-image", "everything_gzip-file-as-resource"} <= {*names}
    assert set(json.loads(described.parameters)["properties"]) == {"a", "b"}
    assert described.description
    assert (await it.call("everything_get-sum", a=20, b=22)).text == "The sum of 20 and 22 is 42."
    assert (await it.call("everything_echo", message="你好")).text == "Echo: 你好"


async def test_what_a_call_lacks_is_an_error_and_the_server_goes_on(it: Bench) -> None:
    wrong = await it.call("everything_get-sum", a="twenty")

    assert wrong.is_error
    assert "number" in wrong.text
    assert (await it.call("everything_echo", message="on")).text == "Echo: on"


async def test_a_long_result_comes_whole(it: Bench) -> None:
    assert (await it.call("everything_echo", message=LONG)).text == f"Echo: {LONG}"


async def test_images_and_resources_in_results_are_named_and_not_fetched(it: Bench) -> None:
    image = (await it.call("everything_get-tiny-image")).text.splitlines()
    links = (await it.call("everything_get-resource-links", count=2)).text
    inside = (await it.call("everything_get-resource-reference", resourceType="Text", resourceId=1)).text

    assert image[0] == "Here's the image you requested:"
    assert image[1].startswith("[image, image/png, ")
    assert image[2] == "The image above is the MCP logo."
    assert links.count("; not fetched]") == 2
    assert "demo://resource/dynamic/" in links
    assert "Resource 1" in inside


async def test_structured_results_are_json(it: Bench) -> None:
    weather = json.loads((await it.call("everything_get-structured-content", location="Chicago")).text)

    assert weather == {"temperature": 36, "conditions": "Light rain / drizzle", "humidity": 82}


async def test_resources_are_listed_and_read(it: Bench) -> None:
    server_id = await only_server(it)
    found = await it.servers.resources(server_id)
    page = next(one for one in found if one.kind == "text/markdown")

    assert (await it.servers.read(server_id, page.uri)).startswith(b"#")
    with pytest.raises(ServerFault):
        await it.servers.read(server_id, "demo://no/such/resource")


async def test_a_resource_of_bytes_that_a_tool_has_made_is_read(it: Bench) -> None:
    server_id = await only_server(it)
    make = await it.tool("everything_gzip-file-as-resource")
    made = await make.run({"name": "tea.gz", "data": "data:text/plain,tea"}, SCENE)
    found = {one.title: one for one in await it.servers.resources(server_id)}

    assert "tea.gz" in made.text
    assert gzip.decompress(await it.servers.read(server_id, found["tea.gz"].uri)) == b"tea"


async def test_prompts_are_listed_and_filled_in(it: Bench) -> None:
    server_id = await only_server(it)
    prompts = {one.name: one for one in await it.servers.prompts(server_id)}

    city, state = prompts["args-prompt"].arguments
    assert city == Argument("city", "Name of the city", is_required=True)
    assert not state.is_required
    text = await it.servers.prompt(server_id, "args-prompt", {"city": "杭州"})
    assert text == "What's weather in 杭州?"
    assert await it.servers.prompt(server_id, "simple-prompt", {})


async def test_how_far_a_call_is_stands_in_the_log(it: Bench) -> None:
    ended = await it.call("everything_trigger-long-running-operation", duration=0.2, steps=2)

    assert not ended.is_error
    assert "trigger-long-running-operation: 1/2" in it.servers.log(await only_server(it))


async def test_what_a_server_logs_stands_in_its_log(it: Bench) -> None:
    await it.call("everything_toggle-simulated-logging")

    await logged(it, "level")


async def test_a_call_is_cancelled_and_the_server_goes_on(it: Bench) -> None:
    server_id = await only_server(it)
    async with asyncio.TaskGroup() as group:
        call = group.create_task(it.call("everything_trigger-long-running-operation", **ENDLESS))
        await logged(it, "trigger-long-running-operation: 2/")
        call.cancel()

    assert call.cancelled()
    assert (await it.call("everything_echo", message="on")).text == "Echo: on"
    view = await it.servers.view(server_id)
    assert view is not None
    assert view.state is State.RUNNING


async def test_calls_at_once_are_answered_each_with_its_own(it: Bench) -> None:
    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(it.call("everything_get-sum", a=number, b=number)) for number in range(20)]

    assert [call.result().text for call in calls] == [
        f"The sum of {number} and {number} is {2 * number}." for number in range(20)
    ]


async def test_a_server_elsewhere_that_is_gone_was_not_reached(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        with everything_over_http() as url:
            server_id = await it.running(Site(url), "everything")
        await it.call("everything_echo", message="still there?")
        view = await it.until(server_id, lambda view: view.problem)

    assert view.problem is not None
    assert view.problem.code == "server-unreachable"


async def test_a_program_of_node_is_told_no_key_and_no_variable_but_the_named_ones(tmp_path: Path) -> None:
    async with bench(
        tmp_path, {**os.environ, "GLMDESK_API_KEY": "k" * 40, "NODE_OPTIONS": "--inspect"}
    ) as it:
        await it.running(everything(), "everything")
        told = json.loads((await it.call("everything_get-env")).text)

    assert told["PATH"]
    assert not {"GLMDESK_API_KEY", "NODE_OPTIONS"} & told.keys()


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """Return the folder that a server may touch, beside a file that it may not."""
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "茶.txt").write_text("Longjing\n", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "way-out").symlink_to(tmp_path / "secret.txt")
    return folder


async def test_files_are_read_found_and_written_in_its_folder(tmp_path: Path, inside: Path) -> None:
    async with bench(tmp_path) as it:
        await it.running(filesystem(inside), "files")
        read = await it.call("files_read_text_file", path=str(inside / "茶.txt"))
        found = await it.call("files_search_files", path=str(inside), pattern="**/*.txt")
        written = await it.call("files_write_file", path=str(inside / "new.md"), content="# 新\n")

    assert read.text == "Longjing\n"
    assert "茶.txt" in found.text
    assert not written.is_error
    assert (inside / "new.md").read_text(encoding="utf-8") == "# 新\n"


async def test_paths_outside_its_folder_are_refused(tmp_path: Path, inside: Path) -> None:
    secret = tmp_path / "secret.txt"
    async with bench(tmp_path) as it:
        await it.running(filesystem(inside), "files")
        refused: list[ToolResult] = [
            await it.call("files_read_text_file", path=str(path))
            for path in (secret, inside / ".." / "secret.txt", inside / "way-out", "/etc/passwd")
        ]
        refused.append(await it.call("files_write_file", path=str(secret), content="changed"))
        refused.append(await it.call("files_move_file", source=str(secret), destination=str(inside / "x")))

    assert all(result.is_error for result in refused)
    assert all("outside allowed directories" in result.text for result in refused)
    assert not any("root:" in result.text for result in refused)
    assert secret.read_text() == "secret"


async def test_a_large_file_comes_whole(tmp_path: Path, inside: Path) -> None:
    text = "一行文字 and a line\n" * 100_000
    (inside / "large.txt").write_text(text, encoding="utf-8")
    async with bench(tmp_path) as it:
        await it.running(filesystem(inside), "files")

        assert (await it.call("files_read_text_file", path=str(inside / "large.txt"))).text == text


async def test_a_program_of_node_ends_with_us(tmp_path: Path, inside: Path) -> None:
    async with bench(tmp_path) as it:
        await it.running(filesystem(inside), "files")
        assert processes_with(str(inside))

    # What ends it when we are killed ends a moment later.
    wait_until(lambda: not processes_with(str(inside)), "the program goes on without us")


async def test_why_a_program_of_node_did_not_start_is_said(tmp_path: Path) -> None:
    async with bench(tmp_path) as it:
        view = await it.settled(await it.allowed(filesystem(tmp_path / "none"), "files"))

    assert view.state is State.FAILED
    assert view.problem is not None
    assert view.problem.code == "server-ended"
    assert "none" in view.problem.words


def processes_with(word: str) -> list[int]:
    """Return the processes that were started with a word."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if word in words:
            found.append(int(path.parent.name))
    return found
