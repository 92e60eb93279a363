"""The mark of starts that did not come to their end."""

from pathlib import Path

from glmdesk.desktop.start_mark import StartMark


def test_starts_in_a_row_that_did_not_come_to_their_end_are_counted(tmp_path: Path) -> None:
    assert [StartMark.begin(tmp_path).failed for _ in range(3)] == [0, 1, 2]


def test_one_that_does_ends_the_row(tmp_path: Path) -> None:
    StartMark.begin(tmp_path)
    StartMark.begin(tmp_path).take_back()

    assert StartMark.begin(tmp_path).failed == 0
    assert StartMark.begin(tmp_path).failed == 1


def test_where_nothing_can_be_written_nothing_is_noticed(tmp_path: Path) -> None:
    nowhere = tmp_path / "none"

    mark = StartMark.begin(nowhere)
    mark.take_back()

    assert mark.failed == 0
    assert not nowhere.exists()


def test_rubbish_in_its_place_is_no_start(tmp_path: Path) -> None:
    StartMark.begin(tmp_path)
    (only,) = tmp_path.iterdir()
    only.write_bytes(b"\xff\x00")

    assert StartMark.begin(tmp_path).failed == 0
