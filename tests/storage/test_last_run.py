"""What the last run left, if that can be known."""

from pathlib import Path

import pytest

from glmdesk.storage.last_run import LastRun, load_last_run, save_last_run


@pytest.mark.parametrize(
    "state",
    [
        LastRun(),
        LastRun({"A:1x1": bytes(range(256)), "B:2x2": b""}, 280),
        LastRun({"": b""}, 0, "example.org"),
        LastRun({}, 200, None, is_sidebar_shown=False, is_tray_explained=True, quick_places={"A": (3, -4)}),
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
        '{"places": 7, "sidebar_width": 1}',
        '{"places": {"": "?"}, "sidebar_width": 1}',
        '{"places": {}, "sidebar_width": "wide"}',
        '{"places": {}, "sidebar_width": 1, "quick_places": {"A": [1]}}',
    ],
)
def test_what_is_no_state_is_passed_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(text, encoding="utf-8")

    assert load_last_run(path) == LastRun()


def test_what_an_earlier_version_left_shows_the_sidebar(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"geometry": null, "sidebar_width": 200, "key_host": null}', encoding="utf-8")

    assert load_last_run(path) == LastRun({}, 200, is_sidebar_shown=True)


def test_where_nothing_can_be_saved_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    save_last_run(tmp_path / "file" / "window.json", LastRun())

    assert load_last_run(tmp_path / "file" / "window.json") == LastRun()


def test_each_set_of_screens_has_its_place_and_a_new_one_that_used_last() -> None:
    run = LastRun(LastRun({"home": b"1", "work": b"2"}).places_with("home", b"3"))

    assert run.place("work") == b"2"
    assert run.place("home") == run.place("train") == b"3"


def test_places_of_screens_that_were_not_seen_for_long_are_forgotten() -> None:
    run = LastRun()
    for number in range(20):
        run = LastRun(run.places_with(f"screen {number}", b""))

    assert "screen 19" in run.places
    assert len(run.places) == 8
