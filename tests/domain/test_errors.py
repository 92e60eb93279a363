"""The tree of errors: exit codes, and the words a person reads."""

import pytest

from glmdesk.domain.errors import (
    Action,
    DatabaseDamaged,
    DatabaseNewer,
    KeyProblem,
    KeyringProblem,
    LocalDataError,
    NetworkFault,
    Problem,
    ServiceRefused,
    StreamInterrupted,
    UsageError,
    UserError,
)

PROBLEM = Problem(
    "1302", "Too many requests ({code}).", "Wait for {host}.", Action.RETRY, {"code": "1302", "host": "h"}
)


@pytest.mark.parametrize(
    ("kind", "exit_code", "parent"),
    [
        (UserError, 2, Exception),
        (UsageError, 2, UserError),
        (KeyProblem, 3, UserError),
        (KeyringProblem, 3, KeyProblem),
        (ServiceRefused, 4, UserError),
        (NetworkFault, 5, UserError),
        (StreamInterrupted, 5, NetworkFault),
        (LocalDataError, 6, UserError),
        (DatabaseNewer, 6, LocalDataError),
        (DatabaseDamaged, 6, LocalDataError),
    ],
)
def test_every_error_has_its_place_and_its_exit_code(
    kind: type[UserError], exit_code: int, parent: type[Exception]
) -> None:
    error = kind(PROBLEM)

    assert error.exit_code == exit_code
    assert kind.__bases__ == (parent,)
    assert error.problem is PROBLEM


def test_an_error_reads_as_what_happened_and_what_to_do() -> None:
    assert str(UserError(PROBLEM)) == "Too many requests (1302). Wait for h."


def test_an_error_without_advice_ends_after_what_happened() -> None:
    assert str(UserError(Problem("x", "It failed.", ""))) == "It failed."


def test_details_are_shown_as_they_are() -> None:
    problem = Problem("x", "It said: {message}", "", details={"message": "{code} 100 % {}"})

    assert problem.headline == "It said: {code} 100 % {}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{host} asks for {proof}.", "h asks for …."),
        ("{} and {0} and {", "{} and {0} and {"),
        ("{host.port} of 100 % {host!x}", "{host.port} of 100 % {host!x}"),
    ],
)
def test_a_problem_of_another_version_is_shown_as_far_as_it_is_understood(text: str, shown: str) -> None:
    # A conversation with one could not be opened: KeyError while its answer was shown.
    problem = Problem("x", text, text, details={"host": "h"})

    assert problem.headline == shown
    assert problem.remedy == shown


def test_equal_problems_are_equal() -> None:
    assert Problem("x", "a", "b", details={"k": "v"}) == Problem("x", "a", "b", details={"k": "v"})
    assert Problem("x", "a", "b", details={"k": "v"}) != Problem("x", "a", "b")
