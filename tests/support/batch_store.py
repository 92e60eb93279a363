"""`/batches`: each look at a batch moves it on one state. Source: the batch API pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from tests.support.errors import Refusal, refusal_for
from tests.support.file_store import FileStore, paged
from tests.support.json_values import JsonObject, as_object, as_text
from tests.support.replies import now_s

ENDPOINT: Final = "/v4/chat/completions"
MOST_LINES: Final = 50_000

State = Literal["validating", "in_progress", "finalizing", "completed", "failed", "cancelling", "cancelled"]
NEXT: Final[Mapping[State, State]] = {
    "validating": "in_progress",
    "in_progress": "finalizing",
    "finalizing": "completed",
    "completed": "completed",
    "failed": "failed",
    "cancelling": "cancelled",
    "cancelled": "cancelled",
}
STAMPS: Final[Mapping[State, str]] = {
    "in_progress": "in_progress_at",
    "finalizing": "finalizing_at",
    "completed": "completed_at",
    "failed": "failed_at",
    "cancelling": "cancelling_at",
    "cancelled": "cancelled_at",
}

# A line's body in, HTTP status and body out.
AnswerLine = Callable[[JsonObject], tuple[int, object]]


@dataclass(slots=True)
class Batch:
    """One batch, its lines, and what it has come to."""

    id: str
    input_file_id: str
    delete_input: bool
    metadata: object
    lines: list[JsonObject]
    errors: list[dict[str, object]]
    state: State = "validating"
    stamps: dict[str, int] = field(default_factory=lambda: {"created_at": now_s()})
    output_file_id: str | None = None
    error_file_id: str | None = None
    completed: int = 0
    failed: int = 0


@dataclass(slots=True)
class BatchStore:
    """The batches of the account.

    `milliseconds` gives time stamps as a real sample had them, `flat_counts` the counts as the documents list
    them: an integer, with the parts beside it.
    """

    files: FileStore
    milliseconds: bool = False
    flat_counts: bool = False
    batches: dict[str, Batch] = field(default_factory=dict[str, Batch])

    def create(self, body: JsonObject) -> dict[str, object] | Refusal:
        """Begin a batch over an uploaded file."""
        source = self.files.files.get(as_text(body.get("input_file_id")))
        if source is None or source.purpose != "batch":
            return refusal_for("1214", "input_file_id")
        if body.get("endpoint") != ENDPOINT:
            return refusal_for("1214", "endpoint")
        lines, errors = _parsed(source.content)
        batch = Batch(
            id=f"batch_{self.files.new_id()}",
            input_file_id=source.id,
            delete_input=body.get("auto_delete_input_file") is not False,
            metadata=body.get("metadata"),
            lines=lines,
            errors=errors,
        )
        self.batches[batch.id] = batch
        return self._object(batch)

    def look(self, batch_id: str, answer_line: AnswerLine) -> dict[str, object] | Refusal:
        """Move a batch on one state and return it."""
        batch = self.batches.get(batch_id)
        if batch is None:
            return refusal_for("1214", "batch_id")
        state = NEXT[batch.state]
        if batch.state == "validating" and batch.errors:
            state = "failed"
        if state == "completed" != batch.state:
            self._complete(batch, answer_line)
        self._enter(batch, state)
        return self._object(batch)

    def cancel(self, batch_id: str) -> dict[str, object] | Refusal:
        """Begin to cancel a batch that is not over."""
        batch = self.batches.get(batch_id)
        if batch is None or NEXT[batch.state] == batch.state:
            return refusal_for("1214", "batch_id")
        self._enter(batch, "cancelling")
        return self._object(batch)

    def listed(self, query: Mapping[str, str]) -> dict[str, object]:
        """Return one page of the batches, newest first."""
        page, has_more = paged([(batch.id, batch) for batch in reversed(self.batches.values())], query)
        ids = [batch.id for batch in page]
        return {
            "object": "list",
            "data": [self._object(batch) for batch in page],
            "first_id": ids[0] if ids else None,
            "last_id": ids[-1] if ids else None,
            "has_more": has_more,
        }

    def _enter(self, batch: Batch, state: State) -> None:
        if state != batch.state:
            batch.state = state
            batch.stamps[STAMPS[state]] = now_s()

    def _complete(self, batch: Batch, answer_line: AnswerLine) -> None:
        """Answer the lines; the output is in another order, for the order is not promised."""
        output: list[bytes] = []
        errors: list[bytes] = []
        for line in reversed(batch.lines):
            status, body = answer_line(as_object(line.get("body")) or {})
            entry = {
                "response": {"status_code": status, "body": body},
                "custom_id": line["custom_id"],
                "id": batch.id,
            }
            (output if status == 200 else errors).append(msgspec.json.encode(entry))
        batch.completed, batch.failed = len(output), len(errors)
        batch.output_file_id = self._stored(f"{batch.id}_output.jsonl", output)
        batch.error_file_id = self._stored(f"{batch.id}_error.jsonl", errors)
        if batch.delete_input:
            self.files.files.pop(batch.input_file_id, None)

    def _stored(self, filename: str, lines: list[bytes]) -> str | None:
        return self.files.add(filename, "batch_output", b"\n".join([*lines, b""])).id if lines else None

    def _object(self, batch: Batch) -> dict[str, object]:
        unit = 1000 if self.milliseconds else 1
        counts = {"completed": batch.completed, "failed": batch.failed, "total": len(batch.lines)}
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": ENDPOINT,
            "input_file_id": batch.input_file_id,
            "completion_window": "24h",
            "status": batch.state,
            "output_file_id": batch.output_file_id,
            "error_file_id": batch.error_file_id,
            "errors": {"object": "list", "data": batch.errors} if batch.errors else None,
            "metadata": batch.metadata,
            **{name: at * unit for name, at in batch.stamps.items()},
            **(
                {"request_counts": counts["total"], **counts}
                if self.flat_counts
                else {"request_counts": counts}
            ),
        }


def _parsed(content: bytes) -> tuple[list[JsonObject], list[dict[str, object]]]:
    """Return a file's lines, and what makes the batch fail."""
    lines: list[JsonObject] = []
    errors: list[dict[str, object]] = []
    seen: set[str] = set()
    models: set[str] = set()
    for number, text in enumerate(content.splitlines(), 1):
        line = _line(text)
        custom_id = as_text(line.get("custom_id"))
        models.add(as_text((as_object(line.get("body")) or {}).get("model")))
        if custom_id in seen or not custom_id or line.get("url") != ENDPOINT or line.get("method") != "POST":
            errors.append({"code": "invalid_line", "line": number, "message": "custom_id, method or url"})
        seen.add(custom_id)
        lines.append(line)
    if not lines or len(lines) > MOST_LINES or len(models) > 1:
        errors.append({"code": "invalid_file", "line": None, "message": "no lines, too many, or two models"})
    return lines, errors


def _line(text: bytes) -> JsonObject:
    try:
        return as_object(msgspec.json.decode(text)) or {}
    except msgspec.DecodeError:
        return {}
