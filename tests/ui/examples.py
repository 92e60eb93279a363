"""Branches of messages to show."""

from collections.abc import Callable

from glmdesk.domain.conversation import MessageTree
from glmdesk.domain.message import Message
from glmdesk.ui.models.message_list import MessageList
from tests.chat.examples import answer, question


def branch_of(count: int, text: Callable[[int], str] = lambda number: f"Message {number}") -> list[Message]:
    """Return so many messages in turn: a question, its answer, and so on."""
    branch: list[Message] = []
    for number in range(count):
        if number % 2:
            branch.append(answer(branch[-1], text(number)))
        else:
            branch.append(question(text(number), branch[-1] if branch else None))
    return branch


def show(messages: MessageList, branch: list[Message]) -> MessageTree:
    """Show a branch and return the tree it is in."""
    tree = MessageTree(branch)
    messages.show_branch(tree, branch[-1].id if branch else None)
    return tree
