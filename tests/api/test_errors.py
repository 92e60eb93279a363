"""The table of errors: every documented code, every status, and the words each of them has."""

from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.api import errors
from glmdesk.api.errors import AttemptFailed, Refusal, Verdict, interruption
from glmdesk.api.retry import Backoff
from glmdesk.domain.errors import (
    Action,
    KeyProblem,
    NetworkFault,
    ServiceBusy,
    ServiceRefused,
    StreamInterrupted,
    UserError,
)
from tests.api.error_table import CODES, STATUSES

VERDICTS = [value for value in vars(errors).values() if isinstance(value, Verdict)]
# What every refusal tells, and what is known where no answer came.
DETAILS = {"code", "message", "status"}
CONNECTION_DETAILS = {"host", "message"}


def told(failed: AttemptFailed) -> str:
    """Return what the user reads, after a look at its parts."""
    problem = failed.error.problem
    assert problem.headline
    assert problem.remedy
    shown = str(failed.error)
    assert "{" not in shown
    return shown


@pytest.mark.parametrize(("code", "status", "kind", "action", "retry"), CODES)
def test_every_code_is_told_with_its_action_and_its_retry(
    code: str, status: int, kind: type[UserError], action: Action, retry: Backoff | None
) -> None:
    failed = Refusal(code, "网络错误 42", status).failure()

    assert type(failed.error) is kind
    assert failed.error.problem.action is action
    assert failed.verdict.retry == retry
    assert told(failed)


@pytest.mark.parametrize(("code", "kind"), [(row[0], row[2]) for row in CODES if row[0]])
@pytest.mark.parametrize("status", [200, 400, 401, 429, 502])
def test_the_code_decides_before_the_status(code: str, kind: type[UserError], status: int) -> None:
    failed = Refusal(code, "x", status).failure()

    assert type(failed.error) is kind
    assert failed.error.problem.code == code
    assert failed.verdict == Refusal(code, "x", 400).verdict()


@pytest.mark.parametrize(("status", "kind", "action", "retry"), STATUSES)
def test_the_status_decides_where_no_code_is_given(
    status: int, kind: type[UserError], action: Action, retry: Backoff | None
) -> None:
    failed = Refusal("", "", status).failure()

    assert type(failed.error) is kind
    assert failed.error.problem.action is action
    assert failed.error.problem.code == f"http-{status}"
    assert failed.verdict.retry == retry
    assert told(failed)


@pytest.mark.parametrize("status", [200, 402, 409, 422])
@pytest.mark.parametrize("code", ["", "9999", "insufficient_quota"])
def test_an_unknown_error_is_shown_in_the_words_of_the_service(code: str, status: int) -> None:
    failed = Refusal(code, "No more credit.", status).failure()

    assert type(failed.error) is ServiceRefused
    assert failed.verdict.retry is None
    assert "No more credit" in told(failed)


@pytest.mark.parametrize("status", [401, 429, 500, 502])
def test_an_unknown_code_means_what_its_status_means(status: int) -> None:
    assert Refusal("9999", "x", status).verdict() == Refusal("", "", status).verdict()


@pytest.mark.parametrize(("status", "kind"), [(401, KeyProblem), (429, ServiceBusy), (502, NetworkFault)])
def test_a_status_in_place_of_a_code_is_a_status(status: int, kind: type[UserError]) -> None:
    failed = Refusal(str(status), "x", 200).failure()

    assert type(failed.error) is kind
    assert failed.verdict == Refusal("", "", status).verdict()
    assert "200" not in told(failed)


def test_a_refusal_in_words_of_the_service_is_told_from_a_firewalls() -> None:
    assert "account" in told(Refusal("", "No right to this API.", 403).failure())
    assert "account" not in told(Refusal("", "", 403).failure())


@pytest.mark.parametrize("code", ["1300", "1301"])
def test_where_an_earlier_message_is_to_blame_another_question_is_no_way_out(code: str) -> None:
    failed = Refusal(code, "x", 400, culprit="history").failure()

    assert failed.error.problem.action is Action.NEW_CHAT
    assert failed.error.problem.code == code
    assert "earlier message" in told(failed)
    assert Refusal(code, "x", 400, culprit="user").verdict() == Refusal(code, "x", 400).verdict()


@pytest.mark.parametrize(
    ("refusal", "action"),
    [
        (Refusal("", "Not Found", 404), Action.OPEN_SETTINGS),
        (Refusal("404", "The API does not exist", 200), Action.OPEN_SETTINGS),
        (Refusal("1222", "该API不存在。", 400), Action.OPEN_SETTINGS),
        (Refusal("model_not_found", 'The model "x" does not exist', 404), Action.CHOOSE_MODEL),
        (Refusal("", "没有这个模型", 404), Action.CHOOSE_MODEL),
    ],
)
def test_a_wrong_address_is_no_fault_of_the_question(refusal: Refusal, action: Action) -> None:
    # The question was to be changed, which cannot help.
    failed = refusal.failure()

    assert failed.error.problem.action is action
    assert failed.verdict.retry is None
    assert ("address" in told(failed)) is (action is Action.OPEN_SETTINGS)


def test_a_retired_model_is_a_question_of_the_model() -> None:
    retired = Refusal("1214", "modelCode：参数非法", 400)

    assert retired.failure().error.problem.action is Action.CHOOSE_MODEL
    assert retired.verdict() == Refusal("1211", "x", 400).verdict()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1234", "网络错误，错误id：20261123，请联系客服"),
        ("1308", "已达到使用上限，将在 2026-11-24 08:00:00 重置。"),
        ("1312", "该模型繁忙，请使用 glm-4-air-250414。"),
        ("1214", "messages[20].content[0].text 参数非法"),
    ],
)
def test_what_only_the_service_knows_is_shown(code: str, message: str) -> None:
    assert message.rstrip("。") in told(Refusal(code, message, 400).failure())


@pytest.mark.parametrize("message", ["No such model", "No such model.", "No such model. "])
def test_what_the_service_says_is_quoted_in_a_whole_sentence(message: str) -> None:
    headline = Refusal("1211", message, 400).failure().error.problem.headline

    assert headline == "The service does not offer this model to you: “No such model”."


@pytest.mark.parametrize("row", CODES)
def test_a_refusal_without_a_message_still_reads_well(row: tuple[str, int, object, object, object]) -> None:
    code, status, *_ = row

    headline = Refusal(code, "", status).failure().error.problem.headline

    assert headline.endswith(".")


@given(st.text(), st.text(), st.integers(200, 599))
def test_whatever_the_service_says_can_be_shown(code: str, message: str, status: int) -> None:
    failed = Refusal(code, message, status).failure()

    assert failed.error.problem.headline
    assert failed.error.problem.remedy


def test_only_the_content_filter_withdraws_an_answer() -> None:
    assert {row[0] for row in CODES if Refusal(row[0], "").is_moderation} == {"1300", "1301"}


def test_the_balance_is_never_a_matter_of_asking_again() -> None:
    assert Refusal("1113", "x", 429).verdict().retry is None


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.what[:40])
def test_every_text_is_filled_with_what_is_known(verdict: Verdict) -> None:
    for text in (verdict.what, verdict.advice):
        assert text
        fields = {name for _, name, _, _ in Formatter().parse(text) if name}
        assert fields <= DETAILS or fields <= CONNECTION_DETAILS


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.what[:40])
def test_every_error_offers_something_to_do(verdict: Verdict) -> None:
    assert verdict.action is not None


@pytest.mark.parametrize("code", ["1302", "1234", "1000"])
def test_an_interruption_keeps_the_reason_and_offers_to_continue(code: str) -> None:
    error = Refusal(code, "x", 429).failure().error

    interrupted = interruption(error)

    assert type(interrupted) is StreamInterrupted
    assert interrupted.problem.code == code
    assert interrupted.problem.headline == error.problem.headline
    assert interrupted.problem.action is Action.CONTINUE
    assert "kept" in interrupted.problem.remedy
