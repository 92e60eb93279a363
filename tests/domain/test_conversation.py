"""The tree of messages: whatever grows in it, every branch stays whole."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from glmdesk.domain.conversation import MessageTree, title_of
from glmdesk.domain.message import Message, State

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def message(message_id: str, parent_id: str | None) -> Message:
    return Message(message_id, "conversation", parent_id, "user", NOW, f"text of {message_id}")


@st.composite
def growths(draw: DrawFn) -> list[Message]:
    """Draw messages in the order in which they were written, each below an earlier one or at the root."""
    parents: list[str | None] = [None]
    messages: list[Message] = []
    for number in range(draw(st.integers(1, 12))):
        messages.append(message(f"m{number}", draw(st.sampled_from(parents))))
        parents.append(f"m{number}")
    return messages


@given(growths())
def test_a_branch_leads_from_the_first_message_to_its_leaf(messages: list[Message]) -> None:
    tree = MessageTree(messages)

    for leaf in messages:
        branch = tree.path(leaf.id)
        assert branch[0].parent_id is None
        assert branch[-1] == leaf
        assert all(later.parent_id == earlier.id for earlier, later in pairwise(branch))


@given(growths())
def test_variants_are_the_children_of_one_parent_oldest_first(messages: list[Message]) -> None:
    tree = MessageTree(messages)

    for one in messages:
        assert tree.variants(one.id) == tuple(other for other in messages if other.parent_id == one.parent_id)


@given(growths())
def test_forks_are_where_there_are_variants(messages: list[Message]) -> None:
    tree = MessageTree(messages)

    assert tree.forks == {one.parent_id for one in messages if len(tree.variants(one.id)) > 1}


@given(growths())
def test_the_leaf_below_ends_a_branch_through_the_message(messages: list[Message]) -> None:
    tree = MessageTree(messages)

    for one in messages:
        branch = tree.path(tree.leaf_below(one.id))
        assert one in branch
        below = branch[branch.index(one) + 1 :]
        assert all(tree.variants(step.id)[-1] == step for step in below)
        assert all(other.parent_id != branch[-1].id for other in messages)


def test_the_branch_that_was_shown_last_is_shown_again() -> None:
    parents = {"q1": None, "a1": "q1", "q2": "a1", "q2b": "a1", "b2": "q2", "a1b": "q1"}
    tree = MessageTree([message(name, parent) for name, parent in parents.items()])
    assert tree.leaf_below("a1") == "q2b", "nothing was shown yet"
    tree.follow("b2")
    tree.follow("a1b")
    tree.follow("unknown")
    again = MessageTree([message(name, parent) for name, parent in parents.items() if name != "a1b"])
    again.follow_as(tree)

    assert tree.leaf_below("a1") == again.leaf_below("a1") == "b2"
    assert tree.leaf_below("q1") == "a1b"
    assert again.leaf_below("q1") == "b2"


@given(growths(), st.data())
def test_a_new_version_of_a_message_keeps_its_place(messages: list[Message], data: st.DataObject) -> None:
    tree = MessageTree(messages)
    old = data.draw(st.sampled_from(messages))
    new = replace(old, text="more", state=State.STOPPED)

    tree.put(new)

    assert tree.get(old.id) is new
    assert new in tree.path(old.id)
    assert [one.id for one in tree.variants(old.id)] == [
        one.id for one in messages if one.parent_id == old.parent_id
    ]


@given(growths())
def test_growing_by_and_by_is_the_same_as_at_once(messages: list[Message]) -> None:
    at_once, by_and_by = MessageTree(messages), MessageTree(())
    for one in messages:
        assert one.id not in by_and_by
        by_and_by.put(one)
        assert one.id in by_and_by

    for one in messages:
        assert by_and_by.path(one.id) == at_once.path(one.id)
        assert by_and_by.leaf_below(one.id) == at_once.leaf_below(one.id)


def test_an_empty_conversation_has_an_empty_branch() -> None:
    assert MessageTree(()).path(None) == ()


def test_an_unknown_message_is_an_error() -> None:
    tree = MessageTree([message("m0", None)])

    with pytest.raises(KeyError):
        tree.get("m1")
    with pytest.raises(KeyError):
        tree.path("m1")


@given(growths())
def test_what_is_shown_in_place_of_a_message_is_a_leaf_outside_of_what_follows_it(
    messages: list[Message],
) -> None:
    tree = MessageTree(messages)

    for one in messages:
        leaf_id = tree.leaf_without(one.id)
        branch = tree.path(leaf_id)
        assert one not in branch
        others = [variant for variant in tree.variants(one.id) if variant != one]
        if others:
            assert leaf_id is not None
            assert set(others) & set(branch)
            assert tree.leaf_below(leaf_id) == leaf_id
        else:
            assert leaf_id == one.parent_id


@pytest.mark.parametrize(("deleted", "shown"), [("b", "a"), ("c", "b"), ("a", "b")])
def test_the_variant_before_takes_the_place_of_one_that_is_deleted(deleted: str, shown: str) -> None:
    tree = MessageTree([message("root", None), *(message(name, "root") for name in "abc")])

    assert tree.leaf_without(deleted) == shown


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("你好", "你好"),
        ("  a line \nand another", "a line"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        (" \n ", ""),
    ],
)
def test_a_title_is_the_first_line_if_that_is_short(question: str, title: str) -> None:
    assert title_of(question) == title
