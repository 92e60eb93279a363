"""Which folder a name in the settings means."""

from pathlib import Path

import pytest

from glmdesk.domain.errors import UsageError
from glmdesk.storage.backup_folder import folder_named, require_whole


def test_a_folder_begins_at_its_root_at_home_or_where_one_is_told(tmp_path: Path) -> None:
    assert folder_named(str(tmp_path / "a"), Path("/data")) == tmp_path / "a"
    assert folder_named("~/a", Path("/data")) == Path.home() / "a"
    assert folder_named("a", Path("/data")) == Path("/data/a")
    assert folder_named("~nobody-of-this-name/a", Path("/data")) == Path("/data/~nobody-of-this-name/a")


@pytest.mark.parametrize("text", ["", "~", "~/a", "/a"])
def test_a_whole_name_is_taken_as_it_is(text: str) -> None:
    assert require_whole(text) == text


@pytest.mark.parametrize("text", ["a", "./a", "../a", "~nobody-of-this-name/a"])
def test_a_name_that_does_not_say_where_it_begins_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        require_whole(text)

    assert text in str(refused.value)
