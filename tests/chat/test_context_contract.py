"""Whatever the user did before, the next request is one that the service accepts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glmdesk.api.wire import encode_chat
from glmdesk.chat.context import continuation_messages, prompt_messages
from glmdesk.domain.conversation import MessageTree
from glmdesk.domain.errors import Problem
from glmdesk.domain.message import Message, State
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.domain.tool import ToolCall
from tests.chat.examples import MODEL, answer, question, tool_result
from tests.support.contract import violations

# Texts in which the borders that matter are likely: nothing, blanks of two scripts, marks, ordinary text.
texts = st.sampled_from(["", " ", "\n\n", "\u3000", "好", "ok  ", "`code`", "😀"]) | st.text(max_size=5)
questions = texts.filter(str.strip)
codes = st.sampled_from(["1300", "1301", "1305", "unreachable"])
call_ids = st.sampled_from(["call-1", "call-2", "call-3", ""])
calls = st.builds(
    ToolCall,
    id=call_ids,
    name=st.sampled_from(["weather", "time"]),
    arguments=st.sampled_from(["{}", '{"a": "北京"}', "{}", "", "[]", '{"cut']),
)
picks = st.integers(min_value=0, max_value=20)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an answer ends: its state, what has arrived, the problem, the calls and the results they got."""

    state: State
    text: str
    code: str | None
    calls: tuple[ToolCall, ...]
    results: tuple[tuple[str, str], ...]


outcomes = st.builds(
    Outcome,
    state=st.sampled_from(list(State)),
    text=texts,
    code=st.none() | codes,
    calls=st.just(()) | st.lists(calls, max_size=2).map(tuple),
    results=st.lists(st.tuples(call_ids, texts), max_size=3).map(tuple),
)


class Conversing:
    """A conversation under the hands of a user: its tree, the branch on the screen, and every request."""

    def __init__(self) -> None:
        self.tree = MessageTree(())
        self.leaf: str | None = None
        self.requests: list[tuple[PromptMessage, ...]] = []

    @property
    def branch(self) -> tuple[Message, ...]:
        return self.tree.path(self.leaf)

    def ask(self, text: str, outcome: Outcome) -> None:
        self._ask_after(self.leaf, text, outcome)

    def edit(self, pick: int, text: str, outcome: Outcome) -> None:
        if asked := self._pick(pick, lambda message: message.role == "user"):
            self._ask_after(asked.parent_id, text, outcome)

    def retry(self, pick: int, outcome: Outcome) -> None:
        asked = {message.id: message for message in self.branch if message.role == "user"}
        if old := self._pick(
            pick, lambda message: message.role == "assistant" and message.parent_id in asked
        ):
            self._answer_after(asked[old.parent_id or ""], outcome)

    def go_on(self, outcome: Outcome) -> None:
        last = self.branch[-1] if self.branch else None
        if last is None or not (last.state.can_continue and last.text):
            return
        self._request(continuation_messages(self.branch))
        text = "" if outcome.state is State.WITHHELD else last.text + outcome.text
        self.tree.put(replace(last, text=text, state=outcome.state, problem=_problem(outcome.code)))

    def choose_variant(self, pick: int) -> None:
        if shown := self._pick(pick, lambda message: len(self.tree.variants(message.id)) > 1):
            variants = self.tree.variants(shown.id)
            self.leaf = self.tree.leaf_below(variants[pick % len(variants)].id)

    def delete(self, pick: int) -> None:
        """Take one message out of the branch; those after it move up."""
        if gone := self._pick(pick, lambda message: True):
            kept = [
                replace(message, parent_id=gone.parent_id) if message.parent_id == gone.id else message
                for message in self.branch
                if message.id != gone.id
            ]
            self.tree = MessageTree(kept)
            self.leaf = kept[-1].id if kept else None

    def _ask_after(self, parent_id: str | None, text: str, outcome: Outcome) -> None:
        asked = replace(question(text), parent_id=parent_id)
        self.tree.put(asked)
        self._answer_after(asked, outcome)

    def _answer_after(self, parent: Message, outcome: Outcome) -> None:
        self._request(prompt_messages(self.tree.path(parent.id)))
        text = "" if outcome.state in (State.WITHHELD, State.FAILED) else outcome.text
        last = answer(parent, text, outcome.state, tool_calls=outcome.calls)
        self.tree.put(replace(last, problem=_problem(outcome.code)))
        for call_id, result in outcome.results if outcome.calls else ():
            last = tool_result(last, call_id, result)
            self.tree.put(last)
        self.leaf = last.id

    def _request(self, messages: tuple[PromptMessage, ...]) -> None:
        self.requests.append(messages)

    def _pick(self, pick: int, fits: Callable[[Message], bool]) -> Message | None:
        fitting = [message for message in self.branch if fits(message)]
        return fitting[pick % len(fitting)] if fitting else None


def _problem(code: str | None) -> Problem | None:
    return Problem(code, "Something.", "") if code else None


Action = Callable[[Conversing], None]

asking = st.builds(lambda text, outcome: lambda talk: talk.ask(text, outcome), questions, outcomes)
editing = st.builds(
    lambda pick, text, outcome: lambda talk: talk.edit(pick, text, outcome), picks, questions, outcomes
)
retrying = st.builds(lambda pick, outcome: lambda talk: talk.retry(pick, outcome), picks, outcomes)
continuing = st.builds(lambda outcome: lambda talk: talk.go_on(outcome), outcomes)
choosing = st.builds(lambda pick: lambda talk: talk.choose_variant(pick), picks)
deleting = st.builds(lambda pick: lambda talk: talk.delete(pick), picks)
actions: st.SearchStrategy[list[Action]] = st.lists(
    asking | asking | editing | retrying | continuing | choosing | deleting, max_size=12
)


@settings(max_examples=300)
@given(actions)
def test_any_sequence_of_actions_makes_requests_the_service_accepts(actions: list[Action]) -> None:
    talk = Conversing()
    for act in actions:
        act(talk)
    talk.ask("最后一问", Outcome(State.COMPLETE, "好", None, (), ()))

    for messages in talk.requests:
        body = msgspec.json.decode(encode_chat(ChatRequest(MODEL, messages), "request-1"))
        assert violations(body) == []


@given(actions)
def test_no_two_questions_follow_one_another(actions: list[Action]) -> None:
    talk = Conversing()
    for act in actions:
        act(talk)

    for messages in talk.requests:
        roles = [message.role for message in messages]
        assert ("user", "user") not in pairwise(roles)


def encoded(messages: tuple[PromptMessage, ...]) -> list[bytes]:
    """Return every message as it goes over the wire."""
    body = msgspec.json.decode(encode_chat(ChatRequest(MODEL, messages), "r"), type=dict[str, msgspec.Raw])
    return [bytes(raw) for raw in msgspec.json.decode(body["messages"], type=list[msgspec.Raw])]


READ = st.sampled_from([State.COMPLETE, State.STOPPED, State.CUT_SHORT, State.INTERRUPTED])


@given(
    st.lists(st.tuples(questions, questions, READ), min_size=1, max_size=6),
    st.sampled_from(["", "Be brief."]),
)
@example([("一", "1", State.COMPLETE), ("二", "2", State.STOPPED)], "")
def test_each_request_begins_with_the_bytes_of_the_one_before(
    rounds: list[tuple[str, str, State]], system: str
) -> None:
    branch: list[Message] = []
    before: list[bytes] = []
    for text, reply, state in rounds:
        asked = question(text, branch[-1] if branch else None)
        messages = encoded(prompt_messages([*branch, asked], system=system))
        assert messages[: len(before)] == before
        before = messages
        branch += [asked, answer(asked, reply, state)]


@given(actions)
def test_the_same_branch_always_gives_the_same_bytes(actions: list[Action]) -> None:
    talk = Conversing()
    for act in actions:
        act(talk)

    assert encoded(prompt_messages(talk.branch)) == encoded(prompt_messages(list(talk.branch)))
