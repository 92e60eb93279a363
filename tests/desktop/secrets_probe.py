"""A process that uses Secrets as it is told: a JSON request a line on standard input, a JSON answer each."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable
from typing import Any

from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.secrets import KeptForSession, Secrets, StoredInKeyring
from glmdesk.domain.errors import KeyProblem


async def answer(secrets: Secrets, request: list[str]) -> Any:
    """Return what one method gives."""
    match request:
        case ["environment", name]:
            return os.environ.get(name)
        case ["store", host, key]:
            match await secrets.store(host, key):
                case StoredInKeyring():
                    return "in keyring"
                case KeptForSession(reason):
                    return f"for this session: {reason.code}"
        case ["locate" | "wait for" as way, host]:
            origin = await secrets.locate(host, is_patient=way == "wait for")
            return origin and origin.value
        case ["read and wait for", host]:
            questions = (answer(secrets, ["read", host]), answer(secrets, ["wait for", host]))
            return await asyncio.gather(*map(outcome, questions))
        case [method, *arguments]:
            return await getattr(secrets, method)(*arguments)
        case _:
            raise ValueError(request)


async def outcome(question: Awaitable[Any]) -> Any:
    """Return what is answered, or the code of the problem."""
    try:
        return await question
    except KeyProblem as problem:
        return f"refused: {problem.problem.code}"


def main() -> None:
    """Answer until standard input ends. Arguments: the bound of a request, in seconds, and the host."""
    bound_s = float(sys.argv[1])
    secrets = Secrets(Redactor(), sys.argv[2], dialog_timeout_s=bound_s, status_timeout_s=bound_s)
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            reply = runner.run(outcome(answer(secrets, json.loads(line))))
            sys.stdout.write(json.dumps(reply) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
