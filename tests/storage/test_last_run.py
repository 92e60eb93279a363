"""What the last run left, if that can be known."""

from pathlib import Path

import pytest

from glmdesk.storage.last_run import LastRun, load_last_run, save_last_run


@pytest.mark.parametrize(
    "state",
    [
        LastRun(),
        LastRun(bytes(range(256)), 280),
        LastRun(b"", 0, "example.org"),
        LastRun(b"", 200, None, is_sidebar_shown=False),
    ],
)
def test_a_state_is_read_as_it_was_saved(tmp_path: Path, state: LastRun) -> None:
    path = tmp_path / "state" / "window.json"
    save_last_run(path, state)

    assert load_last_run(path) == state


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

    assert load_last_run(path) == LastRun()


def test_what_an_earlier_version_left_shows_the_sidebar(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"geometry": null, "sidebar_width": 200, "key_host": null}', encoding="utf-8")

    assert load_last_run(path) == LastRun(None, 200, is_sidebar_shown=True)


def test_where_nothing_can_be_saved_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    save_last_run(tmp_path / "file" / "window.json", LastRun())

    assert load_last_run(tmp_path / "file" / "window.json") == LastRun()
