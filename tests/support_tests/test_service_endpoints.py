"""Everything besides the chat: models, tokenizer, search, files, batches, asynchronous chat."""

from typing import Any

import httpx
import msgspec
import pytest

from tests.support.script import Answer, Raw, Refuse
from tests.support.service import Service
from tests.support_tests.asking import Body, client, question

pytestmark = pytest.mark.anyio

SEARCH = {"search_query": "杭州 展览", "search_engine": "search_std", "search_intent": False}


async def call(service: Service, method: str, path: str, **arguments: Any) -> httpx.Response:
    async with client(service) as asking:
        return await asking.request(method, path, **arguments)


async def upload(
    service: Service, content: bytes, name: str = "rows.jsonl", purpose: str = "batch"
) -> httpx.Response:
    return await call(service, "POST", "/files", data={"purpose": purpose}, files={"file": (name, content)})


def line(custom_id: str, **body: Any) -> bytes:
    row = {"custom_id": custom_id, "method": "POST", "url": "/v4/chat/completions", "body": question(**body)}
    return msgspec.json.encode(row) + b"\n"


async def begin_batch(service: Service, content: bytes, **fields: Any) -> Body:
    file_id = (await upload(service, content)).json()["id"]
    body = {"input_file_id": file_id, "endpoint": "/v4/chat/completions", "completion_window": None, **fields}
    batch: Body = (await call(service, "POST", "/batches", json=body)).json()
    return batch


async def look_until(service: Service, batch_id: str, end: str) -> list[Body]:
    seen: list[Body] = []
    while not seen or seen[-1]["status"] != end:
        assert len(seen) < 5
        seen.append((await call(service, "GET", f"/batches/{batch_id}")).json())
    return seen


async def content(service: Service, file_id: str) -> list[Body]:
    answer = await call(service, "GET", f"/files/{file_id}/content")
    return [msgspec.json.decode(text, type=Body) for text in answer.content.splitlines()]


def code_of(response: httpx.Response) -> str:
    return str(response.json()["error"]["code"])


async def test_models_are_listed_for_whoever_has_a_key(service: Service) -> None:
    listed = (await call(service, "GET", "/models")).json()

    assert listed["object"] == "list"
    assert {"object": "model", "owned_by": "z-ai", "id": "glm-4-plus"}.items() <= listed["data"][0].items()


async def test_other_endpoints_can_be_scripted_too(service: Service) -> None:
    service.script(Refuse("1000"), Raw(b"<html>", content_type="text/html"), path="/models")

    refused, page, listed = [await call(service, "GET", "/models") for _ in range(3)]

    assert code_of(refused) == "1000"
    assert page.content == b"<html>"
    assert listed.json()["object"] == "list"


async def test_only_a_chat_can_be_scripted_with_an_answer(service: Service) -> None:
    with pytest.raises(ValueError, match="/models"):
        service.script(Answer("hello"), path="/models")


async def test_the_tokenizer_counts_a_chinese_character_as_two_thirds_of_a_token(service: Service) -> None:
    counted = await call(service, "POST", "/tokenizer", json=question("天" * 30))
    empty = await call(service, "POST", "/tokenizer", json=question(messages=[]))

    assert counted.json()["usage"]["total_tokens"] == 24
    assert code_of(empty) == "1214"


async def test_a_search_gives_intent_and_sources(service: Service) -> None:
    found = (await call(service, "POST", "/web_search", json={**SEARCH, "count": 3})).json()
    ten = (await call(service, "POST", "/web_search", json={**SEARCH, "search_intent": True})).json()

    assert found["search_intent"] == [
        {"query": "杭州 展览", "intent": "SEARCH_ALWAYS", "keywords": "杭州 展览"}
    ]
    assert [source["refer"] for source in found["search_result"]] == ["ref_1", "ref_2", "ref_3"]
    assert found["search_result"][2]["link"] == ""
    assert (len(ten["search_result"]), ten["search_intent"][0]["intent"]) == (10, "SEARCH_ALL")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"search_query": None}, "1213"),
        ({"search_intent": None}, "1213"),
        ({"search_query": "长" * 71}, "1214"),
        ({"search_engine": "bing"}, "1214"),
        ({"search_intent": "true"}, "1214"),
        ({"count": 0}, "1214"),
    ],
)
async def test_a_wrong_search_is_refused(service: Service, changes: Body, code: str) -> None:
    assert code_of(await call(service, "POST", "/web_search", json={**SEARCH, **changes})) == code


async def test_a_file_can_be_stored_listed_read_and_deleted(service: Service) -> None:
    raw = bytes(range(256)) + b"\r\n--\r\n"
    stored = (await upload(service, raw)).json()
    listed = (await call(service, "GET", "/files", params={"purpose": "batch"})).json()
    read = await call(service, "GET", f"/files/{stored['id']}/content")
    deleted = (await call(service, "DELETE", f"/files/{stored['id']}")).json()
    again = await call(service, "DELETE", f"/files/{stored['id']}")

    assert {
        "object": "file",
        "bytes": len(raw),
        "filename": "rows.jsonl",
        "purpose": "batch",
    }.items() <= stored.items()
    assert (listed["data"], listed["has_more"]) == ([stored], False)
    assert read.content == raw
    assert deleted == {"id": stored["id"], "object": "file", "deleted": True}
    assert code_of(again) == "1214"


async def test_wrong_uploads_are_refused(service: Service) -> None:
    assert code_of(await upload(service, b"x", purpose="fun")) == "1214"
    assert code_of(await upload(service, b"x", name="rows.csv")) == "1214"
    assert code_of(await call(service, "POST", "/files", data={"purpose": "batch"})) == "1213"
    assert code_of(await call(service, "GET", "/files")) == "1213"


async def test_only_batch_files_give_their_content_back(service: Service) -> None:
    stored = (await upload(service, b"x", name="a.txt", purpose="agent")).json()

    assert code_of(await call(service, "GET", f"/files/{stored['id']}/content")) == "1214"


async def test_lists_come_in_pages(service: Service) -> None:
    ids = [(await upload(service, b"x")).json()["id"] for _ in range(3)]

    query = {"purpose": "batch", "limit": "2"}
    first = (await call(service, "GET", "/files", params=query)).json()
    second = (await call(service, "GET", "/files", params={**query, "after": ids[1]})).json()

    assert ([file["id"] for file in first["data"]], first["has_more"]) == (ids[:0:-1], True)
    assert ([file["id"] for file in second["data"]], second["has_more"]) == (ids[:1], False)


async def test_each_look_at_a_batch_moves_it_on(service: Service) -> None:
    batch = await begin_batch(service, line("a") + line("b", temperature=7), metadata={"k": "v"})

    seen = await look_until(service, batch["id"], "completed")

    assert [batch["status"], *(look["status"] for look in seen)] == [
        "validating",
        "in_progress",
        "finalizing",
        "completed",
    ]
    done = seen[-1]
    assert done["request_counts"] == {"completed": 1, "failed": 1, "total": 2}
    assert done["metadata"] == {"k": "v"}
    assert done["completed_at"] >= done["created_at"]
    assert (await content(service, done["error_file_id"]))[0]["response"]["status_code"] == 400
    assert (await content(service, done["output_file_id"]))[0]["custom_id"] == "a"


async def test_the_output_of_a_batch_is_in_another_order_and_the_input_is_gone(service: Service) -> None:
    batch = await begin_batch(service, line("a") + line("b") + line("c"))

    done = (await look_until(service, batch["id"], "completed"))[-1]
    rows = await content(service, done["output_file_id"])

    assert [row["custom_id"] for row in rows] == ["c", "b", "a"]
    assert rows[0]["response"]["body"]["choices"][0]["message"]["content"] == "You said: “hello”."
    assert done["error_file_id"] is None
    assert code_of(await call(service, "GET", f"/files/{done['input_file_id']}/content")) == "1214"


@pytest.mark.parametrize(
    "rows", [b"", b"{\n", line("a") + line("a"), line("a") + line("b", model="glm-4-plus")]
)
async def test_a_batch_of_wrong_lines_fails(service: Service, rows: bytes) -> None:
    batch = await begin_batch(service, rows)

    failed = (await look_until(service, batch["id"], "failed"))[-1]

    assert failed["errors"]["data"]
    assert failed["output_file_id"] is None


async def test_a_batch_can_be_cancelled_but_not_when_it_is_over(service: Service) -> None:
    batch = await begin_batch(service, line("a"))

    cancelling = (await call(service, "POST", f"/batches/{batch['id']}/cancel")).json()
    cancelled = await look_until(service, batch["id"], "cancelled")
    again = await call(service, "POST", f"/batches/{batch['id']}/cancel")

    assert cancelling["status"] == "cancelling"
    assert len(cancelled) == 1
    assert code_of(again) == "1214"


async def test_batches_are_listed_newest_first(service: Service) -> None:
    ids = [(await begin_batch(service, line("a")))["id"] for _ in range(2)]

    listed = (await call(service, "GET", "/batches", params={"limit": "1"})).json()

    assert (listed["first_id"], listed["last_id"], listed["has_more"]) == (ids[1], ids[1], True)


async def test_a_batch_can_look_as_others_have_seen_it(service: Service) -> None:
    service.account.batches.milliseconds = True
    service.account.batches.flat_counts = True

    batch = await begin_batch(service, line("a"))

    assert batch["created_at"] > 10**12
    assert (batch["request_counts"], batch["total"], batch["failed"]) == (1, 1, 0)


async def test_a_batch_needs_its_file_and_the_right_endpoint(service: Service) -> None:
    file_id = (await upload(service, line("a"))).json()["id"]

    no_file = await call(service, "POST", "/batches", json={"endpoint": "/v4/chat/completions"})
    wrong = await call(service, "POST", "/batches", json={"input_file_id": file_id, "endpoint": "/v1/chat"})

    assert [code_of(no_file), code_of(wrong)] == ["1214", "1214"]
    assert code_of(await call(service, "GET", "/batches/batch_0")) == "1214"


@pytest.mark.parametrize(("reply", "end"), [(Answer("late"), "SUCCESS"), (Refuse("1234"), "FAIL")])
async def test_an_asynchronous_chat_is_first_processed(
    service: Service, reply: Answer | Refuse, end: str
) -> None:
    service.script(reply, path="/async/chat/completions")

    begun = (await call(service, "POST", "/async/chat/completions", json=question())).json()
    looks = [(await call(service, "GET", f"/async-result/{begun['id']}")).json() for _ in range(3)]

    assert [begun["task_status"], *(look["task_status"] for look in looks)] == [
        "PROCESSING",
        "PROCESSING",
        end,
        end,
    ]
    assert {look["id"] for look in looks} == {begun["id"]}
    assert ("choices" in looks[-1]) == (end == "SUCCESS")
    assert code_of(await call(service, "POST", "/async/chat/completions", json={})) == "1213"
