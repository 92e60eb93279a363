"""One thing that is wrong with a request."""

from typing import Final, Literal

import msgspec

NULL: Final = "an explicit null: what is not set is left out"


class Violation(msgspec.Struct, frozen=True):
    """What is wrong, and where.

    `refused`: the service answers with `code` instead. `forbidden`: the service tolerates it, or nobody
    knows, and glmdesk must never send it.
    """

    severity: Literal["refused", "forbidden"]
    field: str
    problem: str
    code: str = ""


def refused(code: str, field: str, problem: str) -> Violation:
    """Return a violation that the service answers with an error code."""
    return Violation("refused", field, problem, code)


def forbidden(field: str, problem: str) -> Violation:
    """Return a violation that only we object to."""
    return Violation("forbidden", field, problem)
