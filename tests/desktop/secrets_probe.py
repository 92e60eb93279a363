"""A process that uses Secrets as it is told: a JSON request a line on standard input, a JSON answer each."""

import asyncio
import json
import os
import sys
from typing import Any

from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.secrets import KeptForSession, Secrets, StoredInKeyring
from glmdesk.domain.errors import KeyProblem


async def answer(secrets: Secrets, request: list[str]) -> Any:
    """Return what one method gives, or the code of the problem it raises."""
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
        case [method, *arguments]:
            return await getattr(secrets, method)(*arguments)
        case _:
            raise ValueError(request)


def main() -> None:
    """Answer until standard input ends; the first argument bounds each request, in seconds."""
    secrets = Secrets(Redactor(), dialog_timeout_s=float(sys.argv[1]), status_timeout_s=float(sys.argv[1]))
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            try:
                reply = runner.run(answer(secrets, json.loads(line)))
            except KeyProblem as problem:
                reply = f"refused: {problem.problem.code}"
            sys.stdout.write(json.dumps(reply) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
