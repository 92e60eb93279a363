"""Words found in the history, with nobody to ask and no key."""

import json

import pytest

from tests.cli.program import Program
from tests.cli.test_export import history  # noqa: F401 - a fixture


def test_what_is_found_is_written_with_its_place_and_the_words_around_it(history: Program) -> None:  # noqa: F811
    ended = history.run("search", "第一个")
    heads = [line for line in ended.stdout.splitlines() if not line.startswith(" ")]
    texts = [line.strip() for line in ended.stdout.splitlines() if line.startswith(" ")]

    assert (ended.code, ended.stderr) == (0, "")
    assert len(heads) == 3
    assert all(line.endswith("  第一个问题") for line in heads)
    assert texts == ["第一个答案", "第一个问题"]


def test_programs_get_everything_a_line_each(history: Program) -> None:  # noqa: F811
    ended = history.run("search", "second", "role:assistant", "--json")
    (found,) = map(json.loads, ended.stdout.splitlines())

    assert ended.code == 0
    assert found["text"] == "The second answer"
    assert found["title"] == "The second question"
    assert found["role"] == "assistant"
    assert found["message"]
    assert history.run("export", found["conversation"], "--format", "md").code == 0


def test_no_more_is_written_than_is_wanted(history: Program) -> None:  # noqa: F811
    ended = history.run("search", "e", "--limit", "2", "--json")

    assert len(ended.stdout.splitlines()) == 2


def test_nothing_found_is_said_and_told_by_the_exit_code(history: Program) -> None:  # noqa: F811
    ended = history.run("search", "zebra")

    assert (ended.code, ended.stdout) == (1, "")
    assert ended.stderr == "glmdesk: Nothing was found.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["before:soon"], "Write a day, a month or a year"),
        ([" "], "There is nothing to look for."),
        ([], "required"),
        (["a", "--limit", "0"], "no number above zero"),
    ],
)
def test_what_means_nothing_is_a_mistake_of_the_command_line(
    history: Program,  # noqa: F811
    words: list[str],
    said: str,
) -> None:
    ended = history.run("search", *words)

    assert (ended.code, ended.stdout) == (2, "")
    assert said in ended.stderr
