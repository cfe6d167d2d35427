"""What runs in a worker process: one job after another, as they come in, within its memory.

A job is a pickled call; what comes back is a pickled outcome. Both carry their length first.
This module imports little: every worker pays for it.
"""

import os
import pickle
import resource
import sys
import traceback
from typing import Any, BinaryIO

LENGTH = 8


def read(stream: BinaryIO) -> Any:
    """The next that was sent; EOFError when the other side is gone."""
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        raise EOFError
    return pickle.loads(stream.read(int.from_bytes(head, "big")))  # noqa: S301  # our own parent


def packed(value: Any) -> bytes:
    body = pickle.dumps(value)
    return len(body).to_bytes(LENGTH, "big") + body


def outcome(job: Any) -> tuple[str, Any]:
    """What became of a job: `kept` and its value, `refused` and the error, or `failed` and why."""
    try:
        return "kept", job()
    except MemoryError:
        return "exhausted", None
    except Exception as error:  # noqa: BLE001  # it goes to whoever asked
        if hasattr(error, "facts"):  # a DomainError
            return "refused", error
        return "failed", (type(error).__name__, traceback.format_exc())


def main() -> None:
    """Until the parent closes the pipe. What a library prints must not reach the pipe."""
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.path[:], memory = read(jobs)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            job = read(jobs)
        except EOFError:
            return
        except Exception as error:  # noqa: BLE001  # a job that cannot be read here
            result: tuple[str, Any] = "failed", (type(error).__name__, str(error))
        else:
            result = outcome(job)
        try:
            answers.write(packed(result))
        except Exception as error:  # noqa: BLE001  # a value that cannot be sent
            answers.write(packed(("failed", (type(error).__name__, str(error)))))
        answers.flush()


if __name__ == "__main__":
    main()
