"""How the window was left. Nothing is lost with it, so what cannot be read or written is passed over."""

import base64
import json
import logging
from dataclasses import dataclass
from pathlib import Path

from glmdesk.storage.atomic import replace_text

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WindowState:
    """`geometry` is what the toolkit saved, opaque here; `sidebar_width` is pixels, 0 when collapsed."""

    geometry: bytes | None = None
    sidebar_width: int | None = None


def load_window_state(path: Path) -> WindowState:
    """Return the state in a file; an empty one if there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        geometry, width = found["geometry"], found["sidebar_width"]
        return WindowState(
            None if geometry is None else base64.b64decode(geometry, validate=True),
            None if width is None else int(width),
        )
    except FileNotFoundError:
        return WindowState()
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.info("window state passed over: %r", error)
        return WindowState()


def save_window_state(path: Path, state: WindowState) -> None:
    """Write the state to a file."""
    geometry = None if state.geometry is None else base64.b64encode(state.geometry).decode("ascii")
    try:
        replace_text(path, json.dumps({"geometry": geometry, "sidebar_width": state.sidebar_width}))
    except OSError as error:
        logger.info("window state not saved: %r", error)
