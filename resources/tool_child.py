"""Runs one function of a reviewed file in a process of its own, and ends all that it has started.

The first line of standard input is the request, as JSON; standard input stays open for as long as the answer
is wanted. The answer is one line of JSON on standard output; what the function prints goes to standard error.

It is run by whatever Python is there, from 3.8 on, and imports nothing of the program.
"""

import asyncio
import contextlib
import inspect
import json
import linecache
import os
import select
import signal
import sys
import traceback
import types
from typing import Any, Dict, List, NoReturn, Optional

Request = Dict[str, Any]

_MODULE = "own_tool"
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main() -> None:
    """Read the request, and let the function run beside a guard where there can be one."""
    request = json.loads(sys.stdin.buffer.readline())
    answer = os.dup(1)
    os.dup2(2, 1)
    if hasattr(os, "fork"):
        _guard(request, answer)
    else:
        _work(request, answer)


def _guard(request: Request, answer: int) -> NoReturn:
    """Wait until the function has ended or nobody wants its answer, then end all that is left."""
    wakened, waker = os.pipe()
    for end in (wakened, waker):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # Whatever loses its parent becomes a child of ours, wherever it has gone to.
    _control(_SUBREAPER, 1)
    worker = os.fork()
    if worker == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _control(_DIE_WITH_PARENT, signal.SIGKILL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        _work(request, answer)
    os.close(answer)
    code: Optional[int] = None
    while code is None:
        ready = select.select([0, wakened], [], [])[0]
        if wakened in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(wakened, 4096)
            code = _reap(worker)
        if 0 in ready and not os.read(0, 4096):
            break
    swept = _sweep(worker)
    os._exit((swept if code is None else code) or 0)


def _reap(worker: int) -> Optional[int]:
    """Take leave of whatever has ended; return the code of the function's process once that has."""
    code = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == worker:
                code = _code(status)
    return code


def _code(status: int) -> int:
    """Return the code of a process as a shell has it."""
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _sweep(worker: int) -> Optional[int]:
    """End the function, its group, and what it has started; what forks meanwhile is met again.

    Return the code of the function's process: it may have ended by itself just now.
    """
    code: Optional[int] = None
    for _time in range(10_000):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker, signal.SIGKILL)
        for pid in _descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            pid, status = os.waitpid(-1, 0)
        except ChildProcessError:
            break
        if pid == worker:
            code = _code(status)
    return code


def _descendants(ancestor: int) -> List[int]:
    """Return the processes below one, where the system tells (Linux)."""
    children: Dict[int, List[int]] = {}
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError), open("/proc/" + name + "/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
                    children.setdefault(parent, []).append(int(name))
    found: List[int] = []
    waiting = [ancestor]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _work(request: Request, answer: int) -> NoReturn:
    """Call the function and write what it returns; does not return."""
    try:
        _limit(request["limits"])
        reply = {"text": _called(request)}
    except BaseException as error:
        traceback.print_exc()
        reply = {"error": "".join(traceback.format_exception_only(type(error), error)).strip()[:2000]}
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
        sys.stderr.flush()
    line = json.dumps(reply).encode() + b"\n"
    while line:
        line = line[os.write(answer, line) :]
    os._exit(0)


def _called(request: Request) -> str:
    source, name = request["source"], request["file"]
    module = types.ModuleType(_MODULE)
    module.__file__ = name
    sys.modules[_MODULE] = module
    # Tracebacks show the lines that were reviewed.
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    exec(compile(source, name, "exec"), module.__dict__)
    given = dict(request["arguments"])
    for argument, enumeration in request["enumerations"].items():
        if given.get(argument) is not None:
            given[argument] = getattr(module, enumeration)(given[argument])
    result = getattr(module, request["function"])(**given)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, default=str)
    most = request["limits"]["characters"]
    return text if len(text) <= most else text[:most] + "\n[The rest was left out.]"


def _limit(limits: Dict[str, int]) -> None:
    """Set the bounds that the system keeps; some systems know not all of them."""
    try:
        import resource
    except ImportError:
        return
    bounds = {
        "RLIMIT_AS": limits["memory"],
        "RLIMIT_CPU": limits["seconds"],
        "RLIMIT_FSIZE": limits["file"],
        "RLIMIT_CORE": 0,
    }
    if sys.platform == "linux":
        # All that the user runs is counted, threads too.
        bounds["RLIMIT_NPROC"] = _threads_of_user() + limits["processes"]
    for name, wanted in bounds.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(kind, (most, most))


def _threads_of_user() -> int:
    count = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat("/proc/" + name).st_uid == os.getuid():
                    count += len(os.listdir("/proc/" + name + "/task"))
    return count


def _control(option: int, value: int) -> None:
    """Call `prctl`, where there is one."""
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError):
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
