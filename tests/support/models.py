"""The models the service knows, with the facts it judges requests by.

Source: the model page "GLM-4", the price table and the chat specification of BigModel v4.
"""

from dataclasses import dataclass
from typing import Final, Literal

Thinking = Literal["none", "switch", "always"]

K: Final = 1024


@dataclass(frozen=True, slots=True)
class Model:
    """One model: its window and ceiling in tokens, and what its family understands.

    `tool_calls` names the shape in which the family streams tool calls; `efforts` are the values of
    `reasoning_effort` it accepts, none when it has no such field.
    """

    id: str
    window: int
    max_output: int
    caches: bool = True
    thinking: Thinking = "none"
    efforts: tuple[str, ...] = ()
    streams_tools: bool = False
    sees: bool = False
    tool_calls: Literal["glm-4", "glm-4.5", "glm-5"] = "glm-4"


ALL_EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
FEW_EFFORTS: Final = ("low", "high", "max")


def _glm_45(model: str, window: int = 128 * K, max_output: int = 96 * K, *, sees: bool = False) -> Model:
    return Model(model, window, max_output, thinking="switch", sees=sees, tool_calls="glm-4.5")


def _glm_5(model: str, window: int = 200 * K) -> Model:
    return Model(model, window, 128 * K, thinking="switch", streams_tools=True, tool_calls="glm-5")


def _glm_53(model: str, *, sees: bool = False) -> Model:
    return Model(
        model,
        1024 * K,
        128 * K,
        thinking="always",
        efforts=FEW_EFFORTS,
        streams_tools=True,
        sees=sees,
        tool_calls="glm-5",
    )


_KNOWN = (
    Model("glm-4-plus", 128 * K, 4 * K),
    Model("glm-4-air-250414", 128 * K, 16 * K),
    Model("glm-4-airx", 8 * K, 4 * K, caches=False),
    Model("glm-4-flashx-250414", 128 * K, 16 * K),
    Model("glm-4-flash-250414", 128 * K, 16 * K, caches=False),
    Model("glm-4-long", 1024 * K, 4 * K),
    Model("glm-4v-flash", 16 * K, 1 * K, caches=False, sees=True),
    _glm_45("glm-4.5-air"),
    _glm_45("glm-4.5-airx"),
    _glm_45("glm-4.5-flash"),
    _glm_45("glm-4.6v", max_output=32 * K, sees=True),
    _glm_45("glm-4.6v-flashx", max_output=32 * K, sees=True),
    _glm_45("glm-4.6v-flash", max_output=32 * K, sees=True),
    Model("glm-4.1v-thinking-flash", 64 * K, 16 * K, caches=False, thinking="always", sees=True),
    _glm_5("glm-4.6"),
    _glm_5("glm-4.7"),
    _glm_5("glm-4.7-flashx"),
    _glm_5("glm-4.7-flash"),
    _glm_5("glm-5"),
    _glm_5("glm-5-turbo"),
    _glm_5("glm-5.1"),
    Model("glm-5v-turbo", 200 * K, 128 * K, thinking="switch", sees=True, tool_calls="glm-5"),
    Model(
        "glm-5.2",
        1024 * K,
        128 * K,
        thinking="switch",
        efforts=ALL_EFFORTS,
        streams_tools=True,
        tool_calls="glm-5",
    ),
    _glm_53("glm-5.3"),
    _glm_53("glm-5.3-flash", sees=True),
    _glm_53("glm-5.3-flashx", sees=True),
)

MODELS: Final = {model.id: model for model in _KNOWN}
