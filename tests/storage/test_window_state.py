"""How the window was left, if that can be known."""

from pathlib import Path

import pytest

from glmdesk.storage.window_state import WindowState, load_window_state, save_window_state


@pytest.mark.parametrize("state", [WindowState(), WindowState(bytes(range(256)), 280), WindowState(b"", 0)])
def test_a_state_is_read_as_it_was_saved(tmp_path: Path, state: WindowState) -> None:
    path = tmp_path / "state" / "window.json"
    save_window_state(path, state)

    assert load_window_state(path) == state


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "{}"),
        '{"geometry": 7, "sidebar_width": 1}',
        '{"geometry": "?", "sidebar_width": 1}',
        '{"geometry": null, "sidebar_width": "wide"}',
    ],
)
def test_what_is_no_state_is_passed_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(text, encoding="utf-8")

    assert load_window_state(path) == WindowState()


def test_where_nothing_can_be_saved_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    save_window_state(tmp_path / "file" / "window.json", WindowState())

    assert load_window_state(tmp_path / "file" / "window.json") == WindowState()
