"""The records of a streamed answer, byte for byte as GLM-4 words them.

Source: published captures of glm-4-flash with and without tools, of searches in a stream, and of models that
reason.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from glmdesk.demo.connectors import Asked
from glmdesk.demo.phrases import Finding
from glmdesk.demo.tools import FunctionCall
from glmdesk.domain.events import FinishReason
from glmdesk.domain.usage import Usage

DONE = b"data: [DONE]\n\n"

_BEIJING = timezone(timedelta(hours=8))


class Records:
    """Makes the records of one answer; they share an id and a time."""

    def __init__(self, model: str) -> None:
        now = datetime.now(UTC)
        self._id = f"{now.astimezone(_BEIJING):%Y%m%d%H%M%S}{secrets.token_hex(8)}"
        self._created = int(now.timestamp())
        self._model = model

    def text(self, piece: str) -> bytes:
        """Return the record of a piece of text. There is no finish reason in it, not even an empty one."""
        return self._record({"delta": _delta(piece)})

    def reasoning(self, piece: str) -> bytes:
        """Return the record of a piece of what a model reasons before it answers."""
        return self._record({"delta": {"role": "assistant", "reasoning_content": piece}})

    def call(self, call: FunctionCall) -> bytes:
        """Return the record of a whole call. The finish reason stands here and again on the last record."""
        entry = {
            "id": f"call_{self._id}_0",
            "index": 0,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        delta = {"role": "assistant", "tool_calls": [entry]}
        return self._record({"finish_reason": FinishReason.TOOL_CALLS, "delta": delta})

    def asked(self, number: int, asked: Asked, *, has_answered: bool) -> bytes:
        """Return the record that says what a server was asked, and with `has_answered` what came of it.

        How these are streamed is not documented: they are said twice, in the place of other calls.
        """
        kind = "mcp_call" if asked.name else "mcp_list_tools"
        entry: dict[str, object] = {
            "id": f"mcp_{self._id}_{number}",
            "type": kind,
            "server_label": asked.server,
        }
        if asked.name:
            entry |= {"name": asked.name, "arguments": asked.arguments}
        if has_answered:
            entry |= {"error": asked.error, "output" if asked.name else "tools": asked.output}
        call = {"id": f"call_{self._id}_mcp_{number}", "index": number, "type": "mcp", "mcp": entry}
        return self._record({"delta": {"role": "assistant", "tool_calls": [call]}})

    def last(self, reason: FinishReason, usage: Usage, findings: Sequence[Finding], *, caches: bool) -> bytes:
        """Return the record that ends an answer, with its usage and sources.

        A model that does not cache tells nothing of cached tokens.
        """
        more: dict[str, object] = {"usage": _usage(usage, caches=caches)}
        if findings:
            more["web_search"] = [_source(number, finding) for number, finding in enumerate(findings, 1)]
        return self._record({"finish_reason": reason, "delta": _delta("")}, more)

    def withdrawn(self) -> bytes:
        """Return the record that takes an answer back. It tells no usage."""
        more: dict[str, object] = {"content_filter": [{"role": "assistant", "level": 1}]}
        return self._record({"finish_reason": FinishReason.SENSITIVE, "delta": _delta("")}, more)

    def _record(self, choice: dict[str, object], more: dict[str, object] | None = None) -> bytes:
        chunk: dict[str, object] = {
            "id": self._id,
            "created": self._created,
            "object": "chat.completion.chunk",
            "model": self._model,
            "choices": [{"index": 0, **choice}],
        }
        return b"data: " + msgspec.json.encode(chunk | (more or {})) + b"\n\n"


def _delta(content: str) -> dict[str, str]:
    return {"role": "assistant", "content": content}


def _usage(usage: Usage, *, caches: bool) -> dict[str, object]:
    counts: dict[str, object] = {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
    }
    if caches:
        counts["prompt_tokens_details"] = {"cached_tokens": usage.cached_tokens}
    if usage.reasoning_tokens:
        counts["completion_tokens_details"] = {"reasoning_tokens": usage.reasoning_tokens}
    return counts


def _source(number: int, finding: Finding) -> dict[str, str]:
    return {
        "refer": f"ref_{number}",
        "title": finding.title,
        "link": finding.link,
        "media": finding.site,
        "icon": "",
        "publish_date": finding.published,
        "content": finding.summary,
    }


def search_result(findings: Iterable[Finding]) -> bytes:
    """Return the body that says what a search found."""
    return msgspec.json.encode({"search_result": [_source(n, one) for n, one in enumerate(findings, 1)]})


def model_list(models: Iterable[str]) -> bytes:
    """Return the body that lists the models."""
    created = int(datetime.now(UTC).timestamp())
    entries = [{"id": model, "object": "model", "created": created, "owned_by": "z-ai"} for model in models]
    return msgspec.json.encode({"object": "list", "data": entries})


def error_body(code: str, message: str, *, is_moderation: bool = False) -> bytes:
    """Return the body of a refusal."""
    body: dict[str, object] = {"error": {"code": code, "message": message}}
    if is_moderation:
        body = {"contentFilter": [{"level": 1, "role": "user"}], **body}
    return msgspec.json.encode(body)
