"""How the service counts tokens, and how much of a prompt it remembers from before.

Source: the documented rule of thumb (a token is about 1.5 Chinese characters; here else four bytes) and the
cache page: a repeated prefix of the messages, about 500 tokens or more.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from tests.support.json_values import JsonObject, as_list, as_object, as_text, objects

# Every message costs a few tokens for its role.
TOKENS_PER_MESSAGE: Final = 4
# Below this a repeated prefix is not found again.
CACHED_AT_LEAST: Final = 500
# The documented sample (1024 of 1075) shows that only whole blocks are found.
CACHE_BLOCK: Final = 64
# Prompts kept per model; more than any test has turns.
PROMPTS_KEPT: Final = 64


def count_tokens(text: str) -> int:
    """Return how many tokens a text has; none for the empty text, else at least one."""
    narrow = len(text.encode("ascii", "ignore"))
    wide = len(text) - narrow
    return -(-(wide * 8 + narrow * 3) // 12)


def message_tokens(message: JsonObject) -> int:
    """Return what one message of a request costs."""
    texts = [as_text(message.get("content")), as_text(message.get("reasoning_content"))]
    texts += [as_text(part.get("text")) for part in objects(message.get("content"))]
    for call in objects(message.get("tool_calls")):
        function = as_object(call.get("function")) or {}
        texts += [as_text(function.get("name")), as_text(function.get("arguments"))]
    return TOKENS_PER_MESSAGE + sum(map(count_tokens, texts))


def prompt_tokens(body: JsonObject) -> int:
    """Return what a request's messages and tools cost together."""
    return sum(tokens for _, tokens in _pieces(body))


class PrefixMemory:
    """Remembers prompts, per model, to tell how much of a new one was seen before."""

    def __init__(self) -> None:
        self._prompts: dict[str, deque[tuple[bytes, ...]]] = {}

    def cached_tokens(self, model: str, body: JsonObject) -> int:
        """Return how many tokens of this prompt a cache would hold, and remember the prompt."""
        pieces = _pieces(body)
        texts = tuple(text for text, _ in pieces)
        prompts = self._prompts.setdefault(model, deque(maxlen=PROMPTS_KEPT))
        shared = max((_shared(texts, old) for old in prompts), default=0)
        prompts.append(texts)
        tokens = sum(tokens for _, tokens in pieces[:shared])
        return tokens // CACHE_BLOCK * CACHE_BLOCK if tokens >= CACHED_AT_LEAST else 0


def _pieces(body: JsonObject) -> list[tuple[bytes, int]]:
    tools = msgspec.json.encode(body["tools"]) if as_list(body.get("tools")) else b""
    messages = objects(body.get("messages"))
    return [
        (tools, count_tokens(tools.decode())),
        *((msgspec.json.encode(message), message_tokens(message)) for message in messages),
    ]


def _shared(new: Sequence[bytes], old: Sequence[bytes]) -> int:
    length = 0
    for one, other in zip(new, old, strict=False):
        if one != other:
            break
        length += 1
    return length
