"""Answers that are to be JSON: nothing is a success that does not validate, whatever a model says."""

import json
from dataclasses import replace

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glmdesk.chat.json_schema import faults_of_schema
from glmdesk.chat.live import LiveAnswer
from glmdesk.chat.structured import faults_of, problem_of, told
from glmdesk.desktop.paths import resources
from glmdesk.domain.errors import Action, Problem, StreamInterrupted
from glmdesk.domain.events import Event, Finished, FinishReason, TextDelta, UsageReport
from glmdesk.domain.fault import Fault
from glmdesk.domain.message import Message, State, Structured
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.domain.strict_json import unfenced
from glmdesk.domain.usage import Usage
from glmdesk.i18n import set_language
from glmdesk.storage.plain import plain_problem, problem_in
from tests.chat.examples import MODEL, answer, question
from tests.chat.test_live import per_token

SCHEMA = """{
  "type": "object",
  "properties": {"名称": {"type": "string"}, "price": {"type": "number"}},
  "required": ["名称"],
  "additionalProperties": false
}"""
ASKED = Structured(SCHEMA)
GOOD, BAD, CUT = '{"名称": "茶", "price": 12.50}', '{"price": "12"}', '{"名称": "茶", "pri'
REQUEST = ChatRequest(MODEL, (PromptMessage("user", "What does it cost?"),), json_mode=True)

LIKE_ANSWERS = st.one_of(
    st.text(max_size=40),
    st.dictionaries(
        st.sampled_from(["名称", "price", "x"]), st.none() | st.floats() | st.integers() | st.text(max_size=5)
    ).map(lambda value: json.dumps(value, ensure_ascii=False)),
    st.builds(lambda cut: GOOD[:cut], st.integers(0, len(GOOD))),
    st.builds(
        lambda before, after: before + GOOD + after, *[st.sampled_from(["", "\n", "```", "Here: ", "}"])] * 2
    ),
    st.sampled_from([GOOD, BAD, CUT, f"```json\n{GOOD}\n```", f"```\n{BAD}\n```", f"{GOOD}\n{GOOD}"]),
)


def begun(structured: Structured | None = ASKED) -> LiveAnswer:
    empty = replace(answer(question(), "", State.STREAMING), structured=structured)
    return LiveAnswer(empty, per_token)


def after(live: LiveAnswer, *events: Event) -> Message:
    for event in events:
        live.apply(event)
    return live.message


def fits(text: str) -> bool:
    """Whether a text is JSON that fits, by a validator that knows nothing of ours."""
    try:
        value = json.loads(unfenced(text))
    except ValueError:
        return False
    return jsonschema_rs.is_valid(json.loads(SCHEMA), value)


@given(
    st.lists(LIKE_ANSWERS, min_size=1, max_size=4),
    st.sampled_from(FinishReason),
    st.none() | LIKE_ANSWERS,
    st.sampled_from(FinishReason),
)
@example([BAD], FinishReason.STOP, GOOD, FinishReason.STOP)
@example([BAD], FinishReason.STOP, BAD, FinishReason.STOP)
@example([BAD], FinishReason.STOP, GOOD, FinishReason.LENGTH)
@example(['{"名称":"a","price":NaN}'], FinishReason.STOP, None, FinishReason.STOP)
@example(['{"名称":"a","名称":"b"}'], FinishReason.STOP, None, FinishReason.STOP)
@example(['{"名称":"\\ud800"}'], FinishReason.STOP, None, FinishReason.STOP)
def test_what_ends_well_is_json_that_fits(
    pieces: list[str], reason: FinishReason, mended: str | None, mended_reason: FinishReason
) -> None:
    live = begun()
    after(live, *(TextDelta(piece) for piece in pieces if piece), Finished(reason))
    if live.repair(REQUEST) is not None:
        assert not live.message.is_good_json, "nobody is told of success before it is one"
        if mended is None:
            live.break_off(None)
        else:
            after(live, *([TextDelta(mended)] if mended else []), Finished(mended_reason))
    message = live.message

    if message.is_good_json:
        assert fits(message.text)
    elif message.state is State.COMPLETE and message.text.strip():
        assert message.problem is not None, "and what is not a success says why"
        assert message.problem.action is Action.RETRY


@given(LIKE_ANSWERS)
def test_what_fits_is_a_success(text: str) -> None:
    live = begun()
    message = after(live, TextDelta(text or " "), Finished(FinishReason.STOP))

    # Ours is stricter where JSON leaves open what is meant.
    assert message.is_good_json or not fits(text) or faults_of(text, ASKED)
    assert message.is_good_json == (not faults_of(text, ASKED))


def test_an_answer_that_does_not_fit_is_asked_for_once_more_with_its_faults() -> None:
    live = begun()
    after(live, TextDelta(BAD), Finished(FinishReason.STOP))

    repair = live.repair(replace(REQUEST, tools=()))

    assert repair is not None
    *before, attempt, asked = repair.messages
    assert (tuple(before), attempt) == (REQUEST.messages, PromptMessage("assistant", BAD))
    assert 'price: "12" is not of the type number' in asked.text
    assert "“名称” is missing" in asked.text
    assert live.repair(REQUEST) is None, "once"


def test_a_mended_answer_counts_both_and_keeps_the_first() -> None:
    live = begun()
    after(live, TextDelta(BAD), UsageReport(Usage(10, 5)), Finished(FinishReason.STOP))
    live.repair(REQUEST)
    shown = live.message.text
    message = after(live, TextDelta(GOOD), UsageReport(Usage(20, 6)), Finished(FinishReason.STOP))

    assert shown == BAD, "what was shown stays until something better is whole"
    assert (message.text, message.problem, message.state) == (GOOD, None, State.COMPLETE)
    assert message.structured == Structured(SCHEMA, attempt=BAD)
    assert message.usage == Usage(30, 11, exchanges=2)
    assert message.cost == per_token(message.usage)


@pytest.mark.parametrize("mended", [BAD, "", CUT])
def test_what_stays_wrong_ends_with_its_faults(mended: str) -> None:
    live = begun()
    after(live, TextDelta(BAD), Finished(FinishReason.STOP))
    live.repair(REQUEST)
    message = after(live, *([TextDelta(mended)] if mended else []), Finished(FinishReason.STOP))

    assert message.state is State.COMPLETE
    assert message.problem is not None
    assert message.text == (mended or BAD)
    assert "•" in message.problem.words


def test_stored_faults_are_told_in_the_language_they_are_read_in() -> None:
    # They were stored as sentences in the language of the moment.
    problem = problem_in(plain_problem(problem_of(faults_of(BAD, ASKED))))
    many = problem_of([Fault("", "there is nothing")] * 6)

    assert problem is not None
    assert "• “名称” is missing" in problem.words
    assert many.words.splitlines()[1:] == ["• there is nothing"] * 5 + ["• …"]
    set_language("zh-CN", resources() / "locale")
    try:
        assert "• 缺少“名称”" in problem.words
        assert "missing" not in problem.words
    finally:
        set_language("en", resources() / "locale")


def test_a_lost_connection_while_it_is_mended_leaves_the_first_with_its_faults() -> None:
    live = begun()
    after(live, TextDelta(BAD), Finished(FinishReason.STOP))
    live.repair(REQUEST)
    after(live, TextDelta(GOOD[:8]))
    live.break_off(StreamInterrupted(Problem("lost", "Lost.", "Again.")))

    assert (live.message.text, live.message.is_good_json) == (BAD, False)
    assert live.message.problem is not None
    assert live.message.problem.code == "json-invalid"


def test_a_truncated_answer_can_be_continued_and_is_checked_when_it_is_whole() -> None:
    live = begun()
    cut = after(live, TextDelta(CUT), Finished(FinishReason.LENGTH))
    assert (cut.state, live.repair(REQUEST)) == (State.CUT_SHORT, None)
    assert cut.state.can_continue

    rest = LiveAnswer(replace(cut, state=State.STREAMING), per_token)
    joined = after(rest, TextDelta(GOOD.removeprefix(CUT)), Finished(FinishReason.STOP))

    assert (joined.text, joined.is_good_json) == (GOOD, True)


def test_prose_is_never_checked() -> None:
    message = after(begun(None), TextDelta("Hello."), Finished(FinishReason.STOP))

    assert (message.problem, message.is_good_json) == (None, False)


def test_the_word_json_and_the_schema_are_told_the_same_way_each_time() -> None:
    said = told("Be brief.", ASKED)

    assert said.startswith("Be brief.\n\n")
    assert "JSON" in said
    assert said.endswith(SCHEMA)
    assert said == told("Be brief.", ASKED)
    assert "JSON" in told("", Structured())
    assert told("Be brief.", None) == "Be brief."


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("", "there is nothing"),
        ("[]", "a schema is an object"),
        ('{\n "type": "objct"\n}', "line 2, column 10"),
        ('{\n "properties": {\n  "a": 3\n }\n}', "line 3, column 8"),
        ('{"a": 1,}', "line 1"),
        ('{"$ref": "http://127.0.0.1:9/schema.json"}', "127.0.0.1"),
        ('{"$ref": "file:///etc/hostname"}', "hostname"),
        ('{"pattern": "(a"}', "regex"),
    ],
)
def test_a_schema_that_cannot_be_used_says_why_and_where(schema: str, words: str) -> None:
    (fault,) = faults_of_schema(schema)

    assert words in fault.words


def test_patterns_take_no_time_that_grows_without_bound() -> None:
    schema = Structured('{"type":"string","pattern":"^(a+)+$"}')

    assert faults_of(json.dumps("a" * 5000 + "!"), schema)
